"""The course of every unit and indicator as far as verdicts and pages need it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from metrics.database import ReadSession
from metrics.periods import add_months, last_day
from metrics.plan.model import Indicator, Target
from metrics.progress import Evidence
from metrics.projection import POINTS, Course
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.remembered_courses import Remembered, remembered_courses
from metrics.queries.reported_sums import Span
from metrics.queries.turning_points import Turning
from metrics.queries.view import View
from metrics.rates import is_denominator_watch
from metrics.results import Rate

Rates = dict[tuple[str, str], list[Rate]]
_SHORTEST = 2  # months: the one judged, and the one before it that it is held against


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be judged: `targets` on the day `on`, by the figures of `period`, for `units` (None: all)."""

    period: date
    units: Collection[str] | None
    targets: tuple[Target, ...]
    on: date

    @property
    def indicators(self) -> set[str]:
        return {str(target.indicator) for target in self.targets}

    @property
    def projected(self) -> set[str]:
        """The indicators of targets whose due date is still ahead: their courses are projected to it."""
        ahead = max(self.on, last_day(self.period))
        return {str(t.indicator) for t in self.targets if t.due_on is not None and t.due_on > ahead}


@dataclass(frozen=True, slots=True)
class Courses:
    """`rates`: (unit, indicator) → rates, oldest first; `turning`: what verdicts turn on that was before them."""

    rates: Rates = field(default_factory=dict)
    turning: Turning = field(default_factory=dict)
    _evidence: dict[tuple[str, str], Evidence] = field(default_factory=dict)

    def evidence(self, unit: str, indicator: Indicator) -> Evidence:
        """What there is to judge `unit` by."""
        key = (unit, indicator.code)
        found = self._evidence.get(key)
        if found is None:
            rates = self.rates.get(key, [])
            found = self._evidence[key] = Evidence(
                rate=rates[-1] if rates else None,
                course=self._course(key, rates),
                denominator_watch=_is_watched(indicator, rates),
            )
        return found

    def _course(self, key: tuple[str, str], rates: list[Rate]) -> Course:
        recent = [(rate.period, rate.value) for rate in rates if rate.value is not None]
        turning = self.turning.get(key)
        return recent if turning is None else turning.course(recent)


def courses_of(session: ReadSession, view: View, asked: Asked, *, ends: tuple[date, date], whole: bool) -> Courses:
    """The courses up to the period asked for: from the first known one if `whole`, else as far back as verdicts need.

    `ends`: the first and the newest known period. What was known at an earlier place is always read whole.
    """
    chosen = [u for u in view.plan.units if asked.units is None or u.code in asked.units]
    above = [unit.code for unit in chosen if unit.code in view.plan.children]
    own = [unit.code for unit in chosen if unit.code not in view.plan.children]
    span = Span(ends[0], asked.period)
    if not view.is_now or (whole and not above):
        return Courses(_read(session, view, [*above, *own], asked.indicators, span))
    past = remembered_courses(session, view, ends=ends)
    rates = {
        (unit, indicator): course
        for unit in above
        for indicator in asked.indicators
        if (course := past.course_of(unit, indicator, span=span))
    }
    if whole:
        return Courses(rates | _read(session, view, own, asked.indicators, span))
    return Courses(rates | _recent(session, view, asked, own, past, span=span), past.turning)


def _recent(session: ReadSession, view: View, asked: Asked, own: list[str], past: Remembered, *, span: Span) -> Rates:
    """The newest months of the units' courses, and the whole of those that need more."""
    found: Rates = {}
    more: dict[str, set[str]] = {}
    projected = asked.projected
    for indicators, months in ((projected, POINTS), (asked.indicators - projected, _SHORTEST)):
        begins = max(span.first, add_months(asked.period, 1 - months))
        recent = _read(session, view, own, indicators, Span(begins, span.last))
        found |= recent
        for (unit, indicator), rates in recent.items():
            turning = past.turning.get((unit, indicator))
            if turning is None or turning.reported >= begins:
                continue
            if not _suffices(rates, projected=indicator in projected):
                more.setdefault(unit, set()).add(indicator)
    if more:
        wanted = set().union(*more.values())
        whole = _read(session, view, list(more), wanted, span)
        found |= {key: rates for key, rates in whole.items() if key[1] in more[key[0]]}
    return found


def _suffices(rates: list[Rate], *, projected: bool) -> bool:
    """True if nothing before `rates` matters beside the turning points."""
    if not any(rate.reported for rate in rates):
        return False  # since when it has not reported is before them
    values = sum(1 for rate in rates if rate.value is not None)
    return not projected or rates[-1].value is None or values >= POINTS


def _read(session: ReadSession, view: View, units: Collection[str], indicators: Collection[str], span: Span) -> Rates:
    found: Rates = {}
    if units and indicators:
        wanted = Wanted(units=set(units), indicators=indicators, period_from=span.first, period_to=span.last)
        for rate in rates_by_unit(session, view, wanted=wanted):
            found.setdefault((rate.unit_code, rate.indicator_code), []).append(rate)
    return found


def _is_watched(indicator: Indicator, rates: list[Rate]) -> bool:
    if len(rates) < 2 or rates[-2].period != add_months(rates[-1].period, -1):
        return False
    return is_denominator_watch(indicator, rates[-1], rates[-2])
