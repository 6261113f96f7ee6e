"""The reviewer's queue: of every unit that owes a submission for a period, where its submission stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from metrics.database import ReadSession
from metrics.periods import last_day
from metrics.plan.model import Plan, Unit
from metrics.principal import Principal, Scope
from metrics.queries.checks_of_submissions import SubmissionChecks, checks_of_submissions
from metrics.queries.period_standing import UnitStanding
from metrics.queries.submission_differences import Verification, last_verification
from metrics.queries.submissions import SubmissionEventRow, SubmissionSummary, events_of_submissions, submissions
from metrics.submission_states import Action, State

_WAITING = (State.SUBMITTED, State.NOT_REPORTED, State.SENT_BACK, State.VERIFIED)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One unit. `submission` None: no submission came (未报); `required`: one is owed.

    `changed`: how many figures the newest revision changed; `since_verified`: how many differ from the revision that
    was verified last, 0 if none was; `warnings`: those the submission raises as it stands, `unacknowledged` of them
    without a reason; `verification`: the newest one.
    """

    unit: str
    required: bool
    submission: SubmissionSummary | None = None
    changed: int = 0
    since_verified: int = 0
    warnings: int = 0
    unacknowledged: int = 0
    verification: Verification | None = None

    @property
    def state(self) -> State:
        """As the submission stands; not reported if none came."""
        return State.NOT_REPORTED if self.submission is None else self.submission.state


def review_queue(
    session: ReadSession, plan: Plan, *, principal: Principal, period: date, units: Sequence[Unit]
) -> tuple[QueueRow, ...]:
    """One row for each of the reporting `units` that exists at the period's end or sent a submission for it, in order.

    Without what :func:`queue_details` adds to those that are looked at. A clerk sees their own units only.
    """
    principal.require(Scope.READ)
    if not units:
        return ()
    some = not principal.is_bound_to_units and len(units) < len(plan.reporting_units)
    asked = [unit.code for unit in units] if some else ()
    sent = {row.unit: row for row in submissions(session, plan, principal=principal, units=asked, periods=[period])}
    rows = []
    for unit in units:
        there = unit.exists_on(last_day(period)) and _may_see(principal, unit.code)
        if unit.code in sent or there:
            rows.append(QueueRow(unit.code, required=unit.figures_required, submission=sent.get(unit.code)))
    return tuple(rows)


def queue_details(session: ReadSession, plan: Plan, rows: Sequence[QueueRow], *, period: date) -> tuple[QueueRow, ...]:
    """The rows with what changed in their submissions and what the checks say of them as they stand."""
    events = events_of_submissions(session, [row.submission.id for row in rows if row.submission is not None])
    happened = {row.unit: events[row.submission.id] for row in rows if row.submission is not None}
    checks = checks_of_submissions(session, plan, period=period, events=happened)
    return tuple(
        row if row.submission is None else _detailed(row, happened[row.unit], checks[row.unit]) for row in rows
    )


def _detailed(row: QueueRow, happened: Sequence[SubmissionEventRow], told: SubmissionChecks) -> QueueRow:
    verification = last_verification(happened)
    return replace(
        row,
        changed=_changed(happened),
        since_verified=0 if verification is None else figures_changed_since(happened, verification),
        warnings=len(told.warnings),
        unacknowledged=told.unacknowledged,
        verification=verification,
    )


def longest_waiting_first(rows: Sequence[UnitStanding]) -> list[UnitStanding]:
    """What waits to be verified, since when it waits; then what is owed, what was sent back, what is verified."""
    return sorted(rows, key=lambda row: (_WAITING.index(row.state), row.seq))


def figures_changed_since(events: Sequence[SubmissionEventRow], verification: Verification) -> int:
    """How many figures differ from those of the verified revision; one that was changed and changed back does not."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for event in events:
        if event.action == Action.SUBMIT and event.revision > verification.verified.revision:
            for change in event.detail["changed"]:
                before.setdefault(change["element"], change["before"])
                after[change["element"]] = change["after"]
    return sum(1 for element, value in after.items() if value != before[element])


def _changed(events: Sequence[SubmissionEventRow]) -> int:
    newest = next((event for event in reversed(events) if event.action == Action.SUBMIT), None)
    return 0 if newest is None else len(newest.detail["changed"])


def _may_see(principal: Principal, unit: str) -> bool:
    return not principal.is_bound_to_units or unit in principal.units
