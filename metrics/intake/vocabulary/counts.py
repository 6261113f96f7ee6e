"""What somebody wrote in a cell, as a count, or why it is none; and what looks like a figure, whatever it may mean.

Only what can mean one thing is read; everything that is recorded otherwise than it was written is said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from metrics.forms import plain
from metrics.intake.grid import Cell, CellKind
from metrics.intake.vocabulary.comparable_texts import half_width, stripped

if TYPE_CHECKING:
    from metrics.plan.model import Element

_DIGITS = re.compile(r"0|[1-9][0-9]*")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]+")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_NEGATIVE = re.compile(r"[-−–—][0-9.,]+|[0-9.,]+[-−]|\([0-9.,]+\)")
_PERCENT = re.compile(r".*[%﹪‰]|百分之.*", re.DOTALL)
_SCALED = re.compile(r"[0-9.,]+[十百千万亿kKmM].*")
_NOTHING = re.compile(
    r"[-−–—―－_/\\.…·*×xX?？]+|无|没有|暂无|未填|未统计|不适用|不涉及|空|无数据|n/?a|nil|none|null|nan", re.I
)
_ERROR = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)")
_ALL_DIGITS_SHOWN = Context(prec=15)  # spreadsheets show and keep fifteen
_NOT_COUNTS = {
    CellKind.DATE: "value_date",
    CellKind.TRUTH: "value_truth",
    CellKind.ERROR: "value_error",
    CellKind.UNCALCULATED: "value_uncalculated",
}
_NUMERIC = re.compile(r"[约近超≈>≥<≤=+\-−(]{0,2}[0-9][0-9,.  ]*\)?\s*(?:%|‰|[十百千万亿]*[\u4e00-\u9fff]{0,3})?")


@dataclass(frozen=True, slots=True)
class WrittenCount:
    """`read`: what stands in the cell; `recorded`: the plain decimal that it means."""

    read: str
    recorded: str

    @property
    def changed(self) -> bool:
        return self.read != self.recorded


def written_count(element: Element, cell: Cell) -> WrittenCount | str:
    """The count that `cell` says, or the code of why not (:func:`metrics.forms.refuse_value` has the words)."""
    if cell.recalculate:
        return "value_uncalculated"
    if cell.kind in _NOT_COUNTS:
        return _NOT_COUNTS[cell.kind]
    if cell.partly:
        return "value_partly_struck"
    if cell.struck:
        return "value_struck"
    if cell.shown is not None or cell.suffix not in ("", element.unit_of_measure.zh):
        return "value_shown_otherwise"
    found = _number(element, cell) if cell.kind is CellKind.NUMBER else _text(element, cell.text)
    return found if isinstance(found, str) else WrittenCount(cell.text, plain(found))


def seen_otherwise(cell: Cell, code: str) -> str:
    """What `cell` shows that its text does not say, where it is refused with `code` for that: words of the refusal."""
    shown = f"{cell.text}{cell.suffix}" if cell.shown is None else cell.shown
    return {"value_partly_struck": cell.partly, "value_shown_otherwise": shown}.get(code, "")


def _number(element: Element, cell: Cell) -> Decimal | str:
    if cell.percent:
        return "value_percentage"
    if cell.scaled:
        return "value_scaled"
    number = Decimal(cell.text)
    if not number.is_finite():
        return "value_not_a_number"
    return _within(element, _ALL_DIGITS_SHOWN.plus(number))


def _text(element: Element, text: str) -> Decimal | str:
    bare = stripped(half_width(text))
    if _PERCENT.fullmatch(bare):
        return "value_percentage"
    if _NOTHING.fullmatch(bare):
        return "value_nothing"
    if _ERROR.fullmatch(bare):
        return "value_error"
    measure = element.unit_of_measure.zh
    bare = stripped(bare.removesuffix(measure)) if bare != measure else bare
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if _DIGITS.fullmatch(bare) or _DECIMAL.fullmatch(bare):
        places = bare.partition(".")[2]
        if len(places) > max(2, element.decimals) and not places.strip("0"):
            return "value_unclear"  # 1.000 is one here and a thousand elsewhere, unless the element has such decimals
        return _within(element, Decimal(bare))
    return _why_not(bare)


def _within(element: Element, number: Decimal) -> Decimal | str:
    if number < 0:
        return "value_negative"
    places = len(plain(number).partition(".")[2])
    if places > element.decimals:
        return "value_percentage" if element.decimals == 0 and number < 1 else "value_fractional"
    return "value_too_large" if number > element.maximum else number


def _why_not(bare: str) -> str:
    if _EXPONENT.fullmatch(bare):
        return "value_exponent"
    if _NEGATIVE.fullmatch(bare):
        return "value_negative"
    if _SCALED.fullmatch(bare):
        return "value_scaled"
    return "value_unclear" if any(character.isdigit() for character in bare) else "value_not_a_number"


def is_figure(cell: Cell) -> bool:
    """True for a number, and for a text that is nothing but one: 98, 1,024, 约98, 85%, 3万份."""
    if cell.kind is CellKind.NUMBER:
        return True
    return cell.kind is CellKind.TEXT and _NUMERIC.fullmatch(half_width(cell.text).strip()) is not None


def any_digit(cells: Iterable[Cell]) -> bool:
    """True if a digit stands in one of `cells`."""
    return any(character.isdigit() for cell in cells for character in cell.text)
