"""Whether the condition of a rule holds for a cell, as far as it is a comparison with something that is written out, or
asks for an error or a blank. Of any other condition it is said that it may hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from metrics.intake.cell_places import Area, column_number
from metrics.intake.grid import Cell, Kind
from metrics.intake.refusals import FileRefused

At = Callable[[int, int], Cell | None]
"""The cell in a row and column, None for a blank one."""

_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}
_SIGNS = {
    "=": "equal", "<>": "notEqual", "<": "lessThan", "<=": "lessThanOrEqual",
    ">": "greaterThan", ">=": "greaterThanOrEqual",
}  # fmt: skip
_ABOVE_NUMBERS = {"notEqual", "greaterThan", "greaterThanOrEqual", "notBetween"}  # texts come behind all numbers
_PLACE = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})"
_COMPARISON = re.compile(rf"{_PLACE}(=|<>|<=|>=|<|>)(.+)")
_ASKED = re.compile(rf"(ISERROR|ISERR|ISNA|ISBLANK)\({_PLACE}\)", re.IGNORECASE)


def comparison_may_hold(cell: Cell | None, compared: str, bounds: Sequence[str]) -> bool:
    """False if the cell surely does not compare so with what is written in `bounds`."""
    quoted = [bound[1:-1].replace('""', '"') for bound in bounds if len(bound) > 1 and bound[0] == bound[-1] == '"']
    if quoted:
        return _text_compares(cell, compared, quoted) if len(quoted) == len(bounds) == 1 else True
    try:
        numbers = [Decimal(bound) for bound in bounds]
        if cell is None or cell.kind is Kind.NUMBER:
            return _compares(Decimal(cell.text if cell is not None else 0), compared, numbers)
    except InvalidOperation:
        return True  # a formula
    if cell.kind is Kind.ERROR:
        return False
    return cell.kind is not Kind.TEXT or compared in _ABOVE_NUMBERS


def formula_may_hold(formula: str, cell: Cell, areas: Sequence[Area], at: At) -> bool:
    """False if the formula, written for the first cell of the only area, surely does not hold for `cell`."""
    bare = formula.strip().removeprefix("=").replace(" ", "")
    if len(areas) != 1:
        return True
    top, left = areas[0][:2]
    if (asked := _ASKED.fullmatch(bare)) is not None:
        found = _meant(asked.groups()[1:], cell, top, left)
        if found is None:
            return True
        there = at(*found)
        return there is None if asked[1].upper() == "ISBLANK" else there is not None and _may_be_error(there)
    match = _COMPARISON.fullmatch(bare)
    if match is None or (found := _meant(match.groups()[:4], cell, top, left)) is None:
        return True
    return comparison_may_hold(at(*found), _SIGNS[match[5]], [match[6]])


def _meant(written: Sequence[str], cell: Cell, top: int, left: int) -> tuple[int, int] | None:
    """The place that a formula for the cell in row `top` and column `left` means when it stands for `cell`."""
    fixed_column, letters, fixed_row, row = written
    try:
        column = column_number(letters)
    except FileRefused:
        return None
    down, across = cell.row - top, cell.column - left
    return int(row) + (0 if fixed_row else down), column + (0 if fixed_column else across)


def _may_be_error(cell: Cell) -> bool:
    return cell.kind in (Kind.ERROR, Kind.UNCALCULATED) or cell.recalculate


def _text_compares(cell: Cell | None, compared: str, bounds: Sequence[str]) -> bool:
    if compared not in ("equal", "notEqual") or (cell is not None and cell.kind not in (Kind.TEXT, Kind.NUMBER)):
        return True
    text = "" if cell is None else cell.text if cell.kind is Kind.TEXT else None
    equal = text is not None and text.casefold() == bounds[0].casefold()
    return equal == (compared == "equal")


def _compares(number: Decimal, compared: str, bounds: Sequence[Decimal]) -> bool:
    if compared in ("between", "notBetween") and len(bounds) == 2:
        return (min(bounds) <= number <= max(bounds)) == (compared == "between")
    return compared not in _COMPARED or len(bounds) != 1 or _COMPARED[compared](number, bounds[0])
