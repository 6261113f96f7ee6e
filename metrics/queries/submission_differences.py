"""How a submission's figures differ from an earlier revision, from what was verified, and from last month's;
and which verification was the last, with what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import Observation, Submission, SubmissionEvent
from metrics.periods import add_months, last_owed
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.earlier_figures import figures_owed_before
from metrics.queries.submissions import SubmissionDetail, SubmissionEventRow, submission
from metrics.submission_states import Action
from metrics.value_types import Month

_UNDOING = frozenset({Action.SUBMIT, Action.SEND_BACK, Action.REOPEN})


class Against(StrEnum):
    """What a submission is held against."""

    PREVIOUS = "previous"  # the revision before
    VERIFIED = "verified"  # the revision that was verified last
    LAST_MONTH = "last_month"  # the unit's submission for the month that it owed before, as it stands


@dataclass(frozen=True, slots=True)
class ComparedRevision:
    """The revision of a submission that another is held against, and when that revision was recorded."""

    submission_id: Annotated[int, Field(serialization_alias="id")]
    period: Month
    revision: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One element: its value in the submission and in the base; None where it has none (未报).

    `month`: that of `before` where it is not the base's, of an element that is owed less often.
    """

    element: str
    now: Decimal | None
    before: Decimal | None
    month: date | None = None

    @property
    def differs(self) -> bool:
        return self.now != self.before

    @property
    def change(self) -> Decimal | None:
        """The submission's value less the base's, None unless both have one."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class SubmissionDifferences:
    """A submission beside its base, one row an element that has a value in either, in the form's order.

    `base` None: there is nothing to hold the submission against, and no `before` has a value.
    """

    base: ComparedRevision | None
    figures: tuple[Difference, ...]

    @property
    def differing(self) -> tuple[Difference, ...]:
        """What differs from the base; nothing while there is none."""
        return () if self.base is None else tuple(figure for figure in self.figures if figure.differs)


def submission_differences(
    session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal, against: Against | int
) -> SubmissionDifferences:
    """The present figures of a submission held against `against`; a number is one of its own revisions.

    A submission that was never verified, has one revision only, has no such revision, or had none for the month before,
    has no base. Beside last month's submission, what is owed less often has its value of the month in which it was owed
    last. Raises NotFound if there is no such submission that the principal may see.
    """
    found = submission(session, submission_id, plan=plan, principal=principal)
    return differences_of(session, plan, found, against=against)


def differences_of(
    session: ReadSession, plan: Plan, found: SubmissionDetail, *, against: Against | int
) -> SubmissionDifferences:
    """As :func:`submission_differences`, of a submission that was read already."""
    base = _base(session, plan, found, against)
    now = {row.element: row.value for row in found.values}
    if base is None:
        return SubmissionDifferences(None, _held_together(plan, now, {}))
    before = values_of_revision(session, found.summary.unit, base=base)
    held = _held_together(plan, now, before)
    if against is Against.LAST_MONTH:
        held = _with_seldom(session, plan, found, base, held)
    return SubmissionDifferences(base, held)


def _with_seldom(
    session: ReadSession,
    plan: Plan,
    found: SubmissionDetail,
    base: ComparedRevision,
    held: Sequence[Difference],
) -> tuple[Difference, ...]:
    """`held`, and beside what is owed less often, and is in the submission, what was sent when it was owed last."""
    unit, period = found.summary.unit, found.summary.period
    owed = {one.code: last_owed(add_months(period, -1), one.owed.months_apart) for one in plan.elements}
    if all(month == base.period for month in owed.values()):
        return tuple(held)
    values = figures_owed_before(session, plan, units=[unit], period=period)[unit]
    return tuple(
        replace(one, before=values.get(one.element), month=owed[one.element])
        if one.now is not None and owed.get(one.element, base.period) != base.period
        else one
        for one in held
    )


def values_of_revision(session: ReadSession, unit: str, *, base: ComparedRevision) -> dict[str, Decimal]:
    """The whole of one revision: of every element, what that revision or the newest before it set."""
    rows = session.execute(
        select(Observation.element_code, Observation.value)
        .where(
            Observation.unit_code == unit,
            Observation.period == base.period,
            Observation.revision <= base.revision,
        )
        .ext(distinct_on(Observation.element_code))
        .order_by(Observation.element_code, Observation.revision.desc())
    )
    return {row.element_code: row.value for row in rows}


def _held_together(plan: Plan, now: Mapping[str, Decimal], before: Mapping[str, Decimal]) -> tuple[Difference, ...]:
    known = [element.code for element in plan.elements if element.code in now or element.code in before]
    gone = sorted((now.keys() | before.keys()) - set(known))  # elements the plan no longer has
    return tuple(Difference(code, now.get(code), before.get(code)) for code in [*known, *gone])


def _base(session: ReadSession, plan: Plan, found: SubmissionDetail, against: Against | int) -> ComparedRevision | None:
    summary = found.summary
    if against is Against.LAST_MONTH:
        unit = plan.unit_by_code.get(summary.unit)
        apart = 1 if unit is None else plan.unit_months(unit)
        return _base_of_month(session, summary.unit, last_owed(add_months(summary.period, -1), apart))
    if against is Against.VERIFIED:
        verification = last_verification(found.events)
        wanted = None if verification is None else verification.verified.revision
    else:
        wanted = summary.revision - 1 if against is Against.PREVIOUS else int(against)
    for event in found.events:
        if event.action == Action.SUBMIT and event.revision == wanted:
            return ComparedRevision(summary.id, summary.period, event.revision, event.recorded_at)
    return None


def _base_of_month(session: ReadSession, unit: str, period: date) -> ComparedRevision | None:
    row = session.execute(
        select(Submission.id, Submission.period, Submission.revision, SubmissionEvent.recorded_at)
        .join(
            SubmissionEvent,
            (SubmissionEvent.submission_id == Submission.id)
            & (SubmissionEvent.revision == Submission.revision)
            & (SubmissionEvent.action == Action.SUBMIT),
        )
        .where(Submission.unit_code == unit, Submission.period == period)
    ).one_or_none()
    return None if row is None else ComparedRevision(*row)


@dataclass(frozen=True, slots=True)
class Verification:
    """The newest verification of a submission. `undone`: what ended it, None while it stands."""

    verified: SubmissionEventRow
    undone: SubmissionEventRow | None

    @property
    def stands(self) -> bool:
        return self.undone is None

    @property
    def voided(self) -> bool:
        """True if a changed figure ended it, not the reviewer."""
        return self.undone is not None and self.undone.action == Action.SUBMIT


def last_verification(events: Sequence[SubmissionEventRow]) -> Verification | None:
    """The newest verification among a submission's `events`, oldest first; None if it was never verified."""
    for place in range(len(events) - 1, -1, -1):
        if events[place].action == Action.VERIFY:
            after = (event for event in events[place + 1 :] if event.action in _UNDOING)
            return Verification(events[place], next(after, None))
    return None
