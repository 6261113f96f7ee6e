"""What reminders say, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.errors import Message
from metrics.periods import format_period
from metrics.queries.due_reminders import ReminderKind, UnitReminder
from metrics.queries.slip_reminders import SlipReminder, SlipReminderKind

_MOST_NAMED = 20  # units that one sentence names; a country may miss thousands


@dataclass(frozen=True, slots=True)
class Words:
    """A reminder written out. `subject` is one line."""

    subject: str
    body: str


def reminder_words(kind: ReminderKind, period: date, units: Sequence[UnitReminder], *, address: str = "") -> Words:
    """The reminder as it is sent, Chinese first; `address` is where to go, left out when empty."""
    said = reminder_message(kind, period, units)
    place = {ReminderKind.DIGEST: "/review"}.get(kind, f"/collect?period={format_period(period)}")
    link = f"\n\n{address.rstrip('/')}{place}" if address else ""
    return Words(subject=f"[标尺] {_subject(kind, period, units)}", body=f"{said.zh}\n\n{said.en}{link}")


def reminder_message(kind: ReminderKind, period: date, units: Sequence[UnitReminder]) -> Message:
    """The reminder's sentence."""
    month, due = format_period(period), units[0].due_on.isoformat()
    if kind is ReminderKind.DIGEST:
        zh = "、".join(f"{unit.name.zh}(逾期 {unit.days_late} 天)" for unit in units[:_MOST_NAMED])
        en = ", ".join(f"{unit.name.en} ({_late(unit)})" for unit in units[:_MOST_NAMED])
        if (more := len(units) - _MOST_NAMED) > 0:
            zh, en = f"{zh}等", f"{en} and {more} more"
        return Message(
            f"{month} 月报截止日为 {due},尚有 {len(units)} 个单位未报:{zh}。",
            f"Submissions for {month} were due by {due}; {len(units)} are missing: {en}.",
        )
    unit = units[0]
    if kind is ReminderKind.OVERDUE:
        return Message(
            f"{unit.name.zh} {month} 月报应于 {due} 前报送(含当日),已逾期 {unit.days_late} 天,请尽快报送。",
            f"The submission of {unit.name.en} for {month} was due by {due} and is {_late(unit)}. Please send it soon.",
        )
    return Message(
        f"{unit.name.zh} {month} 月报尚未报送,请于 {due} 前报送(含当日)。",
        f"The submission of {unit.name.en} for {month} has not been sent; it is due by {due}, that day included.",
    )


def slip_words(slip: SlipReminder, *, address: str = "") -> Words:
    """The reminder of a supervision slip, Chinese first."""
    due, late = slip.due_on.isoformat(), slip.days_late
    days = "1 day" if late == 1 else f"{late} days"
    if slip.kind is SlipReminderKind.DUE_SOON:
        what = "督办单将到期 / Slip due soon"
        zh = f"{slip.name.zh}:{slip.written}“{slip.title}”应于 {due} 前答复(含当日),请按时办理。"
        en = f"Supervision slip {slip.number} of {slip.name.en} is to be answered by {due}, that day included."
    elif slip.kind is SlipReminderKind.OVERDUE:
        what = "督办单逾期 / Slip overdue"
        zh = f"{slip.name.zh}:{slip.written}“{slip.title}”应于 {due} 前答复(含当日),已逾期 {late} 天,请尽快办理。"
        en = f"Supervision slip {slip.number} of {slip.name.en} was due by {due}, {days} ago. Please answer it soon."
    else:
        what = "督办单逾期升级 / Slip escalated"
        zh = f"{slip.name.zh}:{slip.written}“{slip.title}”逾期 {late} 天仍未答复,请分管领导督促办理。"
        en = (
            f"Supervision slip {slip.number} of {slip.name.en} was due by {due}, {days} ago, and is still without an "
            "answer; the unit's leader is asked to see to it."
        )
    link = f"\n\n{address.rstrip('/')}/supervise/slips/{slip.number}" if address else ""
    return Words(subject=f"[标尺] {slip.written} {what}", body=f"{zh}\n\n{en}{link}")


def _late(unit: UnitReminder) -> str:
    return "1 day late" if unit.days_late == 1 else f"{unit.days_late} days late"


def _subject(kind: ReminderKind, period: date, units: Sequence[UnitReminder]) -> str:
    month = format_period(period)
    if kind is ReminderKind.DIGEST:
        return f"{month} 月报未报单位 {len(units)} 个 / Missing submissions: {len(units)}"
    what = "月报逾期 / Submission overdue" if kind is ReminderKind.OVERDUE else "月报将到期 / Submission due soon"
    return f"{month} {units[0].name.zh}{what}"
