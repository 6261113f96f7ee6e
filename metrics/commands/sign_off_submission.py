"""Signing a submission off (签发): the leader in force answers for it. It changes neither figures nor state.

A leader signs with their own account, or by the link sent to their own address (confirm_sign_off.py). What was signed
on paper a reviewer records as such. Nobody signs by typing a leader's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from unicodedata import normalize

from pydantic import WithJsonSchema
from sqlalchemy import select

from metrics.commands.record_submission_event import Event, record_event
from metrics.commands.submission_version import Version, lock_version_by_id, require_version
from metrics.database import ReadSession, WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, Message, Problem
from metrics.forms import as_given
from metrics.if_match import named_versions
from metrics.models import LedgerEntry, SubmissionEvent
from metrics.plan.model import Plan
from metrics.principal import Principal, Role, Scope
from metrics.queries.people import Person, leader_of
from metrics.queries.received_submissions import sign_offs
from metrics.queries.submissions import submission_unknown
from metrics.sign_offs import How
from metrics.submission_states import Action, State, allows, transition
from metrics.submissions import submission_etag
from metrics.value_types import Untold


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A signature on paper: whose it is, and what there is to say of it, such as where it is kept."""

    leader: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """A submission that is signed off. `recorded` false: it was already, by the same leader, as it stands now.

    `how`: by the link sent to the leader, by the leader's account, on paper; `by` is the account, or the link's holder.
    """

    id: int
    unit: str
    revision: int
    state: Annotated[State, WithJsonSchema({"type": "string", "enum": ["submitted", "verified"]})]
    leader: str
    title: str
    how: How
    by: str
    seq: int
    recorded_at: datetime
    leaf_hash: str
    recorded: bool
    etag: Annotated[str, Untold]


def sign_off_submission(
    session: WriteSession,
    submission_id: int,
    *,
    plan: Plan,
    principal: Principal,
    on_paper: OnPaper | None = None,
    if_match: str | None = None,
    now: datetime | None = None,
) -> SignedOff:
    """Sign the submission off as it now stands: a leader for their own unit, a reviewer what was signed `on_paper`.

    `if_match`, where given, must name the present version. A later revision voids the sign-off.

    Raises Forbidden, also for a leader's account that is not the leader's in force, NotFound for a submission that the
    principal may not see, Stale, Conflict `leader_missing` and `state_forbids`, Invalid `leader_not_in_force`,
    `on_paper_missing`, `on_paper_not_yours`.
    """
    principal.require(Scope.SIGN_OFF)
    version = lock_version_by_id(session, submission_id)
    if version is None or not principal.may_see_submissions_of(version.unit_code):
        raise submission_unknown(submission_id)
    if named_versions(if_match):
        require_version(session, version, if_match=if_match, timezone=plan.document.timezone)
    require_signable(version.state)
    signed = signature_of(
        session, version.unit_code, plan=plan, principal=principal, on_paper=on_paper, now=now or datetime.now(UTC)
    )
    return record_sign_off(session, version, signed.person, how=signed.how, actor=principal.username, note=signed.note)


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose signature it is, how it was given, and what is noted of one on paper."""

    person: Person
    how: How
    note: str = ""


def signature_of(
    session: ReadSession, unit: str, *, plan: Plan, principal: Principal, on_paper: OnPaper | None, now: datetime
) -> Signature:
    """The signature that the principal gives for `unit`: a leader their own, a reviewer one that is `on_paper`.

    Raises Forbidden, Conflict `leader_missing`, Invalid `leader_not_in_force`, `on_paper_missing` and
    `on_paper_not_yours`.
    """
    person = require_leader(session, unit, plan=plan, principal=principal, now=now)
    if principal.role is Role.LEADER:
        _require_own_name(principal, person, on_paper=on_paper)
        return Signature(person, How.ACCOUNT)
    if on_paper is None:
        message = Message(
            "审核员不能代领导签发,只能登记纸质签字:请注明 on_paper 为 true。",
            "A reviewer does not sign for a leader; a reviewer records what was signed on paper: say on_paper true.",
        )
        raise Invalid("on_paper_missing", message, [Problem("on_paper_missing", message, "/on_paper")])
    _require_named(person, on_paper.leader)
    return Signature(person, How.PAPER, on_paper.note.strip())


def record_sign_off(
    session: WriteSession,
    version: Version,
    person: Person,
    *,
    how: How,
    actor: str,
    note: str = "",
    confirmation: int | None = None,
) -> SignedOff:
    """Record that `person` signs the locked `version`; nothing new where the same leader has signed it as it stands.

    `confirmation` is the number of the link by which it is done.
    """
    standing = sign_offs(session, [version.id], seq=version.seq).get(version.id)
    if standing is not None and (standing.revision, standing.person) == (version.revision, person.seq):
        entry = session.get_one(LedgerEntry, standing.seq)
        return _signed(version, person, how=standing.how, by=standing.by, entry=entry, recorded=False)
    said = {"leader": person.name, "title": person.title, "person": person.seq, "how": how.value}
    said |= {"signs": revision_leaf(session, version.id, revision=version.revision).hex()}
    said |= {} if confirmation is None else {"confirmation": confirmation}
    event = Event(
        kind="sign_off",
        action=Action.SIGN_OFF,
        state=transition(version.state, Action.SIGN_OFF).after,
        revision=version.revision,
        actor=actor,
        reason="",
        note=note,
        detail=said,
        content=said,
    )
    recorded = record_event(session, version, event=event)
    entry = session.get_one(LedgerEntry, recorded.seq)
    return _signed(version, person, how=how, by=actor, entry=entry, recorded=True)


def revision_leaf(session: ReadSession, submission_id: int, *, revision: int) -> bytes:
    """The leaf hash of the entry by which the revision was recorded: it stands for every figure in it."""
    asked = (
        select(LedgerEntry.leaf_hash)
        .join(SubmissionEvent, SubmissionEvent.seq == LedgerEntry.seq)
        .where(
            SubmissionEvent.submission_id == submission_id,
            SubmissionEvent.action == Action.SUBMIT,
            SubmissionEvent.revision == revision,
        )
    )
    return session.scalars(asked).one()


def require_signable(state: State) -> None:
    """Raise Conflict for a submission that was sent back."""
    if not allows(state, Action.SIGN_OFF):
        raise Conflict(
            code="state_forbids",
            message=Message(
                "该月报已退回,更正后再签发。", "The submission was sent back: correct it before it is signed off."
            ),
        )


def require_leader(session: ReadSession, unit: str, *, plan: Plan, principal: Principal, now: datetime) -> Person:
    """The unit's leader in force at `now`. Raises Conflict `leader_missing`."""
    person = leader_of(session, unit, principal=principal, timezone=plan.document.timezone, now=now)
    if person is None:
        raise Conflict(
            code="leader_missing",
            message=Message(
                "该单位没有登记在任的分管领导,请先由市局登记。",
                "No leader in force is recorded for this unit; the bureau records one first.",
            ),
        )
    return person


