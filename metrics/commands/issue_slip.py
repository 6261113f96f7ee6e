"""Issuing a supervision slip (督办单) to a unit: numbered within its year, due on a day of the plan's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.commands.record_slip_act import SlipRecorded, record_slip_act
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.ledger.entry import next_place
from metrics.models import InspectionFinding, SlipActRecord
from metrics.periods import parse_day, parse_period, period_problem, rolled_forward
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.submissions import unit_problems
from metrics.supervision.slip_words import next_number
from metrics.supervision.slips import LONGEST_TEXT, LONGEST_TITLE, SlipAct, SlipOrigin


@dataclass(frozen=True, slots=True)
class SlipGiven:
    """What a slip says. `due_on` and `period` are as written; empty `target`, `period`, `finding`: not about one."""

    unit: str
    title: str
    text: str
    due_on: str
    origin: SlipOrigin = SlipOrigin.BY_HAND
    target: str = ""
    task: int | None = None
    period: str = ""
    finding: str = ""


def issue_slip(
    session: WriteSession, *, principal: Principal, given: SlipGiven, simulated_at: datetime | None = None
) -> SlipRecorded:
    """Issue a slip; its number runs on within the year, local time. A due day that is none of work rolls forward where
    the plan's due days do.

    Raises Forbidden, Invalid with every problem found.
    """
    principal.require(Scope.SUPERVISE)
    plan = plan_at(session)
    today = local_day(plan, simulated_at or datetime.now(UTC))
    due_on, period = _read(session, plan, given, today=today)
    place = next_place(session, simulated=simulated_at)
    numbers = session.scalars(select(SlipActRecord.slip).where(SlipActRecord.act == SlipAct.ISSUE.value))
    row = SlipActRecord(
        seq=place.seq,
        slip=next_number(local_day(plan, place.recorded_at).year, numbers),
        act=SlipAct.ISSUE.value,
        unit_code=given.unit,
        part=None,
        to_unit="",
        to_name="",
        title=given.title,
        text=given.text,
        due_on=rolled_forward(due_on, rule=plan.due_rule),
        origin=given.origin.value,
        target_code=given.target,
        task_number=given.task,
        period=period,
        finding=given.finding,
        evidence="",
        attachments=[],
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    return record_slip_act(session, plan, row, principal=principal, place=place, synthetic=simulated_at is not None)


def local_day(plan: Plan, moment: datetime) -> date:
    """The day on which it is `moment` where the plan's units are."""
    return moment.astimezone(ZoneInfo(plan.document.timezone)).date()


def _read(session: WriteSession, plan: Plan, given: SlipGiven, *, today: date) -> tuple[date, date | None]:
    """The due day and the month it is about. Raises Invalid."""
    due_on, period = parse_day(given.due_on), parse_period(given.period) if given.period else None
    problems = unit_problems(plan, given.unit, period=period or today.replace(day=1))
    problems += title_problems(given.title) + text_problems(given.text)
    problems += due_problems(given.due_on, due_on, earliest=today)
    if given.period and period is None:
        problems.append(period_problem(as_given(given.period)))
    problems += _about_problems(plan, given) + _finding_problems(session, given)
    if problems or due_on is None:
        raise refuse_slip(problems)
    return due_on, period


def _about_problems(plan: Plan, given: SlipGiven) -> list[Problem]:
    """What is wrong with what the slip is said to be about: unknown, or missing for its origin."""
    problems = []
    if given.target and given.target not in plan.general_targets:
        message = Message("方案中没有这个目标。", "The plan has no such target.")
        problems.append(Problem("target_unknown", message, "/target", given=as_given(given.target)))
    if given.task is not None and given.task not in {task.number for task in plan.tasks}:
        message = Message("方案中没有这项任务。", "The plan has no such task.")
        problems.append(Problem("task_unknown", message, "/task", given=str(given.task)))
    needed = {
        SlipOrigin.RED_LIGHT: ("target", given.target),
        SlipOrigin.LATE_SUBMISSION: ("period", given.period),
        SlipOrigin.TASK: ("task", given.task),
        SlipOrigin.FINDING: ("finding", given.finding),
    }.get(given.origin)
    if needed is not None and not needed[1]:
        message = Message("须写明督办单所依据的事项。", "What the slip is issued for has to be named.")
        problems.append(Problem("slip_about_missing", message, f"/{needed[0]}"))
    return problems


def _finding_problems(session: WriteSession, given: SlipGiven) -> list[Problem]:
    """A finding is named by its number, and is the unit's own."""
    if not given.finding:
        return []
    known = session.scalars(select(InspectionFinding.number).where(InspectionFinding.unit_code == given.unit))
    if given.finding in map(str, known):
        return []
    message = Message("本单位没有这项督查问题。", "The unit has no such finding.")
    return [Problem("finding_unknown", message, "/finding", given=as_given(given.finding))]


def title_problems(title: str) -> list[Problem]:
    if is_visible(title) and len(title) <= LONGEST_TITLE and title.isprintable():
        return []
    message = Message(
        f"事由须填写,一行以内,最多 {LONGEST_TITLE} 字。", f"A subject of one line, at most {LONGEST_TITLE} characters."
    )
    return [Problem("title_invalid", message, "/title", given=as_given(title))]


def text_problems(text: str, *, needed: bool = True) -> list[Problem]:
    """What is wrong with what somebody says, which `needed` says has to be said."""
    if needed and not is_visible(text):
        message = Message("请填写内容。", "Something has to be said here.")
        return [Problem("text_missing", message, "/text", given=as_given(text))]
    if len(text) > LONGEST_TEXT:
        message = Message(f"最多 {LONGEST_TEXT} 字。", f"At most {LONGEST_TEXT} characters.")
        return [Problem("text_too_long", message, "/text", given=as_given(text))]
    return []


def due_problems(
    written: str, day: date | None, *, earliest: date, latest: date | None = None, pointer: str = "/due_on"
) -> list[Problem]:
    """What is wrong with a due day: none, or before `earliest` or after `latest`."""
    if day is None:
        message = Message("日期须写作 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
        return [Problem("day_unknown", message, pointer, given=as_given(written))]
    if day < earliest:
        message = Message(f"时限不能早于 {earliest}。", f"The due day cannot be before {earliest}.")
        return [Problem("due_too_early", message, pointer, given=written)]
    if latest is not None and day > latest:
        message = Message(f"时限不能晚于 {latest}。", f"The due day cannot be after {latest}.")
        return [Problem("due_too_late", message, pointer, given=written)]
    return []


def refuse_slip(problems: list[Problem]) -> Invalid:
    message = Message("未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "slip_invalid", message, problems)
