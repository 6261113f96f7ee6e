"""How a month's submissions stand on a level of the tree, a row for each unit that adds up others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.levels import adds_up, unit_way
from dashboard.locale import _, count_text
from dashboard.parts import plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.queries.period_standing import PeriodStanding
from metrics.submission_states import State

Component = Any


def level_months(reading: Reading, standing: PeriodStanding) -> Component:
    """The rows of the level; nothing where its units report themselves. `standing`: of every unit."""
    plan, level = reading.plan, reading.level
    if not adds_up(plan, level):
        return None
    rows: list[Sequence[Component]] = []
    by_unit = {row.unit: row for row in standing.units}
    for unit in level.units:
        below = (by_unit.get(one.code) for one in plan.reporting_units_under(unit.code))
        stands = replace(standing, units=tuple(row for row in below if row is not None))
        waiting = sum(1 for row in stands.units if row.state is State.SUBMITTED)
        rows.append(
            [
                unit_way(plan, reading.address, unit, level=level),
                _("{reported} of {expected} reported", reported=stands.received, expected=stands.expected),
                count_text(stands.overdue) if stands.overdue else NOTHING,
                count_text(waiting) if waiting else NOTHING,
            ]
        )
    headings = [_("Unit"), _("Submissions"), _("Overdue"), _("To verify")]
    table = plain_table(_("One level down"), headings, rows)
    return section(_("One level down"), scrolled(table), name="level-months")
