"""What the plan's document says of itself, and the settings that follow from it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from metrics.plan.model.basics import Code, PlanPart, Text


class Document(PlanPart):
    """The plan document itself, and the settings that follow from it."""

    title: Text
    document_number: str
    issuer: Text
    bulletin_issuer: Text | None = None  # who signs the monthly bulletin; None: the plan's issuer
    issued_on: date
    timezone: str = "Asia/Shanghai"
    root_unit: Code
    due_day: int = Field(default=5, ge=1, le=28)
    due_rolls_forward: bool = False  # a due day that is no working day gives way to the next one that is
    carry_months: int = Field(default=3, ge=0)
    first_period: date | None = None
    source_file: str = "document.zh.txt"
    source: str = ""
