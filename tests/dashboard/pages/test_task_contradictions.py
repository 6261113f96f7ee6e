"""A report that the figure contradicts is shown where the task, the target and the unit are."""

from __future__ import annotations

import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.task_reports import TaskState
from tests.dashboard.conftest import record
from tests.dashboard.drawn import plain, window
from tests.dashboard.pages.test_task import report

MONTH = "?month=2019-09"
PAGES = ("/tasks/5", "/targets/TG-05A", "/units/441202", "/supervise")


def rows(client: TestClient, **more: str) -> list[tuple[str, ...]]:
    answer = client.get("/api/v1/task_contradictions.csv", params={"period": "2019-09"} | more)
    assert answer.status_code == 200, answer.text
    names = ("contradiction", "unit_code", "target_code", "value")
    return [tuple(row[name] for name in names) for row in csv.DictReader(io.StringIO(answer.text, newline=""))]


def test_done_while_the_target_is_not_met_is_shown_on_every_page_it_concerns(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    def told(path: str) -> bool:
        return "任务月报与指标不符" in json.dumps(plain(window(evaluator, path, MONTH)), ensure_ascii=False)

    report(submissions, 5, "441202", "2019-09")
    assert [told(path) for path in PAGES] == [False] * 4
    report(submissions, 5, "441202", "2019-09", TaskState.DONE, seen='"task-5-441202-2019-09-1"', reason="完成")
    report(submissions, 5, "441203", "2019-09", TaskState.DONE)
    assert [told(path) for path in PAGES] == [True] * 4
    assert not told("/units/441204")
    assert rows(evaluator, target="TG-05A") == [("done_not_met", "441202", "TG-05A", "69.90")]
    assert [row[1:3] for row in rows(evaluator)] == [
        ("441202", "TG-05A"),
        ("441202", "TG-05B"),
        ("441203", "TG-05B"),
    ]


def test_a_met_target_of_a_blocked_task_is_the_reverse(evaluator: TestClient, submissions: WriteSession) -> None:
    record(submissions, "441204", "2019-09", systems_due=5, systems_connected=5)
    report(submissions, 2, "441204", "2019-09", TaskState.BLOCKED)
    (found,) = rows(evaluator, task="2")
    assert found[:3] == ("met_not_done", "441204", "TG-02A")
    assert rows(evaluator, task="2", period="2019-08") == []  # a later report does not count


def test_a_page_shows_so_many_and_says_how_many_more(
    evaluator: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.grids.task_contradictions._MOST", 1)
    report(submissions, 5, "441202", "2019-09", TaskState.DONE)
    told = json.dumps(plain(window(evaluator, "/supervise", MONTH)), ensure_ascii=False)
    assert "另有1条，见 CSV" in told
