"""Loading history over HTTP: who may, what is answered, and how refusals name their places."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

import api.upload
from metrics.database import WriteSession
from metrics.models import Submission
from metrics.principal import Role, Scope
from tests.callers import Response
from tests.histories import history_csv, history_lines
from tests.people import bearer, person, token

BULK = "/api/v1/observations/bulk"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture
def headers(session: WriteSession) -> dict[str, str]:
    """A script of the bureau's, whose token may load history and nothing else."""
    person(session, "bureau", role=Role.REVIEWER)
    return bearer(token(session, "bureau", scopes=[Scope.BULK]).secret) | CSV


def send(client: TestClient, headers: dict[str, str], content: bytes, query: str = "") -> Response:
    return client.post(BULK + query, content=content, headers=headers)


def test_a_file_is_loaded_and_the_same_again_changes_nothing(
    client: TestClient, session: WriteSession, headers: dict[str, str]
) -> None:
    content = history_csv(history_lines(), encoding="gb18030", headings=("单位", "报告期", "填报项", "数值"))
    tried = send(client, headers, content, "?dry_run=true")
    assert (tried.status_code, tried.json()["submissions"], tried.json()["first_seq"]) == (200, 1, None)
    loaded = send(client, headers, content)
    body = loaded.json()
    assert (loaded.status_code, body["rows"], body["submissions"], body["parts"]) == (201, 45, 1, 1)
    assert body["first_seq"] == body["last_seq"] == session.scalar(select(func.max(Submission.seq)))
    again = send(client, headers, content)
    assert (again.status_code, again.json()["submissions_skipped"]) == (200, 1)


def test_a_bad_row_is_answered_with_its_place_in_both_languages(client: TestClient, headers: dict[str, str]) -> None:
    answer = send(client, headers, history_csv(history_lines(items_instant="350%")))
    body = answer.json()
    assert (answer.status_code, body["code"], body["errors_total"]) == (422, "file_invalid", 1)
    (place,) = body["errors"]
    assert (place["row"], place["column"], place["code"], place["given"]) == (32, "D", "value_percentage", "350%")
    assert place["message"]["zh"]
    assert place["message"]["en"]


def test_more_places_than_are_named_are_counted(client: TestClient, headers: dict[str, str]) -> None:
    body = send(client, headers, history_csv([("x", "2019-09", "items_total", 1)] * 1500)).json()
    assert (len(body["errors"]), body["errors_total"]) == (1000, 1500)


def test_a_token_without_the_scope_and_a_clerk_are_refused_unread(client: TestClient, session: WriteSession) -> None:
    person(session, "bureau", role=Role.REVIEWER)
    person(session, "chen", role=Role.CLERK)
    for issued in (token(session, "bureau", scopes=[Scope.READ]), token(session, "chen", scopes=[Scope.READ])):
        answer = send(client, bearer(issued.secret) | CSV, b"no csv at all")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")


def test_other_bodies_are_refused(client: TestClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(client, headers | {"Content-Type": "application/json"}, b"{}").status_code == 415
    for empty in (b"", history_csv([]), history_csv([]) + b"\r\n\r\n"):
        assert send(client, headers, empty).json()["code"] == "file_empty"
    assert send(client, headers, history_csv([]), "?received_at=soon").json()["code"] == "received_unknown"
    monkeypatch.setattr(api.upload, "LARGEST", 100)
    assert send(client, headers, history_csv(history_lines())).status_code == 413
