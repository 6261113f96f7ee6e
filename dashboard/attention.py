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
    """`progress`: the verdict it is about; None where it is about the unit's whole return of the month."""

    reason: Reason
    unit_code: str
    progress: Progress | None


_BY_STATUS = {
    Status.OVERDUE: Reason.OVERDUE,
    Status.RECTIFYING: Reason.RECTIFYING,
    Status.BEHIND: Reason.BEHIND,
}


def attention(
    progress: Sequence[Progress], courses: dict[tuple[str, str], list[Rate]], *, units: Sequence[Unit], targets: Collection[str]
) -> tuple[Attention, ...]:
    """What needs attention among `targets` for the reporting `units`: most urgent first, then in display order.

    A verdict appears once, under its most urgent reason. A unit that owes its return appears once.
    """
    found: list[Attention] = []
    codes = {unit.code: place for place, unit in enumerate(units)}
    silent = _silent(units, courses)
    for verdict in progress:
        if verdict.unit_code not in codes or verdict.target_code not in targets:
            continue
        reason = _reason(verdict)
        if reason is not None:
            found.append(Attention(reason, verdict.unit_code, verdict))
    found += [Attention(Reason.NOT_REPORTED, code, None) for code in silent]
    found += [item for unit in units if (item := _unchecked(unit, courses)) is not None]
    order = list(Reason)
    return tuple(sorted(found, key=lambda item: (order.index(item.reason), codes[item.unit_code])))


def _reason(verdict: Progress) -> Reason | None:
    if verdict.status is Status.OVERDUE:
        return Reason.OVERDUE
    if verdict.regressed:
        return Reason.REGRESSED
    if verdict.status in _BY_STATUS:
        return _BY_STATUS[verdict.status]
    return Reason.DENOMINATOR_WATCH if verdict.denominator_watch else None


def _newest(unit: Unit, courses: dict[tuple[str, str], list[Rate]]) -> list[Rate]:
    return [rates[-1] for (code, _indicator), rates in courses.items() if code == unit.code and rates]


def _silent(units: Sequence[Unit], courses: dict[tuple[str, str], list[Rate]]) -> list[str]:
    """Units that are expected to report and have reported nothing for the month judged."""
    return [
        unit.code
        for unit in units
        if unit.figures_required and (newest := _newest(unit, courses)) and not any(rate.reported for rate in newest)
    ]


def _unchecked(unit: Unit, courses: dict[tuple[str, str], list[Rate]]) -> Attention | None:
    states = {rate.state for rate in _newest(unit, courses)}
    if State.RETURNED in states:
        return Attention(Reason.RETURNED, unit.code, None)
    return Attention(Reason.UNVERIFIED, unit.code, None) if State.SUBMITTED in states else None
