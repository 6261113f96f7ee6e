"""`/assessments` over HTTP: recorded beside what was reported, revised openly, and blind where the operator says so."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Assessment, Figure, LedgerEntry
from metrics.principal import Role
from metrics.settings import settings
from tests.callers import Caller, caller, refusal
from tests.matrices import WHOLE
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
ADDRESS = f"{V1}/assessments"


def measured(**changes: Any) -> dict[str, Any]:
    """A valid body: 180 of 200 cases sampled in a field visit."""
    body: dict[str, Any] = {
        "unit": "441202",
        "period": "2019-09",
        "indicator": "online_rate",
        "method": "field_visit",
        "numerator": 180,
        "denominator": 200,
        "sample_size": 200,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one submission to assess: 850 of 1000."""
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An assessor measures before seeing what was reported."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


def send(who: Caller, body: Any, *, to: str = "", key: str | None = None, **headers: str) -> Any:
    used = key or f"key-{json.dumps(body, default=str)[:200]}{to}".replace(" ", "").encode().hex()[-200:]
    given = {"Idempotency-Key": used} | {name.replace("_", "-"): value for name, value in headers.items()}
    return who.client.post(ADDRESS + to, json=body, headers=who.headers | given)


def rows(who: Caller, dataset: str = "assessments", **parameters: str) -> list[dict[str, str]]:
    response = who.client.get(f"{V1}/{dataset}.csv", params=parameters, headers=who.headers)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def test_what_was_measured_stands_beside_what_was_reported(assessor: Caller, session: WriteSession) -> None:
    figures = session.scalar(select(func.sum(Figure.value)))
    made = send(assessor, measured(evidence="https://example.org/a?b=c", note="=1+1"))
    assert made.status_code == 201, made.text
    (row,) = rows(assessor, lang="en")
    assert (row["value"], row["low"], row["high"]) == ("90.00", "85.06", "93.43")
    assert (row["reported_value"], row["gap"], row["unit_of_measure"]) == ("85.00", "5.00", "%")
    assert (row["numerator"], row["denominator"], row["sample_size"], row["method"]) == (
        "180",
        "200",
        "200",
        "field_visit",
    )
    assert (row["evidence"], row["note"], row["assessor"]) == ("https://example.org/a?b=c", "'=1+1", "third")
    assert (row["revision"], row["blind"]) == ("1", "false")
    assert session.scalar(select(func.sum(Figure.value))) == figures
    entry = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert (entry["kind"], entry["numerator"], entry["denominator"], entry["value"]) == (
        "assessment",
        "180",
        "200",
        None,
    )


def test_a_retry_records_nothing_more_and_the_same_again_is_a_revision(assessor: Caller, session: WriteSession) -> None:
    first = send(assessor, measured(), key="a")
    again = send(assessor, measured(), key="a")
    assert (again.status_code, again.json()) == (200, first.json())
    assert refusal(send(assessor, measured(numerator=1), key="a"), 422)["code"] == "idempotency_key_reused"
    assert refusal(send(assessor, measured(numerator=1), key="b"), 409)["code"] == "assessment_exists"
    assert send(assessor, measured(method="questionnaire"), key="c").status_code == 201
    assert session.scalar(select(func.count()).select_from(Assessment)) == 2


def test_a_revision_keeps_the_earlier_one(assessor: Caller, session: WriteSession) -> None:
    first = send(assessor, measured())
    to = f"/{first.json()['id']}/revisions"
    changed = measured(numerator=170, reason="复核")
    assert refusal(send(assessor, changed, to=to, key="1"), 428)["code"] == "version_missing"
    assert refusal(send(assessor, changed, to=to, key="2", If_Match='"other"'), 412)["code"] == "version_stale"
    weak = send(assessor, changed, to=to, key="w", If_Match=f"W/{first.headers['etag']}")
    assert refusal(weak, 412)["code"] == "version_weak"
    unsaid = send(assessor, measured(numerator=170), to=to, key="3", If_Match=first.headers["etag"])
    assert refusal(unsaid, 422)["code"] == "reason_missing"
    moved = send(assessor, changed | {"unit": "441203"}, to=to, key="4", If_Match=first.headers["etag"])
    assert refusal(moved, 422)["code"] == "assessment_moved"
    second = send(assessor, changed, to=to, key="5", If_Match=first.headers["etag"])
    assert (second.status_code, second.json()["revision"]) == (201, 2)
    assert refusal(send(assessor, changed, to=to, key="6", If_Match=first.headers["etag"]), 412)
    assert [row["value"] for row in rows(assessor)] == ["85.00"]
    assert [row["value"] for row in rows(assessor, history="true")] == ["90.00", "85.00"]
    assert [row["value"] for row in rows(assessor, as_of=str(first.json()["seq"]))] == ["90.00"]
    assert [row["revision"] for row in rows(assessor, after_seq=str(first.json()["seq"]))] == ["2"]


