"""What reminders say, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.bulletin.wording import STATUS_WORDS
from metrics.errors import Message
from metrics.in_print import in_print
from metrics.periods import format_period
from metrics.plan.model import Plan, Text
from metrics.queries.announcement_reminders import AnnouncementReminder, AnnouncementReminderKind
from metrics.queries.due_reminders import OwedForMonth, ReminderKind, UnitReminder
from metrics.queries.follows import TurnNoticed
from metrics.queries.silence_reminders import SilenceReminder, SilenceReminderKind
from metrics.queries.slip_reminders import SlipReminder, SlipReminderKind
from metrics.queries.status_turns import TurnCause
from metrics.queries.turned_reminders import TurnedReminder

_MOST_NAMED = 20  # units that one sentence names; a country may miss thousands


@dataclass(frozen=True, slots=True)
class Words:
    """A reminder written out. `subject` is one line. `file`: the name and the text of what goes with an e-mail."""

    subject: str
    body: str
    file: tuple[str, str] | None = None


def reminder_words(kind: ReminderKind, period: date, units: Sequence[UnitReminder], *, address: str = "") -> Words:
    """The reminder as it is sent, Chinese first; `address` is where to go, left out when empty."""
    said = reminder_message(kind, period, units)
    link = f"\n\n{address.rstrip('/')}{_place(kind, period, units)}" if address else ""
    return Words(subject=f"[标尺] {_subject(kind, period, units)}", body=f"{said.in_language('zh')}\n\n{said.en}{link}")


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
    return Words(subject=f"[标尺] {slip.written} {what}", body=f"{in_print(zh)}\n\n{en}{link}")


def silence_words(told: SilenceReminder, *, address: str = "") -> Words:
    """The reminder of tasks without updates, Chinese first."""
    month, count = format_period(told.period), len(told.silences)
    zh, en = _of_whom(told)
    if told.kind is SilenceReminderKind.UNIT:
        name, place = told.names[told.unit], f"&unit={told.unit}"
        what = f"{name.zh}任务久未更新 {count} 项 / Tasks without updates: {count}"
        tasks = "1 task" if count == 1 else f"{count} tasks"
        zh = f"{name.zh}有 {count} 项任务两个月以上没有进展报告:{zh}。请尽快报告;再无报告的由牵头单位催办、市局督办。"
        en = (
            f"{name.en} has said nothing of {tasks} for two months or more: {en}. Please report on them; then whoever "
            "leads the task asks, and after that the bureau."
        )
    elif told.kind is SilenceReminderKind.LEAD:
        name, place = told.names[told.unit], ""
        what = f"请{name.zh}催办久未更新的任务 / Tasks to ask about: {count}"
        zh = f"{name.zh}牵头的任务中,以下单位三个月以上没有进展报告:{zh}。请催办。"
        en = f"Of the tasks that {name.en} leads these have had no report for three months or more: {en}. Please ask."
    else:
        place, what = "", f"{month} 须由市局督办的久未更新任务 {count} 项 / Tasks for the bureau to follow up: {count}"
        zh = f"截至 {month},以下任务久未报告进展,须由市局督办:{zh}。"
        en = f"Up to {month} these tasks have had no report for so long that the bureau is to follow them up: {en}."
    link = f"\n\n{address.rstrip('/')}/tasks?state=silent&show=reports&month={month}{place}" if address else ""
    return Words(subject=f"[标尺] {what}", body=f"{in_print(zh)}\n\n{en}{link}")


def announcement_words(told: AnnouncementReminder, *, address: str = "") -> Words:
    """The reminder of an announced day, Chinese first."""
    name, due, late = told.of.name, told.of.due_on.isoformat(), told.days_late
    days = "1 day" if late == 1 else f"{late} days"
    if told.kind is AnnouncementReminderKind.SOON:
        what = f"{name.zh} 将于 {due} 发布 / To be published on {due}"
        zh = f"“{name.zh}”已预告于 {due} 发布,请按时发布;不能按时发布的,请评估员事先调整日期并说明理由。"
        en = (
            f"{name.en} is announced for {due}. Publish it on the day; if that cannot be, an evaluator moves the day "
            "beforehand, with the reason."
        )
    else:
        what = f"{name.zh} 逾期未发布 / Announced for {due}, not published"
        zh = f"“{name.zh}”已预告于 {due} 发布,现已过 {late} 天仍未发布。请发布,或由评估员调整日期并说明理由。"
        en = (
            f"{name.en} was announced for {due}, {days} ago, and is not published. Publish it, or have an evaluator "
            "move the day, with the reason."
        )
    link = f"\n\n{address.rstrip('/')}/releases" if address else ""
    return Words(subject=f"[标尺] {what}", body=f"{in_print(zh)}\n\n{en}{link}")


def turn_words(told: TurnedReminder, *, address: str = "") -> Words:
    """What turned of what somebody follows, Chinese first: old and new status, whose figures, value, rule and why."""
    count, plan = len(told.turns), told.plan
    first = told.turns[0]
    named = plan.unit_by_code.get(first.unit)
    unit = first.unit if named is None else named.name.zh
    what = f"{unit} {first.target} {STATUS_WORDS[first.told.before].zh}→{STATUS_WORDS[first.told.after].zh}"
    more = f"等 {count} 项" if count > 1 else ""
    lines = [turn_message(plan, turn) for turn in told.turns[:_MOST_NAMED]]
    zh = "\n".join(line.zh for line in lines) + (f"\n等 {count} 项" if count > _MOST_NAMED else "")
    left = count - _MOST_NAMED
    en = "\n".join(line.en for line in lines) + (f"\nand {left} more" if left > 0 else "")
    place = f"/targets/{first.target}?unit={first.unit}" if count == 1 else "/following"
    link = f"\n\n{address.rstrip('/')}{place}" if address else ""
    return Words(subject=f"[标尺] {what}{more} / Status turned: {count}", body=f"{in_print(zh)}\n\n{en}{link}")


def turn_message(plan: Plan, turn: TurnNoticed) -> Message:
    """One status that turned, in a sentence."""
    told, unit = turn.told, plan.unit_by_code.get(turn.unit)
    target = plan.general_targets.get(turn.target, (None,))[-1]
    name = Text(zh=turn.unit, en=turn.unit) if unit is None else unit.name
    rule = Text(zh="", en="") if target is None else target.name
    indicator = turn.judged_by(plan)
    measure = Text(zh="", en="") if indicator is None else indicator.unit_of_measure
    before, after = STATUS_WORDS[told.before], STATUS_WORDS[told.after]
    cause = _CAUSES[told.cause]
    entry = "" if told.entry is None else f"(序号 {told.entry})"
    entry_en = "" if told.entry is None else f" (no. {told.entry})"
    month = "" if told.period is None else format_period(told.period)
    value_zh = "无数据" if told.value is None else f"{told.value} {measure.zh}".strip()
    value_en = "no value" if told.value is None else f"{told.value} {measure.en}".strip()
    due_zh = "" if told.due_on is None else f",期限 {told.due_on.isoformat()}"
    due_en = "" if told.due_on is None else f", due {told.due_on.isoformat()}"
    sign = {">=": "≥", "<=": "≤", "==": "="}.get(told.comparator, told.comparator)
    return Message(
        f"{name.zh} {turn.target} {rule.zh}:{before.zh} → {after.zh}。{month} 数据 {value_zh},"
        f"目标 {sign} {told.threshold} {measure.zh}{due_zh}。原因:{cause.zh}{entry}。",
        f"{name.en}, {turn.target} {rule.en}: {before.en} → {after.en}. {month}: {value_en}, target {sign} "
        f"{told.threshold} {measure.en}{due_en}. Why: {cause.en}{entry_en}.",
    )


_CAUSES = {
    TurnCause.TARGET: Message("目标已修订", "the target was revised"),
    TurnCause.MONTH: Message("评估月份已更新", "a newer month is judged"),
    TurnCause.FIGURES: Message(
        "数据有报送、更正或审核变动", "figures came, were corrected, sent back or taken up again"
    ),
    TurnCause.PLAN: Message("方案有改动", "the plan was changed"),
}


def _of_whom(told: SilenceReminder) -> tuple[str, str]:
    """The tasks in both languages: of a unit itself by how long it has been silent, of others by unit."""
    tasks: dict[tuple[str, str], list[int]] = {}
    for one in told.silences:
        if told.kind is not SilenceReminderKind.UNIT:
            named = (told.names[one.unit].zh, told.names[one.unit].en)
        elif one.newest is None:
            named = ("从未报告:", "never reported on:")
        else:
            named = (f"{one.months} 个月:", f"{one.months} months:")
        tasks.setdefault(named, []).append(one.task)
    listed = list(tasks.items())[:_MOST_NAMED]
    zh = ";".join(f"{name}任务 {'、'.join(map(str, sorted(numbers)))}" for (name, _), numbers in listed)
    en = "; ".join(
        f"{name} task{'s' if len(numbers) > 1 else ''} {', '.join(map(str, sorted(numbers)))}"
        for (_, name), numbers in listed
    )
    if (more := len(tasks) - len(listed)) > 0:
        return f"{zh}等", f"{en}; and {more} more"
    return zh, en


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
