"""How the reporting units below a level of the tree stand, counted by light and by status. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.results import Light, Status

WORST_FIRST = (Light.RED, Light.AMBER, Light.GREY, Light.GREEN)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of reporting units.

    `lights`: unit of the level → light → how many of the units below it that owe figures; of each the worst light on a
    core target, units to which none applies left out. `well`: how many of these have met or are on track for every
    core target; `overdue`: how many have one overdue; `unreported`: how many have not reported for one, `silent` of
    these for any. `statuses`: target → status → units, the optional ones included.
    `owing`: the same of those that owe figures.
    """

    lights: Mapping[str, Counter[Light]]
    well: int
    overdue: int
    unreported: int
    silent: int
    statuses: Mapping[str, Counter[Status]]
    owing: Mapping[str, Counter[Status]]

    @property
    def together(self) -> Counter[Light]:
        """The lights of all units below the level."""
        return sum(self.lights.values(), Counter())

    def meeting(self, target: str) -> tuple[int, int]:
        """How many units meet the target, of how many that owe figures and to which it applies."""
        counts = self.owing.get(target, Counter())
        return counts[Status.MET], counts.total() - counts[Status.NOT_APPLICABLE]

    def not_reported(self, target: str) -> int:
        """How many of the units that owe figures, and to which the target applies, have not reported for it."""
        return self.owing.get(target, Counter())[Status.NO_DATA]
