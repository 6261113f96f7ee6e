"""Which files say by themselves what they mean: our stamped template and a machine's tidy CSV; others are confirmed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from metrics.intake.reading import read_file
from tests.builders import whole_values
from tests.templates import form, opened, rows, written
from tests.workbooks import city_plan, csv_bytes, tidy_rows, wide_rows, xlsx_bytes

CHINESE = [["填报单位", "报告期", "填报项", "数值"], *tidy_rows()[1:]]
TURNED = [[row[1], row[0], *row[2:]] for row in tidy_rows()]


def template() -> bytes:
    """Our template, filled in."""
    book = opened(written(city_plan(), form(city_plan())))
    for code, row in rows(book).items():
        book.worksheets[0].cell(row, 4).value = str(whole_values()[code])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (template(), "template"),
        (csv_bytes(tidy_rows()), "tidy"),
        (csv_bytes(tidy_rows(), encoding="utf-8-sig"), "tidy"),
        (csv_bytes([["2019年9月报表"], *tidy_rows()]), "other"),
        (csv_bytes(TURNED), "other"),
        (csv_bytes(CHINESE), "other"),
        (csv_bytes([[*row, ""] if place else [*row, "备注"] for place, row in enumerate(tidy_rows())]), "other"),
        (xlsx_bytes(tidy_rows()), "other"),
        (csv_bytes(wide_rows()), "other"),
    ],
)
def test_the_layout_is_known(content: bytes, layout: str) -> None:
    assert read_file("九月", content, city_plan()).layout == layout


def test_the_headings_are_kept_as_they_are_written_and_once() -> None:
    sheets: dict[str, list[list[Any]]] = {
        "甲": CHINESE,
        "乙": [["填报单位", "报告期", "填报项", "本期数"], ["441203", "2019-09", "items_total", 1]],
    }
    reading = read_file("九月.xlsx", xlsx_bytes(sheets), city_plan())
    assert reading.headings == ("填报单位", "报告期", "填报项", "数值", "本期数")
