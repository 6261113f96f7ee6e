"""Rules of conditional formatting in the form that newer programs write behind a sheet: where they hold is said after
them, and what they change within them.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from metrics.intake.cell_places import areas_of
from metrics.intake.cell_styles import NOTHING, rule_style
from metrics.intake.conditional_looks import Rule, compared_by
from metrics.intake.workbook_parts import MAIN

_RULES = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_TEXTS = "http://schemas.microsoft.com/office/excel/2006/main"
NAMES: Mapping[str, str] = {
    **{f"{_RULES} {name}": f"x14:{name}" for name in ("conditionalFormatting", "cfRule", "dxf", "dataBar", "iconSet")},
    **{f"{_TEXTS} {name}": f"xm:{name}" for name in ("f", "sqref")},
}
WITHIN = frozenset({"font", "strike", "color", "numFmt", "fill", "patternFill", "fgColor", "bgColor"})


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
