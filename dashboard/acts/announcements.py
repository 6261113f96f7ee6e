"""Acts on the release calendar: an evaluator announces a day, moves it, or withdraws it, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.announcements import Announced
from metrics.authority import authority_of
from metrics.commands.announce_publication import (
    AnnouncementGiven,
    announce,
    move_announcement,
    withdraw_announcement,
)
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal

NOT_ANNOUNCED = "none"  # what the form that publishes says of a release that keeps no announcement


def announce_day(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    what = asked.field("what")
    if what not in list(Announced):
        raise BadRequest("announced_unknown", Message("没有这种发布内容。", "There is no such thing to announce."))
    given = AnnouncementGiven(
        Announced(what), asked.field("due_on"), asked.field("period"), asked.field("title").strip()
    )
    with write_session(authority_of(principal)) as session:
        done = announce(session, principal=principal, given=given)
    return [Outcome(True, _("Announced for {day} (no. {seq})", day=done.due_on, seq=done.seq))]


def move(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    with write_session(authority_of(principal)) as session:
        done = move_announcement(
            session,
            announcement_number(asked.field("number")),
            principal=principal,
            due_on=asked.field("due_on"),
            reason=asked.field("reason").strip(),
        )
    return [Outcome(True, _("Moved to {day} (no. {seq})", day=done.due_on, seq=done.seq))]


def withdraw(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    with write_session(authority_of(principal)) as session:
        done = withdraw_announcement(
            session,
            announcement_number(asked.field("number")),
            principal=principal,
            reason=asked.field("reason").strip(),
        )
    return [Outcome(True, _("Withdrawn (no. {seq})", seq=done.seq))]


def announcement_number(text: str) -> int:
    """The entry that names an announcement. Raises BadRequest for what no form of ours sends."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequest("announcement_malformed", Message("未写明所指的预告。", "Say which announcement it is about."))
    return int(text)
