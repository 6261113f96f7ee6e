"""Months as titles, sheets and headings name them."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.intake.vocabulary.months import Mention, month_alone, months_named, without_months

FEBRUARY = date(2021, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "封开县2021年2月报送表", "2月", "2月份", "二〇二一年二月", "2021-02", "2021.2", "202102", "截至2021年2月28日", "2021年度2月",
        "肇府函〔2019〕83号", "2019—2021年工作方案", "填表日期:2021年3月2日", "报送截止 2021-03-05(含当日)", "12月底前完成", "3个月", "报送表",
    ],
)  # fmt: skip
def test_a_title_that_may_be_of_february_is(text: str) -> None:
    assert all(mention.agrees(FEBRUARY) for mention in months_named(text))


@pytest.mark.parametrize(
    "text",
    [
        "封开县2021年1月报送表", "1月", "二〇二一年一月", "十二月", "2021-01", "202101", "截至2021年1月31日", "2021年1-2月", "1—2月累计",
        "2020年2月", "2020年报送表", "2021年一季度", "2017—2019年工作方案",
    ],
)  # fmt: skip
def test_a_title_that_names_another_month_does_not_agree(text: str) -> None:
    assert not all(mention.agrees(FEBRUARY) for mention in months_named(text))


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("2021年2月", Mention(2021, 2)), ("2月数", Mention(None, 2)), ("2021年2月完成数", Mention(2021, 2)), ("二〇二一年十二月", Mention(2021, 12)),
        ("本月数", None), ("2021年2月办结数据说明", None), ("2", None),
    ],
)  # fmt: skip
def test_a_heading_is_a_month_only_as_a_whole(text: str, mention: Mention | None) -> None:
    assert month_alone(text) == mention


def test_next_months_title_is_the_same_without_its_month() -> None:
    assert without_months("封开县2021年2月报送表") == without_months("封开县2021年3月报送表") != "封开县报送表"


@pytest.mark.parametrize("text", ["441202", "441225", "封开县 441225", "020202"])
def test_six_digits_that_are_no_year_and_month_name_none(text: str) -> None:
    assert months_named(text) == []
    assert without_months(text) == text.replace(" ", "")
