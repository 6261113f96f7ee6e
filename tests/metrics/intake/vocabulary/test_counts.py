"""Zeros after the point: read as far as the element has decimals, unclear beyond."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.intake.grid import Cell, CellKind
from metrics.intake.vocabulary.counts import WrittenCount, written_count
from metrics.plan.files import read_plan
from metrics.plan.model import Element

PLAN = read_plan(Path(__file__).parents[4] / "seed" / "plan")
ELEMENT = PLAN.element_by_code["items_total"]


def element(decimals: int) -> Element:
    return ELEMENT.model_copy(update={"decimals": decimals})


@pytest.mark.parametrize(
    ("decimals", "text", "found"),
    [
        (3, "39326.000", "39326"),
        (3, "39,326.000", "39326"),
        (3, "39326.000项", "39326"),
        (3, "39326.500", "39326.5"),
        (3, "39326.0000", "value_unclear"),
        (4, "1.0000", "1"),
        (2, "1.000", "value_unclear"),
        (1, "1.000", "value_unclear"),
        (0, "1.000", "value_unclear"),
        (0, "850.0", "850"),
        (0, "850.00", "850"),
        (3, "1.0005", "value_fractional"),
    ],
)
def test_zeros_after_the_point(decimals: int, text: str, found: str) -> None:
    read = written_count(element(decimals), Cell(1, 1, CellKind.TEXT, text))
    assert (read.recorded if isinstance(read, WrittenCount) else read) == found
