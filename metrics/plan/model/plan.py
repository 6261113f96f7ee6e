"""The whole plan as one value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from pydantic import Field

from metrics.periods import DueRule
from metrics.plan.model.basics import Code, PlanPart, Text
from metrics.plan.model.calendar import CalendarYear
from metrics.plan.model.form import Block, Check, Element
from metrics.plan.model.targets import Indicator, Target, Weight
from metrics.plan.model.tasks import Decision, Department, Milestone, Phase, Task, TaskGroup
from metrics.plan.model.units import Unit


class Document(PlanPart):
    """The plan document itself, and the settings that follow from it."""

    title: Text
    document_number: str
    issuer: Text
    issued_on: date
    timezone: str = "Asia/Shanghai"
    root_unit: Code
    due_day: int = Field(default=5, ge=1, le=28)
    due_rolls_forward: bool = False  # a due day that is no working day gives way to the next one that is
    carry_months: int = Field(default=3, ge=0)
    first_period: date | None = None
    source_file: str = "document.zh.txt"
    source: str = ""


class Plan(PlanPart):
    """Everything known of the plan at one moment.

    `targets` holds every known revision, ordered by (order, code, revision).
    """

    document: Document
    units: tuple[Unit, ...]
    blocks: tuple[Block, ...]
    elements: tuple[Element, ...]
    checks: tuple[Check, ...]
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    milestones: tuple[Milestone, ...]
    groups: tuple[TaskGroup, ...] = ()
    departments: tuple[Department, ...] = ()
    phases: tuple[Phase, ...] = ()
    decisions: tuple[Decision, ...] = ()
    weights: tuple[Weight, ...] = ()
    calendar: tuple[CalendarYear, ...] = ()
    seq: int = 0  # the ledger sequence number at which this became known; 0 when read from files

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def element_by_code(self) -> dict[str, Element]:
        return {element.code: element for element in self.elements}

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def due_rule(self) -> DueRule:
        """When returns are due: the document's settings and the holiday table."""
        document = self.document
        return DueRule(
            due_day=document.due_day,
            timezone=document.timezone,
            rolls_forward=document.due_rolls_forward,
            holidays=frozenset(day for year in self.calendar for off in year.holidays for day in off.days()),
            working_weekends=frozenset(day for year in self.calendar for day in year.working_weekends),
        )

    @cached_property
    def children(self) -> dict[str, tuple[Unit, ...]]:
        """Direct children by parent code, in display order."""
        found: dict[str, list[Unit]] = {}
        for unit in sorted(self.units, key=lambda unit: (unit.order, unit.code)):
            if unit.parent is not None:
                found.setdefault(unit.parent, []).append(unit)
        return {code: tuple(units) for code, units in found.items()}

    @cached_property
    def reporting_units(self) -> tuple[Unit, ...]:
        """Units that post returns (those without children), in display order."""
        ordered = sorted(self.units, key=lambda unit: (unit.order, unit.code))
        return tuple(unit for unit in ordered if unit.code not in self.children)

    @cached_property
    def root(self) -> Unit:
        return self.unit_by_code[self.document.root_unit]

    def reporting_units_under(self, code: str) -> tuple[Unit, ...]:
        """The reporting units below `code`; a reporting unit answers itself."""
        if code not in self.children:
            return (self.unit_by_code[code],)
        return tuple(unit for child in self.children[code] for unit in self.reporting_units_under(child.code))

    @cached_property
    def target_revisions(self) -> dict[str, tuple[Target, ...]]:
        """Every known revision of each target, oldest first, in the targets' display order."""
        found: dict[str, list[Target]] = {}
        for target in sorted(self.targets, key=lambda target: (target.order, target.code, target.revision)):
            found.setdefault(target.code, []).append(target)
        return {code: tuple(revisions) for code, revisions in found.items()}

    @cached_property
    def weights_by_target(self) -> dict[str, Decimal]:
        """What each core target with a due date counts in the leaderboard's score: 1 unless somebody said otherwise."""
        core = {indicator.code for indicator in self.indicators if indicator.core}
        said = {weight.code: weight.weight for weight in self.weights}
        return {
            code: said.get(code, Decimal(1))
            for code, revisions in self.target_revisions.items()
            if any(target.measured and target.due_on and target.indicator in core for target in revisions)
        }

    def target_revision(self, code: str, revision: int) -> Target:
        """One known revision; after a target was taken out and put back, its numbers do not begin at 1."""
        return next(target for target in self.target_revisions[code] if target.revision == revision)

    def targets_in_force(self, day: date) -> tuple[Target, ...]:
        """For each target the last revision effective on `day`; a target not yet effective by then is left out."""
        found = (self.target_in_force(code, day) for code in self.target_revisions)
        return tuple(target for target in found if target is not None)

    def target_in_force(self, code: str, day: date) -> Target | None:
        """The revision of one target by which `day` is judged, None before its first became effective."""
        effective = [r for r in self.target_revisions[code] if r.effective_from is None or r.effective_from <= day]
        return effective[-1] if effective else None
