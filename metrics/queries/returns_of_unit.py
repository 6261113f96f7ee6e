"""A unit's history of returns: when each came and was last revised, how late, how it stands, and its exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Forbidden, Message
from metrics.models import PeriodEvent
from metrics.periods import periods_between
from metrics.principal import Action, Principal, Role
from metrics.queries.known_figures import STATE_AFTER
from metrics.queries.period_history import PeriodEventRow
from metrics.queries.submissions import SubmissionEventRow, events_of_submissions, submissions
from metrics.queries.view import View
from metrics.timeliness import timeliness


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """One month of one unit. Without a return `submission_id`, the moments and `days_late` are None, `revision` is 0.

    `days_late` 0: in time; `newest`: the last thing that happened to it; `exceptions`: those granted to the unit and
    those ended early, oldest first.
    """

    period: date
    submission_id: int | None
    state: str
    revision: int
    first_submitted_at: datetime | None
    last_revised_at: datetime | None
    days_late: int | None
    newest: SubmissionEventRow | None
    exceptions: tuple[PeriodEventRow, ...]


def returns_of_unit(session: ReadSession, view: View, *, unit: str, principal: Principal) -> tuple[UnitReturn, ...]:
    """What is known in `view` of the unit's returns, newest month first, from the first to the newest that came.

    A month between them for which nothing came has a row that says so, and so has one outside them with an exception.
    Raises Forbidden for a clerk of another unit; exceptions are shown to the bureau and the unit only.
    """
    principal.require(Action.READ)
    if principal.role is Role.CLERK and unit not in principal.units:
        raise Forbidden(
            code="unit_forbidden",
            message=Message("您只能查看本单位的月报。", "You may see the returns of your own units only."),
        )
    known: dict[date, tuple[int, list[SubmissionEventRow]]] = {}
    sent = {row.id: row.period for row in submissions(session, view.plan, principal=principal, units=[unit])}
    for submission_id, events in events_of_submissions(session, list(sent)).items():
        happened = [event for event in events if event.seq <= view.seq]
        if happened:
            known[sent[submission_id]] = (submission_id, happened)
    exceptions = _exceptions(session, view, unit) if principal.belongs_to(unit) else {}
    between = set(periods_between(min(known), max(known))) if known else set()
    return tuple(
        _row(view, period, known.get(period), exceptions.get(period, []))
        for period in sorted(between | exceptions.keys(), reverse=True)
    )


def _row(
    view: View,
    period: date,
    known: tuple[int, Sequence[SubmissionEventRow]] | None,
    exceptions: Sequence[PeriodEventRow],
) -> UnitReturn:
    if known is None:
        return UnitReturn(period, None, "not_reported", 0, None, None, None, None, tuple(exceptions))
    submission_id, events = known
    submitted = [event for event in events if event.action == "submit"]
    states = [STATE_AFTER[event.action] for event in events if event.action in STATE_AFTER]
    judged = timeliness(submitted[0].recorded_at, period=period, rule=view.plan.due_rule)
    return UnitReturn(
        period=period,
        submission_id=submission_id,
        state=states[-1],
        revision=submitted[-1].revision,
        first_submitted_at=submitted[0].recorded_at,
        last_revised_at=submitted[-1].recorded_at,
        days_late=judged.days_late,
        newest=events[-1],
        exceptions=tuple(exceptions),
    )


def _exceptions(session: ReadSession, view: View, unit: str) -> dict[date, list[PeriodEventRow]]:
    events = session.scalars(
        select(PeriodEvent).where(PeriodEvent.unit_code == unit, PeriodEvent.seq <= view.seq).order_by(PeriodEvent.seq)
    )
    found: dict[date, list[PeriodEventRow]] = {}
    for event in events:
        row = PeriodEventRow(
            seq=event.seq,
            action=event.action,
            unit=event.unit_code,
            until=event.until,
            actor=event.actor,
            reason=event.reason,
            recorded_at=event.recorded_at,
        )
        found.setdefault(event.period, []).append(row)
    return found
