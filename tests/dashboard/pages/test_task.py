"""What units reported on tasks, on the pages: how tasks stand, every revision, and files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.grids.evidence import evidence_link
from dashboard.words.tasks import SIGNS
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import WriteSession
from metrics.principal import Role
from metrics.settings import settings
from metrics.task_reports import TaskState, TaskStatus
from tests.dashboard.drawn import nodes, of_class, plain, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import BUREAU
from tests.people import person
from tests.plan_folders import SEED, plan_in


def report(
    session: WriteSession,
    number: int,
    unit: str,
    month: str,
    state: TaskState = TaskState.IN_PROGRESS,
    *,
    text: str = "已开展",
    reason: str = "",
    seen: str | None = None,
) -> str:
    given = TaskReportGiven(unit, month, state, text, evidence=f"https://example.org/{number}", reason=reason)
    return report_task(session, number, principal=BUREAU, given=given, if_match=seen).etag


def row_of(tree: Any, number: int) -> str:
    return next(said(node) for node in nodes(tree) if node["props"].get("id") == f"task-{number}")


def links(tree: Any) -> list[str]:
    return [str(n["props"]["href"]) for n in nodes(tree) if n["props"].get("href")]


def rows(tree: Any, within: str = "task-reports") -> list[list[str]]:
    """The rows of every table of reports, cell by cell."""
    return [
        [said(cell) for cell in row["props"]["children"]]
        for table in of_class(tree, within)
        for row in nodes(table)
        if row["type"] == "Tr"
    ]


def test_each_task_shows_what_it_has_come_to(evaluator: TestClient, submissions: WriteSession) -> None:
    report(submissions, 11, "441202", "2019-09", TaskState.BLOCKED)
    report(submissions, 11, "441203", "2019-09")
    report(submissions, 1, "441203", "2019-07")
    report(submissions, 15, "441200-SELF", "2019-09", TaskState.DONE)
    tree = window(evaluator, "/tasks", "?month=2019-09&lang=en")
    assert "Blocked" in row_of(tree, 11)
    assert "Blocked 1 · In progress 1" in row_of(tree, 11)
    assert "No update for two months" in row_of(tree, 1)
    assert "Completed" in row_of(tree, 15)
    assert "To be confirmed" in row_of(tree, 8)
    assert "Not reported" in row_of(tree, 12)  # dated, and nobody said anything: not known, never red
    assert "/tasks/11?month=2019-09&lang=en" in links(tree)
    table = said(of_class(window(evaluator, "/tasks", "?month=2019-09&lang=en&show=table"), "task-table"))
    assert "Completed" in table


def test_a_month_is_judged_by_the_reports_up_to_it(evaluator: TestClient, submissions: WriteSession) -> None:
    report(submissions, 15, "441200-SELF", "2019-08")
    assert "推进中" in row_of(window(evaluator, "/tasks", "?month=2019-09"), 15)
    assert "逾期" in row_of(window(evaluator, "/tasks", "?month=2019-10"), 15)
    report(submissions, 15, "441200-SELF", "2019-10", TaskState.DONE)
    assert "已完成" in row_of(window(evaluator, "/tasks", "?month=2019-10"), 15)
    assert "推进中" in row_of(window(evaluator, "/tasks", "?month=2019-09"), 15)


def test_silent_tasks_can_be_chosen_and_the_files_hold_them_alone(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    for number in (21, 24):
        report(submissions, number, "441200-SELF", "2019-06" if number == 24 else "2019-09")
    tree = window(evaluator, "/tasks", "?month=2019-09&unit=441200-SELF&state=silent&show=reports")
    assert "任务24：" in said(tree)
    assert "任务21：" not in said(tree)
    (address,) = [href for href in links(tree) if href.startswith("/api/v1/tasks.csv")]
    assert "task=24" in address
    assert "task=21" not in address
    assert len(pulled(evaluator, address, "task_number")) == address.count("task=")


def test_the_page_of_a_units_tasks_has_all_that_it_owes_and_its_files_too(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    listed = of_class(window(evaluator, "/units/441200-SELF", "?month=2019-09"), "unit-tasks")
    tree = window(evaluator, "/tasks", "?month=2019-09&unit=441200-SELF")
    assert len([node for node in nodes(listed) if node["type"] == "Li"]) == 50
    assert len([n for n in nodes(tree) if str(n["props"].get("id", "")).startswith("task-")]) == 50
    (address,) = [href for href in links(tree) if href.startswith("/api/v1/tasks.csv")]
    assert pulled(evaluator, address, "task_number") == [str(number) for number in range(1, 51)]


def test_the_milestones_counted_are_those_of_the_silent_tasks(evaluator: TestClient, submissions: WriteSession) -> None:
    plan = plan_in(SEED)
    owed = [task.number for task in plan.tasks if "441202" in plan.owing_units[task.number]]
    for number in owed:
        if number not in (4, 11):
            report(submissions, number, "441202", "2019-09")
    tree = window(evaluator, "/tasks", "?month=2019-09&unit=441202&state=silent&lang=en")
    (title,) = (said(n) for n in nodes(tree) if n["type"] == "H1")
    dates = [m for m in plan.milestones if m.task in (4, 11) and m.due_on]
    assert title.startswith("2 of 50 tasks: ")
    assert f"of {len(dates)} milestones" in title


def test_reports_as_a_file_are_those_on_the_chosen_tasks(evaluator: TestClient, submissions: WriteSession) -> None:
    for number in (11, 21):
        report(submissions, number, "441200-SELF", "2019-09")
    tree = window(evaluator, "/tasks", "?month=2019-09&group=(二)")
    (address,) = [href for href in links(tree) if href.startswith("/api/v1/task_reports.csv")]
    assert pulled(evaluator, address, "task_number") == ["11"]
    assert pulled(evaluator, "/api/v1/task_reports.csv?group=(一)&kind=kpi", "task_number") == []
    empty = window(evaluator, "/tasks", "?month=2019-02&state=silent")
    assert [href for href in links(empty) if ".csv" in href] == []


def pulled(client: TestClient, address: str, column: str) -> list[str]:
    """One column of a CSV."""
    return [row[column] for row in csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig")))]


def test_a_task_lists_every_units_newest_report_and_one_units_whole_history(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    first = report(submissions, 11, "441202", "2019-08")
    report(submissions, 11, "441202", "2019-08", TaskState.DONE, reason="漏报", seen=first)
    report(submissions, 11, "441202", "2019-09", text="<b>=九月</b>")
    tree = window(evaluator, "/tasks/11", "?lang=en&unit=441202&month=2019-09")
    newest, history = of_class(tree, "task-reports")
    units = {row[0]: row[1:] for row in rows([newest])}
    assert len(units) == 1 + 12  # the bureau that leads reports as the city departments
    assert units["Duanzhou District"][:3] == ["In progress", "Sep 2019", "<b>=九月</b>"]
    assert units["Dinghu District"][:2] == ["To be confirmedno update for 8 months: the bureau is to follow up", "—"]
    told = rows([history])[1:]
    assert [(row[0], row[1], row[2]) for row in told] == [
        ("Sep 2019", "revision 1", "In progress"),
        ("Aug 2019", "revision 2", "Completed"),
        ("Aug 2019", "revision 1", "In progress"),
    ]
    assert "Revised: 漏报" in told[1][3]
    assert BUREAU.username in told[1][5]
    assert "https://example.org/11" in links(tree)
    assert "task-form" not in json.dumps(plain(tree))


def test_a_month_lists_the_reports_up_to_it_and_so_does_its_file(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    report(submissions, 11, "441202", "2019-06")
    report(submissions, 11, "441202", "2019-09")
    tree = window(evaluator, "/tasks/11", "?unit=441202&month=2019-06&lang=en")
    _newest, history = of_class(tree, "task-reports")
    assert [row[0] for row in rows([history])[1:]] == ["Jun 2019"]
    (address,) = [href for href in links(tree) if href.startswith("/api/v1/task_reports.csv") and "history" in href]
    assert pulled(evaluator, address, "period") == ["2019-06"]
    earlier = window(evaluator, "/tasks/11", "?unit=441202&month=2019-05&lang=en")
    assert "Duanzhou District has not reported on this task up to May 2019" in said(earlier)


@pytest.mark.parametrize(("unit", "told"), [("441200", True), ("441202", False), ("ZQ-YUEGUI", False)])
def test_a_unit_that_does_not_report_on_the_task_is_said_to_mean_nothing(
    evaluator: TestClient, submissions: WriteSession, unit: str, told: bool
) -> None:
    text = said(window(evaluator, "/tasks/11", f"?unit={unit}&month=2019-09"))
    assert ("以下参数无法识别，已忽略" in text) is told
    assert (f"以下参数无法识别，已忽略：unit={unit}" in text) is told


def test_what_holds_nothing_is_marked_for_narrow_screens(evaluator: TestClient, submissions: WriteSession) -> None:
    report(submissions, 11, "441202", "2019-09")
    (table, _history) = of_class(window(evaluator, "/tasks/11", "?unit=441202&month=2019-09"), "task-reports")
    empty = [node for node in nodes(table) if node["type"] == "Td" and node["props"].get("className") == "nothing"]
    assert {said(cell) for cell in empty} == {"—"}
    assert len(empty) == 4 * 11


def test_another_units_clerk_is_not_told_who_and_why(
    client: TestClient, session: WriteSession, submissions: WriteSession
) -> None:
    first = report(submissions, 11, "441203", "2019-08")
    report(submissions, 11, "441203", "2019-08", TaskState.DONE, reason="漏报", seen=first)
    person(session, "chen")
    use_secret(client, signed_in(session))
    shown = said(window(client, "/tasks/11", "?unit=441203&month=2019-09"))
    assert "已完成" in shown
    assert "漏报" not in shown
    assert BUREAU.username not in shown


@pytest.mark.parametrize("path", ["/tasks/51", "/tasks/9999", "/tasks/0", "/tasks/11x", "/tasks/١١"])
def test_a_task_that_is_not_there_is_said_not_to_be(
    evaluator: TestClient, submissions: WriteSession, path: str
) -> None:
    assert of_class(window(evaluator, path), "task-reports") == []


def test_reports_are_kept_from_an_assessor_who_measures_blind(
    client: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(submissions, 11, "441202", "2019-09", text="网上可办率 85.00%")
    monkeypatch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
    settings.cache_clear()
    person(submissions, "lin", role=Role.ASSESSOR)
    use_secret(client, signed_in(submissions, "lin"))
    try:
        shown = "".join(
            said(window(client, path, f"?month=2019-09{search}"))
            for path, search in (
                ("/tasks", ""),
                ("/tasks", "&show=reports"),
                ("/tasks", "&state=silent"),
                ("/tasks/11", ""),
            )
        )
        assert client.get("/api/v1/task_reports.csv").status_code == 403
    finally:
        settings.cache_clear()
    assert "85.00" not in shown
    assert "待核实" in shown  # of milestones, which the plan says itself
    assert "两个月未更新" not in shown
    assert "先记录自己的数值" in shown


def test_a_units_page_lists_its_tasks(evaluator: TestClient, submissions: WriteSession) -> None:
    report(submissions, 11, "441202", "2019-09", TaskState.BLOCKED)
    tree = window(evaluator, "/units/441202", "?month=2019-09&lang=en")
    (listed,) = [one for one in of_class(tree, "unit-tasks") if one not in of_class(tree, "unit-counts")]
    assert "Blocked" in said(listed)
    assert "/tasks/11?month=2019-09&lang=en&unit=441202" in links(listed)
    assert of_class(window(evaluator, "/units/441200", "?month=2019-09"), "unit-tasks") == []


def test_a_long_address_is_shown_short_and_tells_the_other_site_nothing() -> None:
    link = plain(evidence_link("https://example.org/" + "a" * 500))
    assert len(said(link)) == 61
    assert link["props"]["rel"] == "noopener noreferrer nofollow"
    assert said(plain(evidence_link(""))) == "—"


def test_every_status_has_its_sign_and_only_what_is_overdue_has_the_red_one() -> None:
    assert set(SIGNS) == set(TaskStatus)
    assert {status for status, sign in SIGNS.items() if sign == "sign-overdue"} == {TaskStatus.OVERDUE}
