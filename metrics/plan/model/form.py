"""The monthly form (月报): blocks, elements, linear forms over them, checks of a submission, and its calendar.

The calendar (放假调休) says on which days offices work: a due day on another day may roll forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from metrics.plan.model.basics import Code, PlanPart, Text


class Nature(StrEnum):
    STOCK = "stock"  # state at the end of the period
    FLOW = "flow"  # happened within the period


class Owed(StrEnum):
    """In which months an element is owed. The period stays the month; in between its figure stands (decision 217)."""

    MONTH = "month"
    QUARTER = "quarter"  # each quarter's last month
    YEAR = "year"  # December

    @property
    def months_apart(self) -> int:
        return {Owed.MONTH: 1, Owed.QUARTER: 3, Owed.YEAR: 12}[self]


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
    owed: Owed = Owed.MONTH  # alike for the elements of a block
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

    @cached_property
    def elements(self) -> tuple[str, ...]:
        return tuple(term.element for term in self.terms)


class Severity(StrEnum):
    ERROR = "error"  # the submission is refused
    WARNING = "warning"  # accepted; the form asks for a reason


class ComparisonCheck(PlanPart):
    """`left` ⋈ `right` over the values of one submission; not applied while one of its elements is unreported."""

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


class SameAsLastMonthCheck(PlanPart):
    """Warns when every figure of a submission, flows included, equals last month's; not with fewer than `at_least`."""

    kind: Literal["same_as_last_month"] = "same_as_last_month"
    code: Code
    severity: Severity = Severity.WARNING
    at_least: int = Field(default=3, ge=1)
    message: Text


class FlowMovedCheck(PlanPart):
    """Warns when a flow is above `times` × or below 1/`times` of the median of the `months` before.

    Not with fewer than `at_least` months that have a value, nor below a median of `median_from`. `{element}` in the
    message is its name.
    """

    kind: Literal["flow_moved"] = "flow_moved"
    code: Code
    severity: Severity = Severity.WARNING
    times: int = Field(default=5, ge=2, le=1000)
    months: int = Field(default=6, ge=1, le=36)
    at_least: int = Field(default=3, ge=1, le=36)
    median_from: Decimal = Field(default=Decimal(10), gt=0)
    message: Text


class VanishedDenominatorCheck(PlanPart):
    """Refuses a denominator of stocks that falls from above 0 to 0, unless a reviewer excepts it (domain rule 16).

    `{denominator}` in the message is the names of its elements.
    """

    kind: Literal["denominator_vanished"] = "denominator_vanished"
    code: Code
    severity: Severity = Severity.ERROR
    message: Text


Check = Annotated[
    ComparisonCheck
    | StockChangeCheck
    | RateFellCheck
    | DenominatorWatchCheck
    | FrozenBaselineCheck
    | SameAsLastMonthCheck
    | FlowMovedCheck
    | VanishedDenominatorCheck,
    Field(discriminator="kind"),
]


class Holiday(PlanPart):
    """Days off in a row, both ends included."""

    name: Text
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


class CalendarYear(PlanPart):
    """What was announced for one year: `code` is the year, `notices` the documents that say it.

    `working_weekends` are the Saturdays and Sundays on which offices work (调休上班).
    """

    code: Code
    notices: tuple[str, ...]
    holidays: tuple[Holiday, ...]
    working_weekends: tuple[date, ...] = ()
    note: Text | None = None
