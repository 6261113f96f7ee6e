"""Sending a person the link by which they set a password: to their own address, shown to nobody else.

As with the link to sign by (sign_off_link.py): recorded, handed over with no transaction open, then noted as sent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from metrics.audit_acts import AuditAction
from metrics.commands.passwords import RequestedPasswordLink, mark_password_link, request_password_link
from metrics.database import write_session
from metrics.errors import Conflict, Message, Unavailable
from metrics.in_print import in_print
from metrics.plan.store import plan_at
from metrics.present_act import doing
from metrics.principal import Principal
from metrics.reminders.channels import ChannelFailed, channels
from metrics.reminders.words import Words
from metrics.settings import Settings

log = structlog.get_logger(__name__)
PAGE = "/set-password"


def send_password_link(configured: Settings, username: str, *, by: Principal | None) -> RequestedPasswordLink:
    """Send the account's person a link to set a password; `by` None is the operator at the command line.

    Raises what :func:`request_password_link` raises, Conflict `no_mail_channel`, `address_refused`, Unavailable
    `mail_not_sent`: nothing went out, and it can be asked for again.
    """
    now = datetime.now(UTC)
    with write_session() as session:
        timezone = ZoneInfo(plan_at(session).document.timezone)
        lasts = timedelta(days=configured.confirmation_days)
        link = request_password_link(session, username, now=now, lasts=lasts, by=by)
        way = next((way for way in channels(configured) if way.needs_address), None)
        if way is None or not configured.public_url:
            message = Message(
                "本系统未配置发送邮件,请改用一次性密码。",
                "No e-mail is set up here: use a password that is shown once.",
            )
            raise Conflict("no_mail_channel", message)
    words = link_words(
        link, address=configured.public_url, until=f"{link.expires_at.astimezone(timezone):%Y-%m-%d %H:%M}"
    )
    try:
        way.send(words, to=(link.address,), key=f"password/{link.id}/{link.expires_at.isoformat()}")
    except ChannelFailed as failed:
        with doing(AuditAction.LOOK), write_session() as session:
            mark_password_link(session, link, now=datetime.now(UTC), failure=str(failed) or "not sent")
        log.warning("password_link_not_sent", link=link.id, user=link.username, reason=str(failed))
        raise _not_sent(failed) from None
    with doing(AuditAction.LOOK), write_session() as session:  # what was asked for has its row already
        mark_password_link(session, link, now=datetime.now(UTC))
    log.info("password_link_sent", link=link.id, user=link.username)
    return link


def link_words(link: RequestedPasswordLink, *, address: str, until: str) -> Words:
    """The e-mail, Chinese first. The secret stands behind the #, which no browser sends to any server."""
    place = f"{address.rstrip('/')}{PAGE}#{link.secret}"
    zh = (
        f"{link.display_name}:\n\n请打开链接,为账号“{link.username}”设置新密码:\n\n{place}\n\n"
        f"链接只供您本人使用,只能使用一次,{until} 前有效。请勿转发;如非您本人所需,请告知管理员。"
    )
    en = (
        f"Open the link to set a new password for the account {link.username}. It is for you alone, works once and "
        f"holds until {until}. Do not pass it on; tell the administrator if you did not expect it."
    )
    return Words(subject="[标尺] 设置密码 / Set your password", body=f"{in_print(zh)}\n\n{en}")


def _not_sent(failed: ChannelFailed) -> Conflict | Unavailable:
    if failed.final:
        return Conflict("address_refused", Message("邮件服务器拒收该地址。", "The mail server refuses this address."))
    message = Message("邮件未能发出,请稍后重试。", "The e-mail did not go out: try again.")
    return Unavailable("mail_not_sent", message)
