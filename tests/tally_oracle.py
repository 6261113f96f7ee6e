"""How units stand, counted one verdict at a time: the oracle of the count in whole columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from metrics.plan.model import Plan, Unit
from metrics.results import Light, Progress, Status
from metrics.tally import WORST_FIRST, Tally


def tally(plan: Plan, units: Sequence[Unit], progress: Sequence[Progress], *, core: Collection[str]) -> Tally:
    """Count the verdicts in `progress` on the reporting units below each of `units`; `core`: the core targets."""
    stands_below = {below.code: unit.code for unit in units for below in plan.reporting_units_under(unit.code)}
    owes = {code for code in stands_below if plan.unit_by_code[code].figures_required}
    worst: dict[str, Light] = {}
    overdue: set[str] = set()
    short: set[str] = set()
    reported: set[str] = set()
    missing: set[str] = set()
    statuses: dict[str, Counter[Status]] = {}
    owing: dict[str, Counter[Status]] = {}
    for verdict in progress:
        code, status = verdict.unit_code, verdict.status
        if code not in stands_below:
            continue
        statuses.setdefault(verdict.target_code, Counter())[status] += 1
        if code not in owes:
            continue
        owing.setdefault(verdict.target_code, Counter())[status] += 1
        if verdict.target_code in core and status is not Status.NOT_APPLICABLE:
            worst[code] = min(worst.get(code, Light.GREEN), verdict.light, key=WORST_FIRST.index)
            if status is Status.OVERDUE:
                overdue.add(code)
            if status not in (Status.MET, Status.ON_TRACK):
                short.add(code)
            (missing if status is Status.NO_DATA else reported).add(code)
    lights: dict[str, Counter[Light]] = {unit.code: Counter() for unit in units}
    for code, light in worst.items():
        lights[stands_below[code]][light] += 1
    return Tally(
        lights=lights,
        well=len(worst.keys() - short),
        overdue=len(overdue),
        unreported=len(missing),
        silent=len(missing - reported),
        statuses=statuses,
        owing=owing,
    )
