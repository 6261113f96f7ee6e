"""What needs attention: the verdicts and returns an evaluator should look at first, worst first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.plan.model import Unit
from metrics.results import Progress, Rate, State, Status


class Reason(StrEnum):
    """Why something needs attention, in the order of urgency."""

    OVERDUE = "overdue"
    REGRESSED = "regressed"
    RECTIFYING = "rectifying"
    BEHIND = "behind"
    NOT_REPORTED = "not_reported"
    DENOMINATOR_WATCH = "denominator_watch"
    RETURNED = "returned"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Attention:
    """One unit and one reason. `verdicts`: those it is about; empty where it is about the unit's whole return."""

    reason: Reason
    unit_code: str
    verdicts: tuple[Progress, ...] = ()


Courses = dict[tuple[str, str], list[Rate]]

_BY_STATUS = {
    Status.OVERDUE: Reason.OVERDUE,
    Status.RECTIFYING: Reason.RECTIFYING,
    Status.BEHIND: Reason.BEHIND,
}


def attention(
    progress: Sequence[Progress], courses: Courses, *, units: Sequence[Unit], targets: Collection[str]
) -> tuple[Attention, ...]:
    """What needs attention among `targets` for the reporting `units`: most urgent first, then in display order.

    A verdict appears once, under its most urgent reason. A unit that owes its return appears once.
    """
    places = {unit.code: place for place, unit in enumerate(units)}
    grouped: dict[tuple[Reason, str], list[Progress]] = {}
    for verdict in progress:
        if verdict.unit_code in places and verdict.target_code in targets:
            reason = _reason(verdict)
            if reason is not None:
                grouped.setdefault((reason, verdict.unit_code), []).append(verdict)
    found = [Attention(reason, code, tuple(verdicts)) for (reason, code), verdicts in grouped.items()]
    for unit in units:
        about_return = _about_return(unit, courses)
        if about_return is not None:
            found.append(Attention(about_return, unit.code))
    order = list(Reason)
    return tuple(sorted(found, key=lambda item: (order.index(item.reason), places[item.unit_code])))


def _reason(verdict: Progress) -> Reason | None:
    if verdict.status is Status.OVERDUE:
        return Reason.OVERDUE
    if verdict.regressed:
        return Reason.REGRESSED
    if verdict.status in _BY_STATUS:
        return _BY_STATUS[verdict.status]
    return Reason.DENOMINATOR_WATCH if verdict.denominator_watch else None


def _about_return(unit: Unit, courses: Courses) -> Reason | None:
    """What there is to say of the unit's return for the month judged, None if it is in and verified."""
    newest = [rates[-1] for (code, _indicator), rates in courses.items() if code == unit.code and rates]
    if newest and unit.figures_required and not any(rate.reported for rate in newest):
        return Reason.NOT_REPORTED
    states = {rate.state for rate in newest}
    if State.RETURNED in states:
        return Reason.RETURNED
    return Reason.UNVERIFIED if State.SUBMITTED in states else None
