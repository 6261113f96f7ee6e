"""What a leader sees before signing: every figure beside last month's, notes, warnings; and what awaits signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.database import ReadSession
from metrics.models import Confirmation, Submission
from metrics.plan.model import Plan
from metrics.principal import Principal, Role
from metrics.queries.accounts import display_names
from metrics.queries.checks_of_submissions import SubmissionChecks, checks_of_submissions
from metrics.queries.confirmations import LinkState, PresentSignOff, confirmation_of, link_state, refuse_link
from metrics.queries.people import Person, leader_of
from metrics.queries.received_submissions import SignOff, sign_offs
from metrics.queries.submission_differences import Against, SubmissionDifferences, differences_of
from metrics.queries.submissions import SubmissionSummary, submission, submissions
from metrics.submission_states import Action, allows


@dataclass(frozen=True, slots=True)
class SignOffSheet:
    """One submission as it stands. `figures`: beside last month's; `note` and `reason` those of its newest revision.

    `sent_by`: the name of who sent that; `leader`: in force now, None if none is; `sign_off`: the newest, void or not.
    """

    summary: SubmissionSummary
    figures: SubmissionDifferences
    checks: SubmissionChecks
    note: str
    reason: str
    sent_by: str
    leader: Person | None
    sign_off: SignOff | None

    @property
    def signed(self) -> bool:
        """True if the submission is signed off as it stands."""
        return self.sign_off is not None and self.sign_off.revision == self.summary.revision


@dataclass(frozen=True, slots=True)
class ToSign:
    """A submission of one's own unit, and its newest sign-off."""

    summary: SubmissionSummary
    sign_off: SignOff | None

    @property
    def signed(self) -> bool:
        return self.sign_off is not None and self.sign_off.revision == self.summary.revision

    @property
    def awaits(self) -> bool:
        """True if it can be signed and is not: a submission that was sent back waits for the clerk first."""
        return not self.signed and allows(self.summary.state, Action.SIGN_OFF)


def sign_off_sheet(
    session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal, now: datetime
) -> SignOffSheet:
    """The sheet of one submission. Raises NotFound if there is none that the principal may see."""
    found = submission(session, submission_id, plan=plan, principal=principal)
    summary = found.summary
    checks = checks_of_submissions(session, plan, period=summary.period, events={summary.unit: found.events})
    sent = next(event for event in reversed(found.events) if event.action == Action.SUBMIT)
    return SignOffSheet(
        summary=summary,
        figures=differences_of(session, plan, found, against=Against.LAST_MONTH),
        checks=checks[summary.unit],
        note=sent.note,
        reason=sent.reason,
        sent_by=display_names(session, [sent.actor])[sent.actor],
        leader=leader_of(session, summary.unit, principal=principal, timezone=plan.document.timezone, now=now),
        sign_off=sign_offs(session, [summary.id], seq=summary.seq).get(summary.id),
    )


def linked_sheet(session: ReadSession, secret: str, *, plan: Plan, now: datetime) -> tuple[SignOffSheet, Confirmation]:
    """What the link with `secret` shows, to whoever holds it.

    Raises NotFound `confirmation_unknown`, Conflict for a link that does not sign any more.
    """
    link = confirmation_of(session, secret)
    unit = session.get_one(Submission, link.subject).unit_code
    sheet = sign_off_sheet(session, link.subject, plan=plan, principal=link_holder(link, unit=unit), now=now)
    standing = PresentSignOff.of_submission(
        revision=sheet.summary.revision, state=sheet.summary.state, sign_off=sheet.sign_off, leader=sheet.leader
    )
    state = link_state(link, standing, now=now)
    if state is not LinkState.OPEN:
        raise refuse_link(link, state, standing, timezone=plan.document.timezone)
    return sheet, link


def link_holder(link: Confirmation, *, unit: str) -> Principal:
    """Who holds a link, as a principal: somebody of the one unit, without an account."""
    return Principal(0, f"link {link.id}", "", Role.LEADER, frozenset({unit}))


def to_sign(session: ReadSession, plan: Plan, *, principal: Principal) -> list[ToSign]:
    """The submissions of the principal's own units, newest period first."""
    found = submissions(session, plan, principal=principal, units=sorted(principal.units))
    signed = sign_offs(session, [row.id for row in found], seq=max((row.seq for row in found), default=0))
    return [ToSign(row, signed.get(row.id)) for row in reversed(found)]
