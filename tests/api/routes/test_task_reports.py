"""`/tasks/{no}/reports` over HTTP: reported for own units, revised openly, refused with the place named."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry, TaskReport
from metrics.principal import Role
from tests.attached import a_pdf
from tests.callers import Caller, Response, caller, refusal
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
GOOD: dict[str, Any] = {
    "unit": "441202",
    "period": "2019-09",
    "state": "in_progress",
    "text": "=已接入 38 个部门",
    "evidence": "https://www.example.gov.cn/11?a=b",
}
_keys = itertools.count()


def send(
    who: Caller, number: int | str = 11, *, key: str | None = None, etag: str | None = None, **changes: Any
) -> Response:
    headers = who.headers | {"Idempotency-Key": key or f"report-{next(_keys)}"}
    if etag is not None:
        headers["If-Match"] = etag
    return who.client.post(f"{V1}/tasks/{number}/reports", json=GOOD | changes, headers=headers)


def rows(who: Caller, **parameters: str) -> list[dict[str, str]]:
    response = who.client.get(f"{V1}/task_reports.csv", params=parameters, headers=who.headers)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def stored(session: WriteSession) -> tuple[int, int]:
    counts = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (TaskReport, LedgerEntry)]
    return counts[0], counts[1]


def test_a_report_is_in_the_ledger_and_in_the_export(clerk: Caller, session: WriteSession) -> None:
    made = send(clerk)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["task"], body["unit"], body["period"], body["revision"]) == (11, "441202", "2019-09", 1)
    leaf = json.loads(session.get_one(LedgerEntry, body["seq"]).leaf)
    assert {"kind": "task_report", "task": 11, **GOOD}.items() <= leaf.items()
    (row,) = rows(clerk)
    assert (row["seq"], row["task_number"], row["state"]) == (str(body["seq"]), "11", "in_progress")
    assert (row["text"], row["evidence"]) == ("'=已接入 38 个部门", GOOD["evidence"])
    assert (row["reported_by"], row["revision"], row["reason"]) == ("chen", "1", "")
    assert made.headers["etag"] == body["etag"] == '"task-11-441202-2019-09-1"'


def test_a_retry_records_nothing_more_and_another_request_with_its_key_is_refused(
    clerk: Caller, session: WriteSession
) -> None:
    first = send(clerk, key="a")
    before = stored(session)
    again = send(clerk, key="a")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert refusal(send(clerk, key="a", text="又"), 422)["code"] == "idempotency_key_reused"
    assert refusal(send(clerk, 13, key="a"), 422)["code"] == "idempotency_key_reused"
    same = send(clerk)
    assert (same.status_code, same.json()["recorded"], same.json()["seq"]) == (200, False, first.json()["seq"])
    assert stored(session) == before
    keyless = clerk.client.post(f"{V1}/tasks/11/reports", json=GOOD, headers=clerk.headers)
    assert refusal(keyless, 400)["code"] == "idempotency_key_missing"


def test_a_file_named_twice_is_one_file_and_said_again_the_report_is_the_same(clerk: Caller) -> None:
    files = {"file": ("甲.pdf", a_pdf())}
    kept = clerk.client.post(f"{V1}/attachments", data={"unit": "441202"}, files=files, headers=clerk.headers)
    twice = [kept.json()["seq"]] * 2
    first = send(clerk, attachments=twice)
    again = send(clerk, attachments=twice)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.json()["seq"] == first.json()["seq"]


def test_a_revision_names_what_it_revises_and_why_and_the_earlier_one_stays(
    clerk: Caller, session: WriteSession
) -> None:
    first = send(clerk).json()
    assert refusal(send(clerk, state="done", reason="补"), 428)["code"] == "version_missing"
    assert refusal(send(clerk, state="done", reason="补", etag="*"), 428)["code"] == "version_missing"
    assert refusal(send(clerk, state="done", etag=first["etag"]), 422)["errors"][0]["pointer"] == "/reason"
    assert refusal(send(clerk, state="done", reason="补", etag=f"W/{first['etag']}"), 412)["code"] == "version_weak"
    second = send(clerk, state="done", reason="补报", etag=first["etag"])
    assert (second.status_code, second.json()["revision"]) == (201, 2)
    assert refusal(send(clerk, state="blocked", reason="补", etag=first["etag"]), 412)["code"] == "version_stale"
    assert [row["state"] for row in rows(clerk)] == ["done"]
    assert [(r["revision"], r["state"], r["reason"]) for r in rows(clerk, history="true")] == [
        ("1", "in_progress", ""),
        ("2", "done", "补报"),
    ]
    assert [row["state"] for row in rows(clerk, as_of=str(first["seq"]))] == ["in_progress"]
    assert [row["revision"] for row in rows(clerk, history="true", after_seq=str(first["seq"]))] == ["2"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"state": "late"}, 422, "/state"),
        ({"state": None}, 422, "/state"),
        ({"text": " \n"}, 422, "/text"),
        ({"text": "\u200b\u200b\ufeff\u00ad\u2060"}, 422, "/text"),
        ({"text": "\u3164\u2800\ufe0f"}, 422, "/text"),
        ({"text": "长" * 2001}, 422, "/text"),
        ({"text": 7}, 422, "/text"),
        ({"evidence": "javascript:alert(1)"}, 422, "/evidence"),
        ({"evidence": "ftp://example.org/a"}, 422, "/evidence"),
        ({"evidence": "https:// example.org"}, 422, "/evidence"),
        ({"evidence": "http://[::1"}, 422, "/evidence"),
        ({"period": "2019-13"}, 422, "/period"),
        ({"period": "2999-01"}, 422, "/period"),
        ({"period": ""}, 422, "/period"),
        ({"more": 1}, 422, "/more"),
    ],
)
def test_what_cannot_be_reported_is_refused_with_its_place(
    clerk: Caller, session: WriteSession, changes: dict[str, Any], status: int, pointer: str
) -> None:
    before = stored(session)
    body = refusal(send(clerk, **changes), status)
    assert pointer in [error["pointer"] for error in body["errors"]]
    assert stored(session) == before


def test_everything_wrong_is_named_at_once(clerk: Caller) -> None:
    body = refusal(send(clerk, text="", evidence="x", period="2999-01"), 422)
    assert [error["pointer"] for error in body["errors"]] == ["/period", "/text", "/evidence"]


def test_there_is_no_such_task(clerk: Caller) -> None:
    assert refusal(send(clerk, 51), 404)["code"] == "task_unknown"
    for odd in ("0", "10000", "x", "1.5", "-1"):
        refusal(send(clerk, odd), 400)


def test_a_clerk_reports_for_own_units_and_their_tasks_only(
    clerk: Caller, neighbour: Caller, session: WriteSession
) -> None:
    assert refusal(send(neighbour), 403)["code"] == "unit_forbidden"
    assert refusal(send(clerk, unit="441200"), 403)["code"] == "unit_forbidden"
    assert refusal(send(clerk, 6), 422)["errors"][0]["code"] == "task_not_owed"  # owed by bureaus alone
    assert stored(session)[0] == 0


def test_the_bureau_reports_for_any_unit_that_owes_the_task(client: TestClient, session: WriteSession) -> None:
    reviewer = caller(client, session, "bureau2", Role.REVIEWER)
    assert send(reviewer, 6, unit="441200-SELF").status_code == 201
    assert send(reviewer, 11, unit="441203").status_code == 201
    assert refusal(send(reviewer, 11, unit="441200"), 422)["errors"][0]["code"] == "unit_rolled_up"
    assert refusal(send(reviewer, 11, unit="9"), 422)["errors"][0]["code"] == "unit_unknown"


def test_a_locked_month_takes_no_reports(clerk: Caller, client: TestClient, session: WriteSession) -> None:
    reviewer = caller(client, session, "bureau2", Role.REVIEWER)
    first = send(clerk, period="2019-08").json()
    for month in ("2019-08", "2019-09"):
        assert client.post(f"{V1}/periods/{month}/lock", json={}, headers=reviewer.headers).status_code == 201
    before = stored(session)
    assert refusal(send(clerk), 409)["code"] == "period_locked"
    late = send(clerk, period="2019-08", state="done", reason="补", etag=first["etag"])
    assert refusal(late, 409)["code"] == "period_locked"
    assert stored(session) == before
    assert send(clerk, period="2019-07").status_code == 201


def test_everyone_signed_in_reads_reports_but_who_and_why_is_for_the_unit_and_the_bureau(
    clerk: Caller, neighbour: Caller, client: TestClient, session: WriteSession
) -> None:
    first = send(clerk).json()
    assert send(clerk, state="done", reason="漏报", etag=first["etag"]).status_code == 201
    (seen,) = rows(neighbour)
    assert (seen["state"], seen["text"], seen["reason"], seen["reported_by"]) == ("done", "'=已接入 38 个部门", "", "")
    for role in (Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        (seen,) = rows(caller(client, session, f"a.{role}", role))
        assert (seen["reason"], seen["reported_by"]) == ("漏报", "chen")


def test_a_release_holds_the_reports_without_who_and_why(clerk: Caller, session: WriteSession) -> None:
    post(session, "441203")
    first = send(clerk).json()
    assert send(clerk, state="done", reason="漏报", etag=first["etag"]).status_code == 201
    release = published(session)
    address = f"{V1}/releases/{release.number}/task_reports.csv"
    text = clerk.client.get(address, headers=clerk.headers).text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["state"], row["reason"], row["reported_by"]) == ("done", "", "")


def test_a_pull_is_narrowed_by_task_unit_and_month(client: TestClient, session: WriteSession) -> None:
    reviewer = caller(client, session, "bureau2", Role.REVIEWER)
    for number, unit, month in ((11, "441202", "2019-08"), (11, "441203", "2019-09"), (13, "441202", "2019-09")):
        assert send(reviewer, number, unit=unit, period=month).status_code == 201

    def found(**parameters: str) -> list[tuple[str, str, str]]:
        return [(r["task_number"], r["unit_code"], r["period"]) for r in rows(reviewer, **parameters)]

    assert found() == [("11", "441202", "2019-08"), ("11", "441203", "2019-09"), ("13", "441202", "2019-09")]
    assert found(task="13") == [("13", "441202", "2019-09")]
    assert found(unit="441202", period_to="2019-08") == [("11", "441202", "2019-08")]
    assert found(period="2019-09", task="11") == [("11", "441203", "2019-09")]
    for wrong in ("51", "0", "x", "", "9" * 30):
        refused = client.get(f"{V1}/task_reports.csv", params={"task": wrong}, headers=reviewer.headers)
        refusal(refused, 400)
