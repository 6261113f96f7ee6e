"""How the reporting units below a level of the tree stand: counts for rows that only add up others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.level import Level
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.view import View
from metrics.tally import Tally
from metrics.verdicts.tallies import tally


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
    plan, units = view.plan, level.units
    core = {target.code for target in core_targets(view, on=judged.on)} if judged.on else set()
    verdicts = judged.table
    if any(unit.code in plan.children for unit in units):
        below = {one.code for unit in units for one in plan.reporting_units_under(unit.code)}
        verdicts = progress_by_unit(session, view, month=month, units=below, targets=targets).table
    if verdicts is None:
        return Tally({unit.code: Counter() for unit in units}, well=0, overdue=0, statuses={}, owing={})
    return tally(plan, units, verdicts, core=core)
