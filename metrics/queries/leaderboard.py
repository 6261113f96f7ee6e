"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, Span, add_months, last_day, periods_between
from metrics.plan.model import Target
from metrics.queries.judged_month import judged_month
from metrics.queries.progress_by_unit import values_held_against
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
    month = month or judged_month(session, view)
    return () if month is None else next(_boards(session, view, first=month.period, last=month, group=group), ())


def leaderboards(
    session: ReadSession, view: View, *, first: date, last: date, group: RankGroup | None = None
) -> Iterator[tuple[Rank, ...]]:
    """The leaderboards of the months from `first` to `last`, oldest first, each as :func:`leaderboard` answers it.

    All are as known in `view`, from one reading of the figures. Months of which nothing was sent have none.
    """
    yield from _boards(session, view, first=first, last=JudgedMonth.of(last), group=group)


def _boards(
    session: ReadSession, view: View, *, first: date, last: JudgedMonth, group: RankGroup | None
) -> Iterator[tuple[Rank, ...]]:
    sent, earlier = known_periods(session, of_all_sent(view)), None
    if sent is None:
        return
    chosen = [unit.code for unit in view.plan.reporting_units if is_among(view.plan, unit, group)]
    periods = periods_between(max(add_months(first, -1), sent[0]), min(last.period, sent[1]))
    months = [last if period == last.period else JudgedMonth.of(period) for period in periods]
    tables = score_tables(session, view, months, units=chosen)
    for month in months:
        table = tables.get(month.period)
        if table is None:
            now = _unscored(view, month.period, units=chosen)
        else:
            now = _Scored(month.period, scores=table.scores(), attainments=table.attainments)
        if month.period >= first:
            yield _placed(view, now, earlier)
        earlier = now


def score_tables(
    session: ReadSession, view: View, months: Sequence[JudgedMonth], *, units: Collection[str]
) -> dict[date, ScoreTable]:
    """What `units` reached of the weighed targets in each of `months`, oldest first, from one reading of the figures.

    A month of which nothing is known on the view's basis has no table. Scores are of values and thresholds: neither
    paces nor anything of longer ago is read.
    """
    known = known_periods(session, view)
    within = [month for month in months if known is not None and known[0] <= month.period <= known[1]]
    if not within:
        return {}
    plan, codes = view.plan, view.plan.weights_by_target.keys()
    indicators = {str(target.indicator) for target in plan.targets if target.code in codes}
    span = Span(within[0].period, within[-1].period)
    rates = RateTable(plan, rate_frame(session, view, units=units, indicators=indicators, span=span))
    return {
        month.period: ScoreTable(
            values_held_against(plan, month, rates, units=units, targets=codes), weighed_targets(view, on=month.on)
        )
        for month in within
    }


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


def _unscored(view: View, period: date, *, units: Sequence[str]) -> _Scored:
    """Nobody's score, for a period of which something was sent and nothing counts on the view's basis."""
    there = [code for code in units if view.plan.unit_by_code[code].exists_on(last_day(period))]
    return _Scored(period, scores=dict.fromkeys(there), attainments={code: {} for code in there})
