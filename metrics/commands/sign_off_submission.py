"""Signing a return off by name (签发): the leader in force answers for it. It changes neither figures nor state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from metrics.commands.record_submission_event import Event, record_event
from metrics.commands.submission_version import Version, lock_version_by_id, require_version
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.forms import as_given
from metrics.models import LedgerEntry
from metrics.plan.model import Plan
from metrics.principal import Action, Principal
from metrics.queries.people import Person, in_force, people_recorded
from metrics.queries.received_returns import sign_offs
from metrics.queries.submissions import submission_unknown
from metrics.returns import submission_etag


@dataclass(frozen=True, slots=True)
class SignedOff:
    """A return that is signed off. `recorded` False: it was already, by the same leader, as it stands now."""

    id: int
    unit: str
    revision: int
    state: str
    leader: str
    title: str
    by: str
    seq: int
    recorded_at: datetime
    leaf_hash: str
    recorded: bool
    etag: str


def sign_off_submission(
    session: WriteSession,
    submission_id: int,
    *,
    plan: Plan,
    principal: Principal,
    leader: str,
    if_match: str | None = None,
    now: datetime | None = None,
) -> SignedOff:
    """Record that the unit's leader in force, whose name is `leader`, signs the return off as it now stands.

    `if_match`, where given, must name the return's present version. A later revision voids the sign-off.

    Raises Forbidden, NotFound for a return that the principal may not see, Stale, Conflict `leader_missing` and
    `state_forbids`, Invalid `leader_not_in_force`.
    """
    principal.require(Action.POST_RETURN)
    version = lock_version_by_id(session, submission_id)
    if version is None or not principal.may_see_returns_of(version.unit_code):
        raise submission_unknown(submission_id)
    principal.require_unit(version.unit_code)
    if if_match is not None and if_match.strip() != "*":
        require_version(session, version, if_match=if_match, timezone=plan.document.timezone)
    if version.state == "returned":
        raise Conflict(
            code="state_forbids",
            message=Message(
                "该月报已退回,更正后再签发。", "The return was given back: correct it before it is signed off."
            ),
        )
    person = _leader(session, version, plan=plan, principal=principal, named=leader, now=now or datetime.now(UTC))
    standing = sign_offs(session, [version.id], seq=version.seq).get(version.id)
    if standing is not None and (standing.revision, standing.person) == (version.revision, person.seq):
        entry = session.get_one(LedgerEntry, standing.seq)
        return _signed(version, person, by=standing.by, entry=entry, recorded=False, etag=version.etag)
    recorded = record_event(session, version, event=_event(version, person, actor=principal.username))
    etag = submission_etag(submission_id=version.id, revision=version.revision, seq=recorded.seq)
    entry = session.get_one(LedgerEntry, recorded.seq)
    return _signed(version, person, by=principal.username, entry=entry, recorded=True, etag=etag)


def _event(version: Version, person: Person, *, actor: str) -> Event:
    said = {"leader": person.name, "title": person.title, "person": person.seq}
    return Event(
        kind="sign_off",
        action="sign_off",
        state=version.state,
        revision=version.revision,
        actor=actor,
        reason="",
        detail=said,
        content=said,
    )


def _leader(
    session: WriteSession, version: Version, *, plan: Plan, principal: Principal, named: str, now: datetime
) -> Person:
    """The unit's leader in force, who must be the one that is named."""
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    people = people_recorded(session, principal=principal, units=[version.unit_code])
    person = in_force(people, on=today).get((version.unit_code, "leader"))
    if person is None:
        raise Conflict(
            code="leader_missing",
            message=Message(
                "该单位没有登记在任的分管领导,请先由市局登记。",
                "No leader in force is recorded for this unit; the bureau records one first.",
            ),
        )
    if named.strip() != person.name:
        message = Message(
            f"在任分管领导是{person.name}({person.title}),不是“{as_given(named)}”。",
            f"The leader in force is {person.name} ({person.title}), not {as_given(named)!r}.",
        )
        problem = Problem("leader_not_in_force", message, "/leader", given=as_given(named))
        raise Invalid("leader_not_in_force", message, [problem])
    return person


def _signed(version: Version, person: Person, *, by: str, entry: LedgerEntry, recorded: bool, etag: str) -> SignedOff:
    return SignedOff(
        id=version.id,
        unit=version.unit_code,
        revision=version.revision,
        state=version.state,
        leader=person.name or "",
        title=person.title,
        by=by,
        seq=entry.seq,
        recorded_at=entry.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
        etag=etag,
    )
