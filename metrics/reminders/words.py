"""What reminders say, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.errors import Message
from metrics.periods import format_period
from metrics.queries.due_reminders import ReminderKind, UnitReminder

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


def _late(unit: UnitReminder) -> str:
    return "1 day late" if unit.days_late == 1 else f"{unit.days_late} days late"


def _subject(kind: ReminderKind, period: date, units: Sequence[UnitReminder]) -> str:
    month = format_period(period)
    if kind is ReminderKind.DIGEST:
        return f"{month} 月报未报单位 {len(units)} 个 / Missing submissions: {len(units)}"
    what = "月报逾期 / Submission overdue" if kind is ReminderKind.OVERDUE else "月报将到期 / Submission due soon"
    return f"{month} {units[0].name.zh}{what}"
