"""Rules for tasks, their milestones and groups, and the bodies they name."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from metrics.plan.model import Milestone, Plan, Task
from metrics.plan.problems import PlanProblem, problem_in

# precision of a milestone's date -> the day the document's words stand for
_DAY_OF: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "month_start": lambda day: day.replace(day=1),
    "month_only": lambda day: _month_end(day),
    "month_end_inclusive": lambda day: _month_end(day),
    "month_end_no_qian": lambda day: _month_end(day),
    "year": lambda day: day.replace(month=12, day=31),
}
_UNDATED = "unknown"


def task_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Problems of tasks, milestones, groups and departments."""
    for task in plan.tasks:
        yield from _task(plan, task)
    yield from _groups(plan)
    numbers = {task.number for task in plan.tasks}
    for milestone in plan.milestones:
        if milestone.task not in numbers:
            yield problem_in("task_unknown", "milestones", milestone, "task", given=milestone.task)
        yield from _milestone(plan, milestone)
    bodies = {department.code for department in plan.departments} | set(plan.unit_by_code)
    for department in plan.departments:
        if department.code in plan.unit_by_code:
            yield problem_in("code_shared", "departments", department, "code", given=department.code)
        for index, code in enumerate(department.expands_to):
            if code not in bodies:
                yield problem_in("body_unknown", "departments", department, f"expands_to[{index}]", given=code)


def _task(plan: Plan, task: Task) -> Iterator[PlanProblem]:
    bodies = {department.code for department in plan.departments} | set(plan.unit_by_code)
    for name in ("leads", "responsible"):
        for index, body in enumerate(getattr(task, name)):
            if body.code not in bodies:
                yield problem_in("body_unknown", "tasks", task, f"{name}[{index}].code", given=body.code)
    for index, code in enumerate(task.named_units):
        if code not in plan.unit_by_code:
            yield problem_in("unit_unknown", "tasks", task, f"named_units[{index}]", given=code)
    first = next((other for other in plan.tasks if other.number == task.twin_of), None)
    if task.twin_of is not None and (first is None or first.number >= task.number or first.twin_of is not None):
        yield problem_in("task_unknown", "tasks", task, "twin_of", given=task.twin_of)
    named = _reporting_units(plan, (body.code for body in task.leads + task.responsible))
    if set(task.named_units) != named or len(set(task.named_units)) != len(task.named_units):
        expected = [unit.code for unit in plan.units if unit.code in named]
        given = ", ".join(task.named_units) or "—"
        yield problem_in("named_units_differ", "tasks", task, "named_units", expected=", ".join(expected), given=given)
    if task.lead_inferred and task.lead_raw:
        yield problem_in("lead_inferred_but_printed", "tasks", task, "lead_inferred", given=task.lead_raw)
    if task.leads and not task.lead_raw and not task.lead_inferred:
        yield problem_in("lead_not_inferred", "tasks", task, "lead_inferred")
    if task.deadline_line is not None and task.deadline_line < task.line:
        yield problem_in("deadline_before_task", "tasks", task, "deadline_line", given=task.deadline_line)
    past = any(milestone.past_at_issue for milestone in plan.milestones if milestone.task == task.number)
    if task.past_at_issue != past:
        yield _past(plan, "tasks", task)


def _reporting_units(plan: Plan, codes: Iterable[str]) -> set[str]:
    """The units that `codes` stand for, departments and collectives expanded."""
    departments = {department.code: department for department in plan.departments}
    found, waiting, seen = set(), list(codes), set[str]()
    while waiting:
        code = waiting.pop()
        if code in plan.unit_by_code:
            found.add(code)
        elif code in departments and code not in seen:
            seen.add(code)
            waiting += departments[code].expands_to
    return found


def _groups(plan: Plan) -> Iterator[PlanProblem]:
    tasks = {task.number: task for task in plan.tasks}
    listed: dict[int, str] = {}
    for group in plan.groups:
        for index, number in enumerate(group.tasks):
            at = f"tasks[{index}]"
            if number not in tasks:
                yield problem_in("task_unknown", "groups", group, at, given=number)
            elif number in listed:
                yield problem_in("task_grouped_twice", "groups", group, at, given=number, other=listed[number])
            elif tasks[number].group != group.code:
                task = tasks[number]
                yield problem_in("group_disagrees", "tasks", task, "group", given=task.group, other=group.code)
            listed.setdefault(number, group.code)
    codes = {group.code for group in plan.groups}
    for task in plan.tasks if plan.groups else ():
        if task.group not in codes:
            yield problem_in("group_unknown", "tasks", task, "group", given=task.group)
        if task.number not in listed:
            yield problem_in("task_ungrouped", "tasks", task, "group")


def _milestone(plan: Plan, milestone: Milestone) -> Iterator[PlanProblem]:
    due, precision = milestone.due_on, milestone.precision
    if milestone.past_at_issue != (due is not None and due < plan.document.issued_on):
        yield _past(plan, "milestones", milestone)
    if precision != _UNDATED and precision not in _DAY_OF:
        yield problem_in("precision_unknown", "milestones", milestone, "precision", given=precision)
        return
    expected = _DAY_OF[precision](due) if due is not None and precision in _DAY_OF else None
    if due != expected or (due is None) != (precision == _UNDATED):
        wanted = expected or ("null" if precision == _UNDATED else "YYYY-MM-DD")
        yield problem_in(
            "precision_disagrees",
            "milestones",
            milestone,
            "due_on",
            precision=precision,
            expected=wanted,
            given=due or "null",
        )


def _past(plan: Plan, field: str, part: Task | Milestone) -> PlanProblem:
    given = str(part.past_at_issue).lower()
    return problem_in("past_disagrees", field, part, "past_at_issue", given=given, issued=plan.document.issued_on)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
