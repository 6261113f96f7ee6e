"""How an exact figure is written (domain rule 2): two decimals, half up, never across a line it has not crossed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from metrics.plan.model import Direction, Indicator, Plan
from metrics.plan.remembered import remembered
from metrics.results import Exact

DECIMALS = 2
_WHOLE = (Fraction(100),)


@dataclass(frozen=True, slots=True)
class Line:
    """A value that decides something. `met_above`: True if values at or above it meet it, False if at or below."""

    at: Fraction
    met_above: bool
    _above: int = field(init=False, repr=False, compare=False)  # of `at`: asking a fraction takes longer than reckoning
    _below: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_above", self.at.numerator)
        object.__setattr__(self, "_below", self.at.denominator)

    def is_met_by(self, above: int, below: int) -> bool:
        """True if the value above ÷ below, with `below` > 0, meets the line."""
        beyond = above * self._below - self._above * below
        return beyond >= 0 if self.met_above else beyond <= 0


AT_ZERO = Line(at=Fraction(0), met_above=True)


def lines_of(plan: Plan, indicator: Indicator) -> tuple[Line, ...]:
    """The lines of an indicator: every threshold of its targets, in every known revision, and 100 % for shares."""
    known = remembered(plan, lines_of.__name__)  # a page writes hundreds of figures of the same few indicators
    asked = (indicator.code, indicator.share, indicator.direction)
    found: tuple[Line, ...] | None = known.get(asked)
    if found is None:
        places = {*plan.thresholds.get(indicator.code, ()), *(_WHOLE if indicator.share else ())}
        met_above = indicator.direction is Direction.HIGHER
        found = known[asked] = tuple(Line(at=place, met_above=met_above) for place in sorted(places))
    return found


def shown(value: Fraction, *, lines: Iterable[Line] = (), decimals: int = DECIMALS) -> str:
    """`value` with `decimals` decimals, half up (away from zero), on the same side of every line as the value itself.

    69.996 against a line at 70 is 69.99; 1.0027 against "at most 1" is 1.01; 70.004 is 70.00.
    """
    scale = 10**decimals
    numerator, denominator = value.numerator, value.denominator
    scaled = numerator * scale
    half_up = (2 * abs(scaled) + denominator) // (2 * denominator)
    rounded = half_up if numerator >= 0 else -half_up
    for line in lines:
        met = line.is_met_by(numerator, denominator)
        if line.is_met_by(rounded, scale) != met:
            rounded = -(-scaled // denominator) if met == line.met_above else scaled // denominator
    return written(rounded, decimals)


def shown_distance(value: Fraction, *, decimals: int = DECIMALS) -> str:
    """A signed distance to a line: 0 only if the line is reached, and no minus before zero."""
    return shown(value, lines=(AT_ZERO,), decimals=decimals)


def shown_score(score: Fraction) -> str:
    """A leaderboard's score with four decimals; 1.0000 only when everything is reached."""
    return shown(score, lines=(Line(at=Fraction(1), met_above=True),), decimals=4)


def shown_share(percent: Fraction) -> str:
    """A share in percent with two decimals; 100.00 only when it is whole."""
    return shown(percent, lines=(Line(at=Fraction(100), met_above=True),))


def shown_points(points: Fraction) -> str:
    """Points of a performance assessment with two decimals; 100.00 only when they are full."""
    return shown_share(points)


def exact_decimal(value: Exact) -> str:
    """A count or a sum of decimals, in full: 42, 42.5. Only for fractions that end, as all posted values do."""
    if value.denominator == 1:
        return str(value.numerator)
    decimals = 0
    while value.denominator > 1:
        value *= 10
        decimals += 1
        if decimals > 30:
            raise ValueError("not a decimal fraction")
    return written(value.numerator, decimals)


def written(scaled: int, decimals: int) -> str:
    """The number scaled ÷ 10**decimals with that many decimals."""
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
