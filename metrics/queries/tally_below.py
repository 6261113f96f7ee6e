"""How the reporting units below a level of the tree stand: counts for rows that only add up others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.level import Level
from metrics.plan.model import Plan
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.view import View
from metrics.results import Light
from metrics.tally import Tally
from metrics.verdicts.tallies import tally


def counted_below(plan: Plan, level: Level) -> frozenset[str]:
    """The reporting units that a tally of `level` is of and that do not stand on it; none where nothing on it adds up.

    A page that judges them together with the level has their rates read once.
    """
    if not any(unit.code in plan.children for unit in level.units):
        return frozenset()
    return frozenset(one.code for unit in level.units for one in plan.reporting_units_under(unit.code))


def tally_of(view: View, judged: JudgedProgress, level: Level) -> Tally:
    """Count the verdicts that `judged` holds on the reporting units below each unit of `level`."""
    verdicts, units = judged.table, level.units
    if verdicts is None:
        nothing = {unit.code: Counter[Light]() for unit in units}
        return Tally(nothing, well=0, overdue=0, unreported=0, silent=0, statuses={}, owing={})
    core = {target.code for target in core_targets(view, on=judged.on)} if judged.on else set()
    return tally(view.plan, units, verdicts, core=core)


def tally_below(
    session: ReadSession,
    view: View,
    judged: JudgedProgress,
    level: Level,
    *,
    month: JudgedMonth | None,
    targets: Collection[str] | None = None,
) -> Tally:
    """Count the verdicts in `month` on `targets` (None: all) of the reporting units below each unit of `level`.

    `judged` holds the verdicts of the level itself; where nothing on it adds up others, no more is asked for.
    """
    if below := counted_below(view.plan, level):
        judged = progress_by_unit(session, view, month=month, units=below, targets=targets)
    return tally_of(view, judged, level)
