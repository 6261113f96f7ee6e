"""From when a course has a pace and how far it is projected (domain rule 9): its points, and what is ahead of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from metrics.periods import last_day, month_position
from metrics.results import Progress, Status

POINTS = 6
FEWEST_POINTS = 3
FEWEST_FOR_RANGE = 5
FARTHEST_MONTHS = 600

Course = Sequence[tuple[date, Fraction]]  # (period, value), oldest first


class Unprojected(StrEnum):
    """Why a verdict comes without a projection."""

    NO_VALUE = "no_value"
    NO_DUE_DATE = "no_due_date"
    PAST_DUE = "past_due"
    FEW_POINTS = "few_points"


def why_unprojected(progress: Progress) -> Unprojected | None:
    """Why `progress` has no projection; None where it has one."""
    if progress.projection is not None:
        return None
    if progress.value is None or progress.period is None or progress.status is Status.NOT_APPLICABLE:
        return Unprojected.NO_VALUE
    if progress.due_on is None:
        return Unprojected.NO_DUE_DATE
    if months_left(progress.due_on, period=progress.period, on=progress.evaluated_on) is None:
        return Unprojected.PAST_DUE
    return Unprojected.FEW_POINTS


def months_left(due_on: date | None, *, period: date, on: date) -> Fraction | None:
    """Months from the end of `period` to the due date, in fractions where that is no month's end.

    None if none are left: no due date, or it has come by the end of `period` or by the day of judgement `on`.
    """
    if due_on is None or due_on <= last_day(period) or due_on <= on:
        return None
    return month_position(due_on) - month_position(last_day(period))