def test_another_assessors_is_not_ones_own(assessor: Caller, client: TestClient, session: WriteSession) -> None:
    first = send(assessor, measured())
    other = caller(client, session, "fourth", Role.ASSESSOR)
    assert send(other, measured(), key="mine").status_code == 201
    body = measured(reason="x")
    refused = send(other, body, to=f"/{first.json()['id']}/revisions", If_Match=first.headers["etag"])
    assert refusal(refused, 403)["code"] == "assessment_of_another"
    assert refusal(send(other, body, to="/999/revisions", If_Match='"x"'), 404)["code"] == "assessment_unknown"
    assert len(rows(assessor)) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": "999999"}, "unit_unknown"),
        ({"period": "2019-13"}, "period_unknown"),
        ({"period": "2999-01"}, "period_future"),
        ({"indicator": "nothing"}, "indicator_unknown"),
        ({"numerator": 201}, "numerator_above_denominator"),
        ({"denominator": 0, "numerator": 0}, "denominator_zero"),
        ({"numerator": -1}, "figure_invalid"),
        ({"numerator": "１８０"}, "figure_invalid"),
        ({"numerator": "1e3"}, "figure_invalid"),
        ({"numerator": True}, "figure_invalid"),
        ({"numerator": "1.23456"}, "figure_invalid"),
        ({"numerator": 10**40, "denominator": 10**41}, "assessment_invalid"),
        ({"numerator": None}, "figure_incomplete"),
        ({"value": "90"}, "figure_incomplete"),
        ({"numerator": None, "denominator": None, "sample_size": None}, "figure_incomplete"),
        ({"numerator": None, "denominator": None, "value": "100.01"}, "value_above_100"),
        ({"sample_size": 0}, "sample_size_invalid"),
        ({"sample_size": -5}, "sample_size_invalid"),
        ({"sample_size": 199}, "sample_too_small"),
        ({"sample_size": 10**30}, "body_invalid"),
        ({"sample_size": 10**12}, "sample_size_invalid"),
        ({"evidence": "javascript:alert(1)"}, "evidence_invalid"),
        ({"evidence": "ftp://example.org"}, "evidence_invalid"),
        ({"evidence": "https://"}, "evidence_invalid"),
        ({"evidence": "https://[x"}, "evidence_invalid"),
        ({"evidence": "https://a b"}, "evidence_invalid"),
        ({"method": "guess"}, "body_invalid"),
        ({"colour": "red"}, "body_invalid"),
        ({"note": "x" * 2001}, "body_invalid"),
        ({"sample_size": 1.5}, "body_invalid"),
        ({"numerator": None, "denominator": None, "value": 60}, "sample_size_beside_value"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    assessor: Caller, session: WriteSession, changes: dict[str, Any], code: str
) -> None:
    before = newest_seq(session)
    answered = refusal(send(assessor, measured(**changes)), 422)
    assert code in {answered["code"], *(problem["code"] for problem in answered["errors"])}
    assert newest_seq(session) == before


def test_a_key_is_needed(assessor: Caller) -> None:
    response = assessor.client.post(ADDRESS, json=measured(), headers=assessor.headers)
    assert refusal(response, 400)["code"] == "idempotency_key_missing"


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.EVALUATOR, Role.ADMIN])
def test_only_assessors_record(client: TestClient, session: WriteSession, assessor: Caller, role: Role) -> None:
    made = send(assessor, measured())
    somebody = caller(client, session, "somebody", role)
    assert refusal(send(somebody, measured()), 403)["code"] == "role_forbidden"
    to = f"/{made.json()['id']}/revisions"
    assert refusal(send(somebody, measured(reason="x"), to=to, If_Match=made.headers["etag"]), 403)
    assert len(rows(somebody)) == 1
    assert refusal(client.post(ADDRESS, json=measured()), 401)


def test_an_assessor_can_change_nothing_that_was_reported(assessor: Caller) -> None:
    body = {"unit": "441202", "period": "2019-09", "values": {"items_instant": 1}}
    headers = assessor.headers | {"Idempotency-Key": "x"}
    assert assessor.client.post(f"{V1}/submissions", json=body, headers=headers).status_code == 403
    assert assessor.client.post(f"{V1}/submissions/1/verify", headers=assessor.headers).status_code == 403
    assert assessor.client.post(f"{V1}/releases", json={"notes": "x"}, headers=headers).status_code == 403


