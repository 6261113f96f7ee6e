"""Who has reported for a period and who has not, unit by unit: what came, when, who answers for it, what applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import String, column, func, select, values

from metrics.database import ReadSession
from metrics.period_states import (
    ExpectedSubmission,
    Notice,
    PeriodState,
    UnitException,
    excepted_notice,
    late_notice,
    loaded_notice,
    locked_notice,
)
from metrics.periods import due_instant, due_on
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.accounts import display_names
from metrics.queries.known_figures import known_cells
from metrics.queries.people import Person, in_force, people_recorded
from metrics.queries.period_standing import PeriodCounts, Units, rows_of
from metrics.queries.period_states import period_state
from metrics.queries.received_submissions import ReceivedSubmission, SignOff, received_submissions, sign_offs
from metrics.queries.view import View
from metrics.queries.wanted_rows import is_one_of
from metrics.submission_states import State
from metrics.timeliness import reception, timeliness


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """One unit's submission for the period. `expected`: it owes one; one that may report and need not is not expected.

    `on_time` and `days_late`: of a submission that came, when it first came; of one that has not, None until it is late
    and then the days since it was due; None too where history was `loaded` that does not say when it came. `locked`: a
    lock stops this unit now. `exception`: in force; its reason and who granted it are not shown to another unit's
    clerk. `sign_off`: the newest; void if its revision is not the submission's. `notices`: loaded, late, locked,
    excepted, those that apply, in this order.
    """

    unit: str
    expected: bool
    blocks_expected: tuple[str, ...]
    blocks_received: tuple[str, ...]
    submission_id: int | None
    first_submitted_at: datetime | None
    loaded: bool
    last_revised_at: datetime | None
    revision: int
    state: State
    on_time: bool | None
    days_late: int | None
    locked: bool
    exception: UnitException | None
    sign_off: SignOff | None
    leader: Person | None
    liaison: Person | None
    notices: tuple[Notice, ...]

    @property
    def received(self) -> bool:
        return self.submission_id is not None

    @property
    def blocks_owed(self) -> int:
        return len(self.blocks_expected)

    @property
    def blocks_counted(self) -> int:
        """Blocks that were expected and came."""
        return len(set(self.blocks_expected) & set(self.blocks_received))

    @property
    def signed_off(self) -> bool:
        """True if the submission is signed off as it now stands."""
        return self.sign_off is not None and self.sign_off.revision == self.revision


PeriodStatus = PeriodCounts[UnitStatus]


def period_status(
    session: ReadSession,
    view: View,
    period: date,
    *,
    principal: Principal,
    now: datetime,
    units: Units = None,
) -> PeriodStatus:
    """The status of `period` of these `units` (None: all) as known in `view`, judged at the moment `now` (aware).

    `now` decides what is late, which exceptions hold and who is in office. Rows are the same for every principal; see
    :class:`UnitStatus` for what is left out.
    """
    plan = view.plan
    known = _known(session, view, period, principal, now, units)
    return PeriodCounts(
        period=period,
        due_on=due_on(period, rule=plan.due_rule),
        late_from=due_instant(period, rule=plan.due_rule),
        judged_at=now,
        lock=known.state.lock,
        units=tuple(known.unit(owed, principal=principal) for owed in rows_of(plan, period, known.received, units)),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything known of one period, by unit, and the moment at which it is judged."""

    plan: Plan
    period: date
    now: datetime
    state: PeriodState
    locked_by: str  # what whoever locked the period is called
    received: Mapping[str, ReceivedSubmission]
    signed: Mapping[int, SignOff]
    blocks: Mapping[str, tuple[str, ...]]
    people: Mapping[tuple[str, str], Person]

    def unit(self, owed: ExpectedSubmission, *, principal: Principal) -> UnitStatus:
        row = self.received.get(owed.unit)
        on_time, days_late = self._timeliness(owed, row)
        exception = self.state.exception_of(owed.unit, at=self.now)
        locked = self.state.lock_for(owed.unit, at=self.now) is not None
        notices = self._notices(row, on_time, days_late, locked=locked, exception=exception)
        if exception is not None and not principal.may_see_submissions_of(owed.unit):
            exception = replace(exception, by="", reason="")
        return UnitStatus(
            unit=owed.unit,
            expected=owed.required,
            blocks_expected=owed.blocks,
            blocks_received=self.blocks.get(owed.unit, ()),
            submission_id=None if row is None else row.submission_id,
            first_submitted_at=None if row is None else row.first_submitted_at,
            loaded=row is not None and row.is_loaded,
            last_revised_at=None if row is None else row.last_revised_at,
            revision=0 if row is None else row.revision,
            state=State.NOT_REPORTED if row is None else row.state,
            on_time=on_time,
            days_late=days_late,
            locked=locked,
            exception=exception,
            sign_off=None if row is None else self.signed.get(row.submission_id),
            leader=self.people.get((owed.unit, "leader")),
            liaison=self.people.get((owed.unit, "liaison")),
            notices=notices,
        )

    def _timeliness(self, owed: ExpectedSubmission, row: ReceivedSubmission | None) -> tuple[bool | None, int | None]:
        rule = self.plan.due_rule
        if row is not None:
            came = reception(row.first_submitted_at, period=self.period, rule=rule)
            return came.on_time, came.days_late
        judged = timeliness(self.now, period=self.period, rule=rule)
        if not owed.required or judged.on_time:
            return None, None
        return judged.on_time, judged.days_late

    def _notices(
        self,
        row: ReceivedSubmission | None,
        on_time: bool | None,
        days_late: int | None,
        *,
        locked: bool,
        exception: UnitException | None,
    ) -> tuple[Notice, ...]:
        timezone = self.plan.document.timezone
        found = []
        if row is not None and row.is_loaded:
            found.append(loaded_notice(said_when=row.first_submitted_at is not None))
        if on_time is False and days_late is not None:
            due = due_on(self.period, rule=self.plan.due_rule)
            found.append(late_notice(days_late=days_late, received=row is not None, due_on=due))
        if locked and self.state.lock is not None:
            found.append(locked_notice(self.period, replace(self.state.lock, by=self.locked_by), timezone=timezone))
        if exception is not None:
            found.append(excepted_notice(exception, timezone=timezone))
        return tuple(found)


