"""The plan as a value: units, form, indicators, targets, tasks and what else a plan document promises.

Every class is frozen. A :class:`Plan` is what was known of the plan at one ledger sequence number;
it is read with :func:`metrics.plan.store.plan_at` and never changed afterwards.

The same classes describe the files under ``seed/plan`` (read by :mod:`metrics.plan.files`), the records in the
database (:mod:`metrics.models.plan`) and the bodies of ``POST /targets``: one shape, validated in one place.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class PlanPart(BaseModel):
    """Base of every part: frozen, and a field nobody declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


def _plain_code(value: str) -> str:
    if not value or not all(character.isalnum() or character in "._-" for character in value):
        raise ValueError(f"a code holds letters, digits, '.', '_' and '-' only: {value!r}")
    return value


Code = Annotated[str, AfterValidator(_plain_code)]


class Text(PlanPart):
    """One text in both languages, Chinese first."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Citation(PlanPart):
    """Where the plan says it: section, 1-based line of the source text, and the clause word for word."""

    where: str
    line: int
    quote: str
    task: int | None = None


# --- units ---------------------------------------------------------------------------------------------------------


class UnitKind(StrEnum):
    CITY = "city"  # the root: never reports, is rolled up
    CITY_DEPARTMENTS = "city_departments"  # 市本级
    DISTRICT = "district"
    COUNTY = "county"
    COUNTY_LEVEL_CITY = "county_level_city"
    FUNCTIONAL_ZONE = "functional_zone"


class Alias(PlanPart):
    """Another name or code of a unit, with the dates between which it was in use."""

    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


class Unit(PlanPart):
    """A reporting unit (填报单位) or a unit that only adds up others.

    A unit with children is rolled up and never reports; a unit without children reports.
    """

    code: Code
    kind: UnitKind
    name: Text
    full_name_zh: str = ""
    parent: Code | None = None
    order: int
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[Alias, ...] = ()
    code_system: str = ""
    figures_required: bool = True  # False: may report figures, is not expected to (the third zone)
    lies_in: Code | None = None  # the county in which a zone lies; no figures flow along this
    note: Text | None = None

    def exists_on(self, day: date) -> bool:
        """True if the unit exists on `day`; open ends are open."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


# --- the monthly form ----------------------------------------------------------------------------------------------


class Nature(StrEnum):
    STOCK = "stock"  # state at the end of the period
    FLOW = "flow"  # happened within the period


class Block(PlanPart):
    """A part of the form that is filled in whole or left out whole."""

    code: Code
    name: Text
    order: int


class Element(PlanPart):
    """One count that a clerk posts (填报项)."""

    code: Code
    name: Text
    block: Code
    unit_of_measure: Text
    nature: Nature
    decimals: int = Field(default=0, ge=0, le=4)
    maximum: Decimal = Decimal(1_000_000_000)  # beyond this a count is absurd
    order: int
    note: Text | None = None


class Term(PlanPart):
    """`times` × the element's value."""

    element: Code
    times: int = 1


class LinearForm(PlanPart):
    """Σ terms + constant."""

    terms: tuple[Term, ...]
    constant: int = 0

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(term.element for term in self.terms)


class Severity(StrEnum):
    ERROR = "error"  # the return is refused
    WARNING = "warning"  # accepted; the form asks for a reason


class ComparisonCheck(PlanPart):
    """`left` ⋈ `right` over the values of one return; not applied while one of its elements is unreported."""

    kind: Literal["comparison"] = "comparison"
    code: Code
    severity: Severity
    left: LinearForm
    comparator: Literal["<=", "=="]
    right: LinearForm
    message: Text


class StockChangeCheck(PlanPart):
    """Warns when a stock moved by more than `percent` against last month. `{element}` in the message is its name."""

    kind: Literal["stock_change"] = "stock_change"
    code: Code
    severity: Severity = Severity.WARNING
    percent: int = Field(gt=0)
    message: Text


class RateFellCheck(PlanPart):
    """Warns when an indicator of share type got worse against last month."""

    kind: Literal["rate_fell"] = "rate_fell"
    code: Code
    severity: Severity = Severity.WARNING
    message: Text


class DenominatorWatchCheck(PlanPart):
    """Warns when a rate got better only because its denominator shrank (分母关注)."""

    kind: Literal["denominator_watch"] = "denominator_watch"
    code: Code
    severity: Severity = Severity.WARNING
    message: Text


