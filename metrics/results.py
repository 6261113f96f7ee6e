"""What the queries answer with: frozen values that pages, API and files all draw from.

Every figure is exact (`Fraction`) until :mod:`metrics.shown` writes it; nothing here was ever a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

Exact = int | Fraction  # a posted number or a sum of such: a whole number stays one


class State(StrEnum):
    """How far a figure has been checked; of a rolled-up figure, that of the least checked return in it."""

    NOT_REPORTED = "not_reported"  # 未报
    RETURNED = "returned"  # 退回
    SUBMITTED = "submitted"  # 暂未审核
    VERIFIED = "verified"  # 已审核


class Status(StrEnum):
    """Progress status (进度状态) of one target for one unit on one date."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    RECTIFYING = "rectifying"
    OVERDUE = "overdue"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


class Timing(StrEnum):
    """When a met target was first met."""

    ON_TIME = "on_time"
    IN_WINDOW = "in_window"
    LATE = "late"


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


class Basis(StrEnum):
    """Which returns count: all that were submitted, or only those verified."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Rate:
    """One indicator of one unit for one period.

    `numerator` and `denominator` are None when the unit did not report (未报); a denominator of 0 is not applicable.
    `value` = scale × numerator ÷ denominator in the indicator's unit of measure (percent, working days), exact.
    A rolled-up unit says how many of its reporting units are in it: reported this period, carried from an earlier
    one (stocks only), expected.
    """

    unit_code: str
    period: date
    indicator_code: str
    numerator: Exact | None
    denominator: Exact | None
    value: Fraction | None
    state: State
    units_reported: int
    units_carried: int
    units_expected: int

    @property
    def reported(self) -> bool:
        return self.denominator is not None

    @property
    def applicable(self) -> bool:
        return self.denominator is not None and self.denominator != 0


@dataclass(frozen=True, slots=True)
class Projection:
    """Theil–Sen projection of a course to a target's due date (domain rule 9).

    `value`, `low`, `high`: projected value on the due date and its interval, in the indicator's unit of measure;
    `on`: the last day of the first month in which the line reaches the threshold, None if it never does;
    `slope`: units of measure per month; `points`: how many monthly values it rests on (3 to 6).
    """

    value: Fraction
    low: Fraction
    high: Fraction
    on: date | None
    slope: Fraction
    points: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The verdict on one target for one unit on one date, with everything that led to it.

    `gap`: distance to the threshold in the indicator's unit of measure, negative while short of it (whatever the
    direction); `required_pace`: units of measure per whole month left, None when met, past due, undated or less than
    a month is left; `line`: the height of the straight line on the value's date, None without a due date or value;
    `decided_by`: a word for the rule that decided (see :func:`metrics.progress.judge`).
    """

    unit_code: str
    target_code: str
    target_revision: int
    indicator_code: str
    comparator: str
    threshold: Fraction
    due_on: date | None
    evaluated_on: date
    period: date | None
    rate: Rate | None
    value: Fraction | None
    status: Status
    timing: Timing | None
    light: Light
    gap: Fraction | None
    required_pace: Fraction | None
    line: Fraction | None
    projection: Projection | None
    regressed: bool
    denominator_watch: bool
    decided_by: str


@dataclass(frozen=True, slots=True)
class Rank:
    """One unit's place in the leaderboard (实时榜单). `rank` and `score` are None for units without data.

    `attainments`: how much of each weighed target is reached, exact, at most 1; a target that does not apply to the
    unit or that it did not report is not in it.
    """

    unit_code: str
    period: date
    rank: int | None
    score: Fraction | None
    previous_rank: int | None
    movement: int | None  # places gained (+) or lost (−) against the previous period
    attainments: Mapping[str, Fraction] = field(default_factory=dict)
