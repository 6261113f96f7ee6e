"""Rules that change how cells look while a condition holds. Of such a rule only what hides or changes digits matters.

Whether a comparison with a number holds is found out; whether a formula does is not: then the rule is taken to hold,
and somebody is asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from metrics.intake.cell_styles import CellStyle
from metrics.intake.grid import Cell, Kind
from metrics.intake.number_format import PLAIN, number_look
from metrics.intake.workbook_parts import is_true

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}


@dataclass(slots=True)
class Rule:
    """`compared`: the operator of a comparison, "" for other conditions; `bounds`: what is compared with, as written.

    `hides_value`: a bar or an icon stands in place of the number.
    """

    areas: tuple[Area, ...]
    style: CellStyle
    compared: str
    bounds: list[str] = field(default_factory=list)
    hides_value: bool = False

    @property
    def matters(self) -> bool:
        return self.style.struck or bool(self.style.number_format) or self.hides_value

    def within(self, attributes: Mapping[str, str]) -> None:
        """Take in an element of the rule that draws a bar or an icon."""
        self.hides_value |= not is_true(attributes.get("showValue", "1"))

    def applied(self, cell: Cell) -> Cell:
        """The cell as it looks if the rule holds for it, or may hold."""
        if not self._may_hold(cell):
            return cell
        struck, shown = cell.struck or self.style.struck, cell.shown
        if cell.kind is Kind.NUMBER and self.hides_value:
            shown = ""
        elif cell.kind is Kind.NUMBER and self.style.number_format:
            look = number_look(Decimal(cell.text), self.style.number_format)
            if look != PLAIN:
                shown = self.style.number_format if look.shown is None else look.shown
        return replace(cell, struck=struck, shown=shown)

    def _may_hold(self, cell: Cell) -> bool:
        if not any(a[0] <= cell.row <= a[2] and a[1] <= cell.column <= a[3] for a in self.areas):
            return False
        if cell.kind is not Kind.NUMBER or not self.compared:
            return True
        try:
            return self._compares(Decimal(cell.text), [Decimal(bound) for bound in self.bounds])
        except InvalidOperation:
            return True  # a formula

    def _compares(self, number: Decimal, bounds: list[Decimal]) -> bool:
        if self.compared in ("between", "notBetween") and len(bounds) == 2:
            return (min(bounds) <= number <= max(bounds)) == (self.compared == "between")
        return self.compared not in _COMPARED or len(bounds) != 1 or _COMPARED[self.compared](number, bounds[0])
