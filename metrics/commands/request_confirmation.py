"""Making a link by which a unit's leader signs a submission or material, and noting what became of its sending.

The secret leaves this module once, to be sent; the database keeps its hash. A link that is sent ends the earlier ones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from metrics.commands.sign_material import require_present
from metrics.commands.sign_off_submission import require_leader, require_signable, revision_leaf
from metrics.commands.submission_version import lock_version_by_id, require_version
from metrics.credentials import digest, new_confirmation_secret
from metrics.database import WriteSession
from metrics.errors import Conflict, Message, TooMany
from metrics.models import Confirmation, LedgerEntry
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.materials import material_numbered
from metrics.queries.people import Person, people_of
from metrics.queries.received_submissions import sign_offs
from metrics.queries.submissions import submission_unknown
from metrics.sign_offs import LINK_PURPOSE, MATERIAL_LINK

PAUSE = timedelta(minutes=1)  # between two links for one submission
MOST_A_DAY = 20  # to one leader
_DAY = timedelta(days=1)
_LONGEST_FAILURE = 200


@dataclass(frozen=True, slots=True)
class RequestedLink:
    """A link that is to be sent to `address` and to nobody else."""

    id: int
    secret: str = field(repr=False)
    address: str = field(repr=False)
    purpose: str
    subject: int
    unit: str
    period: date
    revision: int
    leader: str
    expires_at: datetime


def request_sign_off(
    session: WriteSession,
    submission_id: int,
    *,
    plan: Plan,
    principal: Principal,
    lasts: timedelta,
    now: datetime,
    if_match: str | None = None,
    unit_addresses: Collection[str] = (),
) -> RequestedLink:
    """Make a link by which the leader in force signs the submission as it stands; it holds until `now` + `lasts`.

    `unit_addresses`: others than the liaison's at which somebody else of the unit is reached. Raises Forbidden,
    NotFound, Stale, Conflict `state_forbids`, `leader_missing`, `leader_without_address`, `leader_address_shared`,
    `signed_already`, TooMany.
    """
    principal.require(Scope.POST_SUBMISSION)
    version = lock_version_by_id(session, submission_id)
    if version is None or not principal.may_see_submissions_of(version.unit_code):
        raise submission_unknown(submission_id)
    principal.require_unit(version.unit_code)
    if if_match is not None and if_match.strip() != "*":
        require_version(session, version, if_match=if_match, timezone=plan.document.timezone)
    require_signable(version.state)
    person = require_leader(session, version.unit_code, plan=plan, principal=principal, now=now)
    signed = sign_offs(session, [version.id], seq=version.seq).get(version.id)
    if signed is not None and (signed.revision, signed.person) == (version.revision, person.seq):
        raise _signed_already()
    leaf = revision_leaf(session, version.id, revision=version.revision)
    about = _Signable(LINK_PURPOSE, version.id, version.unit_code, version.period, version.revision, leaf)
    asking = _Asking(plan, principal, now, now + lasts, unit_addresses)
    return _made(session, about, person, asking=asking)


def request_material_sign_off(
    session: WriteSession,
    number: int,
    *,
    plan: Plan,
    principal: Principal,
    lasts: timedelta,
    now: datetime,
    if_match: str | None = None,
    unit_addresses: Collection[str] = (),
) -> RequestedLink:
    """As :func:`request_sign_off`, for a unit's material (工作进展情况材料)."""
    principal.require(Scope.POST_SUBMISSION)
    material = material_numbered(session, number, principal=principal)
    sent = material.sent
    principal.require_unit(sent.unit)
    require_present(material, if_match)
    person = require_leader(session, sent.unit, plan=plan, principal=principal, now=now)
    if material.signed is not None and material.signed.detail["person"] == person.seq:
        raise _signed_already()
    leaf = session.get_one(LedgerEntry, sent.seq).leaf_hash
    about = _Signable(MATERIAL_LINK, material.id, sent.unit, sent.period, material.revision, leaf)
    asking = _Asking(plan, principal, now, now + lasts, unit_addresses)
    return _made(session, about, person, asking=asking)


