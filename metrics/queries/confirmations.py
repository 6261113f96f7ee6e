"""Links that were made for somebody to confirm something: what each is worth now, and the words for one that is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.credentials import digest
from metrics.database import ReadSession
from metrics.errors import Conflict, Message, NotFound
from metrics.models import Confirmation
from metrics.queries.people import Person
from metrics.queries.received_submissions import SignOff
from metrics.queries.submissions import SubmissionSummary
from metrics.sign_offs import LINK_PURPOSE
from metrics.submission_states import State


class LinkState(StrEnum):
    """What a link is worth. Only an OPEN one signs; of several reasons against one, the first here is the one said."""

    USED = "used"
    NEWER_LINK = "newer_link"
    NEWER_REVISION = "newer_revision"
    LEADER_CHANGED = "leader_changed"
    EXPIRED = "expired"
    SIGNED = "signed"  # on paper, or by the leader's account
    SENT_BACK = "sent_back"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PresentSignOff:
    """What a link is held against: the revision that stands, (revision, person) of its newest sign-off, the leader."""

    revision: int
    sent_back: bool
    signed: tuple[int, int] | None
    leader: Person | None

    @classmethod
    def of_submission(
        cls, *, revision: int, state: State, sign_off: SignOff | None, leader: Person | None
    ) -> PresentSignOff:
        """Of a submission in this state, with its newest sign-off."""
        signed = None if sign_off is None else (sign_off.revision, sign_off.person)
        return cls(revision, state == State.SENT_BACK, signed, leader)


@dataclass(frozen=True, slots=True)
class RequestedSignOff:
    """The newest link for a submission. `open`: it still signs; `sent_at` None: it was not handed over."""

    revision: int
    asked_by: str
    sent_at: datetime | None
    expires_at: datetime
    open: bool


def confirmation_of(session: ReadSession, secret: str) -> Confirmation:
    """The link with this secret, whatever it is worth. Raises NotFound `confirmation_unknown`."""
    found = session.scalars(select(Confirmation).where(Confirmation.token_hash == digest(secret))).one_or_none()
    if found is None:
        raise NotFound(
            code="confirmation_unknown",
            message=Message(
                "链接无效:请从邮件中完整打开链接,或请填报单位重新发送。",
                "This link is not known. Open it whole from the e-mail, or have it sent again.",
            ),
        )
    return found


def link_state(confirmation: Confirmation, standing: PresentSignOff, *, now: datetime) -> LinkState:
    """What a link is worth at `now`, held against what it is bound to."""
    leader = standing.leader
    found = {
        LinkState.USED: confirmation.used_at is not None,
        LinkState.NEWER_LINK: confirmation.superseded_at is not None,
        LinkState.NEWER_REVISION: confirmation.revision != standing.revision,
        LinkState.LEADER_CHANGED: leader is None or leader.seq != confirmation.person or not confirmation.address,
        LinkState.EXPIRED: confirmation.expires_at <= now,
        LinkState.SIGNED: standing.signed == (standing.revision, confirmation.person),
        LinkState.SENT_BACK: standing.sent_back,
    }
    return next((state for state in LinkState if found.get(state, True)), LinkState.OPEN)


_SENTENCES: Mapping[LinkState, tuple[str, Message]] = {
    LinkState.NEWER_LINK: (
        "confirmation_superseded",
        Message(
            "已另发新链接,本链接失效:请打开最近一封邮件中的链接。",
            "A newer link was sent, so this one has ended: open the link in the newest e-mail.",
        ),
    ),
    LinkState.NEWER_REVISION: (
        "confirmation_outdated",
        Message(
            "内容已有更正,本链接所指的版本不再有效:请填报单位重新请您签发。",
            "It was revised since, so this link has ended: the unit asks you again for the new revision.",
        ),
    ),
    LinkState.LEADER_CHANGED: (
        "confirmation_withdrawn",
        Message(
            "分管领导的登记已变更,本链接失效。",
            "What is recorded of the unit's leader has changed since, so this link has ended.",
        ),
    ),
    LinkState.SIGNED: (
        "signed_already",
        Message("该版已签发,无需再办。", "This revision is signed off already; nothing is left to do."),
    ),
    LinkState.SENT_BACK: (
        "state_forbids",
        Message("该月报已退回,更正后再签发。", "The submission was sent back: correct it before it is signed off."),
    ),
}


def refuse_link(confirmation: Confirmation, state: LinkState, standing: PresentSignOff, *, timezone: str) -> Conflict:
    """Why a link does not sign, for the one who holds it."""
    if state is LinkState.USED:
        used = _local(confirmation.used_at or confirmation.expires_at, timezone)
        zh = f"本链接已于 {used} 用于签发第 {confirmation.revision} 版,只能使用一次"
        en = f"This link was used to sign revision {confirmation.revision} on {used}, and works once"
        if standing.revision == confirmation.revision:
            return Conflict("confirmation_used", Message(f"{zh},无需再办。", f"{en}; nothing is left to do."))
        zh, en = f"{zh};其后有更正,须重新签发。", f"{en}. It was revised since and needs a new signature."
        return Conflict("confirmation_used", Message(zh, en))
    if state is LinkState.EXPIRED:
        expired = _local(confirmation.expires_at, timezone)
        zh = f"本链接已于 {expired} 过期:请填报单位重新发送。"
        en = f"This link expired on {expired}: have the unit send a new one."
        return Conflict("confirmation_expired", Message(zh, en))
    code, message = _SENTENCES[state]
    return Conflict(code, message)


def _local(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def requested_sign_off(
    session: ReadSession, summary: SubmissionSummary, *, sign_off: SignOff | None, leader: Person | None, now: datetime
) -> RequestedSignOff | None:
    """The newest link that was made for the submission; None if there never was one."""
    asked = (
        select(Confirmation)
        .where(Confirmation.purpose == LINK_PURPOSE, Confirmation.subject == summary.id)
        .order_by(Confirmation.id.desc())
        .limit(1)
    )
    found = session.scalars(asked).one_or_none()
    if found is None:
        return None
    standing = PresentSignOff.of_submission(
        revision=summary.revision, state=summary.state, sign_off=sign_off, leader=leader
    )
    return RequestedSignOff(
        revision=found.revision,
        asked_by=found.asked_by,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
        open=link_state(found, standing, now=now) is LinkState.OPEN,
    )
