"""The form in which a unit reports on a task: who finds it, and what becomes of what is sent with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.database import WriteSession
from metrics.models import TaskReport
from tests.dashboard.drawn import nodes, of_class, plain, said, window
from tests.dashboard.pages.test_task import report
from tests.people import person

FIELDS = {
    "task": "11",
    "unit": "441202",
    "seen": "",
    "period": "2019-09",
    "state": "in_progress",
    "text": "<b>已接入</b>",
    "evidence": "https://example.org/11",
}


def ask(**changes: str) -> str:
    return json.dumps({"do": "task.report", "fields": FIELDS | changes, "nth": 1})


def test_a_clerk_finds_the_form_for_the_own_unit_alone(clerk: TestClient, submissions: WriteSession) -> None:
    def forms(search: str) -> list[dict[str, Any]]:
        tree = window(clerk, "/tasks/11", f"?month=2019-09{search}")
        return [json.loads(n["props"]["data-fields"]) for n in nodes(tree) if n["props"].get("data-asks")]

    (fields,) = forms("")
    assert (fields["task"], fields["unit"], fields["period"], fields["seen"]) == ("11", "441202", "2019-09", "")
    assert forms("&unit=441203") == []
    assert forms("&as_of=1") == []
    report(submissions, 11, "441202", "2019-09")
    assert forms("")[0]["seen"] == "task-11-441202-2019-09-1"
    assert "task-form" not in json.dumps(plain(window(clerk, "/tasks/6", "?month=2019-09")))


def test_the_month_is_chosen_at_the_form_and_nowhere_else(clerk: TestClient, submissions: WriteSession) -> None:
    tree = window(clerk, "/tasks/11", "?month=2019-09")
    assert [of_class(tree, name) for name in ("times", "phases", "projector-switch")] == [[], [], []]
    menus = [said(menu) for menu in of_class(tree, "choice-menu")]
    (months,) = [menu for menu in menus if menu.startswith("报告期2019年9月")]
    assert "2019年10月2019年9月2019年8月" in months
    assert of_class(window(clerk, "/tasks/11", "?month=2019-09&unit=441203"), "times")  # another's: a reader's page


@pytest.mark.usefixtures("client")
def test_the_form_reports_once_and_revises_what_was_seen(
    session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = person(session, "chen")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: clerk)
    assert [outcomes_of(ask())[0].done for _ in range(2)] == [True, True]
    (row,) = session.scalars(select(TaskReport)).all()
    assert (row.task_number, row.state, row.text, row.actor) == (11, "in_progress", "<b>已接入</b>", "chen")
    seen = {"seen": "task-11-441202-2019-09-1", "state": "done"}
    assert not outcomes_of(ask(**seen))[0].done  # no reason
    assert not outcomes_of(ask(state="done", reason="漏报"))[0].done  # nothing seen
    (outcome,) = outcomes_of(ask(**seen, reason="漏报"))
    assert outcome.done
    assert not outcomes_of(ask(**seen | {"state": "blocked"}, reason="又"))[0].done  # seen is old by now
    assert outcomes_of(ask(**seen, period="2019-08"))[0].done  # nothing stood for that month
    assert len(session.scalars(select(TaskReport)).all()) == 3


@pytest.mark.usefixtures("client")
def test_a_press_that_changes_nothing_leaves_the_form_as_it_was(
    session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = person(session, "chen")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: clerk)
    assert outcomes_of(ask())[0].done
    seen = {"seen": "task-11-441202-2019-09-1", "reason": "补充"}
    (same,) = outcomes_of(ask(**seen))
    assert same.done
    assert "未另行记录" in same.text
    revised = [outcomes_of(ask(**seen, text="已接入,并已公布"))[0] for _ in range(2)]
    assert [outcome.done for outcome in revised] == [True, True]
    assert "未另行记录" in revised[1].text  # pressed twice
    assert [row.revision for row in session.scalars(select(TaskReport)).all()] == [1, 2]


@pytest.mark.usefixtures("client")
def test_a_report_that_came_meanwhile_is_led_to(
    session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = person(session, "chen")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: clerk)
    assert outcomes_of(ask())[0].more is None
    reported, there = (outcomes_of(ask(period="2019-08", text=text))[0] for text in ("八月", "八月又"))
    assert (reported.done, there.done) == (True, False)
    assert "If-Match" not in there.text
    assert "2019年8月" in there.text
    assert plain(there.more)["props"]["href"] == "/tasks/11?month=2019-08&unit=441202"


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "changes",
    [
        {"task": "²"},
        {"task": ""},
        {"task": "51"},
        {"task": "11111"},
        {"task": "6"},
        {"state": "late"},
        {"unit": "441203"},
        {"unit": ""},
        {"period": "九月"},
        {"period": "2999-01"},
        {"text": "  "},
        {"evidence": "javascript:x"},
    ],
)
def test_a_form_that_cannot_be_meant_is_refused(
    session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    clerk = person(session, "chen")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: clerk)
    (outcome,) = outcomes_of(ask(**changes))
    assert not outcome.done
    assert session.scalars(select(TaskReport)).all() == []
