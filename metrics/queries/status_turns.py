"""Statuses that are other ones by now than they were: what turned, and which entry of the ledger turned it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import PlanRecord, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.judged_anew import judged_anew_by
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View
from metrics.queries.wanted_rows import is_one_of
from metrics.results import Progress


class TurnCause(StrEnum):
    """Why a status is another one."""

    TARGET = "target"  # judged by another revision of the target
    MONTH = "month"  # another month is judged by default
    FIGURES = "figures"  # figures of the month judged came, were corrected, sent back or taken up again
    PLAN = "plan"  # what else the plan says of it is another thing by now


@dataclass(frozen=True, slots=True)
class StatusTurn:
    """One target of one unit, as it is judged by default in the earlier view and in the later one.

    `entry`: the newest entry of the ledger that says what `cause` names, None where there is no single one.
    """

    unit: str
    target: str
    before: Progress
    after: Progress
    cause: TurnCause
    entry: int | None


def status_turns(
    session: ReadSession,
    since: View,
    now: View,
    *,
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
) -> tuple[StatusTurn, ...]:
    """Every verdict on `targets` for `units` (None: all) whose status differs between the views, in display order.

    What is judged in one of them alone has not turned.
    """
    earlier = progress_by_unit(session, since, units=units, targets=targets)
    later = progress_by_unit(session, now, units=units, targets=targets)
    known = {(one.unit_code, one.target_code): one for one in earlier.progress}
    found = []
    for after in later.progress:
        before = known.get((after.unit_code, after.target_code))
        if before is not None and before.status is not after.status:
            cause, entry = _cause(session, since, now, before, after)
            found.append(StatusTurn(after.unit_code, after.target_code, before, after, cause, entry))
    return tuple(found)


def _cause(
    session: ReadSession, since: View, now: View, before: Progress, after: Progress
) -> tuple[TurnCause, int | None]:
    by = judged_anew_by(now.plan, before, after)
    if by is not None:
        query = select(PlanRecord.seq).where(
            PlanRecord.kind == "target",
            PlanRecord.code == by.code,
            PlanRecord.version == by.revision,
            PlanRecord.seq <= now.seq,
        )
        return TurnCause.TARGET, session.scalar(query)
    entry = _newest_event(session, since, now, after)
    if before.period != after.period:
        return TurnCause.MONTH, entry
    return (TurnCause.FIGURES, entry) if entry is not None else (TurnCause.PLAN, None)


def _newest_event(session: ReadSession, since: View, now: View, after: Progress) -> int | None:
    """The newest entry between the views about a submission of the unit, or of those it adds up."""
    turns = SUBMISSION_TURNS.c
    units = [unit.code for unit in now.plan.reporting_units_under(after.unit_code)]
    query = (
        select(turns.seq)
        .join(Submission, Submission.id == turns.submission_id)
        .where(is_one_of(Submission.unit_code, units), turns.seq > since.seq, turns.seq <= now.seq)
        .order_by(turns.seq.desc())
        .limit(1)
    )
    if after.period is not None:
        query = query.where(Submission.period <= after.period)
    return session.scalar(query)