def _known(session: ReadSession, view: View, period: date, principal: Principal, now: datetime, units: Units) -> _Known:
    of_units = {} if units is None else {"units": units}
    received = {row.unit: row for row in received_submissions(session, view, periods=[period], **of_units)}
    today = now.astimezone(ZoneInfo(view.plan.document.timezone)).date()
    state = period_state(session, period, seq=view.seq)
    login = "" if state.lock is None else state.lock.by
    return _Known(
        plan=view.plan,
        period=period,
        now=now,
        state=state,
        locked_by=display_names(session, [login])[login],
        received=received,
        signed=sign_offs(session, [row.submission_id for row in received.values()], seq=view.seq),
        blocks=_blocks_received(session, view, period, units),
        people=in_force(people_recorded(session, principal=principal, units=units, seq=view.seq), on=today),
    )


def _blocks_received(session: ReadSession, view: View, period: date, units: Units) -> dict[str, tuple[str, ...]]:
    """The blocks of which each unit has any figure, in the form's order; a block is filled in whole or left out."""
    plan, known = view.plan, known_cells(view)
    of_block = values(column("element", String), column("block", String), name="of_block").data(
        [(element.code, element.block) for element in plan.elements]
    )
    query = (
        select(known.c.unit_code, func.array_agg(of_block.c.block.distinct()))
        .join(of_block, of_block.c.element == known.c.element_code)
        .where(known.c.period == period)
        .group_by(known.c.unit_code)
    )
    rows = session.execute(query if units is None else query.where(is_one_of(known.c.unit_code, units)))
    ordered = [block.code for block in sorted(plan.blocks, key=lambda block: block.order)]
    return {unit: tuple(code for code in ordered if code in came) for unit, came in rows}
