"""How units stand, counted in whole columns by light and by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from metrics.plan.model import Plan, Unit
from metrics.results import Light, Status
from metrics.tally import WORST_FIRST, Tally
from metrics.verdicts.ratios import Mask, Whole
from metrics.verdicts.verdict_table import SIGNALS, STATUSES, VerdictTable


def tally(plan: Plan, units: Sequence[Unit], verdicts: VerdictTable, *, core: Collection[str]) -> Tally:
    """Count the verdicts on the reporting units below each of `units`; `core`: the core targets."""
    places = {unit.code: place for place, unit in enumerate(plan.units)}
    under = np.full(len(plan.units), -1, dtype=np.int64)  # by unit: the place in `units` of the one it stands below
    for place, unit in enumerate(units):
        under[[places[below.code] for below in plan.reporting_units_under(unit.code)]] = place
    owes = (under >= 0) & np.array([unit.figures_required for unit in plan.units], dtype=bool)
    counted, owing = under[verdicts.unit] >= 0, owes[verdicts.unit]
    is_core = np.array([target.code in core for target in verdicts.targets.targets], dtype=bool)
    weighs = owing & is_core[verdicts.target] & (verdicts.status != STATUSES.index(Status.NOT_APPLICABLE))
    late = weighs & (verdicts.status == STATUSES.index(Status.OVERDUE))
    missing = weighs & (verdicts.status == STATUSES.index(Status.NO_DATA))
    short = weighs & ~np.isin(verdicts.status, [STATUSES.index(Status.MET), STATUSES.index(Status.ON_TRACK)])
    return Tally(
        lights=_lights(units, under, verdicts, weighs),
        well=_units_of(verdicts, weighs) - _units_of(verdicts, short),
        overdue=_units_of(verdicts, late),
        unreported=_units_of(verdicts, missing),
        silent=_units_of(verdicts, weighs) - _units_of(verdicts, weighs & ~missing),
        statuses=_statuses(verdicts, counted),
        owing=_statuses(verdicts, owing),
    )


def _units_of(verdicts: VerdictTable, rows: Mask) -> int:
    """How many units the rows are of."""
    return len(np.unique(verdicts.unit[rows]))


def _lights(units: Sequence[Unit], under: Whole, verdicts: VerdictTable, weighs: Mask) -> dict[str, Counter[Light]]:
    """By unit of the level, the worst lights of the units below it among the verdicts that weigh."""
    ranks = np.array([WORST_FIRST.index(light) for light in SIGNALS], dtype=np.int64)
    worst = np.full(len(under), len(WORST_FIRST), dtype=np.int64)
    np.minimum.at(worst, verdicts.unit[weighs], ranks[verdicts.light[weighs]])
    size = len(WORST_FIRST) + 1  # and one for those of which nothing weighs
    below = under >= 0
    counts = np.bincount(under[below] * size + worst[below], minlength=len(units) * size).reshape(-1, size).tolist()
    return {
        unit.code: Counter({light: n for light, n in zip(WORST_FIRST, row, strict=False) if n})
        for unit, row in zip(units, counts, strict=True)
    }


def _statuses(verdicts: VerdictTable, counted: Mask) -> dict[str, Counter[Status]]:
    """By target, how many of the rows counted stand at which status."""
    size = len(verdicts.targets) * len(STATUSES)
    key = verdicts.target[counted] * len(STATUSES) + verdicts.status[counted]
    counts = np.bincount(key, minlength=size).reshape(-1, len(STATUSES)).tolist()
    found: dict[str, Counter[Status]] = {}
    for target, row in zip(verdicts.targets.targets, counts, strict=True):  # a target may be there in many revisions
        some = Counter({status: n for status, n in zip(STATUSES, row, strict=True) if n})
        if some:
            found[target.code] = found.get(target.code, Counter()) + some
    return found
