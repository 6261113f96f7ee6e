"""Rules that change how cells look while a condition holds. Of such a rule only what hides or changes digits matters.

Where it cannot be found out whether a condition holds, the rule is taken to hold, and somebody is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from metrics.intake.cell_colours import UNKNOWN, UNSAID, Colours
from metrics.intake.cell_places import Area
from metrics.intake.cell_styles import CellStyle
from metrics.intake.grid import Cell, Kind
from metrics.intake.number_format import PLAIN, number_look
from metrics.intake.rule_conditions import At, comparison_may_hold, formula_may_hold
from metrics.intake.workbook_parts import is_true


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
        if cell.kind is Kind.NUMBER and self.hides_value:
            shown = ""
        elif cell.kind is Kind.NUMBER and self.style.number_format:
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
            return cell.kind in (Kind.ERROR, Kind.UNCALCULATED) or cell.recalculate
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
