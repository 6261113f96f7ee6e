"""The month that is judged by default, and the newer ones that are not yet: how many submissions of each there are.

One select over submissions; no figure and no history of figures is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Text, and_, any_, cast, extract, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from metrics.database import ReadSession, once_a_snapshot
from metrics.periods import JudgedMonth, add_months, due_instant, is_owed, periods_between
from metrics.plan.model import Plan
from metrics.queries.known_figures import known_submissions
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.results import Basis
from metrics.settings import settings
from metrics.submission_states import State

_LOOKED_AT_FIRST = 12  # months; among them is nearly always one of which half has come


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The submissions of one month.

    `expected`: units that owe one; `sent`: those of them that sent one; `counted`: those whose submission counts on the
    view's basis. `known`: some submission counts, be it that of a unit that need not report.
    """

    period: date
    expected: int
    sent: int
    counted: int
    known: bool

    @property
    def share(self) -> Fraction:
        """How much of what is owed counts; 0 where nothing is owed."""
        return Fraction(self.counted, self.expected) if self.expected else Fraction(0)

    def late(self, plan: Plan, *, at: datetime) -> int:
        """How many of the submissions that are owed have not come although they were due by the moment `at`."""
        return self.expected - self.sent if due_instant(self.period, rule=plan.due_rule) <= at else 0


@dataclass(frozen=True, slots=True)
class JudgedByDefault:
    """`counts`: of the month judged, None while nothing is known.

    `newer`: the months after it up to the newest of which anything was sent, oldest first. Fewer submissions have come
    than it takes to be judged: they are being collected, or late.
    """

    counts: MonthCounts | None
    newer: tuple[MonthCounts, ...] = ()

    @property
    def month(self) -> JudgedMonth | None:
        return None if self.counts is None else JudgedMonth.of(self.counts.period)


def judged_by_default(session: ReadSession, view: View) -> JudgedByDefault:
    """The month that verdicts are about where none is asked for (domain rule 15), as known in `view`.

    It is the newest of which at least the share `judged_share` (a setting) of the units that owe a submission have one
    that counts on the view's basis; where no month has that, the fullest, of equals the newest; where nothing counts on
    that basis, the month by everything that was sent. A month in which no unit owes anything is never judged by
    default.
    """
    asked = (judged_by_default.__name__, view.seq, view.basis, view.plan.seq)
    return once_a_snapshot(session, asked, lambda: _judged_by_default(session, view))


def _judged_by_default(session: ReadSession, view: View) -> JudgedByDefault:
    ends = known_periods(session, of_all_sent(view))
    if ends is None:
        return JudgedByDefault(None)
    share = Fraction(settings().judged_share)
    since = max(ends[0], add_months(ends[1], 1 - _LOOKED_AT_FIRST))
    counts = month_counts(session, view, first=since, last=ends[1])
    period = newest_full(counts, share=share)
    if period is None:
        counts = month_counts(session, view, first=ends[0], last=ends[1])
        period = newest_full(counts, share=share) or fullest(counts)
    if period is None and view.basis is Basis.VERIFIED:
        sent = judged_month(session, of_all_sent(view))
        period = None if sent is None else sent.period
    return JudgedByDefault(
        next((month for month in counts if month.period == period), None),
        () if period is None else tuple(month for month in counts if month.period > period),
    )


def judged_month(session: ReadSession, view: View) -> JudgedMonth | None:
    """The month of :func:`judged_by_default`."""
    return judged_by_default(session, view).month


def newest_full(counts: Sequence[MonthCounts], *, share: Fraction) -> date | None:
    """The newest month of which at least `share` of what is owed counts; None if there is none."""
    return max((month.period for month in counts if month.expected and month.share >= share), default=None)


def fullest(counts: Sequence[MonthCounts]) -> date | None:
    """The month of which most of what is owed counts, of equals the newest; None if nothing counts in any."""
    known = [month for month in counts if month.known and month.expected]
    return max(known, key=lambda month: (month.share, month.period)).period if known else None


def month_counts(session: ReadSession, view: View, *, first: date, last: date) -> tuple[MonthCounts, ...]:
    """The counts of every month from `first` to `last`, oldest first, those of which nothing came included."""
    known = known_submissions(view).c
    counts = known.state == State.VERIFIED if view.basis is Basis.VERIFIED else true()
    owing = _owing_units(view.plan)
    owes = or_(
        false(),
        *(
            and_(
                known.unit_code == any_(cast(codes, ARRAY(Text))),
                known.period.between(*ends),
                *([extract("month", known.period) % apart == 0] if apart > 1 else []),
            )
            for (ends, apart), codes in owing
        ),
    )
    query = (
        select(
            known.period,
            func.count().filter(owes),
            func.count().filter(and_(owes, counts)),
            func.count().filter(counts),
        )
        .where(known.period.between(first, last))
        .group_by(known.period)
    )
    found = {period: (sent, counted, every > 0) for period, sent, counted, every in session.execute(query)}
    return tuple(
        MonthCounts(
            period,
            sum(
                len(codes)
                for ((begins, ends), apart), codes in owing
                if begins <= period <= ends and is_owed(period, apart)
            ),
            *found.get(period, (0, 0, False)),
        )
        for period in periods_between(first, last)
    )


def _owing_units(plan: Plan) -> list[tuple[tuple[tuple[date, date], int], list[str]]]:
    """The units that owe submissions, those alike together: their periods and how many months apart, and codes."""
    alike: dict[tuple[tuple[date, date], int], list[str]] = {}
    for unit in plan.reporting_units:
        if unit.figures_required:
            alike.setdefault((unit.periods, plan.unit_months(unit)), []).append(unit.code)
    return list(alike.items())