def _require_own_name(principal: Principal, person: Person, *, on_paper: OnPaper | None) -> None:
    """A leader's account signs for the leader whose name it has: one left over from a predecessor signs nothing."""
    if on_paper is not None:
        message = Message(
            "纸质签字由市局审核员登记;您可以直接签发。",
            "A signature on paper is recorded by a reviewer; you sign directly.",
        )
        raise Invalid("on_paper_not_yours", message, [Problem("on_paper_not_yours", message, "/on_paper")])
    if _plain(principal.display_name) != _plain(person.name or ""):
        raise Forbidden(
            code="leader_not_in_force",
            message=Message(
                f"在任分管领导是{person.name}({person.title}),不是本账号的“{principal.display_name}”,请联系市局核对。",
                f"The leader in force is {person.name} ({person.title}), not {principal.display_name!r}, whose account "
                "this is; ask the bureau.",
            ),
        )


def _require_named(person: Person, named: str) -> None:
    if _plain(named) != _plain(person.name or ""):
        message = Message(
            f"在任分管领导是{person.name}({person.title}),不是“{as_given(named)}”。",
            f"The leader in force is {person.name} ({person.title}), not {as_given(named)!r}.",
        )
        problem = Problem("leader_not_in_force", message, "/leader", given=as_given(named))
        raise Invalid("leader_not_in_force", message, [problem])


def _plain(name: str) -> str:
    """A name as it is compared: without the blanks that some write between the characters of a short one."""
    return "".join(normalize("NFKC", name).split()).casefold()


def _signed(version: Version, person: Person, *, how: How, by: str, entry: LedgerEntry, recorded: bool) -> SignedOff:
    seq = entry.seq if recorded else version.seq
    return SignedOff(
        id=version.id,
        unit=version.unit_code,
        revision=version.revision,
        state=version.state,
        leader=person.name or "",
        title=person.title,
        how=how,
        by=by,
        seq=entry.seq,
        recorded_at=entry.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
        etag=submission_etag(submission_id=version.id, revision=version.revision, seq=seq),
    )
