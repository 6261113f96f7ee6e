"""Rules that change how cells look while a condition holds. Of such a rule only what hides or changes digits matters.

A condition is worked out as far as it is a comparison with something that is written out, or asks for an error or a
blank. Where it cannot be found out whether it holds, the rule is taken to hold, and somebody is asked. Newer programs
write rules behind the sheet: where they hold is said after them, and what they change within them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, SubElement

from metrics.intake.grid import Cell, CellKind
from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.cell_styles import NOTHING, CellStyle, rule_style
from metrics.intake.workbook.colours import UNKNOWN, UNSAID, Colours
from metrics.intake.workbook.number_format import PLAIN, number_look
from metrics.intake.workbook.parts import MAIN, is_true
from metrics.intake.workbook.references import Area, areas_of, column_number

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
_RULES = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_TEXTS = "http://schemas.microsoft.com/office/excel/2006/main"
NAMES: Mapping[str, str] = {
    **{f"{_RULES} {name}": f"x14:{name}" for name in ("conditionalFormatting", "cfRule", "dxf", "dataBar", "iconSet")},
    **{f"{_TEXTS} {name}": f"xm:{name}" for name in ("f", "sqref")},
}
WITHIN = frozenset({"font", "strike", "color", "numFmt", "fill", "patternFill", "fgColor", "bgColor"})


def comparison_may_hold(cell: Cell | None, compared: str, bounds: Sequence[str]) -> bool:
    """False if the cell surely does not compare so with what is written in `bounds`."""
    quoted = [bound[1:-1].replace('""', '"') for bound in bounds if len(bound) > 1 and bound[0] == bound[-1] == '"']
    if quoted:
        return _text_compares(cell, compared, quoted) if len(quoted) == len(bounds) == 1 else True
    try:
        numbers = [Decimal(bound) for bound in bounds]
        if cell is None or cell.kind is CellKind.NUMBER:
            return _compares(Decimal(cell.text if cell is not None else 0), compared, numbers)
    except InvalidOperation:
        return True  # a formula
    if cell.kind is CellKind.ERROR:
        return False
    return cell.kind is not CellKind.TEXT or compared in _ABOVE_NUMBERS


def formula_may_hold(formula: str, cell: Cell, areas: Sequence[Area], at: At) -> bool:
    """False if the formula, written for the first cell of the only area, surely does not hold for `cell`."""
    bare = formula.strip().removeprefix("=").replace(" ", "")
    # Nobody calculates here: what may hold is taken to hold (decision 90).
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
    return cell.kind in (CellKind.ERROR, CellKind.UNCALCULATED) or cell.recalculate


def _text_compares(cell: Cell | None, compared: str, bounds: Sequence[str]) -> bool:
    if compared not in ("equal", "notEqual") or (
        cell is not None and cell.kind not in (CellKind.TEXT, CellKind.NUMBER)
    ):
        return True
    text = "" if cell is None else cell.text if cell.kind is CellKind.TEXT else None
    equal = text is not None and text.casefold() == bounds[0].casefold()
    return equal == (compared == "equal")


def _compares(number: Decimal, compared: str, bounds: Sequence[Decimal]) -> bool:
    if compared in ("between", "notBetween") and len(bounds) == 2:
        return (min(bounds) <= number <= max(bounds)) == (compared == "between")
    return compared not in _COMPARED or len(bounds) != 1 or _COMPARED[compared](number, bounds[0])


@dataclass(slots=True)
class Rule:
    """`kind`: of the condition; `compared`: the operator of a comparison, "" for other conditions; `bounds`: what is
    compared with, or the formula, as written.

    `hides_value`: a bar or an icon stands in place of the number. `paints`: a bar or a scale of colours lies behind it.
    """

    areas: tuple[Area, ...]
    style: CellStyle
    compared: str
    kind: str = ""
    bounds: list[str] = field(default_factory=list)
    hides_value: bool = False
    paints: bool = False

    @property
    def matters(self) -> bool:
        """True if it may change what is shown, its colours apart."""
        return self.style.struck or bool(self.style.number_format) or self.hides_value

    @property
    def colours(self) -> Colours:
        """What it changes."""
        return Colours(self.style.colours.ink, UNKNOWN) if self.paints else self.style.colours

    def within(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in an element of the rule that draws a bar, an icon or a scale."""
        self.hides_value |= not is_true(attributes.get("showValue", "1"))
        self.paints |= name in ("dataBar", "colorScale")

    def applied(self, cell: Cell, at: At) -> Cell:
        """The cell as it looks if the rule holds for it, or may hold."""
        if not self.may_hold(cell, at):
            return cell
        struck, shown = cell.struck or self.style.struck, cell.shown
        if cell.kind is CellKind.NUMBER and self.hides_value:
            shown = ""
        elif cell.kind is CellKind.NUMBER and self.style.number_format:
            look = number_look(Decimal(cell.text), self.style.number_format)
            if look != PLAIN:
                shown = self.style.number_format if look.shown is None else look.shown
        return replace(cell, struck=struck, shown=shown)

    def may_hold(self, cell: Cell, at: At) -> bool:
        if not any(a[0] <= cell.row <= a[2] and a[1] <= cell.column <= a[3] for a in self.areas):
            return False
        if self.compared:
            return comparison_may_hold(cell, self.compared, self.bounds)
        if self.kind == "expression" and len(self.bounds) == 1:
            return formula_may_hold(self.bounds[0], cell, self.areas, at)
        if self.kind == "containsErrors":
            return cell.kind in (CellKind.ERROR, CellKind.UNCALCULATED) or cell.recalculate
        return self.kind != "containsBlanks"  # blank cells are left out


