"""Who answers for the plan's work: reporting units, and the departments that its tasks name. Pure.

A department reports no figures, which are the city departments' as one unit; its work plan, its material, its
funding (decision 211) and its reports on tasks (decision 218) are its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.periods import format_period, last_day
from metrics.plan.model import Plan, Task, Text, UnitKind


@dataclass(frozen=True, slots=True)
class Body:
    """One that answers for work: `tasks` are the numbers of those that name it; `department`: it reports no figures."""

    code: str
    name: Text
    tasks: tuple[int, ...]
    department: bool
    valid_from: date | None = None
    valid_to: date | None = None

    def exists_in(self, period: date) -> bool:
        """True if it is there at the end of the month."""
        day = last_day(period)
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def bodies(plan: Plan) -> Mapping[str, Body]:
    """All of them by code: reporting units in display order, then departments that tasks name, in the plan's order."""
    owed: dict[str, list[int]] = {}
    for task in plan.tasks:
        named = {body.code for body in (*task.leads, *task.responsible)}
        for code in {*plan.owing_units[task.number], *named}:
            owed.setdefault(code, []).append(task.number)
    units = [
        Body(unit.code, unit.name, tuple(owed.get(unit.code, ())), False, unit.valid_from, unit.valid_to)
        for unit in plan.reporting_units
    ]
    departments = [
        Body(found.code, found.name, tuple(owed[found.code]), True)
        for found in plan.departments
        if found.code in owed and _answers_for_itself(plan, found.code)
    ]
    return {body.code: body for body in (*units, *departments)}


def reporting_bodies(plan: Plan, task: Task) -> tuple[str, ...]:
    """Who may report on the task: the units that owe it, in display order, then the departments that it names."""
    named = {body.code for body in (*task.leads, *task.responsible)}
    departments = (
        found.code for found in plan.departments if found.code in named and _answers_for_itself(plan, found.code)
    )
    return (*plan.owing_units[task.number], *departments)


def _answers_for_itself(plan: Plan, code: str) -> bool:
    """True for a department that is no reporting unit and stands for nobody else."""
    return code not in plan.unit_by_code and not is_collective(plan, code)


def counts_in(plan: Plan, code: str) -> str:
    """The reporting unit in which a word on a task counts: a unit's own, a department's in the city departments'."""
    if code in plan.unit_by_code:
        return code
    return next((unit.code for unit in plan.reporting_units if counts_for_others(plan, unit.code)), code)


def counts_for_others(plan: Plan, code: str) -> bool:
    """True for the reporting unit in which departments' words count too."""
    return code in plan.unit_by_code and plan.unit_by_code[code].kind is UnitKind.CITY_DEPARTMENTS


def is_collective(plan: Plan, code: str) -> bool:
    """True for a body that stands for others, listed (各县(市、区)政府) or not (市直有关部门)."""
    found = plan.department_by_code.get(code)
    return found is not None and (bool(found.expands_to) or found.kind.startswith("collective"))


def body_problems(plan: Plan, code: str, *, period: date | None = None) -> list[Problem]:
    """What keeps `code` from answering for itself, in `period` if one is given."""
    body, given = bodies(plan).get(code), as_given(code)
    if body is None:
        message = Message(
            f"方案中没有填报单位或责任部门“{given}”。", f"The plan has no reporting unit or department {given!r}."
        )
        return [Problem("unit_unknown", message, "/unit", given=given)]
    if period is not None and not body.exists_in(period):
        message = Message(
            f"“{body.name.zh}”在 {format_period(period)} 不存在。",
            f"{body.name.en} did not exist in {format_period(period)}.",
        )
        return [Problem("unit_not_in_period", message, "/unit", given=given)]
    return []
