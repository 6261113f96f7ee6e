"""Marks of sanctions on the pages: the clause, whom it stands for, and the forms of a reviewer."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.drawn import nodes, plain, signed_in, use_secret, window
from tests.people import person

FIELDS = {"task": "31", "unit": "441202", "subject": "某业务系统", "reason": "逾期未接入"}


def test_a_reviewer_sets_the_mark_and_lifts_it_on_the_task_page(
    evaluator: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(path: str) -> str:
        return json.dumps(plain(window(evaluator, path, "?month=2019-09")), ensure_ascii=False)

    def done(do: str, **fields: str) -> bool:
        return outcomes_of(json.dumps({"do": do, "fields": fields, "nth": 1}))[0].done

    assert "市财政不予保障经费" in told("/tasks/31")
    assert "约束措施" not in told("/tasks/30")
    assert "约束措施" not in told("/units/441202")
    bureau = person(submissions, "bureau.marks", role=Role.REVIEWER)
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: bureau)
    assert not done("task.sanction", **FIELDS | {"reason": ""})
    assert done("task.sanction", **FIELDS)
    assert "1项约束措施尚未解除" in told("/supervise")
    for path in ("/tasks/31", "/units/441202"):
        assert "某业务系统" in told(path)
        assert "尚未解除" in told(path)
    use_secret(evaluator, signed_in(submissions, "bureau.marks"))
    forms = [n["props"] for n in nodes(window(evaluator, "/tasks/31", "?month=2019-09")) if n["props"].get("data-asks")]
    (lift,) = [json.loads(form["data-fields"]) for form in forms if form["data-asks"] == "task.lift_sanction"]
    assert done("task.lift_sanction", **lift, reason="已接入")
    assert "尚未解除" not in told("/supervise")
    assert "已接入" in told("/tasks/31")
