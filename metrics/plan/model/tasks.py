"""Tasks (任务) and milestones (节点), those who owe them, phases, and decisions on what the document leaves open."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from metrics.plan.model.basics import Citation, Code, PlanPart, Text


class MilestoneKind(StrEnum):
    COMPLETE_BY = "complete_by"
    START_BY = "start_by"
    START_ON = "start_on"
    ROLLING_WITHIN_YEAR = "rolling_within_year"
    PROVINCE_COORDINATED = "province_coordinated"


class Milestone(PlanPart):
    """A dated point within a task. `due_on` None: the document prints no date."""

    code: Code
    task: int
    due_on: date | None
    kind: MilestoneKind
    precision: str
    raw: str
    requirement: Text
    past_at_issue: bool = False
    line: int | None = None


class TaskUnit(PlanPart):
    """A unit as a task names it; `code` refers to a department or a reporting unit."""

    code: Code
    name_zh: str


class InquiryForm(PlanPart):
    """A form of inquiry by which a task has units measured (如 问卷调查), as the task names it."""

    code: Code
    name: Text


class Task(PlanPart):
    """One of the plan's tasks (任务)."""

    number: int
    title: Text
    kind: str
    group: str
    line: int
    text_zh: str
    leads: tuple[TaskUnit, ...] = ()
    lead_raw: str = ""
    lead_inferred: bool = False
    responsible: tuple[TaskUnit, ...] = ()
    responsible_raw: str = ""
    open_ended: str = ""  # 等部门 and the like, as printed
    county_scope: str = ""
    deadline_raw: str = ""
    deadline_line: int | None = None
    rolling: bool = False
    province_coordinated: bool = False
    past_at_issue: bool = False
    named_units: tuple[Code, ...] = ()  # reporting units that owe this task, collectives expanded
    sanction: str = ""  # the clause that says what befalls those who do not do it, word for word
    pilot: bool = False  # the reporting units that it names are pilots: a group of their own on boards
    inquiry: tuple[InquiryForm, ...] = ()  # the forms of the inquiry that it asks for, whose scores count
    twin_of: int | None = None  # the task that prints the same work first: one report counts for both
    note: Text | None = None


class TaskGroup(PlanPart):
    code: str
    heading: Text
    line: int
    tasks: tuple[int, ...]


class Department(PlanPart):
    """A body that tasks name: a city department, or a collective with the codes it expands to."""

    code: Code
    name: Text
    kind: str
    expands_to: tuple[Code, ...] = ()
    note: Text | None = None


class Phase(PlanPart):
    """A stretch of the plan with the targets that gate it."""

    code: Code
    name: Text
    start: date | None
    end: date
    inferred: bool = False
    gates: tuple[Code, ...] = ()
    task_gates: tuple[Code, ...] = ()
    citation: Citation | None = None
    order: int

    @property
    def gate_targets(self) -> tuple[Code, ...]:
        """The codes of the targets that gate it, those of the goals before those of the tasks."""
        return tuple(dict.fromkeys((*self.gates, *self.task_gates)))


class Decision(PlanPart):
    """A contradiction or gap in the document and how it is modelled."""

    code: Code
    title: Text
    citations: tuple[Citation, ...]
    issue: Text
    resolution: Text
    modelled_in: tuple[str, ...] = ()  # "target:TG-04A.verification_window" and the like
