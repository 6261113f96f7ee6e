"""The tasks page: what is drawn along time, what is chosen, and that table and CSV say the same."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.charts.timeline import LineKind, drawn, scale_of
from metrics.database import WriteSession
from metrics.plan.model import Task
from metrics.principal import Role
from metrics.settings import settings
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.people import person
from tests.plan_folders import SEED, plan_in

PLAN = plan_in(SEED)
SCALE = scale_of(PLAN)
TASKS = {task.number: task for task in PLAN.tasks}


def lines(task: Task) -> list[tuple[LineKind, bool]]:
    return [(stretch.line, stretch.open_ended) for stretch in drawn(PLAN, task, SCALE).stretches]


def test_the_scale_holds_every_date_in_whole_months() -> None:
    assert (SCALE.first, SCALE.last) == (date(2018, 11, 1), date(2020, 12, 31))
    assert SCALE.share(date(2018, 10, 1)) == 0
    assert SCALE.share(SCALE.last) == 1
    assert [day.month for day in SCALE.ticks()] == [1, 4, 7, 10, 1, 4, 7, 10]


def test_tasks_are_drawn_as_what_they_are() -> None:
    assert lines(TASKS[1]) == [(LineKind.ROLLING, True)]  # 持续推进
    assert lines(TASKS[9]) == [(LineKind.PROVINCE, False)]  # 根据省统筹安排推进
    assert lines(TASKS[3]) == [(LineKind.PROVINCE, True)]  # 按省统筹持续推进
    assert lines(TASKS[4]) == [(LineKind.DATED, False), (LineKind.DATED, False)]
    assert lines(TASKS[2]) == [(LineKind.DATED, False), (LineKind.ROLLING, False)]  # bounded by the end of 2019
    assert lines(TASKS[34]) == [(LineKind.DATED, False), (LineKind.ROLLING, True)]
    assert lines(TASKS[13]) == [(LineKind.DATED, False), (LineKind.PROVINCE, False)]
    assert lines(TASKS[8]) == [
        (LineKind.ROLLING, True)
    ]  # its date was past when the plan was issued: nothing leads to it


def test_every_date_has_its_mark_where_the_date_is_and_labels_do_not_meet() -> None:
    for task in PLAN.tasks:
        marks = drawn(PLAN, task, SCALE).marks
        dates = sorted(m.due_on for m in PLAN.milestones if m.task == task.number and m.due_on)
        assert [mark.milestone.due_on for mark in marks] == dates
        spans = [(m.at - m.room, m.at) if m.to_the_left else (m.at, m.at + m.room) for m in marks]
        assert [mark.at for mark in marks] == [SCALE.share(day) for day in dates]
        assert all(-1e-9 <= start <= end <= 1 + 1e-9 for start, end in spans)
        assert all(end <= start + 1e-9 for (_a, end), (start, _b) in pairwise(spans))


def test_a_label_without_room_for_its_date_is_not_drawn_over_the_next_one(evaluator: TestClient) -> None:
    tree = window(evaluator, "/tasks", "?lang=en")
    cramped = [said(mark) for mark in of_class(tree, "mark-cramped")]
    assert [words.partition("2018")[0] for words in cramped] == ["31 Dec "]


def rows(tree: Any) -> list[str]:
    return [str(n["props"]["id"]) for n in nodes(tree) if str(n["props"].get("id", "")).startswith("task-")]


def links(tree: Any, start: str) -> list[str]:
    return [n["props"]["href"] for n in nodes(tree) if str(n["props"].get("href", "")).startswith(start)]


def test_all_tasks_stand_in_their_groups_and_the_title_says_what_is_next(evaluator: TestClient) -> None:
    tree = window(evaluator, "/tasks", "?month=2019-08&lang=en")
    assert rows(tree) == [f"task-{number}" for number in range(1, 51)]
    assert len(of_class(tree, "group-row")) == 8
    (title,) = (said(n) for n in nodes(tree) if n["type"] == "H1")
    dates = [m.due_on for m in PLAN.milestones if m.due_on]
    come = sum(day <= date(2019, 8, 31) for day in dates)
    assert title == f"50 tasks: {come} of {len(dates)} milestones have fallen due, the next is on 30 Sep 2019"
    assert "7 milestones were past when the plan was issued: to be confirmed" in said(tree)


def test_a_choice_is_in_the_address_and_the_csv_has_the_same_rows(evaluator: TestClient) -> None:
    tree = window(evaluator, "/tasks", "?group=(二)&unit=ZQ-YUEGUI&month=2019-09")
    (address,) = links(tree, "/api/v1/tasks.csv")
    answer = evaluator.get(address)
    pulled = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [f"task-{row['task_number']}" for row in pulled] == rows(tree)
    assert rows(tree) == ["task-7", "task-8", "task-11", "task-13", "task-16"]
    assert "50项任务中的5项" in said(tree)
    (address,) = links(tree, "/api/v1/milestones.csv")
    pulled = list(csv.DictReader(io.StringIO(evaluator.get(address).content.decode("utf-8-sig"))))
    assert {row["task_number"] for row in pulled} == {"8", "11", "13", "16"}
    others = [href for href in links(tree, "/tasks?") if "kind=kpi" in href]
    assert all("group=%28%E4%BA%8C%29" in href and "unit=ZQ-YUEGUI" in href for href in others)
    assert others


def test_the_table_says_in_words_what_the_timeline_draws(evaluator: TestClient) -> None:
    table = said(of_class(window(evaluator, "/tasks", "?month=2019-09&lang=en&show=table"), "task-table"))
    for milestone in PLAN.milestones:
        assert milestone.requirement.en in table
    assert "31 Dec 2018 finish by: Pilot application completed (before the plan was issued, to be confirmed)" in table


def test_a_date_and_its_words_are_joined_as_chinese_joins_them(evaluator: TestClient) -> None:
    table = said(of_class(window(evaluator, "/tasks", "?month=2019-09&show=table"), "task-table"))
    page = said(of_class(window(evaluator, "/tasks/11", "?month=2019-09"), "task-says"))
    tips = [str(node["props"]["title"]) for node in nodes(window(evaluator, "/tasks")) if node["props"].get("title")]
    assert all("：" in words and ": " not in words for words in (table, page))
    assert [tip for tip in tips if ": " in tip] == []


def test_a_promised_figure_shows_the_citys_light_or_the_chosen_units(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    assert "#why=441200/TG-05A" in links(window(evaluator, "/tasks", "?month=2019-09"), "#why=")
    chosen = links(window(evaluator, "/tasks", "?month=2019-09&unit=441203"), "#why=")
    assert "#why=441203/TG-05A" in chosen
    assert [href for href in chosen if not href.startswith("#why=441203/")] == []


def test_lights_are_kept_from_an_assessor_who_measures_blind(
    client: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
    settings.cache_clear()
    person(submissions, "lin", role=Role.ASSESSOR)
    use_secret(client, signed_in(submissions, "lin"))
    try:
        tree = window(client, "/tasks", "?month=2019-09")
    finally:
        settings.cache_clear()
    assert len(rows(tree)) == 50
    assert links(tree, "#why=") == []
    assert links(tree, "/api/v1/milestones.csv")
    assert links(tree, "/api/v1/task_reports.csv") == []


@pytest.mark.parametrize(
    "search", ["?group=9", "?unit=999999", "?kind=x", "?lead=x", "?phase=PH9", "?unit=" + "7" * 500]
)
def test_a_code_that_the_plan_does_not_know_is_left_out_and_named(evaluator: TestClient, search: str) -> None:
    tree = window(evaluator, "/tasks", f"{search}&lang=en")
    assert f"Not understood and left out: {search[1:46]}"[:60] in said(tree)
    assert len(rows(tree)) == len(TASKS)


def test_what_no_code_may_hold_is_said_to_be_left_out(evaluator: TestClient) -> None:
    tree = window(evaluator, "/tasks", "?lead=%00")
    assert ["lead=�" in said(told) for told in of_class(tree, "misread")] == [True]


def test_a_choice_that_no_task_fits_says_so_and_leads_back(evaluator: TestClient) -> None:
    tree = window(evaluator, "/tasks", "?group=(一)&kind=kpi&lang=en")
    assert "No task matches this choice" in said(tree)
    assert any(re.fullmatch(r"/tasks\?lang=en", href) for href in links(tree, "/tasks"))


def test_who_leads_what_progress_leaves_is_counted_and_each_count_leads_there(evaluator: TestClient) -> None:
    search = "?month=2019-09&where=due_on:<=2019-09-30&lang=en"
    assert "Led by" not in [n["props"].get("aria-label") for n in nodes(window(evaluator, "/tasks"))]
    (led,) = [n for n in nodes(window(evaluator, "/tasks", search)) if n["props"].get("aria-label") == "Led by"]
    links = [node for node in nodes(led) if "href" in node["props"]]
    counts = [int(said(of_class(link, "count"))) for link in links]
    assert counts[1:] == sorted(counts[1:], reverse=True)
    assert counts[0] >= counts[1] > counts[-1] > 0
    for link, count in zip(links, counts, strict=True):
        path, _mark, search = str(link["props"]["href"]).partition("?")
        shown = window(evaluator, path, f"?{search}")
        assert len(of_class(shown, "task-title")) == count


@pytest.mark.parametrize("path", ["/", "/changes", "/compare", "/leaderboard", "/targets/TG-05B", "/review", "/tasks"])
def test_a_unit_that_is_none_is_left_out_and_told_on_every_page(evaluator: TestClient, path: str) -> None:
    assert "Not understood and left out: unit=nope" in said(window(evaluator, path, "?unit=nope&lang=en"))
