"""Scores of the leaderboard in whole columns, exact (domain rule 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from metrics.ranking import Weighed, weighed_mean
from metrics.verdicts.ratios import Mask, Ratios, Whole, whole
from metrics.verdicts.verdict_table import VerdictTable


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """`verdicts` on the weighed targets; `weights`: by the target's code, above 0."""

    verdicts: VerdictTable
    weights: Mapping[str, Fraction]

    @cached_property
    def counted(self) -> Mask:
        """The rows that have an attainment: the target is weighed and applies to the unit, which reported it."""
        weighed = np.array([target.code in self.weights for target in self.verdicts.targets.targets], dtype=bool)
        found: Mask = self.verdicts.judged & weighed[self.verdicts.target]
        return found

    @cached_property
    def attainment(self) -> Ratios:
        """1 where the value is at the threshold or better; else value ÷ threshold, or threshold ÷ value where lower is
        better, and not below 0; where `counted`. Of a threshold that is not above 0 there is no share: 0.
        """
        table = self.verdicts.only(self.counted)
        better = table.targets.better[table.target]
        above, below = table.value.where(better > 0, table.threshold), table.threshold.where(better > 0, table.value)
        one, zero = Ratios(whole([1]), whole([1])), Ratios(whole([0]), whole([1]))
        reached = np.asarray(table.value.beyond(table.threshold) * better >= 0, dtype=bool)
        shared = ~reached & np.asarray(above.above > 0, dtype=bool)  # whoever misses a threshold not above 0 has none
        share = above.over(below.where(shared, one))
        return Ratios.spread(self.counted, one.where(reached, share.where(shared, zero)))

    @cached_property
    def attainments(self) -> dict[str, Mapping[str, Fraction]]:
        """By unit, then target; the fractions of a unit are made when they are asked for."""
        plan, targets = self.verdicts.targets.plan, [target.code for target in self.verdicts.targets.targets]
        rows: dict[int, list[int]] = {unit: [] for unit in self._units}
        counted = np.flatnonzero(self.counted)
        for row, unit in zip(counted.tolist(), self.verdicts.unit[counted].tolist(), strict=True):
            rows[unit].append(row)
        return {
            plan.units[unit].code: _Attained(self.attainment, self.verdicts.target, targets, tuple(places))
            for unit, places in rows.items()
        }

    def alike(self, other: ScoreTable) -> bool:
        """True if every unit has reached as much of the same targets, weighed alike: no score can differ.

        Both are of the same units and month. False says nothing.
        """
        codes = [np.array([target.code for target in one.verdicts.targets.targets]) for one in (self, other)]
        if dict(self.weights) != dict(other.weights) or len(self.verdicts) != len(other.verdicts):
            return False
        same = (
            np.array_equal(self.verdicts.unit, other.verdicts.unit),
            np.array_equal(codes[0][self.verdicts.target], codes[1][other.verdicts.target]),
            np.array_equal(self.counted, other.counted),
            np.array_equal(self._absent, other._absent),
        )
        return all(same) and not np.any(self.attainment.beyond(other.attainment))

    def scores(self) -> dict[str, Fraction | None]:
        """By unit: Σ weight · attainment ÷ Σ weight; None where nothing applies or something was not reported."""
        plan, targets = self.verdicts.targets.plan, self.verdicts.targets.targets
        unranked = set(self.verdicts.unit[self._absent].tolist())
        reached: dict[int, list[Weighed]] = {unit: [] for unit in self._units}
        attained, counted = self.attainment.take(self.counted), np.flatnonzero(self.counted)
        weights = [self.weights.get(target.code, Fraction(0)) for target in targets]
        for unit, target, above, below in zip(
            self.verdicts.unit[counted].tolist(),
            self.verdicts.target[counted].tolist(),
            attained.above.tolist(),
            attained.below.tolist(),
            strict=True,
        ):
            reached[unit].append((weights[target], above, below))
        return {
            plan.units[unit].code: None if unit in unranked else weighed_mean(reached[unit]) for unit in self._units
        }

    def unreported(self) -> dict[str, tuple[str, ...]]:
        """By unit: the weighed targets of which its figures are missing; units that miss none are not in it."""
        plan, targets = self.verdicts.targets.plan, self.verdicts.targets.targets
        found: dict[str, tuple[str, ...]] = {}
        absent = self._absent
        for unit, target in zip(
            self.verdicts.unit[absent].tolist(), self.verdicts.target[absent].tolist(), strict=True
        ):
            code = plan.units[unit].code
            found[code] = (*found.get(code, ()), targets[target].code)
        return found

    @cached_property
    def _absent(self) -> Mask:
        """The rows of weighed targets that the unit has not reported."""
        weighed = np.array([target.code in self.weights for target in self.verdicts.targets.targets], dtype=bool)
        absent: Mask = (self.verdicts.rate < 0) & self.verdicts.in_scope & weighed[self.verdicts.target]
        return absent

    @property
    def _units(self) -> list[int]:
        return list(dict.fromkeys(self.verdicts.unit.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class _Attained(Mapping[str, Fraction]):
    """What one unit has reached of each target, of the rows `places`; `targets`: the codes of their places."""

    reached: Ratios
    target: Whole
    targets: Sequence[str]
    places: tuple[int, ...]

    def __getitem__(self, code: str) -> Fraction:
        for place in self.places:
            if self.targets[self.target[place]] == code:
                return Fraction(int(self.reached.above[place]), int(self.reached.below[place]))
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return (self.targets[self.target[place]] for place in self.places)

    def __len__(self) -> int:
        return len(self.places)
