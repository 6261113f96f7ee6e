"""What needs attention, told one verdict and one course at a time: the oracle of the list in whole columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from metrics.attention import STALE_MONTHS, Attention, Reason
from metrics.periods import add_months, period_of, periods_between
from metrics.plan.model import Unit
from metrics.results import Light, Progress, Rate, Status
from metrics.submission_states import State

Verdict = tuple[str, str]  # unit, target
Courses = dict[tuple[str, str], list[Rate]]


@dataclass(frozen=True)
class Owed:
    """By the code of a unit and of an indicator how many months lie from one owed month to the next; else one."""

    units: Mapping[str, int] = field(default_factory=dict)
    indicators: Mapping[str, int] = field(default_factory=dict)

    def unit(self, code: str) -> int:
        return self.units.get(code, 1)

    def indicator(self, rate: Rate) -> int:
        return self.indicators.get(rate.indicator_code, 1)


_BY_STATUS = {
    Status.OVERDUE: Reason.OVERDUE,
    Status.RECTIFYING: Reason.RECTIFYING,
    Status.BEHIND: Reason.BEHIND,
}


def attention(
    progress: Sequence[Progress],
    courses: Courses,
    *,
    units: Sequence[Unit],
    targets: Collection[str],
    before: Mapping[Verdict, Light] | None = None,
    first: date | None = None,
    until: date | None = None,
    fell_due: Sequence[Progress] = (),
    owed: Owed = Owed(),
) -> tuple[Attention, ...]:
    """What needs attention among `targets` for the reporting `units`: verdicts first, then whole submissions.

    Each of the two begins with the most urgent, then follows the display order of units and targets. A verdict appears
    once, under its most urgent reason by the rules, and so does a unit that owes its submission; a light set by hand is
    a thing of its own. `before`: the lights by the rules of the month before; without them nothing is newly red.
    `first`: the first known month, since which a unit that never reported has not; without it, since its course begins.
    `until`: the month asked for, if courses may end before it: nothing was reported in between. `fell_due`: verdicts on
    targets whose due date has passed in a month not judged yet. `owed`: what is not owed every month.
    """
    places = {unit.code: place for place, unit in enumerate(units)}
    found = [
        Attention(Reason.DUE_UNJUDGED, verdict.unit_code, verdict, since=period_of(verdict.due_on))
        for verdict in fell_due
        if verdict.due_on is not None
    ]
    for verdict in progress:
        if verdict.unit_code in places and verdict.target_code in targets:
            about = _about_verdict(verdict, courses, before or {}, owed)
            if about is not None:
                found.append(about)
            if verdict.override is not None:
                found.append(Attention(Reason.SET_BY_HAND, verdict.unit_code, verdict))
    for unit in units:
        about = _about_submission(unit, courses, first, until, owed)
        if about is not None:
            found.append(about)
    order = list(Reason)
    return tuple(
        sorted(found, key=lambda one: (one.verdict is None, order.index(one.reason), places.get(one.unit_code, -1)))
    )


def _about_verdict(
    verdict: Progress, courses: Courses, before: Mapping[Verdict, Light], owed: Owed
) -> Attention | None:
    reason = _reason(verdict, before)
    if reason is not None:
        since = verdict.period if reason is Reason.NEWLY_RED else None
        return Attention(reason, verdict.unit_code, verdict, since=since)
    if _is_left_out(verdict, courses, owed):
        missing = unreported_months([courses[verdict.unit_code, verdict.indicator_code]])
        return Attention(Reason.STALE, verdict.unit_code, verdict, since=missing[0], months=len(missing))
    return None


def _reason(verdict: Progress, before: Mapping[Verdict, Light]) -> Reason | None:
    earlier = before.get((verdict.unit_code, verdict.target_code))
    if verdict.computed_light is Light.RED and earlier is not None and earlier is not Light.RED:
        return Reason.NEWLY_RED
    if verdict.status is Status.OVERDUE:
        return Reason.OVERDUE
    if verdict.regressed:
        return Reason.REGRESSED
    if verdict.status in _BY_STATUS:
        return _BY_STATUS[verdict.status]
    return Reason.DENOMINATOR_WATCH if verdict.denominator_watch else None


def _is_left_out(verdict: Progress, courses: Courses, owed: Owed) -> bool:
    """True if the unit reports, but for months has left out what this target needs, which it once reported."""
    own = [rates for (code, _indicator), rates in courses.items() if code == verdict.unit_code]
    course = courses.get((verdict.unit_code, verdict.indicator_code), [])
    once = any(rate.reported for rate in course)
    unsent = unsent_months(own, verdict.unit_code, owed)
    return once and len(unreported_months([course])) >= STALE_MONTHS > len(unsent)


def unreported_months(courses: Sequence[Sequence[Rate]], *, until: date | None = None) -> list[date]:
    """The months, up to the newest known or `until`, since nothing in `courses` was reported, oldest first."""
    months = {rate.period for rates in courses for rate in rates}
    if until is not None:
        months.update(periods_between(add_months(max(months), 1) if months else until, until))
    newest = max((rate.period for rates in courses for rate in rates if rate.reported), default=None)
    return sorted(month for month in months if newest is None or month > newest)


def unsent_months(
    courses: Sequence[Sequence[Rate]], unit: str, owed: Owed, *, first: date | None = None, until: date | None = None
) -> list[date]:
    """The months, up to the newest known or `until`, from the first for which the unit owed a submission and sent none.

    What stands was sent for the last owed month. `first`: since when it owes, where it never sent any.
    """
    months = {rate.period for rates in courses for rate in rates}
    if until is not None:
        months.update(periods_between(add_months(max(months), 1) if months else until, until))
    sent = [_last_owed(rate.period, owed.indicator(rate)) for rates in courses for rate in rates if rate.reported]
    if sent:
        begins = add_months(max(sent), 1)
    elif months:
        begins = min(months) if first is None or not courses else first
    else:
        return []
    since = [month for month in periods_between(begins, max(months)) if month.month % owed.unit(unit) == 0]
    return list(periods_between(since[0], max(months))) if since else []


def _last_owed(month: date, apart: int) -> date:
    while month.month % apart:
        month = add_months(month, -1)
    return month


def _about_submission(
    unit: Unit, courses: Courses, first: date | None, until: date | None, owed: Owed
) -> Attention | None:
    """What there is to say of the unit's submission for the month judged, None if it is in and verified."""
    own = [rates for (code, _indicator), rates in courses.items() if code == unit.code and rates]
    begins = None if first is None else max(first, unit.periods[0])
    missing = unsent_months(own, unit.code, owed, first=begins, until=until)
    if unit.figures_required and missing:
        reason = Reason.STALE if len(missing) >= STALE_MONTHS else Reason.NOT_REPORTED
        return Attention(reason, unit.code, since=missing[0], months=len(missing))
    states = {rates[-1].state for rates in own}
    if State.SENT_BACK in states:
        return Attention(Reason.SENT_BACK, unit.code)
    return Attention(Reason.UNVERIFIED, unit.code) if State.SUBMITTED in states else None
