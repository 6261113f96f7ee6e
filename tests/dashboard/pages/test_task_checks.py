"""Confirming reports on tasks, on the pages: whose turn it is, and what is told of it."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.drawn import nodes, plain, signed_in, use_secret, window
from tests.dashboard.pages.test_task import report
from tests.people import person

PAGE = ("/tasks/11", "?month=2019-09&unit=441202")


def asks(client: TestClient, session: WriteSession, role: Role, units: set[str] | None = None) -> list[str]:
    """The acts that the task's page offers to somebody new."""
    name = f"{role.value}.{'-'.join(sorted(units or ()))}"
    person(session, name, role=role, units=units)
    use_secret(client, signed_in(session, name))
    return [n["props"]["data-asks"] for n in nodes(window(client, *PAGE)) if n["props"].get("data-asks")]


def test_whose_turn_it_is_finds_the_forms(client: TestClient, submissions: WriteSession) -> None:
    report(submissions, 11, "441202", "2019-09")
    both = ["task.confirm", "task.send_back"]
    assert asks(client, submissions, Role.CLERK, {"441200-SELF"}) == both
    assert set(both) < set(asks(client, submissions, Role.REVIEWER))  # who may report for any unit as well
    assert asks(client, submissions, Role.CLERK, {"441203"}) == []
    assert asks(client, submissions, Role.EVALUATOR) == []
    assert "task.confirm" not in asks(client, submissions, Role.CLERK, {"441202"})


@pytest.mark.usefixtures("client")
def test_a_lead_unit_and_the_bureau_confirm_and_the_pages_say_so(
    client: TestClient, submissions: WriteSession, evaluator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = report(submissions, 11, "441202", "2019-09").strip('"')
    fields = {"task": "11", "unit": "441202", "period": "2019-09", "seen": seen}

    def told(path: str, search: str) -> str:
        return json.dumps(plain(window(evaluator, path, search)), ensure_ascii=False)

    def done(do: str, **more: str) -> bool:
        return outcomes_of(json.dumps({"do": do, "fields": fields | more, "nth": 1}))[0].done

    waiting = ("/tasks", "?month=2019-09&state=unconfirmed&show=reports")
    assert "1份任务月报待确认" in told("/supervise", "?month=2019-09")
    assert "待确认" in told(*PAGE)
    assert "/tasks/11" in told(*waiting)
    lead = person(submissions, "lead", units={"441200-SELF"}, display_name="牵头人")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: lead)
    assert done("task.confirm")
    assert "牵头单位已确认" in told(*PAGE)
    assert "牵头人" in told(*PAGE)
    bureau = person(submissions, "bureau.second", role=Role.REVIEWER)
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: bureau)
    assert not done("task.send_back")
    assert done("task.send_back", reason="佐证与所述不符")
    assert "佐证与所述不符" in told(*PAGE)
    assert not done("task.send_back", reason="又", seen="task-11-441202-2019-09-2")
    assert "/tasks/11" not in told(*waiting)


def test_a_lead_unit_is_told_what_waits_for_it(client: TestClient, submissions: WriteSession) -> None:
    def told(unit: str) -> str:
        person(submissions, f"clerk.{unit}", units={unit})
        use_secret(client, signed_in(submissions, f"clerk.{unit}"))
        return json.dumps(plain(window(client, "/my", "")), ensure_ascii=False)

    report(submissions, 11, "441202", "2019-09")
    leads = told("441200-SELF")
    assert "1份任务月报待贵单位作为牵头单位确认" in leads
    assert "三个月以上未更新" in leads
    assert "作为牵头单位确认" not in told("441203")
