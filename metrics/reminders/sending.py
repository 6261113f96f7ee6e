"""Sending what is due: claim, send, note. One instance at a time; nothing is sent twice.

Between handing a reminder over and noting it lies a moment. A process that dies in it leaves a claim that is taken up
again after a quarter of an hour, so that reminder may arrive twice (at least once); so may one whose server took it and
then failed to say so. Whatever else happens, it arrives at most once. E-mails carry one Message-ID at every attempt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from metrics.authority import SYSTEM
from metrics.commands.claim_reminder import Claim, claim_reminder, mark_failed, mark_sent
from metrics.database import engine, read_session, write_session
from metrics.locks import Lock, hold_if_free
from metrics.plan.store import plan_at
from metrics.queries.announcement_reminders import AnnouncementReminder, due_announcement_reminders
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.due_reminders import DueReminder, ReminderDays, due_reminders
from metrics.queries.silence_reminders import SilenceReminder, due_silence_reminders
from metrics.queries.slip_reminders import SlipReminder, SlipReminderKind, due_slip_reminders
from metrics.queries.turned_reminders import TurnedReminder, due_turned_reminders
from metrics.reminders.channels import Channel, ChannelFailed
from metrics.reminders.words import Words, announcement_words, reminder_words, silence_words, slip_words, turn_words
from metrics.settings import Settings

log = structlog.get_logger(__name__)
# One instance at a time; what is claimed first is sent at most once (decision 47).


Reminding = DueReminder | SlipReminder | SilenceReminder | TurnedReminder | AnnouncementReminder


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reminder over one channel. `to` is empty where the channel reaches a group."""

    due: Reminding
    channel: Channel
    to: tuple[str, ...]
    words: Words

    @property
    def key(self) -> str:
        """What names it: unit, period, kind, channel, and of a slip or an announced day which."""
        named = f"{self.due.unit}/{self.due.period.isoformat()}/{self.due.kind}/{self.channel.name}"
        return f"{named}/{self.subject}" if self.subject else named

    @property
    def subject(self) -> str:
        return self.due.subject if isinstance(self.due, SlipReminder | TurnedReminder | AnnouncementReminder) else ""


def outgoing(configured: Settings, ways: Sequence[Channel], *, now: datetime) -> tuple[Outgoing, ...]:
    """Everything due at `now` over `ways`, whether it was sent already or not.

    Nothing while the demonstration is loaded, before the hour of the day set, or to a unit without an address.
    """
    with read_session(SYSTEM) as session:
        plan = plan_at(session)
        if is_demonstration_loaded(session):
            return ()
        if now.astimezone(ZoneInfo(plan.document.timezone)).hour < configured.reminder_hour:
            return ()
        days = ReminderDays(configured.reminder_days_before, configured.reminder_days_after)
        due: list[Reminding] = [
            *due_reminders(session, now=now, days=days),
            *due_slip_reminders(session, now=now, days=days),
            *due_silence_reminders(session, now=now, days=days),
            *due_turned_reminders(session, now=now),
            *due_announcement_reminders(session, now=now, days=days),
        ]
    found = []
    for reminder in due:
        to = _addresses(configured, reminder)
        words = _words(reminder, address=configured.public_url)
        found += [
            Outgoing(reminder, way, to if way.needs_address else (), words)
            for way in ways
            if (to if way.needs_address else reminder.is_for_groups)
        ]
    return tuple(found)


def send_due(configured: Settings, ways: Sequence[Channel], *, now: datetime) -> int:
    """Send what is due and was not sent; the number sent. Another instance that is sending leaves nothing to do."""
    with _alone() as alone:
        return sum(_send(one, now=now) for one in outgoing(configured, ways, now=now)) if alone else 0


def _send(one: Outgoing, *, now: datetime) -> bool:
    """Send one reminder, if it is ours to send; True if it went out."""
    due = one.due
    with write_session(SYSTEM) as session:
        claim = claim_reminder(
            session,
            unit=due.unit,
            period=due.period,
            kind=due.kind,
            channel=one.channel.name,
            now=now,
            subject=one.subject,
        )
    if claim is None:
        return False
    try:
        one.channel.send(one.words, to=one.to, key=one.key)
    except ChannelFailed as failed:
        _note_failure(one, claim, failed, now=now)
        return False
    with write_session(SYSTEM) as session:
        mark_sent(session, claim, now=now)
    log.info("reminder_sent", reminder=one.key, attempt=claim.attempts)
    return True


def _note_failure(one: Outgoing, claim: Claim, failed: ChannelFailed, *, now: datetime) -> None:
    with write_session(SYSTEM) as session:
        mark_failed(session, claim, reason=str(failed), final=failed.final, now=now)
    log.warning("reminder_failed", reminder=one.key, attempt=claim.attempts, reason=str(failed))


def _words(reminder: Reminding, *, address: str) -> Words:
    if isinstance(reminder, TurnedReminder):
        return turn_words(reminder, address=address)
    if isinstance(reminder, SilenceReminder):
        return silence_words(reminder, address=address)
    if isinstance(reminder, SlipReminder):
        return slip_words(reminder, address=address)
    if isinstance(reminder, AnnouncementReminder):
        return announcement_words(reminder, address=address)
    return reminder_words(reminder.kind, reminder.period, reminder.units, address=address)


def _addresses(configured: Settings, reminder: Reminding) -> tuple[str, ...]:
    """The liaison's address, else the one in the settings; the reviewers' for the digest, and of a slip that is
    escalated beside the leader's; of what turned the follower's own."""
    if isinstance(reminder, TurnedReminder):
        return () if reminder.email is None else (reminder.email,)
    if reminder.kind is SlipReminderKind.ESCALATED:
        return (*((reminder.email,) if reminder.email else ()), *configured.reviewer_addresses)
    if isinstance(reminder, AnnouncementReminder) or not reminder.unit:
        return tuple(configured.reviewer_addresses)
    address = reminder.email or configured.reminder_addresses.get(reminder.unit, "")
    return (address,) if address else ()


@contextmanager
def _alone() -> Iterator[bool]:
    """True if no other instance is sending; the database's lock is ours until the block ends or the process does."""
    with engine().begin() as connection:
        yield hold_if_free(connection, Lock.REMINDERS)
