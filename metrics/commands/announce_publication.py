"""Announcing on which day a release or bulletin will be out, moving that day, and withdrawing it, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metrics.announcements import Announced, Announcement, AnnouncementAction
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.ledger.entry import Place, append, next_place
from metrics.models import AnnouncementRecord, LedgerEntry
from metrics.periods import format_period, parse_day, parse_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.announcements import announcements, known_announcement, refuse_over
from metrics.queries.bulletins import bulletin_month
from metrics.value_types import Moment

LONGEST = {"title": 200, "reason": 2000}  # characters


@dataclass(frozen=True, slots=True)
class AnnouncementGiven:
    """What is announced, as sent. `period`: YYYY-MM, needed of a bulletin; `title`: needed of a release."""

    what: Announced
    due_on: str
    period: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementRecorded:
    """The act as recorded. `announcement`: the entry by which what it is about is named; `due_on`: in force."""

    announcement: int
    action: AnnouncementAction
    what: Announced
    period: str | None
    title: str
    due_on: str
    reason: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def announce(
    session: WriteSession, *, principal: Principal, given: AnnouncementGiven, simulated_at: datetime | None = None
) -> AnnouncementRecorded:
    """Announce on which day something will be published.

    Raises Forbidden, Invalid with every problem found, Conflict if the same is announced and open, or the bulletin out.
    """
    principal.require(Scope.REVISE_TARGET)
    place = next_place(session, simulated=simulated_at)
    period, due_on = parse_period(given.period), parse_day(given.due_on)
    problems = [
        *_day_problems(due_on, given.due_on, today=_local_day(session, place)),
        *_period_problems(given, period),
        *_text_problems("title", given.title, needed=given.what is Announced.RELEASE),
    ]
    if problems or due_on is None:
        raise Invalid(problems[0].code, problems[0].message, problems)
    _refuse_twice(session, given, period)
    row = AnnouncementRecord(
        announcement=None,
        action=AnnouncementAction.ANNOUNCE.value,
        what=given.what.value,
        period=period,
        title=given.title,
        due_on=due_on,
        reason="",
    )
    return _record(session, place, row, principal=principal, simulated=simulated_at is not None)


def move_announcement(
    session: WriteSession,
    announcement: int,
    *,
    principal: Principal,
    due_on: str,
    reason: str,
    simulated_at: datetime | None = None,
) -> AnnouncementRecorded:
    """Announce another day for the same, with the reason; the days announced before stay on record.

    Raises Forbidden, NotFound, Conflict `announcement_over`, Invalid with every problem found.
    """
    principal.require(Scope.REVISE_TARGET)
    place = next_place(session, simulated=simulated_at)
    known = known_announcement(session, announcement)
    refuse_over(known)
    day = parse_day(due_on)
    problems = [
        *_day_problems(day, due_on, today=_local_day(session, place), before=known.due_on),
        *_text_problems("reason", reason, needed=True),
    ]
    if problems or day is None:
        raise Invalid(problems[0].code, problems[0].message, problems)
    row = _following(known, AnnouncementAction.MOVE, due_on=day, reason=reason)
    return _record(session, place, row, principal=principal, simulated=simulated_at is not None)


def withdraw_announcement(
    session: WriteSession, announcement: int, *, principal: Principal, reason: str, simulated_at: datetime | None = None
) -> AnnouncementRecorded:
    """Say that it will not be published, with the reason.

    Raises Forbidden, NotFound, Conflict `announcement_over`, Invalid without a reason.
    """
    principal.require(Scope.REVISE_TARGET)
    place = next_place(session, simulated=simulated_at)
    known = known_announcement(session, announcement)
    refuse_over(known)
    problems = _text_problems("reason", reason, needed=True)
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)
    row = _following(known, AnnouncementAction.WITHDRAW, due_on=known.due_on, reason=reason)
    return _record(session, place, row, principal=principal, simulated=simulated_at is not None)


def _following(known: Announcement, action: AnnouncementAction, *, due_on: date, reason: str) -> AnnouncementRecord:
    return AnnouncementRecord(
        announcement=known.seq,
        action=action.value,
        what=known.what.value,
        period=known.period,
        title=known.title,
        due_on=due_on,
        reason=reason,
    )


def _refuse_twice(session: WriteSession, given: AnnouncementGiven, period: date | None) -> None:
    known = announcements(session, timezone=plan_at(session).document.timezone)
    for other in known:
        same = other.period == period if given.what is Announced.BULLETIN else other.title == given.title
        if other.is_open and other.what is given.what and same:
            message = Message(
                f"已有同一预告(序号 {other.seq},{other.due_on.isoformat()}):请调整其日期。",
                f"The same is announced already (no. {other.seq}, {other.due_on.isoformat()}): move its date.",
            )
            raise Conflict("announced_already", message)
    if given.what is Announced.BULLETIN and period is not None and bulletin_month(session, period).newest is not None:
        message = Message(f"{given.period} 通报已经印发。", f"The bulletin for {given.period} is out already.")
        raise Conflict("bulletin_issued", message)


def _local_day(session: WriteSession, place: Place) -> date:
    return place.recorded_at.astimezone(ZoneInfo(plan_at(session).document.timezone)).date()


def _day_problems(day: date | None, given: str, *, today: date, before: date | None = None) -> list[Problem]:
    if day is None:
        message = Message("日期应写成 2019-10-12。", "The day is written as 2019-10-12.")
        return [Problem("day_malformed", message, "/due_on", given=as_given(given))]
    if day < today:
        message = Message(f"不能预告已过的日期({given})。", f"A day that has passed ({given}) cannot be announced.")
        return [Problem("day_passed", message, "/due_on", given=given)]
    if day == before:
        message = Message(f"预告的日期已是 {given}。", f"The day announced is {given} already.")
        return [Problem("day_unchanged", message, "/due_on", given=given)]
    return []


def _period_problems(given: AnnouncementGiven, period: date | None) -> list[Problem]:
    if given.period and period is None:
        message = Message("报告期应写成 2019-09。", "The period is written as 2019-09.")
        return [Problem("period_malformed", message, "/period", given=as_given(given.period))]
    if given.what is Announced.BULLETIN and period is None:
        message = Message("预告通报须写明报告期。", "A bulletin is announced for a period.")
        return [Problem("period_missing", message, "/period")]
    return []


def _text_problems(name: str, text: str, *, needed: bool) -> list[Problem]:
    if needed and not is_visible(text):
        message = (
            Message("须说明理由。", "A reason is needed.")
            if name == "reason"
            else Message("须写明发布什么。", "Say what will be released.")
        )
        return [Problem(f"{name}_missing", message, f"/{name}", given=as_given(text))]
    if len(text) > LONGEST[name]:
        message = Message(f"最多 {LONGEST[name]} 字。", f"At most {LONGEST[name]} characters.")
        return [Problem("text_too_long", message, f"/{name}", given=as_given(text))]
    return []


def _record(
    session: WriteSession, place: Place, row: AnnouncementRecord, *, principal: Principal, simulated: bool
) -> AnnouncementRecorded:
    row.seq, row.actor, row.recorded_at = place.seq, principal.username, place.recorded_at
    content: Mapping[str, object] = {
        **{name: getattr(row, name) for name in ("announcement", "action", "what", "title", "reason", "actor")},
        "period": None if row.period is None else format_period(row.period),
        "due_on": row.due_on.isoformat(),
        **({"synthetic": True} if simulated else {}),
    }
    append(session, kind="announcement", place=place, content=content)
    session.add(row)
    session.flush()
    return AnnouncementRecorded(
        announcement=row.announcement or row.seq,
        action=AnnouncementAction(row.action),
        what=Announced(row.what),
        period=None if row.period is None else format_period(row.period),
        title=row.title,
        due_on=row.due_on.isoformat(),
        reason=row.reason,
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=session.get_one(LedgerEntry, row.seq).leaf_hash.hex(),
    )
