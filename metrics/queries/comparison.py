"""A few units beside each other: their verdicts on every measured target, and how far they lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.plan.model import Direction, Plan
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Progress, Status

FEWEST, MOST = 2, 5  # units beside each other


@dataclass(frozen=True, slots=True)
class ComparedTarget:
    """`verdicts`: of each unit, in their order; None where the target is none of the unit's."""

    code: str
    indicator: str
    verdicts: tuple[Progress | None, ...]

    @property
    def values(self) -> dict[int, Fraction]:
        """By the units' places the values that can be compared: of one indicator, where the target applies."""
        return {
            place: verdict.value
            for place, verdict in enumerate(self.verdicts)
            if verdict is not None and verdict.value is not None and verdict.indicator_code == self.indicator
            if verdict.status is not Status.NOT_APPLICABLE
        }

    @property
    def all_level(self) -> bool:
        """True if every unit has a value, all the same, and the same status."""
        found = {None if one is None else (one.value, one.status) for one in self.verdicts}
        return len(found) == 1 and all(one is not None and one.value is not None for one in self.verdicts)

    def difference(self, place: int) -> Fraction | None:
        """The value less that of the first unit, in the indicator's unit of measure.

        None for the first, and where the two cannot be compared.
        """
        values = self.values
        return values[place] - values[0] if place and {0, place} <= values.keys() else None

    def best(self, plan: Plan) -> tuple[int, ...]:
        """The places of the units with the best value: several that are level, none unless two can be compared."""
        values = self.values
        if len(values) < FEWEST:
            return ()
        lower = plan.indicator_by_code[self.indicator].direction is Direction.LOWER
        best = min(values.values()) if lower else max(values.values())
        return tuple(place for place, value in values.items() if value == best)


def compared_targets(judged: JudgedProgress, units: Sequence[str]) -> tuple[ComparedTarget, ...]:
    """Every measured target that is judged for one of `units`, in the order of the plan."""
    found: dict[str, dict[str, Progress]] = {}
    for verdict in judged.of_units(units):
        found.setdefault(verdict.target_code, {})[verdict.unit_code] = verdict
    order = {} if judged.table is None else {t.code: place for place, t in enumerate(judged.table.targets.targets)}
    return tuple(
        ComparedTarget(code, next(iter(of.values())).indicator_code, tuple(of.get(unit) for unit in units))
        for code, of in sorted(found.items(), key=lambda one: order[one[0]])
    )


def best_counts(plan: Plan, compared: Sequence[ComparedTarget]) -> tuple[Counter[int], int, int]:
    """By a unit's place on how many targets it alone is best; on how many several are; how many can be compared."""
    alone: Counter[int] = Counter()
    level = 0
    for target in compared:
        best = target.best(plan)
        if len(best) == 1:
            alone[best[0]] += 1
        level += len(best) > 1
    return alone, level, alone.total() + level
