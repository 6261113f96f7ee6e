"""What the browser has to know to place a pasted table: headings, and whose form of which month is open."""

from __future__ import annotations

from datetime import date
from typing import Any

from metrics.intake.tables.remarks import OTHERWISE, PARTS
from metrics.intake.vocabulary.comparable_texts import folded
from metrics.intake.vocabulary.headings import OTHER_TITLES, OTHERS, THIS_MONTHS, HeadingRole, heading_roles
from metrics.intake.vocabulary.names import OFFICES, PART, TOWN, Vocabulary, short_names, short_names_pattern
from metrics.periods import format_period
from metrics.plan.model import Plan, Unit

_NOT_READ = (HeadingRole.OTHER, HeadingRole.NUMBER)
_PATTERNS = {
    "others": OTHERS,
    "other_titles": OTHER_TITLES,
    "this_month": THIS_MONTHS,
    "otherwise": OTHERWISE,
    "parts": PARTS,
    "part_behind": PART,
    "town": TOWN,
}


def paste_facts(plan: Plan, *, unit: str, period: date) -> dict[str, Any]:
    """For src/pasting/placing.js: folded headings and what each means, folded measures, whose form of which month.

    `headings`: `ignored` are columns that are known and not read. `other_units`: names as written, of units that
    report beside this one. `patterns`: the words of the reader of files, as a browser's regular expressions.
    """
    own = plan.unit_by_code[unit]
    others = [other for other in plan.reporting_units if other.code != unit]
    neighbours = short_names_pattern(folded(name) for other in others for name in short_names(other))
    patterns = _PATTERNS | {"neighbours": neighbours}
    return {
        "headings": {
            heading: "ignored" if role in _NOT_READ else role.value for heading, role in heading_roles().items()
        },
        "measures": sorted(Vocabulary(plan).measures.known),
        "unit_names": sorted({folded(name) for name in [*_names(own), *(alias.name for alias in own.aliases)]}),
        "other_units": sorted({name for other in others for name in _long_names(other)}),
        "period": format_period(period),
        "blocks": sorted({folded(name) for block in plan.blocks for name in (block.name.zh, block.name.en)}),
        "offices": list(OFFICES),
        "patterns": {name: pattern.pattern for name, pattern in patterns.items()},
    }


def _names(unit: Unit) -> list[str]:
    return [name for name in (unit.code, unit.name.zh, unit.name.en, unit.full_name_zh) if name]


def _long_names(unit: Unit) -> list[str]:
    """The names that say a unit wherever they stand; its short ones are looked for where a name may begin."""
    names = [unit.name.zh, unit.name.en, unit.full_name_zh, *(alias.name for alias in unit.aliases)]
    return [name for name in names if name and len(name) > 1 and name not in short_names(unit)]
