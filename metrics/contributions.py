"""Why a rolled-up rate moved: what each reporting unit added to the change, in two parts that sum exactly. Pure.

With n and d a unit's numerator and denominator in the sum, N and D the sums, R = N ÷ D, a bar for the mean of both
months and Δ for the later less the earlier (decision 222):

    ΔR = Σ (Δn − R̄·Δd) ÷ D̄,  of which each unit's  Δn − R̄·Δd = d̄·Δr + (r̄ − R̄)·Δd

The first part is its own rate that changed, weighed by its size; the second is its denominator that changed, which
lifts the rate where the unit stands above it. What stands as it stood adds exactly 0 to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from metrics.results import Exact
from metrics.rounding import shown_distance

_DECIMALS, _DECIMALS_OF_MANY = 2, 4
_MANY = 50  # parts: each of more is too little a part of the whole for two decimals


class PartState(StrEnum):
    """How a unit is in both sums."""

    REPORTED = "reported"  # in both, the later by a figure of its own
    CARRIED = "carried"  # in both, the later by an earlier figure: adds 0 unless that came after the earlier month
    ENTERED = "entered"  # in the later alone
    LEFT = "left"  # in the earlier alone
    NOT_APPLICABLE = "not_applicable"  # in neither, its denominator being 0
    ABSENT = "absent"  # in neither: not reported

    @property
    def is_in_a_sum(self) -> bool:
        return self not in (PartState.NOT_APPLICABLE, PartState.ABSENT)


@dataclass(frozen=True, slots=True)
class Counts:
    """A unit's numerator and denominator. `carried`: of an earlier month. With denominator 0 it is in no sum."""

    numerator: Exact
    denominator: Exact
    carried: bool = False

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.numerator) / Fraction(self.denominator)


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """One unit in both months; None where nothing of it counts."""

    unit_code: str
    before: Counts | None
    after: Counts | None

    @property
    def summed(self) -> tuple[Counts | None, Counts | None]:
        """What of it is in the earlier sum and in the later: nothing where its denominator is 0."""
        before, after = (one if one is not None and one.denominator else None for one in (self.before, self.after))
        return before, after

    @property
    def state(self) -> PartState:
        before, after = self.summed
        if before is None and after is None:
            return PartState.NOT_APPLICABLE if self.before or self.after else PartState.ABSENT
        if before is None:
            return PartState.ENTERED
        if after is None:
            return PartState.LEFT
        return PartState.CARRIED if after.carried else PartState.REPORTED


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a unit added to the change, in the indicator's unit of measure (percentage points for shares), exact."""

    counts: UnitCounts
    rate_effect: Fraction
    denominator_effect: Fraction

    @property
    def total(self) -> Fraction:
        return self.rate_effect + self.denominator_effect


@dataclass(frozen=True, slots=True)
class Effects:
    """Two effects as they are written, in last places of so many decimals."""

    rate_effect: int
    denominator_effect: int
    decimals: int

    @property
    def total(self) -> int:
        return self.rate_effect + self.denominator_effect


@dataclass(frozen=True)
class Movement:
    """The change of a rolled-up rate, taken apart. `parts` are as the units came, and sum to `change`."""

    before: Fraction
    after: Fraction
    parts: tuple[Contribution, ...]

    @property
    def change(self) -> Fraction:
        return self.after - self.before

    @property
    def counted(self) -> int:
        """How many units are in either sum."""
        return sum(part.counts.state.is_in_a_sum for part in self.parts)

    def count(self, state: PartState) -> int:
        """How many units are in the sums in this way."""
        return sum(part.counts.state is state for part in self.parts)

    @property
    def decimals(self) -> int:
        """With how many decimals the parts are written."""
        return _DECIMALS if len(self.parts) <= _MANY else _DECIMALS_OF_MANY

    @cached_property
    def written(self) -> tuple[Effects, ...]:
        """Of every part both effects as they are written: rounded so that all add up to the change as it is.

        Whole parts are rounded first: of two the larger is never written as the smaller.
        """
        totals = apportioned([part.total for part in self.parts], self.change, decimals=self.decimals)
        by_rates = sum((part.rate_effect for part in self.parts), Fraction(0))
        wanted, _rest = apportioned([by_rates, self.change - by_rates], self.change, decimals=self.decimals)
        rates = _rate_effects(self.parts, totals, wanted, decimals=self.decimals)
        return tuple(Effects(rate, total - rate, self.decimals) for rate, total in zip(rates, totals, strict=True))

    @property
    def together(self) -> Effects:
        """The sums of what is written; its total is the change as pages write it."""
        return Effects(
            sum(one.rate_effect for one in self.written),
            sum(one.denominator_effect for one in self.written),
            self.decimals,
        )