class FrozenBaselineCheck(PlanPart):
    """Warns when a baseline element differs from the first value the unit ever reported for it."""

    kind: Literal["frozen_baseline"] = "frozen_baseline"
    code: Code
    severity: Severity = Severity.WARNING
    element: Code
    message: Text


Check = Annotated[
    ComparisonCheck | StockChangeCheck | RateFellCheck | DenominatorWatchCheck | FrozenBaselineCheck,
    Field(discriminator="kind"),
]


# --- indicators and targets ----------------------------------------------------------------------------------------


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class Indicator(PlanPart):
    """Numerator and denominator over elements (指标). value = scale × numerator ÷ denominator."""

    code: Code
    name: Text
    numerator: LinearForm
    denominator: LinearForm
    scale: int = Field(gt=0)  # 100 for a percentage, 1 for working days
    unit_of_measure: Text
    share: bool  # True: a share of a whole, shown in percent, projections clamped to 0–100
    direction: Direction
    core: bool = False
    order: int
    definition: Text
    note: Text | None = None

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements the indicator needs, each once, numerator first."""
        return tuple(dict.fromkeys(self.numerator.elements + self.denominator.elements))


class TargetKind(StrEnum):
    RATIO = "ratio"
    COVERAGE = "coverage"
    CAPACITY = "capacity"
    DURATION = "duration"
    COUNT = "count"
    MILESTONE = "milestone"
    STANDING = "standing"
    QUALITATIVE = "qualitative"
    WINDOW = "window"
    FREQUENCY = "frequency"


class Window(PlanPart):
    """Days, both included."""

    start: date
    end: date


class Exclusion(PlanPart):
    """What one stage of one target leaves out of its denominator, and on what evidence."""

    code: Code
    name: Text
    element: Code | None = None
    effect: Text
    evidence: Text


class Baseline(PlanPart):
    """The point from which the straight line to a target starts, in the indicator's unit of measure."""

    on: date
    value: Decimal


class PrintedThreshold(PlanPart):
    """The number as the document prints it, where it is not the one the indicator is judged by."""

    comparator: Literal[">=", "<=", "=="]
    threshold: Decimal
    unit_of_measure: Text


class Target(PlanPart):
    """One revision of one target (目标). `indicator` None: tracked by milestones and task reports, never as a rate."""

    code: Code
    name: Text
    kind: TargetKind
    tasks: tuple[int, ...] = ()
    indicator: Code | None = None
    comparator: Literal[">=", "<=", "=="] | None = None
    threshold: Decimal | None = None
    unit_of_measure: Text | None = None
    threshold_implied: bool = False  # True: the idiom implies the number, the document prints none
    printed: PrintedThreshold | None = None
    due_on: date | None = None
    recurring: Text | None = None
    verification_window: Window | None = None
    baseline: Baseline | None = None
    scope: Text | None = None
    scope_units: tuple[Code, ...] = ()  # empty: every unit
    levels: tuple[str, ...] = ()
    qualifier: Text | None = None
    exclusions: tuple[Exclusion, ...] = ()
    citations: tuple[Citation, ...]
    note: Text | None = None
    order: int
    # what a revision adds
    revision: int = Field(default=1, ge=1)
    effective_from: date | None = None  # None: from the beginning
    reason: str = ""

    @property
    def measured(self) -> bool:
        """True if the target is judged by an indicator."""
        return self.indicator is not None and self.comparator is not None and self.threshold is not None


# --- tasks ---------------------------------------------------------------------------------------------------------


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


class Decision(PlanPart):
    """A contradiction or gap in the document and how it is modelled."""

    code: Code
    title: Text
    citations: tuple[Citation, ...]
    issue: Text
    resolution: Text
    modelled_in: tuple[str, ...] = ()  # "target:TG-04A.verification_window" and the like


class Document(PlanPart):
    """The plan document itself, and the settings that follow from it."""

    title: Text
    document_number: str
    issuer: Text
    issued_on: date
    timezone: str = "Asia/Shanghai"
    root_unit: Code
    due_day: int = Field(default=5, ge=1, le=28)
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

    def targets_in_force(self, day: date) -> tuple[Target, ...]:
        """For each target the last revision effective on `day`; before the first became effective, the first."""
        chosen = []
        for revisions in self.target_revisions.values():
            effective = [r for r in revisions if r.effective_from is None or r.effective_from <= day]
            chosen.append(effective[-1] if effective else revisions[0])
        return tuple(chosen)
