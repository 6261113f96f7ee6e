"""What looks like a figure, whatever it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from metrics.intake.folding import half_width
from metrics.intake.grid import Cell, Kind

_NUMERIC = re.compile(r"[约近超≈>≥<≤=+\-−(]{0,2}[0-9][0-9,.  ]*\)?\s*(?:%|‰|[十百千万亿]*[\u4e00-\u9fff]{0,3})?")


def is_figure(cell: Cell) -> bool:
    """True for a number, and for a text that is nothing but one: 98, 1,024, 约98, 85%, 3万份."""
    if cell.kind is Kind.NUMBER:
        return True
    return cell.kind is Kind.TEXT and _NUMERIC.fullmatch(half_width(cell.text).strip()) is not None


def any_digit(cells: Iterable[Cell]) -> bool:
    """True if a digit stands in one of `cells`."""
    return any(character.isdigit() for cell in cells for character in cell.text)