@dataclass(frozen=True, slots=True)
class _Signable:
    """What a link is to be bound to: `subject` numbers it among its kind."""

    purpose: str
    subject: int
    unit: str
    period: date
    revision: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks for a link, when, and until when it is to hold."""

    plan: Plan
    principal: Principal
    now: datetime
    expires_at: datetime
    unit_addresses: Collection[str]


def _made(session: WriteSession, about: _Signable, person: Person, *, asking: _Asking) -> RequestedLink:
    """A link to `about` for the leader, to an address of the leader's own, and not too often."""
    principal, now, zone = asking.principal, asking.now, asking.plan.document.timezone
    office = people_of(session, about.unit, principal=principal, timezone=zone, now=now)
    liaison = office["liaison"].email if "liaison" in office else None
    _require_own_address(person, shared=[liaison, *asking.unit_addresses])
    _require_patience(session, about, person, now=now)
    # Kept as a hash and sent behind the address's #, so that no log has it (decision 94).
    secret, address = new_confirmation_secret(), person.email or ""
    made = Confirmation(
        token_hash=digest(secret),
        purpose=about.purpose,
        subject=about.subject,
        revision=about.revision,
        leaf_hash=about.leaf_hash,
        person=person.seq,
        address=address,
        asked_by=principal.username,
        created_at=now,
        expires_at=asking.expires_at,
    )
    session.add(made)
    session.flush()
    return RequestedLink(
        id=made.id,
        secret=secret,
        address=address,
        purpose=about.purpose,
        subject=about.subject,
        unit=about.unit,
        period=about.period,
        revision=about.revision,
        leader=person.name or "",
        expires_at=asking.expires_at,
    )


def mark_link_sent(session: WriteSession, link: RequestedLink, *, now: datetime) -> None:
    """Note that the link went out; the earlier ones for the same thing end with that."""
    session.execute(update(Confirmation).where(Confirmation.id == link.id).values(sent_at=now))
    session.execute(
        update(Confirmation)
        .where(
            Confirmation.purpose == link.purpose,
            Confirmation.subject == link.subject,
            Confirmation.id < link.id,
            Confirmation.superseded_at.is_(None),
            Confirmation.used_at.is_(None),
        )
        .values(superseded_at=now)
    )


def mark_link_unsent(session: WriteSession, link: RequestedLink, *, reason: str) -> None:
    """Note why it did not go out; another may be asked for at once."""
    session.execute(
        update(Confirmation).where(Confirmation.id == link.id).values(failure=reason[:_LONGEST_FAILURE] or "not sent")
    )


def _signed_already() -> Conflict:
    return Conflict("signed_already", Message("该版已签发。", "This revision is signed off already."))


def _require_own_address(person: Person, *, shared: Collection[str | None]) -> None:
    """Raise Conflict without an address of the leader's own: one that others of the unit read is none."""
    others = {address.strip().casefold() for address in shared if address}
    if person.email and person.email.casefold() not in others:
        return
    if person.email:
        raise Conflict(
            code="leader_address_shared",
            message=Message(
                "登记的邮箱同时是联络人或本单位接收提醒的邮箱,不是分管领导本人的邮箱,请由市局登记领导本人的邮箱。",
                "The address recorded for the leader is also the liaison's, or one to which reminders go: "
                "the bureau records the leader's own.",
            ),
        )
    raise Conflict(
        code="leader_without_address",
        message=Message(
            f"未登记分管领导{person.name}的电子邮箱:请由市局登记,或由领导用自己的账号签发,纸质签字由审核员登记。",
            f"No e-mail address of the leader {person.name} is recorded: the bureau records one, the leader signs with "
            "their own account, or a reviewer records a signature on paper.",
        ),
    )


def _require_patience(session: WriteSession, about: _Signable, person: Person, *, now: datetime) -> None:
    """Raise TooMany within a minute of the last link for the same thing, or beyond the leader's links of a day.

    A link that could not be sent counts for neither: nobody was asked by it.
    """
    latest = session.scalar(
        select(func.max(Confirmation.created_at)).where(
            Confirmation.purpose == about.purpose, Confirmation.subject == about.subject, Confirmation.failure == ""
        )
    )
    if latest is not None and latest + PAUSE > now:
        raise TooMany(
            code="asked_just_now",
            message=Message("刚刚已发送过,请一分钟后再试。", "It was sent just now; try again in a minute."),
            retry_after=max(1, round((latest + PAUSE - now).total_seconds())),
        )
    today = session.execute(
        select(func.count(), func.min(Confirmation.created_at)).where(
            Confirmation.person == person.seq, Confirmation.created_at > now - _DAY, Confirmation.failure == ""
        )
    ).one()
    if today[0] >= MOST_A_DAY:
        raise TooMany(
            code="asked_too_often",
            message=Message(
                f"24 小时内已请这位领导签发 {MOST_A_DAY} 次,请稍后再试。",
                f"This leader was asked {MOST_A_DAY} times within 24 hours; try again later.",
            ),
            retry_after=max(1, round((today[1] + _DAY - now).total_seconds())),
        )
