"""How the submission of one unit for one period stands: what its form, on the page or as a workbook, has to show before
anybody fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.intake.template.form_cells import UnitForm
from metrics.models import Submission
from metrics.period_states import PeriodLock, UnitException
from metrics.periods import add_months, due_instant, due_on, newest_ended_period, period_of, periods_between
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.earlier_figures import earlier_figures
from metrics.queries.period_states import period_state
from metrics.queries.submission_changes import figures_of
from metrics.queries.submissions import SubmissionDetail, submission
from metrics.submission_states import State
from metrics.submissions import submission_etag
from metrics.timeliness import Timeliness, timeliness


@dataclass(frozen=True, slots=True)
class PresentSubmission:
    """`sent` None: nothing was sent yet. `known`: the period's values, `before`: those of the period before.

    `due_on`: the last day on which it is in time. `timeliness`: of the submission if it was first sent now. `lock`:
    stops it now; `exception`: lets this unit send it in spite of a lock.
    """

    unit: str
    period: date
    sent: SubmissionDetail | None
    known: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    due_on: date
    timeliness: Timeliness
    lock: PeriodLock | None
    exception: UnitException | None

    @property
    def etag(self) -> str | None:
        """The version that a revision has to name; None for a first submission."""
        return None if self.sent is None else self.sent.summary.etag


def present_submission(
    session: ReadSession, plan: Plan, *, principal: Principal, unit: str, period: date, now: datetime
) -> PresentSubmission:
    """The submission as it stands at `now`. Raises Forbidden unless `principal` may post for `unit`."""
    principal.require_unit(unit)
    found = session.scalar(select(Submission.id).where(Submission.unit_code == unit, Submission.period == period))
    sent = None if found is None else submission(session, found, plan=plan, principal=principal)
    state = period_state(session, period)
    return PresentSubmission(
        unit=unit,
        period=period,
        sent=sent,
        known={} if sent is None else {value.element: value.value for value in sent.values},
        before=earlier_figures(session, plan, units=[unit], period=period)[unit].before,
        due_on=due_on(period, rule=plan.due_rule),
        timeliness=timeliness(now, period=period, rule=plan.due_rule),
        lock=state.lock_for(unit, at=now),
        exception=state.exception_of(unit, at=now),
    )


def unit_form(session: ReadSession, plan: Plan, *, unit: str, period: date) -> UnitForm:
    """The form of a reporting unit of `plan`, as it stands now."""
    sent = session.execute(
        select(Submission.id, Submission.revision, Submission.seq).where(
            Submission.unit_code == unit, Submission.period == period
        )
    ).one_or_none()
    now = figures_of(session, unit, period)
    earlier = earlier_figures(session, plan, units=[unit], period=period)[unit]
    return UnitForm(
        unit=plan.unit_by_code[unit],
        period=period,
        now=now,
        before=earlier.before,
        seldom=earlier.seldom,
        first=earlier.first,
        flows=earlier.flows,
        last={**earlier.last, **now},
        etag=None if sent is None else submission_etag(submission_id=sent.id, revision=sent.revision, seq=sent.seq),
        revision=0 if sent is None else sent.revision,
        due=due_instant(period, rule=plan.due_rule),
    )


def open_periods(plan: Plan, *, now: datetime) -> tuple[date, ...]:
    """The periods to choose from at `now`, oldest first: those that have reached their last day.

    They begin with the plan's first period or, where it names none, with the month before the plan was issued.
    """
    document = plan.document
    newest = newest_ended_period(now.astimezone(ZoneInfo(document.timezone)).date())
    first = document.first_period or add_months(period_of(document.issued_on), -1)
    return tuple(periods_between(first, newest))


def sent_periods(session: ReadSession, unit: str) -> dict[date, str]:
    """The state of every submission of `unit`, by period, oldest first."""
    rows = session.execute(
        select(Submission.period, Submission.state).where(Submission.unit_code == unit).order_by(Submission.period)
    )
    return {row.period: row.state for row in rows}


def period_to_fill(opened: tuple[date, ...], sent: Mapping[date, str]) -> date | None:
    """The period whose submission is to be sent next: one that was sent back, else the first after the newest sent one.

    The newest open period if nothing is left to send; None while no period is open.
    """
    if not opened:
        return None
    sent_back = [period for period in opened if sent.get(period) == State.SENT_BACK]
    if sent_back:
        return sent_back[-1]
    newest_sent = max(sent, default=None)
    after = [period for period in opened if newest_sent is not None and period > newest_sent]
    return after[0] if after else opened[-1]
