"""Asking a unit's leader to sign: a link to the leader's own address. Whoever asks for it never sees it.

Three transactions' worth of steps: the link is recorded, then handed over with no transaction open, then noted as sent.
A link whose sending failed can be asked for again at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from metrics.authority import authority_of
from metrics.commands.request_confirmation import (
    RequestedLink,
    mark_link_sent,
    mark_link_unsent,
    request_material_sign_off,
    request_sign_off,
)
from metrics.database import write_session
from metrics.errors import Conflict, Message, Unavailable
from metrics.in_print import in_print
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.reminders.channels import Channel, ChannelFailed, channels
from metrics.reminders.words import Words
from metrics.settings import Settings
from metrics.sign_offs import LINK_PURPOSE, MATERIAL_LINK
from metrics.supervision.bodies import bodies

log = structlog.get_logger(__name__)
PAGE = "/confirm"
# What the e-mail calls it in Chinese and in English, and what of it is looked at.
_WHAT = {
    LINK_PURPOSE: ("月报", "submission", "数据"),
    MATERIAL_LINK: ("工作进展情况材料", "monthly material", "内容"),
}


@dataclass(frozen=True, slots=True)
class AskedForSignature:
    """What the one who asked is told: that the leader's own mailbox was sent a link, and until when it holds."""

    id: int
    unit: str
    revision: int
    sent_at: datetime
    expires_at: datetime


def can_send_links(configured: Settings) -> bool:
    """True if there is a way to a leader's mailbox, and an address of the service to put into the link."""
    return bool(configured.smtp_host and configured.public_url)


def ask_for_signature(
    configured: Settings,
    number: int,
    *,
    principal: Principal,
    if_match: str | None = None,
    purpose: str = LINK_PURPOSE,
) -> AskedForSignature:
    """Have the leader in force sent a link to sign the submission, or by its `purpose` the material, as it stands.

    Raises what :func:`request_sign_off` raises, Conflict `no_mail_channel`, `address_refused`, Unavailable
    `mail_not_sent`: nothing went out, and it can be asked for again.
    """
    now = datetime.now(UTC)
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        request = request_material_sign_off if purpose == MATERIAL_LINK else request_sign_off
        link = request(
            session,
            number,
            plan=plan,
            principal=principal,
            lasts=timedelta(days=configured.confirmation_days),
            now=now,
            if_match=if_match,
            unit_addresses=list(configured.reminder_addresses.values()),
        )
        way = _mail(configured)
        words = link_words(plan, link, address=configured.public_url, rehearsal=is_demonstration_loaded(session))
    try:
        way.send(words, to=(link.address,), key=f"confirmation/{link.id}/{link.expires_at.isoformat()}")
    except ChannelFailed as failed:
        with write_session(authority_of(principal)) as session:
            mark_link_unsent(session, link, reason=str(failed))
        log.warning(
            "confirmation_not_sent",
            confirmation=link.id,
            purpose=link.purpose,
            subject=link.subject,
            reason=str(failed),
        )
        raise _not_sent(failed) from None
    sent_at = datetime.now(UTC)
    with write_session(authority_of(principal)) as session:
        mark_link_sent(session, link, now=sent_at)
    log.info(
        "confirmation_sent",
        confirmation=link.id,
        purpose=link.purpose,
        subject=link.subject,
        asked_by=principal.username,
    )
    return AskedForSignature(link.id, link.unit, link.revision, sent_at, link.expires_at)


def link_words(plan: Plan, link: RequestedLink, *, address: str, rehearsal: bool) -> Words:
    """The e-mail, Chinese first. The secret stands behind the #, which no browser sends to any server."""
    unit, month = bodies(plan)[link.unit].name, format_period(link.period)
    what, what_en, look = _WHAT[link.purpose]
    until = f"{link.expires_at.astimezone(ZoneInfo(plan.document.timezone)):%Y-%m-%d %H:%M}"
    place = f"{address.rstrip('/')}{PAGE}#{link.secret}"
    zh = (
        f"{link.leader}:\n\n{unit.zh} {month} {what}(第 {link.revision} 版)请您签发。"
        f"请打开链接,核对全部{look}后签发:\n\n{place}\n\n"
        f"链接只供您本人使用,只能签发一次,{until} 前有效;更正或另发新链接后即失效。请勿转发。"
    )
    en = (
        f"The {what_en} of {unit.en} for {month} (revision {link.revision}) awaits your signature. Open the link, "
        f"look at all of it, and sign. The link is for you alone, signs once and holds until {until}; a revision or "
        "a newer link ends it. Do not pass it on."
    )
    label = "\n\n演示数据,均为虚构。 Synthetic demonstration data." if rehearsal else ""
    subject = f"[标尺] 请签发 {month} {unit.zh}{what} / Please sign off"
    return Words(subject=subject, body=f"{in_print(zh)}\n\n{en}{label}")


def _mail(configured: Settings) -> Channel:
    """The way to people's own mailboxes; a chat robot reaches a group, which is no leader's own address."""
    way = next((way for way in channels(configured) if way.needs_address), None)
    if way is None or not configured.public_url:
        raise Conflict(
            code="no_mail_channel",
            message=Message(
                "本系统未配置发送邮件:请由分管领导用自己的账号签发,纸质签字由审核员登记。",
                "No e-mail is set up here: the leader signs with their own account, or a reviewer records a signature "
                "on paper.",
            ),
        )
    return way


def _not_sent(failed: ChannelFailed) -> Conflict | Unavailable:
    if failed.final:
        return Conflict(
            code="address_refused",
            message=Message(
                "邮件服务器拒收分管领导的邮箱地址,请由市局核对登记的邮箱。",
                "The mail server refuses the leader's address; the bureau checks what is recorded.",
            ),
        )
    return Unavailable(
        code="mail_not_sent",
        message=Message(
            "邮件未能发出,未作任何签发,请稍后重试。", "The e-mail did not go out; nothing is signed. Try again."
        ),
    )