def compared_by(attributes: Mapping[str, str]) -> str:
    """The operator of the comparison that is a rule's condition, "" for another condition."""
    return attributes.get("operator", "") if attributes.get("type") == "cellIs" else ""


def hide_by_colour(cell: Cell, own: Colours, rules: Sequence[Rule], at: At) -> Cell:
    """The cell as hidden if its content has the colour of what lies behind it, by itself and by every rule of colours
    that may hold for it.
    """
    looks = [own.changed(rule.colours) for rule in rules if rule.may_hold(cell, at)] or [own]
    return replace(cell, shown="") if all(look.hides for look in looks) else cell


def may_hide(rules: Sequence[Rule], inks: set[str], behinds: set[str]) -> list[Rule]:
    """The rules by which something may be hidden in a sheet whose cells have these colours."""
    return [
        rule
        for rule in rules
        if any(
            Colours(ink, behind).hides
            for ink in ({rule.colours.ink} if rule.colours.ink != UNSAID else inks)
            for behind in ({rule.colours.behind} if rule.colours.behind != UNSAID else behinds)
        )
    ]


class ExtendedRules:
    """Takes the events within `conditionalFormatting`; its rules are in `rules` when that has ended."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._look: list[Element] = []  # the elements we are in, of what a rule changes
        self._taken: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._look:
            tag = f"{{{MAIN[0]}}}{name}"
            self._look.append(SubElement(self._look[-1], tag, dict(attributes)))
        elif name == "x14:cfRule":
            self.rules.append(Rule((), NOTHING, compared_by(attributes), attributes.get("type", "")))
        elif name == "x14:dxf":
            self._look = [Element(name)]
        elif name in ("xm:f", "xm:sqref"):
            self._taken = []
        elif self.rules:
            self.rules[-1].within(name.removeprefix("x14:"), attributes)

    def characters(self, data: str) -> None:
        if self._taken is not None:
            self._taken.append(data)

    def end(self, name: str) -> None:
        if self._look:
            ended = self._look.pop()
            if not self._look and self.rules:
                self.rules[-1].style = rule_style(ended)
        elif self._taken is not None:
            text, self._taken = "".join(self._taken), None
            if name == "xm:f" and self.rules:
                self.rules[-1].bounds.append(text)
            elif name == "xm:sqref":
                for rule in self.rules:
                    rule.areas = areas_of(text)