def movement(units: Sequence[UnitCounts], *, scale: int) -> Movement | None:
    """The change from the earlier sum to the later, taken apart by unit; None where one of them has no value."""
    sums = [_summed(one.summed[place] for one in units) for place in (0, 1)]
    if any(below == 0 for _above, below in sums) or sums[0][1] + sums[1][1] == 0:
        return None
    rates = [above / below for above, below in sums]
    middle, size = sum(rates, Fraction(0)) / 2, (sums[0][1] + sums[1][1]) / 2
    parts = []
    for one in units:
        by_rate, by_denominator = _effects(one, middle)
        parts.append(Contribution(one, scale * by_rate / size, scale * by_denominator / size))
    return Movement(scale * rates[0], scale * rates[1], tuple(parts))


def _effects(unit: UnitCounts, middle: Fraction) -> tuple[Fraction, Fraction]:
    """d̄·Δr and (r̄ − R̄)·Δd; who is in one sum alone has no rate that changed."""
    before, after = unit.summed
    if before is None or after is None:
        there = after or before
        if there is None:
            return Fraction(0), Fraction(0)
        size = Fraction(there.denominator) * (1 if after else -1)
        return Fraction(0), (there.ratio - middle) * size
    sizes = Fraction(before.denominator), Fraction(after.denominator)
    by_rate = (sizes[0] + sizes[1]) / 2 * (after.ratio - before.ratio)
    return by_rate, ((before.ratio + after.ratio) / 2 - middle) * (sizes[1] - sizes[0])


def _summed(counts: Iterable[Counts | None]) -> tuple[Fraction, Fraction]:
    above, below = Fraction(0), Fraction(0)
    for one in counts:
        if one is not None:
            above, below = above + one.numerator, below + one.denominator
    return above, below


def apportioned(values: Sequence[Fraction], whole: Fraction, *, decimals: int) -> list[int]:
    """`values` in last places that add up to `whole` as a page writes it: each rounded down, then the largest up.

    `whole` is their sum; what it lacks goes to the largest remainders, equal ones by their order. 0 stays 0.
    """
    scaled = [value * 10**decimals for value in values]
    found = [floor(value) for value in scaled]
    rests = [value - down for value, down in zip(scaled, found, strict=True)]
    left = int(shown_distance(whole, decimals=decimals).replace(".", "")) - sum(found)
    for place in sorted(range(len(values)), key=lambda place: (-rests[place], place))[:left]:
        found[place] += 1
    return found


def _rate_effects(parts: Sequence[Contribution], totals: Sequence[int], wanted: int, *, decimals: int) -> list[int]:
    """Of parts written as `totals` the effects of their own rates, which add up to `wanted` where they can.

    Each is rounded down or up, and so is what `totals` leave to the denominators; the largest remainders go up.
    """
    places = 10**decimals
    least, most, rests = [], [], []
    for part, total in zip(parts, totals, strict=True):
        rate, denominator = part.rate_effect * places, part.denominator_effect * places
        least.append(max(floor(rate), total - ceil(denominator)))
        most.append(min(ceil(rate), total - floor(denominator)))
        rests.append(rate - floor(rate))
    can = [place for place in range(len(parts)) if least[place] < most[place]]
    for place in sorted(can, key=lambda place: (-rests[place], place))[: max(0, wanted - sum(least))]:
        least[place] += 1
    return least
