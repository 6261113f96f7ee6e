"""The reviewer's queue: of every unit that owes a return for a period, where its return stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.database import ReadSession
from metrics.periods import last_day
from metrics.plan.model import Plan
from metrics.principal import Action, Principal
from metrics.queries.checks_of_returns import checks_of_returns
from metrics.queries.last_verifications import Verification, last_verification
from metrics.queries.submissions import SubmissionEventRow, SubmissionSummary, events_of_submissions, submissions


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One unit. `submission` None: no return came (未报); `required`: one is owed.

    `changed`: how many figures the newest revision changed; `since_verified`: how many differ from the revision that
    was verified last, 0 if none was; `warnings`: those the return raises as it stands, `unacknowledged` of them
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
    def state(self) -> str:
        """submitted, verified, returned; missing, or optional, if none came."""
        if self.submission is not None:
            return self.submission.state
        return "missing" if self.required else "optional"


def review_queue(session: ReadSession, plan: Plan, *, principal: Principal, period: date) -> tuple[QueueRow, ...]:
    """One row for every reporting unit that exists at the period's end or sent a return for it, as displayed.

    A clerk sees the own units only.
    """
    principal.require(Action.READ)
    sent = {row.unit: row for row in submissions(session, plan, principal=principal, periods=[period])}
    events = events_of_submissions(session, [row.id for row in sent.values()])
    happened = {unit: events[row.id] for unit, row in sent.items()}
    checks = checks_of_returns(session, plan, period=period, events=happened)
    rows = []
    for unit in plan.reporting_units:
        if unit.code not in sent:
            if unit.exists_on(last_day(period)) and _may_see(principal, unit.code):
                rows.append(QueueRow(unit.code, required=unit.figures_required))
            continue
        told, verification = checks[unit.code], last_verification(happened[unit.code])
        rows.append(
            QueueRow(
                unit=unit.code,
                required=unit.figures_required,
                submission=sent[unit.code],
                changed=_changed(happened[unit.code]),
                since_verified=0 if verification is None else figures_changed_since(happened[unit.code], verification),
                warnings=len(told.warnings),
                unacknowledged=told.unacknowledged,
                verification=verification,
            )
        )
    return tuple(rows)


def figures_changed_since(events: Sequence[SubmissionEventRow], verification: Verification) -> int:
    """How many figures differ from those of the verified revision; one that was changed and changed back does not."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for event in events:
        if event.action == "submit" and event.revision > verification.verified.revision:
            for change in event.detail["changed"]:
                before.setdefault(change["element"], change["before"])
                after[change["element"]] = change["after"]
    return sum(1 for element, value in after.items() if value != before[element])


def _changed(events: Sequence[SubmissionEventRow]) -> int:
    newest = next((event for event in reversed(events) if event.action == "submit"), None)
    return 0 if newest is None else len(newest.detail["changed"])


def _may_see(principal: Principal, unit: str) -> bool:
    return not principal.is_bound_to_units or unit in principal.units
