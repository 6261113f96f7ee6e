"""What reminders say, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.errors import Message
from metrics.periods import format_period
from metrics.queries.due_reminders import OwedForMonth, ReminderKind, UnitReminder
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
    link = f"\n\n{address.rstrip('/')}{_place(kind, period, units)}" if address else ""
    return Words(subject=f"[标尺] {_subject(kind, period, units)}", body=f"{said.zh}\n\n{said.en}{link}")


def _place(kind: ReminderKind, period: date, units: Sequence[UnitReminder]) -> str:
    """Where what is owed is written, or listed."""
    month, submission = format_period(period), any(OwedForMonth.SUBMISSION in unit.owes for unit in units)
    if kind is ReminderKind.DIGEST:
        return "/review" if submission else f"/materials?month={month}"
    return f"/collect?period={month}" if submission else f"/materials/{units[0].unit}/{month}"


def reminder_message(kind: ReminderKind, period: date, units: Sequence[UnitReminder]) -> Message:
    """The reminder in a sentence, the digest in one for each thing that is owed."""
    month, due = format_period(period), units[0].due_on.isoformat()
    if kind is ReminderKind.DIGEST:
        owing = {what: [unit for unit in units if what in unit.owes] for what in OwedForMonth}
        told = [_missing(what, month, due, found) for what, found in owing.items() if found]
        return Message("".join(one.zh for one in told), " ".join(one.en for one in told))
    unit = units[0]
    zh, en, many = _things(unit)
    if kind is ReminderKind.OVERDUE:
        return Message(
            f"{unit.name.zh} {month} {zh}应于 {due} 前报送(含当日),已逾期 {unit.days_late} 天,请尽快报送。",
            f"The {en} of {unit.name.en} for {month} {'were' if many else 'was'} due by {due} and "
            f"{'are' if many else 'is'} {_late(unit)}. Please send {'them' if many else 'it'} soon.",
        )
    return Message(
        f"{unit.name.zh} {month} {zh}尚未报送,请于 {due} 前报送(含当日)。",
        f"The {en} of {unit.name.en} for {month} {'have' if many else 'has'} not been sent; "
        f"{'they are' if many else 'it is'} due by {due}, that day included.",
    )


_THINGS = {
    OwedForMonth.SUBMISSION: (Message("月报", "submission"), Message("月报", "Submissions")),
    OwedForMonth.MATERIAL: (Message("工作进展情况材料", "monthly material"), Message("工作进展情况材料", "Material")),
}


def _things(unit: UnitReminder) -> tuple[str, str, bool]:
    """What a unit owes in both languages, and whether that is more than one thing."""
    told = [_THINGS[what][0] for what in OwedForMonth if what in unit.owes]
    return "和".join(one.zh for one in told), " and ".join(one.en for one in told), len(told) > 1


def _missing(what: OwedForMonth, month: str, due: str, units: Sequence[UnitReminder]) -> Message:
    """The digest's sentence on one thing that is owed: how many have not sent it, and who."""
    _one, thing = _THINGS[what]
    zh = "、".join(f"{unit.name.zh}(逾期 {unit.days_late} 天)" for unit in units[:_MOST_NAMED])
    en = ", ".join(f"{unit.name.en} ({_late(unit)})" for unit in units[:_MOST_NAMED])
    if (more := len(units) - _MOST_NAMED) > 0:
        zh, en = f"{zh}等", f"{en} and {more} more"
    verb = "were" if what is OwedForMonth.SUBMISSION else "was"
    from_whom = "are missing" if what is OwedForMonth.SUBMISSION else "have not sent it"
    return Message(
        f"{month} {thing.zh}截止日为 {due},尚有 {len(units)} 个单位未报:{zh}。",
        f"{thing.en} for {month} {verb} due by {due}; {len(units)} {from_whom}: {en}.",
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
        told = [(_THINGS[what][1], n) for what in OwedForMonth if (n := sum(what in unit.owes for unit in units))]
        zh = "、".join(f"{thing.zh}未报单位 {n} 个" for thing, n in told)
        en = ", ".join(f"{thing.en.lower()} {n}" for thing, n in told)
        return f"{month} {zh} / Missing: {en}"
    zh, en, _many = _things(units[0])
    late = kind is ReminderKind.OVERDUE
    zh_when, en_when = ("逾期", "overdue") if late else ("将到期", "due soon")
    return f"{month} {units[0].name.zh}{zh}{zh_when} / {en.capitalize()} {en_when}"
