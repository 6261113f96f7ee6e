"""What the queries answer with: frozen values that pages, API and files all draw from.

Every figure is exact (`Fraction`) until :mod:`metrics.rounding` writes it; nothing here was ever a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from metrics.submission_states import State

Exact = int | Fraction  # a posted number or a sum of such: a whole number stays one


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
    """Which submissions count: all that were submitted, or only those verified."""

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

    It starts at the newest value and runs at the present pace `slope`, units of measure a month, which rests on
    `points` values (3 to 6), one a month, quarter or year that is owed. `value`: projected value on the due date, in
    the indicator's unit of measure; `low`, `high`: its range, the values that the smallest and the largest slope
    between any two of the points lead to, None below five points; `on`: the last day of the month in which the
    threshold is reached, None if it never is or is met already.
    """

    value: Fraction
    low: Fraction | None
    high: Fraction | None
    on: date | None
    slope: Fraction
    points: int


@dataclass(frozen=True, slots=True)
class Override:
    """A light set by hand. `computed`: what the rules gave instead; `seq`: its place in the ledger."""

    light: Light
    computed: Light
    reason: str
    actor: str
    recorded_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The verdict on one target for one unit on one date, with everything that led to it.

    `gap`: distance to the threshold in the indicator's unit of measure, negative while short of it (whatever the
    direction); `required_pace`: units of measure a month from the value's day to the due date, None when met, undated
    or no months are left; `line`: the height of the line on the value's date, None without a value; `decided_by`: a
    word for the rule that decided (`RULES` of :mod:`metrics.verdicts.verdict_table`); `present_pace`: units of measure
    a month over the last six points, None where nothing is judged or there are fewer than three; `points`: how many of
    these six there are, 0 where nothing is judged; `shortfall`: the
    smallest number, in the numerator's own steps and measure (49 items, 2.1 working days), by which the numerator
    misses the threshold at today's denominator, None where it is met or nothing is judged; `override`: who set the
    light by hand, None for the rules' own.
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
    present_pace: Fraction | None
    points: int
    shortfall: Fraction | None
    override: Override | None = None

    @property
    def needs_more_than_it_makes(self) -> bool:
        """True if it is on track and yet moves slower than it must: on or above the line, which it will leave."""
        required, present = self.required_pace, self.present_pace
        if self.status is not Status.ON_TRACK or not required or present is None:
            return False
        return present < required if required > 0 else present > required

    @property
    def computed_light(self) -> Light:
        """The light by the rules, whatever was set by hand."""
        return self.light if self.override is None else self.override.computed


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
