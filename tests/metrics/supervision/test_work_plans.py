"""Measures of a work plan as they are written: lines, pasted rows, and what is wrong with each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from metrics.supervision.work_plans import MOST_MEASURES, Measure, lines_of_measures, read_amount, read_measures

TASKS = (11, 13)


def read(text: str) -> tuple[list[Measure], list[str]]:
    measures, problems = read_measures(lines_of_measures(text), tasks=TASKS, year=2020)
    return measures, [f"{problem.pointer} {problem.code}" for problem in problems]


def test_lines_and_pasted_rows_say_the_same() -> None:
    written = "11 | 接入 38 个部门 | 2020-06-30 | 张三\n\n- | 培训 | 2021-01-31\n"
    pasted = "11\t接入 38 个部门\t2020-06-30\t张三\n\t培训\t2021-01-31\t\n".replace("\n\t", "\n-\t")
    wide = written.replace("|", "\uff5c")
    expected = [
        Measure(11, "接入 38 个部门", date(2020, 6, 30), "张三"),
        Measure(None, "培训", date(2021, 1, 31)),
    ]
    assert read(written) == read(pasted) == read(wide) == (expected, [])
    again = "\n".join(measure.as_line() for measure in expected)
    assert read(again) == (expected, [])


def test_every_bad_part_is_named_with_its_line() -> None:
    bad = "12 | 培训 | 2020-06-30\n11 |  | 2020-06-30\n11 | 培训 | 6月底\n11 | 培训 | 2022-01-01 | " + "长" * 101
    measures, problems = read(bad)
    assert measures == []
    assert problems == [
        "/measures/1/task task_not_owed",
        "/measures/2/text measure_malformed",
        "/measures/3/due_on day_malformed",
        "/measures/4/due_on day_malformed",
        "/measures/4/who who_too_long",
    ]
    assert read(" \n")[1] == ["/measures measures_missing"]
    assert read("- | a | 2020-01-01\n" * (MOST_MEASURES + 1))[1] == ["/measures measures_too_many"]


def test_an_amount_is_written_plainly() -> None:
    good = {"0": Decimal(0), "120.5": Decimal("120.5"), "999999999999.99": Decimal("999999999999.99")}
    assert {text: read_amount(text) for text in good} == good
    assert [read_amount(text) for text in ("", "-1", "1,000", "1.234", "1e3", "\uff11")] == [None] * 6


@pytest.mark.parametrize("part", ["text", "who"])
@pytest.mark.parametrize("said", ["一\n二", "一\u2028二", "一 | 二", "一\t二", "一｜二"])
def test_a_measure_that_its_line_would_not_give_back_is_refused(part: str, said: str) -> None:
    written = replace(lines_of_measures("- | 培训 | 2020-06-30 | 张三")[0], **{part: said})
    measures, (problem,) = read_measures([written], tasks=(), year=2020)
    assert (measures, problem.pointer) == ([], f"/measures/1/{part}")
