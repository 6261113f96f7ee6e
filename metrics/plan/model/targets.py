"""Indicators (指标) and targets (目标)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from pydantic import Field

from metrics.plan.model.basics import Citation, Code, Figure, PlanPart, Text
from metrics.plan.model.form import LinearForm


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

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The elements the indicator needs, each once, numerator first."""
        return tuple(dict.fromkeys(self.numerator.elements + self.denominator.elements))

    @property
    def may_be_negative(self) -> bool:
        """True if the numerator is a difference; the denominator of a value is above 0."""
        return self.numerator.constant < 0 or any(term.times < 0 for term in self.numerator.terms)


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
    value: Figure


class Waypoint(PlanPart):
    """A point of an agreed trajectory, in the indicator's unit of measure."""

    on: date
    value: Figure


class PrintedThreshold(PlanPart):
    """The number as the document prints it, where it is not the one the indicator is judged by."""

    comparator: Literal[">=", "<=", "=="]
    threshold: Figure
    unit_of_measure: Text


class Target(PlanPart):
    """One revision of one target (目标). `indicator` None: tracked by milestones and task reports, never as a rate.

    A revision with `for_units` gives these units a target of their own, whatever it is revised to for the others; one
    that `ends_own` gives them back the general target. `trajectory`: the agreed points of the line up to (due date,
    threshold), oldest first; empty: the straight line.
    """

    code: Code
    name: Text
    kind: TargetKind
    tasks: tuple[int, ...] = ()
    indicator: Code | None = None
    comparator: Literal[">=", "<=", "=="] | None = None
    threshold: Figure | None = None
    unit_of_measure: Text | None = None
    threshold_implied: bool = False  # True: the idiom implies the number, the document prints none
    printed: PrintedThreshold | None = None
    due_on: date | None = None
    recurring: Text | None = None
    verification_window: Window | None = None
    baseline: Baseline | None = None
    trajectory: tuple[Waypoint, ...] = ()
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
    for_units: tuple[Code, ...] = ()  # empty: the general target, by which rolled-up units are judged
    ends_own: bool = False

    @property
    def measured(self) -> bool:
        """True if the target is judged by an indicator."""
        return self.indicator is not None and self.comparator is not None and self.threshold is not None

    @cached_property
    def exact_threshold(self) -> Fraction | None:
        """The threshold as the fraction that values are held against."""
        return None if self.threshold is None else Fraction(self.threshold)


class Weight(PlanPart):
    """How much one core target counts in the leaderboard's score; a target without one counts 1."""

    code: Code  # the target's
    weight: Decimal = Field(ge=0)
    reason: str
