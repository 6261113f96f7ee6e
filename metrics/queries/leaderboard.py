"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, Span, add_months, last_day, period_of, periods_between
from metrics.plan.model import Target
from metrics.queries.progress_by_unit import progress_by_unit, values_held_against
from metrics.queries.rate_frame import rate_frame
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.ranking import RankGroup, is_among, ranks
from metrics.results import Rank
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.scores import ScoreTable


@dataclass(frozen=True, slots=True)
class _Scored:
    """`scores`: by unit, None for one that is not ranked; `attainments`: by unit, then target."""

    period: date
    scores: dict[str, Fraction | None]
    attainments: Mapping[str, Mapping[str, Fraction]]


def leaderboard(
    session: ReadSession, view: View, *, month: JudgedMonth | None = None, group: RankGroup | None = None
) -> tuple[Rank, ...]:
    """Reporting units by exact score in `month` (None: the one judged by default), best first, unranked last.

    A unit is ranked when it reported every core target that applies to it and has a weight above 0. The units of
    `group` (None: all) are ranked among themselves, in the month before as well. Rolled-up units have no rank. Ties
    are ordered by display order.
    """
    now = _scored(session, view, month=month, group=group)
    if now is None:
        return ()
    earlier = _scored(session, view, month=JudgedMonth.of(add_months(now.period, -1)), group=group)
    return _placed(view, now, earlier)


def leaderboards(
    session: ReadSession, view: View, *, first: date, last: date, group: RankGroup | None = None
) -> Iterator[tuple[Rank, ...]]:
    """The leaderboards of the months from `first` to `last`, oldest first, each as :func:`leaderboard` answers it.

    All are as known in `view`, from one reading of the figures. Months of which nothing was sent have none.
    """
    sent, known = known_periods(session, of_all_sent(view)), known_periods(session, view)
    if sent is None:
        return
    chosen = [unit.code for unit in view.plan.reporting_units if is_among(view.plan, unit, group)]
    span = Span(max(add_months(first, -1), sent[0]), min(last, sent[1]))
    codes = view.plan.weights_by_target.keys()
    indicators = {str(target.indicator) for target in view.plan.targets if target.code in codes}
    rates = RateTable(view.plan, rate_frame(session, view, units=chosen, indicators=indicators, span=span))
    earlier: _Scored | None = None
    for period in periods_between(span.first, span.last):
        if known is None or not known[0] <= period <= known[1]:
            now = _unscored(session, view, period, units=chosen)
        else:
            held = values_held_against(view.plan, period, rates, units=chosen, targets=codes)
            table = ScoreTable(held, weighed_targets(view, on=last_day(period)))
            now = _Scored(period, scores=table.scores(), attainments=table.attainments)
        if now is not None and period >= first:
            yield _placed(view, now, earlier)
        earlier = now


def _placed(view: View, now: _Scored, earlier: _Scored | None) -> tuple[Rank, ...]:
    """The rows of one month, beside those of the month before."""
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


def _scored(session: ReadSession, view: View, *, month: JudgedMonth | None, group: RankGroup | None) -> _Scored | None:
    chosen = [unit.code for unit in view.plan.reporting_units if is_among(view.plan, unit, group)]
    judged = progress_by_unit(
        session,
        view,
        month=month,
        units=chosen,
        targets=view.plan.weights_by_target.keys(),
    )
    if judged.on is None or judged.table is None:
        return None
    if judged.period is None or (month is not None and judged.period != month.period):
        return _unscored(session, view, period_of(judged.on) if month is None else month.period, units=chosen)
    table = ScoreTable(judged.table, weighed_targets(view, on=judged.on))
    return _Scored(judged.period, scores=table.scores(), attainments=table.attainments)
