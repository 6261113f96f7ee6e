"""The months of a principal's own units: how each submission stands, when it is due, what may be done about it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metrics.database import ReadSession
from metrics.drafts import KeptDraft
from metrics.period_states import PeriodLock, PeriodState, UnitException, expected_submissions
from metrics.periods import due_on
from metrics.plan.model import Plan, Unit
from metrics.principal import Principal
from metrics.queries.drafts import drafts_of
from metrics.queries.period_states import period_states
from metrics.queries.present_submission import open_periods, period_to_fill
from metrics.queries.submissions import SubmissionSummary, submissions
from metrics.submission_states import State
from metrics.timeliness import timeliness


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """One unit's submission for one month. `sent` None: nothing was sent; `draft` None: nothing typed waits to be sent.

    `expected`: the unit owes it. `days_late`: of a submission that came, when it first came, 0 if nobody knows; of one
    that is owed and has not, since it was due; 0 while neither. `days_left`: until the due day, 0 on it, negative after
    it. `lock` stops a submission now; `exception` lets one through a lock.
    """

    unit: str
    period: date
    due_on: date
    expected: bool
    sent: SubmissionSummary | None
    draft: KeptDraft | None
    days_late: int
    days_left: int
    lock: PeriodLock | None
    exception: UnitException | None

    @property
    def state(self) -> State:
        return State.NOT_REPORTED if self.sent is None else State(self.sent.state)


@dataclass(frozen=True, slots=True)
class UnitMonths:
    """The months of one unit, newest first: those that have reached their last day, and any that was sent."""

    unit: Unit
    months: tuple[UnitMonth, ...]

    @property
    def sent_back(self) -> tuple[UnitMonth, ...]:
        """The submissions that wait for a correction, newest first."""
        return tuple(month for month in self.months if month.state is State.SENT_BACK)

    @property
    def to_fill(self) -> UnitMonth | None:
        """The month to send next, as :func:`period_to_fill` has it, locked ones passed over; None if none is left.

        Of a unit that owes nothing the newest, if it was not sent.
        """
        if not any(month.expected for month in self.months):
            return next((month for month in self.months[:1] if month.lock is None and month.sent is None), None)
        asked = [month for month in reversed(self.months) if month.expected or month.sent is not None]
        opened = tuple(month.period for month in asked if month.lock is None)
        sent = {month.period: State.SUBMITTED.value for month in self.months if month.sent is not None}
        period = period_to_fill(opened, sent)
        return next((month for month in self.months if month.period == period and month.sent is None), None)


def unit_months(session: ReadSession, plan: Plan, *, principal: Principal, now: datetime) -> tuple[UnitMonths, ...]:
    """The principal's own units, in display order, judged at `now` (aware). Empty for a role without units.

    A month in which the unit did not exist is left out unless something was sent for it.
    """
    units = [unit for unit in plan.reporting_units if unit.code in principal.units]
    if not units:
        return ()
    codes = [unit.code for unit in units]
    sent = {(row.unit, row.period): row for row in submissions(session, plan, principal=principal, units=codes)}
    drafts = {(draft.unit, draft.period): draft for draft in drafts_of(session, principal=principal)}
    states = period_states(session, units=codes)
    opened = open_periods(plan, now=now)
    found: dict[str, list[UnitMonth]] = {code: [] for code in codes}
    for period in sorted({*opened, *(period for _, period in sent)}, reverse=True):
        owed = {row.unit: row.required for row in expected_submissions(plan, period)}
        for code in codes:
            key = (code, period)
            if code in owed or key in sent:
                stands = _Stands(owed.get(code, False), sent.get(key), drafts.get(key), states.get(period))
                found[code].append(_month(plan, code, period, stands=stands, now=now))
    return tuple(UnitMonths(unit, tuple(found[unit.code])) for unit in units)


@dataclass(frozen=True, slots=True)
class _Stands:
    """What is known of one unit's month; `state` None: nothing ever happened to the period."""

    owed: bool
    sent: SubmissionSummary | None
    draft: KeptDraft | None
    state: PeriodState | None


def _month(plan: Plan, unit: str, period: date, *, stands: _Stands, now: datetime) -> UnitMonth:
    due, state = due_on(period, rule=plan.due_rule), stands.state
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    late = timeliness(now, period=period, rule=plan.due_rule).days_late if stands.owed else 0
    return UnitMonth(
        unit=unit,
        period=period,
        due_on=due,
        expected=stands.owed,
        sent=stands.sent,
        draft=stands.draft,
        days_late=late if stands.sent is None else stands.sent.days_late or 0,
        days_left=(due - today).days,
        lock=None if state is None else state.lock_for(unit, at=now),
        exception=None if state is None else state.exception_of(unit, at=now),
    )
