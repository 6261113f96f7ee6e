"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import add_months, last_day, period_of
from metrics.plan.model import Target
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.ranking import attainment, ranks, score
from metrics.results import Rank, Status


@dataclass(frozen=True, slots=True)
class _Scored:
    """`scores`: by unit, None for one that is not ranked; `attainments`: by unit, then target."""

    period: date
    scores: dict[str, Fraction | None]
    attainments: dict[str, dict[str, Fraction]]


def leaderboard(
    session: ReadSession, view: View, *, period: date | None = None, units: Collection[str] | None = None
) -> tuple[Rank, ...]:
    """Reporting units by exact score in `period` (None: the newest with data), best first, unranked last.

    A unit is ranked when it reported every core target that applies to it and has a weight above 0. `units` (None:
    all) are ranked among themselves. Rolled-up units have no rank. Ties are ordered by display order.
    """
    now = _scored(session, view, period=period, units=units)
    if now is None:
        return ()
    earlier = _scored(session, view, period=add_months(now.period, -1), units=units)
    before = ranks(earlier.scores) if earlier is not None else {}
    order = {unit.code: place for place, unit in enumerate(view.plan.reporting_units)}
    rows = []
    for code, rank in ranks(now.scores).items():
        previous = before.get(code)
        movement = None if rank is None or previous is None else previous - rank
        rows.append(Rank(code, now.period, rank, now.scores[code], previous, movement, now.attainments[code]))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank, order[row.unit_code])))


def core_targets(view: View, *, on: date) -> tuple[Target, ...]:
    """The measured targets of core indicators, in force on `on`, that have a due date."""
    core = {indicator.code for indicator in view.plan.indicators if indicator.core}
    return tuple(t for t in view.plan.targets_in_force(on) if t.measured and t.due_on and t.indicator in core)


def weighed_targets(view: View, *, on: date) -> dict[str, Fraction]:
    """The core targets that count on `on`, with their weights, in display order."""
    weights = {target.code: Fraction(view.plan.weights_by_target[target.code]) for target in core_targets(view, on=on)}
    return {code: weight for code, weight in weights.items() if weight}


def _unscored(session: ReadSession, view: View, period: date, *, units: Sequence[str]) -> _Scored | None:
    """Nobody's score, for a period of which something was sent and nothing counts on the view's basis; else None."""
    sent = known_periods(session, of_all_sent(view))
    if sent is None or not sent[0] <= period <= sent[1]:
        return None
    there = [code for code in units if view.plan.unit_by_code[code].exists_on(last_day(period))]
    return _Scored(period, scores=dict.fromkeys(there), attainments={code: {} for code in there})


def _scored(session: ReadSession, view: View, *, period: date | None, units: Collection[str] | None) -> _Scored | None:
    chosen = [unit.code for unit in view.plan.reporting_units if units is None or unit.code in units]
    judged = progress_by_unit(
        session,
        view,
        on=None if period is None else last_day(period),
        units=chosen,
        targets=view.plan.weights_by_target.keys(),
    )
    if judged.on is None:
        return None
    if judged.period is None or (period is not None and judged.period != period):
        return _unscored(session, view, period or period_of(judged.on), units=chosen)
    weights = weighed_targets(view, on=judged.on)
    found = _Scored(judged.period, scores=dict.fromkeys(p.unit_code for p in judged.progress), attainments={})
    for code in found.scores:
        rows = [p for p in judged.progress if p.unit_code == code and p.target_code in weights]
        found.attainments[code] = {
            p.target_code: attainment(
                p.value, p.threshold, direction=view.plan.indicator_by_code[p.indicator_code].direction
            )
            for p in rows
            if p.value is not None and p.status is not Status.NOT_APPLICABLE
        }
        if not any(p.status is Status.NO_DATA for p in rows):
            found.scores[code] = score(found.attainments[code], weights)
    return found
