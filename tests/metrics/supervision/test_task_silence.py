"""Silence on a task goes from the unit to whoever leads the task, and from there to the bureau."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.database import WriteSession
from metrics.periods import JudgedMonth
from metrics.queries.task_silence import task_silence
from metrics.queries.view import view_at
from metrics.supervision.task_silence import SilenceStep, step_after
from tests.dashboard.pages.test_task import report
from tests.metrics.test_task_reports import task

UNIT, LEAD, BUREAU = SilenceStep.UNIT, SilenceStep.LEAD, SilenceStep.BUREAU


@pytest.mark.parametrize(
    ("months", "led", "step"),
    [(1, True, None), (2, True, UNIT), (3, True, LEAD), (4, True, BUREAU), (2, False, UNIT), (3, False, BUREAU)],
)
def test_each_month_of_silence_goes_one_step_further(months: int, led: bool, step: SilenceStep | None) -> None:
    assert step_after(months, led=led) is step


def test_who_is_silent_is_listed_the_longest_first_until_a_report_comes(session: WriteSession) -> None:
    def silent(on: str, number: int = 1) -> list[tuple[str, int, str]]:
        month = JudgedMonth.of_day(date.fromisoformat(on))
        found = task_silence(
            session, view_at(session), month=month, tasks=[task(number)], units=["441202", "441203", "441200-SELF"]
        )
        return [(one.unit, one.months, one.step.value) for one in found]

    for unit, month in (("441202", "2019-06"), ("441203", "2019-07"), ("441200-SELF", "2019-06")):
        report(session, 1, unit, month)
    assert silent("2019-07-31") == []
    assert silent("2019-09-30") == [("441200-SELF", 3, "bureau"), ("441202", 3, "lead"), ("441203", 2, "unit")]
    report(session, 1, "441202", "2019-09")
    assert [unit for unit, _, _ in silent("2019-09-30")] == ["441200-SELF", "441203"]
