"""A unit among others: its rank, its band, and the order statistics of their exact values. Pure.

Nothing here is a mean of rates: a middle of an even number of values is the two in the middle, a group's own rate is
the sum of its numerators over the sum of its denominators. Deciles are named from ten values on, quartiles from four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from metrics.ranking import ranks

_DECILES_FROM, _QUARTILES_FROM = 10, 4
Span = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Peers:
    """The values of units, at least one. `higher`: the higher the better."""

    values: Mapping[str, Fraction]
    higher: bool

    @cached_property
    def ordered(self) -> list[Fraction]:
        """The values, the best first."""
        return sorted(self.values.values(), reverse=self.higher)

    @cached_property
    def ranks(self) -> dict[str, int | None]:
        """By unit: the best is 1, equal values share a rank."""
        return ranks({unit: value if self.higher else -value for unit, value in self.values.items()})

    @property
    def ends(self) -> Span:
        """The best and the worst."""
        return self.ordered[0], self.ordered[-1]

    @property
    def middle(self) -> Span:
        """The value in the middle, twice; of an even number the two in the middle, the better first."""
        last = len(self.ordered) - 1
        return self.ordered[last // 2], self.ordered[(last + 1) // 2]

    @property
    def bands(self) -> int:
        """Into how many bands of equally many they are cut: 10, 4, or 0 for too few."""
        count = len(self.ordered)
        return 10 if count >= _DECILES_FROM else 4 if count >= _QUARTILES_FROM else 0

    def band(self, unit: str) -> int | None:
        """The unit's band by its rank, 1 the best; None without a value or where there are too few for bands."""
        rank = self.ranks.get(unit)
        return None if rank is None or not self.bands else -(-self.bands * rank // len(self.ordered))

    def band_ends(self, unit: str) -> Span | None:
        """The best and the worst value in the unit's band, its own among them."""
        band = self.band(unit)
        within = [value for one, value in self.values.items() if self.band(one) == band]
        return None if band is None else (max(within), min(within)) if self.higher else (min(within), max(within))
