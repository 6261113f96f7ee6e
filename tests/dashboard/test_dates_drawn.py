"""Dates that pages draw are those that the document prints, typed here from its text by hand."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from dashboard.locale import speaking
from dashboard.pages.target_chart import stage_marks
from metrics.database import WriteSession
from metrics.due_line import stages_of
from tests.dashboard.drawn import of_class, said, window
from tests.plan_folders import SEED, plan_in

PLAN = plan_in(SEED)
BEGINS, ENDS = date(2018, 11, 1), date(2021, 1, 12)
# 工作目标 1 to 4: 2019年9月底前, 2019年10月至12月底, 2020年6月底前, 2020年7月至12月底; issued on 12 Feb 2019
PHASES = ["11 Feb 2019", "30 Sep 2019", "31 Dec 2019", "30 Jun 2020", "31 Dec 2020"]
# 完成时限 of tasks 4, 5, 19 and goal 3
PRINTED = {
    "TG-04A": ["≥ 60 % · 30 Sep 2019"],
    "TG-04B": ["= 100 % · 30 Jun 2020"],
    "TG-05A": ["≥ 70 % · 30 Sep 2019", "Online rate after exemptions = 100 % · 30 Jun 2020"],
    "TG-05B": ["≥ 70 % · 30 Sep 2019", "= 100 % · 30 Jun 2020"],
    "TG-19A": ["= 100 % · 30 Sep 2019"],
    "TG-19B": ["≥ 70 % · 30 Sep 2019"],
}


@pytest.mark.parametrize("code", [*PRINTED])
def test_a_targets_chart_has_each_stage_at_its_printed_date_with_the_date_written_out(code: str) -> None:
    target = PLAN.general_targets[code][-1]
    with speaking("en"):
        marks = stage_marks(PLAN, target, stages_of(PLAN, target, on=date.max), begins=BEGINS, ends=ENDS)
    plain = [mark.label.replace("<b>", "").replace("</b>", "") for mark in marks]
    assert plain == PRINTED[code]


def test_every_due_date_of_a_chart_is_written_out() -> None:
    """Of each target of which a course is drawn: a label without its date leaves a stage to be guessed at."""
    targets = [revisions[-1] for revisions in PLAN.general_targets.values() if revisions[-1].measured]
    assert len(targets) == 20
    with speaking("zh"):
        for target in targets:
            marks = stage_marks(PLAN, target, stages_of(PLAN, target, on=date.max), begins=BEGINS, ends=ENDS)
            told = {f"{day.year}年{day.month}月{day.day}日" for day in (mark.due_on for mark in marks)}
            undated = target.due_on is None
            assert undated or told == {mark.label.rpartition(" · ")[2] for mark in marks}, target.code


def test_the_strip_of_phases_ends_each_where_the_document_does(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    strip = of_class(window(evaluator, "/tasks", "?month=2019-09&lang=en"), "phase-end")
    assert [said(end).lstrip("–") for end in strip] == PHASES
