"""The plan as a value: units, form, indicators, targets, tasks and what else a plan document promises.

Every class is frozen. A :class:`Plan` is what was known of the plan at one ledger sequence number;
it is read with :func:`metrics.plan.store.plan_at` and never changed afterwards.

The same classes describe the files under ``seed/plan`` (read by :mod:`metrics.plan.files`), the records in the
database (:mod:`metrics.models.plan`) and the bodies of ``POST /targets``: one shape, validated in one place.
"""

from __future__ import annotations

from metrics.plan.model.basics import Citation, Code, PlanPart, Text
from metrics.plan.model.document import Document
from metrics.plan.model.form import (
    Block,
    CalendarYear,
    Check,
    ComparisonCheck,
    DenominatorWatchCheck,
    Element,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Holiday,
    LinearForm,
    Nature,
    Owed,
    RateFellCheck,
    SameAsLastMonthCheck,
    Severity,
    StockChangeCheck,
    Term,
    VanishedDenominatorCheck,
)
from metrics.plan.model.plan import Plan
from metrics.plan.model.targets import (
    Baseline,
    Direction,
    Exclusion,
    Indicator,
    PrintedThreshold,
    Target,
    TargetKind,
    Waypoint,
    Weight,
    Window,
)
from metrics.plan.model.tasks import (
    Decision,
    Department,
    InquiryForm,
    Milestone,
    MilestoneKind,
    Phase,
    Task,
    TaskGroup,
    TaskUnit,
)
from metrics.plan.model.units import ADDING_UP, Alias, KindName, Tile, Unit, UnitKind

__all__ = [
    "ADDING_UP",
    "Alias",
    "Baseline",
    "Block",
    "CalendarYear",
    "Check",
    "Citation",
    "Code",
    "ComparisonCheck",
    "Decision",
    "DenominatorWatchCheck",
    "Department",
    "Direction",
    "Document",
    "Element",
    "Exclusion",
    "FlowMovedCheck",
    "FrozenBaselineCheck",
    "Holiday",
    "Indicator",
    "InquiryForm",
    "KindName",
    "LinearForm",
    "Milestone",
    "MilestoneKind",
    "Nature",
    "Owed",
    "Phase",
    "Plan",
    "PlanPart",
    "PrintedThreshold",
    "RateFellCheck",
    "SameAsLastMonthCheck",
    "Severity",
    "StockChangeCheck",
    "Target",
    "TargetKind",
    "Task",
    "TaskGroup",
    "TaskUnit",
    "Term",
    "Text",
    "Tile",
    "Unit",
    "UnitKind",
    "VanishedDenominatorCheck",
    "Waypoint",
    "Weight",
    "Window",
]