def test_what_was_recorded_cannot_be_changed_in_the_database(assessor: Caller, session: WriteSession) -> None:
    send(assessor, measured())
    for statement in ("update assessments set numerator = 1", "delete from assessments"):
        with pytest.raises(Exception, match=r"append-only|permission denied"), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.usefixtures("blind")
class TestBlind:
    def test_a_cell_is_seen_once_the_own_value_is_recorded(self, assessor: Caller, session: WriteSession) -> None:
        post(session, "441202", "2019-08", items_online=800)
        session.commit()
        assert rows(assessor, "rates") == rows(assessor, "rates.sdmx") == []
        send(assessor, measured())
        assert [row["OBS_VALUE"] for row in rows(assessor, "rates.sdmx")] == ["85.00"]
        shown = rows(assessor, "rates")
        assert [(row["unit_code"], row["period"], row["indicator_code"], row["value"]) for row in shown] == [
            ("441202", "2019-09", "online_rate", "85.00")
        ]
        (row,) = rows(assessor)
        assert (row["reported_value"], row["gap"], row["blind"]) == ("85.00", "5.00", "true")

    def test_the_citys_value_would_give_the_last_unit_away(self, assessor: Caller, session: WriteSession) -> None:
        send(assessor, measured(unit="441200"))
        assert rows(assessor, "rates") == []
        (row,) = rows(assessor)
        assert (row["reported_value"], row["gap"]) == ("", "")

    def test_anothers_assessment_gives_nothing_away(
        self, assessor: Caller, client: TestClient, session: WriteSession
    ) -> None:
        send(assessor, measured())
        other = caller(client, session, "fourth", Role.ASSESSOR)
        (row,) = rows(other)
        assert (row["reported_value"], row["gap"]) == ("", "")

    def test_a_revision_is_not_blind(self, assessor: Caller) -> None:
        first = send(assessor, measured())
        to = f"/{first.json()['id']}/revisions"
        send(assessor, measured(numerator=170, reason="复核"), to=to, If_Match=first.headers["etag"])
        assert [row["blind"] for row in rows(assessor, history="true")] == ["true", "false"]

    def test_measuring_by_another_method_what_was_seen_is_not_blind(self, assessor: Caller) -> None:
        send(assessor, measured())
        send(assessor, measured(method="questionnaire"), key="again")
        send(assessor, measured(method="questionnaire", period="2019-08"), key="another-month")
        assert [row["blind"] for row in rows(assessor)] == ["true", "false", "true"]

    def test_measuring_a_sum_whose_parts_were_seen_is_not_blind(self, assessor: Caller) -> None:
        units = [unit for unit in rows(assessor, "units") if unit["unit_code"] != "441200"]
        send(assessor, measured(unit="441200", method="questionnaire"), key="before")
        for unit in units:
            send(assessor, measured(unit=unit["unit_code"]), key=unit["unit_code"])
        send(assessor, measured(unit="441200"), key="after")
        assert [row["blind"] for row in rows(assessor)] == ["true"] * (len(units) + 1) + ["false"]

    def test_every_other_route_is_closed_to_the_role(
        self, assessor: Caller, session: WriteSession, application: FastAPI
    ) -> None:
        """Nothing an assessor can GET before measuring holds the reported count or rate."""
        published(session)
        session.commit()
        values = {"number": "1", "submission_id": "1", "name": "rates.csv", "unit": "441202", "period": "2019-09"}
        closed = 0
        for path, operations in application.openapi()["paths"].items():
            if "get" not in operations or not path.startswith(V1):
                continue
            if path.endswith((".xlsx", ".parquet")) and not WHOLE:  # of those only the code could be read
                continue
            address = path.format_map(_Filled(values))
            response = assessor.client.get(address, headers=assessor.headers, follow_redirects=False)
            if response.status_code == 403:
                code = response.json()["code"]
                assert code in ("blind_assessment", "role_forbidden", "person_needed"), address
                closed += code == "blind_assessment"
            elif "json" in response.headers.get("content-type", "") or "csv" in response.headers.get(
                "content-type", ""
            ):
                assert '"850"' not in response.text, address
                assert "85.00" not in response.text, address
        assert closed > 10

    def test_others_see_all(self, bureau: Caller, assessor: Caller) -> None:
        assert len(rows(bureau, "rates")) > 10
        assert rows(bureau, "progress")


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "1"
