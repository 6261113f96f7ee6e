"""Recording what an inspection found of a unit in a round (督导检查), with the day by which it is to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.ledger.entry import append, next_place
from metrics.models import InspectionFinding
from metrics.periods import parse_day
from metrics.plan.model import Phase, Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.submissions import unit_problems
from metrics.supervision.rectification import LONGEST_TEXT, FindingSeverity, finding_etag, rounds
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class FindingGiven:
    """What was found: about a target or a task, one of the two. `due_on` as written: `2019-11-30`."""

    unit: str
    severity: FindingSeverity
    text: str
    due_on: str
    target: str = ""
    task: int | None = None


@dataclass(frozen=True, slots=True)
class FindingRaised:
    """The finding's number, and its place in the ledger."""

    number: int
    phase: str
    unit: str
    due_on: date
    etag: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def raise_finding(
    session: WriteSession,
    phase: str,
    *,
    principal: Principal,
    given: FindingGiven,
    simulated_at: datetime | None = None,
) -> FindingRaised:
    """Record a finding in the round `phase`. `simulated_at` dates one of the synthetic demonstration history.

    Raises NotFound for what is no round of the plan, Invalid with every problem found.
    """
    principal.require(Scope.VERIFY)
    plan = plan_at(session)
    round_of(plan, phase)
    place = next_place(session, simulated=simulated_at)
    today = place.recorded_at.astimezone(ZoneInfo(plan.document.timezone)).date()
    due_on, problems = parse_day(given.due_on), _problems(plan, given)
    problems += due_day_problems(given.due_on, today=today)
    if problems or due_on is None:
        message = Message("问题未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
        raise Invalid(problems[0].code if len(problems) == 1 else "finding_invalid", message, problems)
    number = 1 + (session.scalar(select(func.max(InspectionFinding.number))) or 0)
    said = {"severity": given.severity.value, "text": given.text, "actor": principal.username}
    about = {"target": given.target or None, "task": given.task}
    content = {"finding": number, "phase": phase, "unit": given.unit, "due_on": due_on.isoformat(), **about, **said}
    label = {} if simulated_at is None else {"synthetic": True}
    leaf_hash = append(session, kind="inspection_finding", place=place, content=content | label)
    session.add(
        InspectionFinding(
            seq=place.seq,
            number=number,
            phase_code=phase,
            unit_code=given.unit,
            target_code=about["target"],
            task_number=given.task,
            due_on=due_on,
            recorded_at=place.recorded_at,
            **said,
        )
    )
    session.flush()
    etag = finding_etag(number, place.seq)
    return FindingRaised(number, phase, given.unit, due_on, etag, place.seq, place.recorded_at, leaf_hash.hex())


def round_of(plan: Plan, code: str) -> Phase:
    """The plan's round with that code. Raises NotFound."""
    found = next((phase for phase in rounds(plan) if phase.code == code), None)
    if found is None:
        given = as_given(code)
        message = Message(
            f"方案中没有自查评估、督导检查和整改的阶段“{given}”。",
            f"{given!r} is no round of self-assessment, inspection and rectification of the plan.",
        )
        raise NotFound("round_unknown", message)
    return found


def text_problems(text: str, *, missing: Message) -> list[Problem]:
    """What is wrong with a text that has to be there."""
    if not is_visible(text):
        return [Problem("text_missing", missing, "/text", given=as_given(text))]
    if len(text) > LONGEST_TEXT:
        message = Message(f"最多 {LONGEST_TEXT} 字。", f"At most {LONGEST_TEXT} characters.")
        return [Problem("text_too_long", message, "/text", given=as_given(text))]
    return []


def due_day_problems(given: str, *, today: date) -> list[Problem]:
    """What is wrong with a due day: it is written 2019-11-30 and not past."""
    day = parse_day(given)
    if day is None:
        message = Message("限期须写作 2019-11-30 的形式。", "A due day is written 2019-11-30.")
        return [Problem("due_on_invalid", message, "/due_on", given=as_given(given))]
    if day < today:
        message = Message("整改期限不能早于今天。", "The due day cannot be before today.")
        return [Problem("due_on_past", message, "/due_on", given=as_given(given))]
    return []


def _problems(plan: Plan, given: FindingGiven) -> list[Problem]:
    problems = unit_problems(plan, given.unit, period=None)
    if bool(given.target) == (given.task is not None):
        message = Message("须写明所涉的目标或任务,二者取一。", "A finding is about a target or a task, one of the two.")
        problems.append(Problem("about_missing", message, "/target", given=as_given(given.target)))
    elif given.target and given.target not in plan.general_targets:
        message = Message("方案中没有此目标。", "The plan has no such target.")
        problems.append(Problem("target_unknown", message, "/target", given=as_given(given.target)))
    elif given.task is not None and not problems:
        task = next((task for task in plan.tasks if task.number == given.task), None)
        if task is None or given.unit not in plan.owing_units[task.number]:
            message = Message("该单位不承担此任务。", "The unit does not owe that task.")
            problems.append(Problem("task_not_owed", message, "/task", given=as_given(given.task)))
    missing = Message("须写明发现的问题。", "What was found has to be said.")
    return problems + text_problems(given.text, missing=missing)
