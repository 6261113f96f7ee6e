"""Who is to act when a unit says nothing of a task: the unit, a month later its lead unit, then the bureau. Pure."""

from __future__ import annotations

from enum import StrEnum

from metrics.task_reports import SILENT_MONTHS


class SilenceStep(StrEnum):
    """Whose turn it is; each step is taken besides those before it."""

    UNIT = "unit"  # 责任单位补报
    LEAD = "lead"  # 牵头单位催办
    BUREAU = "bureau"  # 市局督办


def step_after(months: int, *, led: bool) -> SilenceStep | None:
    """The step after so many months without an update, None for too few; `led`: another unit leads the task."""
    if months < SILENT_MONTHS:
        return None
    if months == SILENT_MONTHS:
        return SilenceStep.UNIT
    return SilenceStep.LEAD if led and months == SILENT_MONTHS + 1 else SilenceStep.BUREAU
