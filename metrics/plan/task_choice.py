"""Which of a plan's tasks and milestones are asked for: by group, kind, lead, reporting unit and phase."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from metrics.plan.model import Milestone, Phase, Plan, Task


@dataclass(frozen=True, slots=True)
class TaskChoice:
    """What tasks must have; nothing given of a sort asks for nothing of that sort, several are alternatives.

    `units`: reporting units that owe the task, that is report on it; `leads`: who leads it, as the plan codes them;
    `phases`: phases of which one holds the date of one of its milestones.
    """

    units: Collection[str] = ()
    groups: Collection[str] = ()
    kinds: Collection[str] = ()
    leads: Collection[str] = ()
    phases: Collection[str] = ()
    numbers: Collection[int] = ()

    @property
    def everything(self) -> bool:
        return not (self.units or self.groups or self.kinds or self.leads or self.phases or self.numbers)


def group_of(plan: Plan, task: Task) -> str:
    """The code of the group that lists the task, else the one the task itself names."""
    return next((group.code for group in plan.groups if task.number in group.tasks), task.group)


def is_within(phase: Phase, milestone: Milestone) -> bool:
    """True if the milestone's date is one of the phase's days."""
    day = milestone.due_on
    return day is not None and (phase.start is None or phase.start <= day) and day <= phase.end


def chosen_milestones(plan: Plan, choice: TaskChoice) -> tuple[Milestone, ...]:
    """The milestones of the chosen tasks, in the plan's order; if phases are asked for, those dated in them."""
    numbers = {task.number for task in chosen_tasks(plan, choice)}
    return tuple(m for m in plan.milestones if m.task in numbers and _in_phases(plan, choice, m))


def chosen_tasks(plan: Plan, choice: TaskChoice) -> tuple[Task, ...]:
    """The tasks that fit, in the plan's order."""
    if choice.everything:
        return plan.tasks
    within = {m.task for m in plan.milestones if _in_phases(plan, choice, m)} if choice.phases else set()
    return tuple(
        task
        for task in plan.tasks
        if (not choice.units or not set(choice.units).isdisjoint(plan.owing_units[task.number]))
        and (not choice.groups or group_of(plan, task) in choice.groups)
        and (not choice.kinds or task.kind in choice.kinds)
        and (not choice.leads or any(lead.code in choice.leads for lead in task.leads))
        and (not choice.phases or task.number in within)
        and (not choice.numbers or task.number in choice.numbers)
    )


def _in_phases(plan: Plan, choice: TaskChoice, milestone: Milestone) -> bool:
    asked = [phase for phase in plan.phases if phase.code in choice.phases]
    return not choice.phases or any(is_within(phase, milestone) for phase in asked)


def milestones_of(plan: Plan, number: int) -> list[Milestone]:
    """The milestones of one task, dated ones first."""
    found = [milestone for milestone in plan.milestones if milestone.task == number]
    return sorted(found, key=lambda m: (m.due_on is None, m.due_on))
