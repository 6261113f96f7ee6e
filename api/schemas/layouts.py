"""What `/layouts` answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from metrics.queries.confirmed_layouts import LayoutRow


class LayoutOut(BaseModel):
    """A layout of files that a unit confirmed. `headings`: its words; `withdrawn_at` is None while it holds."""

    id: int
    unit: str
    headings: list[str]
    confirmed_by: str
    confirmed_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, row: LayoutRow) -> LayoutOut:
        return cls.model_validate(row, from_attributes=True)


class LayoutsOut(BaseModel):
    """Newest first, withdrawn ones included."""

    items: list[LayoutOut]
