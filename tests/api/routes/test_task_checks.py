"""`/tasks/{no}/reports/{unit}/{month}/confirm` and `/return` over HTTP: by the lead unit, then by the bureau."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_task_reports import send
from tests.callers import Caller, Response, caller, refusal

V1 = "/api/v1"
FIRST, SECOND = '"task-11-441202-2019-09-1"', '"task-11-441202-2019-09-2"'


@pytest.fixture
def lead(client: TestClient, session: WriteSession) -> Caller:
    """A clerk of the city departments, which lead task 11."""
    return caller(client, session, "lead", Role.CLERK, {"441200-SELF"})


def step(
    who: Caller, action: str, *, etag: str | None = FIRST, to: str = "11/reports/441202/2019-09", **body: Any
) -> Response:
    headers = who.headers | ({} if etag is None else {"If-Match": etag})
    return who.client.post(f"{V1}/tasks/{to}/{action}", json=body, headers=headers)


def rows(who: Caller, dataset: str, **parameters: str) -> list[dict[str, str]]:
    answer = who.client.get(f"{V1}/{dataset}.csv", params=parameters, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_a_report_is_confirmed_by_its_lead_unit_and_then_by_the_bureau(
    clerk: Caller, lead: Caller, bureau: Caller
) -> None:
    send(clerk)
    seen = step(lead, "confirm")
    assert seen.status_code == 201, seen.text
    assert {"state": "lead_confirmed", "by_unit": "441200-SELF", "recorded": True}.items() <= seen.json().items()
    again = step(lead, "confirm")
    assert (again.status_code, again.json()["recorded"], again.json()["seq"]) == (200, False, seen.json()["seq"])
    assert step(bureau, "confirm").json()["state"] == "confirmed"
    assert refusal(step(lead, "return", reason="晚了"), 409)["code"] == "task_check_forbidden"
    steps = [(row["step"], row["by_unit"], row["action"]) for row in rows(bureau, "task_checks", task="11")]
    assert steps == [("lead", "441200-SELF", "confirm"), ("review", "", "confirm")]
    (row,) = rows(clerk, "task_reports", task="11")
    assert row["confirmation"] == "confirmed"
    (row,) = rows(clerk, "task_reports", task="11", as_of=str(seen.json()["seq"]))
    assert row["confirmation"] == "lead_confirmed"


def test_a_revised_report_is_to_be_confirmed_anew(clerk: Caller, lead: Caller, bureau: Caller) -> None:
    send(clerk)
    assert step(lead, "confirm").status_code == 201
    assert send(clerk, etag=FIRST, text="又", reason="补充").status_code == 201
    states = [(row["revision"], row["confirmation"]) for row in rows(clerk, "task_reports", task="11", history="true")]
    assert states == [("1", "superseded"), ("2", "reported")]
    assert refusal(step(lead, "confirm"), 412)["code"] == "version_stale"
    assert refusal(step(lead, "confirm", etag=None), 428)["code"] == "version_missing"
    assert refusal(step(bureau, "confirm", etag=SECOND), 422)["code"] == "reason_missing"
    assert step(bureau, "confirm", etag=SECOND, reason="牵头单位未答复").json()["state"] == "confirmed"


def test_what_is_sent_back_says_why_to_the_unit_the_lead_and_the_bureau_alone(
    clerk: Caller, lead: Caller, bureau: Caller, client: TestClient, session: WriteSession
) -> None:
    send(clerk)
    assert refusal(step(lead, "return"), 422)["code"] == "reason_missing"
    assert step(lead, "return", reason="佐证打不开").json()["state"] == "returned"
    neighbour = caller(client, session, "neighbour", Role.CLERK, {"441203"})
    told = {who: rows(who, "task_checks")[0]["reason"] for who in (clerk, lead, bureau, neighbour)}
    assert [told[who] for who in (clerk, lead, bureau, neighbour)] == ["佐证打不开"] * 3 + [""]


def test_nobody_confirms_but_who_leads_and_the_bureau(clerk: Caller, lead: Caller, bureau: Caller) -> None:
    send(clerk)
    send(clerk, 4)
    assert refusal(step(clerk, "confirm"), 403)["code"] == "unit_forbidden"
    own = {"to": "4/reports/441202/2019-09", "etag": '"task-4-441202-2019-09-1"'}
    assert refusal(step(lead, "confirm", **own), 403)["code"] == "unit_forbidden"  # the county leads task 4 itself
    assert step(bureau, "confirm", **own).json()["state"] == "confirmed"  # and so nobody is waited for
    for nowhere in (
        "11/reports/441203/2019-09",
        "11/reports/441202/2019-08",
        "11/reports/x/y",
        "77/reports/441202/2019-09",
    ):
        assert refusal(step(bureau, "confirm", to=nowhere), 404)["code"] == "task_report_unknown"
