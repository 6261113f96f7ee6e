"""What `/submissions/{id}/differences` answers. Figures are decimal strings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel

from metrics.forms import plain
from metrics.periods import format_period
from metrics.queries.return_differences import Against, Base, Difference, ReturnDifferences


class BaseOut(BaseModel):
    """The revision that the return is held against, and when that revision was recorded."""

    id: int
    period: str
    revision: int
    recorded_at: datetime

    @classmethod
    def of(cls, base: Base) -> BaseOut:
        return cls(
            id=base.submission_id,
            period=format_period(base.period),
            revision=base.revision,
            recorded_at=base.recorded_at,
        )


class DifferenceOut(BaseModel):
    """One element; null where it has no value. `change` = `now` − `before`, null unless both have one."""

    element: str
    now: str | None
    before: str | None
    change: str | None
    differs: bool

    @classmethod
    def of(cls, figure: Difference, *, differs: bool) -> DifferenceOut:
        return cls(
            element=figure.element,
            now=_written(figure.now),
            before=_written(figure.before),
            change=_written(figure.change),
            differs=differs,
        )


class DifferencesOut(BaseModel):
    """A return beside its base; `base` null: never verified, one revision only, or no return the month before."""

    id: int
    against: Against
    base: BaseOut | None
    differing: int
    figures: list[DifferenceOut]

    @classmethod
    def of(cls, submission_id: int, against: Against, found: ReturnDifferences) -> DifferencesOut:
        differing = set(found.differing)
        return cls(
            id=submission_id,
            against=against,
            base=None if found.base is None else BaseOut.of(found.base),
            differing=len(differing),
            figures=[DifferenceOut.of(figure, differs=figure in differing) for figure in found.figures],
        )


def _written(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
