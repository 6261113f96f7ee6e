"""What needs attention: the verdicts and returns an evaluator should look at first, worst first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.plan.model import Unit
from metrics.results import Light, Progress, Rate, State, Status


class Reason(StrEnum):
    """Why something needs attention, in the order of urgency."""

    NEWLY_RED = "newly_red"
    OVERDUE = "overdue"
    REGRESSED = "regressed"
    RECTIFYING = "rectifying"
    BEHIND = "behind"
    STALE = "stale"
    NOT_REPORTED = "not_reported"
    DENOMINATOR_WATCH = "denominator_watch"
    RETURNED = "returned"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Attention:
    """One unit and one reason. `verdicts`: those it is about; empty where it is about the unit's whole return.

    `months`: of a stale unit, for how many months it has not reported.
    """

    reason: Reason
    unit_code: str
    verdicts: tuple[Progress, ...] = ()
    months: int = 0


STALE_MONTHS = 2  # the city's figure still carries such a unit's stocks, or already leaves them out

Verdict = tuple[str, str]  # unit, target
Courses = dict[tuple[str, str], list[Rate]]

_BY_LIGHT = {Light.RED: Reason.OVERDUE, Light.AMBER: Reason.BEHIND}  # of lights that were set by hand
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
) -> tuple[Attention, ...]:
    """What needs attention among `targets` for the reporting `units`: most urgent first, then in display order.

    A verdict appears once, under its most urgent reason. A unit that owes its return appears once. `before`: the
    lights of the month before; without them nothing is newly red.
    """
    places = {unit.code: place for place, unit in enumerate(units)}
    grouped: dict[tuple[Reason, str], list[Progress]] = {}
    for verdict in progress:
        if verdict.unit_code in places and verdict.target_code in targets:
            reason = _reason(verdict, courses, before or {})
            if reason is not None:
                grouped.setdefault((reason, verdict.unit_code), []).append(verdict)
    found = [Attention(reason, code, tuple(verdicts)) for (reason, code), verdicts in grouped.items()]
    for unit in units:
        about_return = _about_return(unit, courses)
        if about_return is not None:
            found.append(about_return)
    order = list(Reason)
    return tuple(sorted(found, key=lambda item: (order.index(item.reason), places[item.unit_code])))


def lights_of(progress: Sequence[Progress]) -> dict[Verdict, Light]:
    """The light of every verdict."""
    return {(verdict.unit_code, verdict.target_code): verdict.light for verdict in progress}


def _reason(verdict: Progress, courses: Courses, before: Mapping[Verdict, Light]) -> Reason | None:
    earlier = before.get((verdict.unit_code, verdict.target_code))
    if verdict.light is Light.RED and earlier is not None and earlier is not Light.RED:
        return Reason.NEWLY_RED
    if verdict.override is not None:
        return _BY_LIGHT.get(verdict.light)
    if verdict.status is Status.OVERDUE:
        return Reason.OVERDUE
    if verdict.regressed:
        return Reason.REGRESSED
    if verdict.status in _BY_STATUS:
        return _BY_STATUS[verdict.status]
    if verdict.denominator_watch:
        return Reason.DENOMINATOR_WATCH
    return Reason.STALE if _is_left_out(verdict, courses) else None


def _is_left_out(verdict: Progress, courses: Courses) -> bool:
    """True if the unit reports, but for months has left out what this target needs, which it once reported."""
    own = [rates for (code, _indicator), rates in courses.items() if code == verdict.unit_code]
    course = courses.get((verdict.unit_code, verdict.indicator_code), [])
    once = any(rate.reported for rate in course)
    return once and months_unreported([course]) >= STALE_MONTHS > months_unreported(own)


def months_unreported(courses: Sequence[Sequence[Rate]]) -> int:
    """For how many months up to the newest nothing in `courses` was reported."""
    months = {rate.period for rates in courses for rate in rates}
    newest = max((rate.period for rates in courses for rate in rates if rate.reported), default=None)
    return sum(1 for month in months if newest is None or month > newest)


def _about_return(unit: Unit, courses: Courses) -> Attention | None:
    """What there is to say of the unit's return for the month judged, None if it is in and verified."""
    own = [rates for (code, _indicator), rates in courses.items() if code == unit.code and rates]
    missing = months_unreported(own)
    if own and unit.figures_required and missing:
        stale = missing >= STALE_MONTHS
        return Attention(Reason.STALE if stale else Reason.NOT_REPORTED, unit.code, months=missing)
    states = {rates[-1].state for rates in own}
    if State.RETURNED in states:
        return Attention(Reason.RETURNED, unit.code)
    return Attention(Reason.UNVERIFIED, unit.code) if State.SUBMITTED in states else None
