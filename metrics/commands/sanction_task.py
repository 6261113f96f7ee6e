"""Setting the mark of a sanction that the plan prints for a task (不予保障经费), or lifting it, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.ledger.entry import Place, append, next_place
from metrics.models import LedgerEntry, TaskSanction
from metrics.plan.model import Task
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.task_sanctions import task_sanctions
from metrics.queries.view import view_at
from metrics.supervision.task_sanctions import SanctionAction
from metrics.value_types import Moment

LONGEST = {"subject": 200, "reason": 2000}  # characters


@dataclass(frozen=True, slots=True)
class SanctionGiven:
    """Whom the mark is set on: a unit that owes the task, and whose or which system within it."""

    unit: str
    reason: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """The act as recorded; `mark`: the place in the ledger of the mark that it sets or lifts."""

    task: int
    unit: str
    action: SanctionAction
    mark: int
    subject: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def mark_sanction(
    session: WriteSession,
    number: int,
    *,
    principal: Principal,
    given: SanctionGiven,
    simulated_at: datetime | None = None,
) -> Sanctioned:
    """Set the mark. It stands until it is lifted and changes nothing else.

    Raises NotFound for a task that the plan prints no sanction for, Invalid with every problem found, Conflict if the
    same mark stands.
    """
    principal.require(Scope.VERIFY)
    place = next_place(session, simulated=simulated_at)
    plan = plan_at(session)
    task = next((task for task in plan.tasks if task.number == number and task.sanction), None)
    if task is None:
        raise NotFound(
            "sanction_unknown",
            Message(f"方案没有为任务 {number} 规定约束措施。", f"The plan prints no sanction for task {number}."),
        )
    problems = [*_owes(task, given.unit, plan.owing_units[task.number]), *_texts(given.reason, given.subject)]
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)
    standing = [each.marked for each in task_sanctions(session, view_at(session), tasks=[number]) if each.stands]
    if any((each.unit, each.subject) == (given.unit, given.subject) for each in standing):
        message = Message("该标记已经存在。", "That mark stands already.")
        raise Conflict("sanction_stands", message)
    row = TaskSanction(
        seq=place.seq,
        task_number=number,
        unit_code=given.unit,
        action=SanctionAction.MARK.value,
        mark=None,
        subject=given.subject,
        reason=given.reason,
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    return _record(session, place, row, label={} if simulated_at is None else {"synthetic": True})


def lift_sanction(
    session: WriteSession,
    number: int,
    mark: int,
    *,
    principal: Principal,
    reason: str,
    simulated_at: datetime | None = None,
) -> Sanctioned:
    """Lift a mark.

    Raises NotFound if the task has no such mark, Conflict if it was lifted, Invalid without a reason.
    """
    principal.require(Scope.VERIFY)
    place = next_place(session, simulated=simulated_at)
    known = task_sanctions(session, view_at(session), tasks=[number])
    found = next((each for each in known if each.marked.seq == mark), None)
    if found is None:
        message = Message(f"任务 {number} 没有序号为 {mark} 的标记。", f"Task {number} has no mark no. {mark}.")
        raise NotFound("mark_unknown", message)
    if not found.stands:
        raise Conflict("sanction_lifted", Message("该标记已经解除。", "That mark was lifted already."))
    problems = _texts(reason, "")
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)
    row = TaskSanction(
        seq=place.seq,
        task_number=number,
        unit_code=found.marked.unit,
        action=SanctionAction.LIFT.value,
        mark=mark,
        subject=found.marked.subject,
        reason=reason,
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    return _record(session, place, row, label={} if simulated_at is None else {"synthetic": True})


def _owes(task: Task, unit: str, owing: tuple[str, ...]) -> list[Problem]:
    if unit in owing:
        return []
    message = Message(
        f"任务 {task.number} 的牵头单位和责任单位中没有“{as_given(unit)}”。",
        f"Task {task.number} does not name the unit {as_given(unit)!r}, as leading or responsible.",
    )
    return [Problem("task_not_owed", message, "/unit", given=as_given(unit))]


def _texts(reason: str, subject: str) -> list[Problem]:
    found = []
    if not is_visible(reason):
        message = Message("须说明理由。", "A reason is needed.")
        found.append(Problem("reason_missing", message, "/reason", given=as_given(reason)))
    for name, text in (("reason", reason), ("subject", subject)):
        if len(text) > LONGEST[name]:
            message = Message(f"最多 {LONGEST[name]} 字。", f"At most {LONGEST[name]} characters.")
            found.append(Problem("text_too_long", message, f"/{name}", given=as_given(text)))
    return found


def _record(session: WriteSession, place: Place, row: TaskSanction, *, label: Mapping[str, bool]) -> Sanctioned:
    content = {
        "task": row.task_number,
        "unit": row.unit_code,
        **{name: getattr(row, name) for name in ("action", "mark", "subject", "reason", "actor")},
        **label,
    }
    append(session, kind="task_sanction", place=place, content=content)
    session.add(row)
    session.flush()
    return Sanctioned(
        task=row.task_number,
        unit=row.unit_code,
        action=SanctionAction(row.action),
        mark=row.mark or row.seq,
        subject=row.subject,
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=session.get_one(LedgerEntry, row.seq).leaf_hash.hex(),
    )
