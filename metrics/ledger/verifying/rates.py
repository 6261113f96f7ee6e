"""Rates as the rules have them: of a unit as it reported, of a unit above others Σ numerators ÷ Σ denominators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from metrics.ledger.verifying.months import is_owed, last_owed
from metrics.ledger.verifying.plan import PlanAsKnown, RateFormula

LEAST_CHECKED_FIRST = ("returned", "submitted", "verified")


class Sent(NamedTuple):
    """A submission as it stands: its state, and the value of every element that it has."""

    state: str
    values: Mapping[str, Fraction]


@dataclass(frozen=True)
class Facts:
    """What every figure follows from. `sent`: by unit and month, every submission that counts on the basis.

    `all_sent`: the first and the last month of which anything was sent, whether it counts or not; None for none.
    `lights`: by status; `judged_share`: how much of what is owed makes a month judged. `set_by_hand`: lights somebody
    set that stand, by month, unit and target. `label`: what stands behind the names of units, by language.
    `whatever`: the same on the basis of everything that was sent, where that is another one.
    """

    plan: PlanAsKnown
    sent: Mapping[tuple[str, int], Sent]
    all_sent: tuple[int, int] | None
    set_by_hand: Mapping[tuple[int, str, str], str]
    lights: Mapping[str, str]
    judged_share: Fraction
    label: Mapping[str, str]
    whatever: Facts | None = None


class KnownRate(NamedTuple):
    """A rate that was reported: `above` ÷ `below`, 0 below for not applicable, and how many units are in it."""

    above: Fraction
    below: Fraction
    state: str
    reported: int
    carried: int
    expected: int


class Rates:
    """Every rate that follows from facts; each is reckoned once."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.plan = facts, facts.plan
        months = [month for _, month in facts.sent]
        self.known = (min(months), max(months)) if months else None  # the first and the last month with any figure
        self._found: dict[tuple[str, str, int], KnownRate | None] = {}

    def rate(self, unit: str, measure: RateFormula, month: int) -> KnownRate | None:
        """The rate of a unit for a month, None where nothing was reported and nothing is carried."""
        asked = (unit, measure.code, month)
        if asked not in self._found:
            reckon = self._summed if self.plan.adds_up(unit) else self._standing
            self._found[asked] = reckon(unit, measure, month)
        return self._found[asked]

    def value(self, unit: str, measure: RateFormula, month: int) -> Fraction | None:
        """scale × above ÷ below; None where nothing is reported or the denominator is 0."""
        found = self.rate(unit, measure, month)
        return None if found is None or found.below == 0 else measure.scale * found.above / found.below

    def course(self, unit: str, measure: RateFormula, until: int) -> Iterator[tuple[int, Fraction, KnownRate]]:
        """Every month up to `until` in which there is a value, oldest first."""
        for month in range(self.known[0], until + 1) if self.known else ():
            value, figure = self.value(unit, measure, month), self.rate(unit, measure, month)
            if value is not None and figure is not None:
                yield month, value, figure

    def expected(self, unit: str, month: int) -> int:
        """How many reporting units at or below `unit` have to report for the month."""
        return sum(u.required and u.first <= month <= u.last for u in self.plan.reporting_below(unit))

    def _reported(self, unit: str, measure: RateFormula, month: int) -> KnownRate | None:
        sent, life = self.facts.sent.get((unit, month)), self.plan.unit[unit]
        if sent is None or not life.first <= month <= life.last:
            return None
        if any(element not in sent.values for element in measure.elements):
            return None
        above, below = Fraction(measure.more_above), Fraction(measure.more_below)
        above += sum((times * sent.values[code] for code, times in measure.above.items()), Fraction(0))
        below += sum((times * sent.values[code] for code, times in measure.below.items()), Fraction(0))
        return KnownRate(above, below, sent.state, 1, 0, 1)

    def _standing(self, unit: str, measure: RateFormula, month: int) -> KnownRate | None:
        """What was reported for the month or, between months for which it is owed, what stands in it."""
        if not self.plan.unit[unit].first <= month <= self.plan.unit[unit].last:
            return None
        for earlier in range(month, last_owed(month, measure.apart) - 1, -1):
            found = self._reported(unit, measure, earlier)
            if found is not None:
                return found
        return None

    def _summed(self, unit: str, measure: RateFormula, month: int) -> KnownRate | None:
        above, below, reported, carried, expected = Fraction(0), Fraction(0), 0, 0, 0
        states = set()
        for under in self.plan.reporting_below(unit):
            if not under.first <= month <= under.last:
                continue
            found = self.rate(under.code, measure, month)
            reported += found is not None
            if found is None:
                found = self._carried(under.code, measure, month)
                carried += found is not None
            expected += under.required or found is not None
            if found is not None:
                states.add(found.state)
                if found.below != 0:
                    above, below = above + found.above, below + found.below
        if not states:
            return None
        state = next(one for one in LEAST_CHECKED_FIRST if one in states)
        return KnownRate(above, below, state, reported, carried, expected)

    def _carried(self, unit: str, measure: RateFormula, month: int) -> KnownRate | None:
        """The newest figure of the months before, as many as the plan says; a flow is never carried."""
        for back in range(1, 1 if measure.flows else self.plan.carry_months + 1):
            found = self.rate(unit, measure, month - back)
            if found is not None:
                return found
        return None


def is_point(measure: RateFormula, month: int, figure: KnownRate) -> bool:
    """True if the month is a point of a pace: owed, and reported by half of those expected or more."""
    return is_owed(month, measure.apart) and figure.reported > 0 and 2 * figure.reported >= figure.expected
