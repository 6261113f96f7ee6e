"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import add_months, last_day
from metrics.plan.model import Target
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View
from metrics.ranking import attainment, ranks, score
from metrics.results import Rank, Status


def leaderboard(session: ReadSession, view: View, *, period: date | None = None) -> tuple[Rank, ...]:
    """Reporting units by exact score in `period` (None: the newest with data), best first, unranked last.

    A unit is ranked when it reported every core target that applies to it; weights are equal. Rolled-up units have
    no rank. Ties are ordered by display order.
    """
    now = _scores(session, view, period=period)
    if now is None:
        return ()
    judged_period, scores = now
    earlier = _scores(session, view, period=add_months(judged_period, -1))
    before = ranks(earlier[1]) if earlier is not None else {}
    order = {unit.code: place for place, unit in enumerate(view.plan.reporting_units)}
    rows = []
    for code, rank in ranks(scores).items():
        previous = before.get(code)
        movement = None if rank is None or previous is None else previous - rank
        rows.append(Rank(code, judged_period, rank, scores[code], previous, movement))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank, order[row.unit_code])))


def core_targets(view: View, *, on: date) -> tuple[Target, ...]:
    """The measured targets of core indicators, in force on `on`, that have a due date."""
    core = {indicator.code for indicator in view.plan.indicators if indicator.core}
    return tuple(t for t in view.plan.targets_in_force(on) if t.measured and t.due_on and t.indicator in core)


def _scores(session: ReadSession, view: View, *, period: date | None) -> tuple[date, dict[str, Fraction | None]] | None:
    units = [unit.code for unit in view.plan.reporting_units]
    on = None if period is None else last_day(period)
    core = {indicator.code for indicator in view.plan.indicators if indicator.core}
    codes = {target.code for target in view.plan.targets if target.indicator in core}
    judged = progress_by_unit(session, view, on=on, units=units, targets=codes)
    if judged.on is None or judged.period is None or (period is not None and judged.period != period):
        return None
    targets = core_targets(view, on=judged.on)
    weights = {target.code: Fraction(1) for target in targets}
    scores: dict[str, Fraction | None] = dict.fromkeys(p.unit_code for p in judged.progress)
    for code in scores:
        rows = [p for p in judged.progress if p.unit_code == code and p.target_code in weights]
        if any(p.status is Status.NO_DATA for p in rows):
            continue
        reached = {
            p.target_code: attainment(
                p.value, p.threshold, direction=view.plan.indicator_by_code[p.indicator_code].direction
            )
            for p in rows
            if p.value is not None and p.status is not Status.NOT_APPLICABLE
        }
        scores[code] = score(reached, weights)
    return judged.period, scores
