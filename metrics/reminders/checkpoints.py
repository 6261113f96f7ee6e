"""Checkpoints on their way out of the building: to each who is to keep them, once in so many days.

A recipient is an e-mail address, or an address of the web to which the text is posted. Who gets which day's is claimed,
tried again and given up as reminders are (`metrics/commands/claim_reminder.py`); nothing else waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog

from metrics.audit_acts import AuditAction, AuditChannel
from metrics.auditing.writing import note_done
from metrics.authority import SYSTEM
from metrics.commands.claim_reminder import claim_reminder, mark_failed, mark_sent
from metrics.database import read_session, write_session
from metrics.in_print import in_print
from metrics.ledger.printed_head import printed_head
from metrics.ledger.witnessing.post_text import NotPosted, post_text
from metrics.present_act import Acting, as_subject, under_way
from metrics.queries.checkpoints_sent import CHECKPOINT
from metrics.queries.cosignatures import KnownCheckpoint, newest_checkpoint
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.reminders.channels import TIMEOUT, Channel, ChannelFailed
from metrics.reminders.words import Words
from metrics.settings import Settings

log = structlog.get_logger(__name__)


def send_checkpoints(configured: Settings, ways: Sequence[Channel], *, now: datetime) -> int:
    """Send the newest checkpoint to whoever has not had one of these days; how many went out.

    Nothing while the demonstration is loaded, whose ledger goes with it, or before there is a checkpoint.
    """
    if not configured.checkpoint_to:
        return 0
    with read_session(SYSTEM) as session:
        newest = None if is_demonstration_loaded(session) else newest_checkpoint(session)
    if newest is None:
        return 0
    mail = next((way for way in ways if way.needs_address), None)
    return sum(_send(to, newest, mail, configured, now=now) for to in configured.checkpoint_to)


def first_day(now: datetime, *, days: int) -> date:
    """The day on which the stretch of `days` days began that `now` is in; the same for every instance."""
    return now.date() - timedelta(days=now.date().toordinal() % days)


def _send(to: str, newest: KnownCheckpoint, mail: Channel | None, configured: Settings, *, now: datetime) -> bool:
    day = first_day(now, days=configured.checkpoint_days)
    channel = "smtp" if "://" not in to else "webhook"
    with write_session(SYSTEM) as session:
        claim = claim_reminder(
            session,
            unit="",
            period=day.replace(day=1),
            kind=CHECKPOINT,
            channel=channel,
            now=now,
            subject=f"{day.isoformat()} {to}",
        )
    if claim is None:
        return False
    try:
        if channel == "webhook":
            _post(to, newest.note)
        elif mail is None:
            raise ChannelFailed("no mail server is set")
        else:
            mail.send(checkpoint_words(newest), to=(to,), key=f"checkpoint/{day.isoformat()}/{to}")
    except ChannelFailed as failed:
        with write_session(SYSTEM) as session:
            mark_failed(session, claim, reason=str(failed), final=failed.final, now=now)
        log.warning("checkpoint_not_sent", channel=channel, attempt=claim.attempts, reason=str(failed))
        return False
    with write_session(SYSTEM) as session:
        mark_sent(session, claim, now=now)
    subject = as_subject(f"{newest.size} {to.partition('?')[0]}")
    with under_way(Acting(AuditChannel.SERVICE, "", action=AuditAction.SEND_CHECKPOINT, subject=subject)):
        note_done()
    log.info("checkpoint_sent", channel=channel, size=newest.size, attempt=claim.attempts)
    return True


def _post(url: str, note: str) -> None:
    try:
        status = post_text(url, note.encode(), waits=TIMEOUT).status
    except NotPosted as failed:
        raise ChannelFailed(str(failed)) from None
    if not 200 <= status < 300:
        raise ChannelFailed(f"HTTP {status}", final=300 <= status < 500 and status not in (408, 429))


def checkpoint_words(checkpoint: KnownCheckpoint) -> Words:
    """The e-mail: what it is for, what can be printed, and the checkpoint as a file."""
    head = printed_head(checkpoint.note)
    zh = (
        f"附件是账本 {head.origin} 前 {head.size} 条的检查点。请存到系统之外:以后账本若被改写,凭它即可看出。\n"
        f"根:{head.root}\n密钥:{head.key}\n核对方法见 docs/witnesses.md。"
    )
    en = (
        f"The file is the checkpoint of the ledger {head.origin} over its first {head.size} entries. Keep it away from "
        f"the system: if the ledger is rewritten, this shows it.\nRoot: {head.root}\nKey: {head.key}\n"
        "docs/witnesses.md says how to check."
    )
    subject = f"[标尺] 账本检查点 / Checkpoint: {head.size}"
    return Words(subject, f"{in_print(zh)}\n\n{en}", (f"biaochi-checkpoint-{head.size}.txt", checkpoint.note))
