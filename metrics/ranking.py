"""The leaderboard's arithmetic (domain rule 10): exact scores, ties that share a rank, ranks that skip after ties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from metrics.plan.model import Direction


def attainment(value: Fraction, threshold: Fraction, *, direction: Direction) -> Fraction:
    """How much of a target is reached: value ÷ threshold, or threshold ÷ value where lower is better; at most 1."""
    above, below = (value, threshold) if direction is Direction.HIGHER else (threshold, value)
    return min(Fraction(1), above / below) if below != 0 else Fraction(1)


def score(attainments: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction | None:
    """Σ weight · attainment ÷ Σ weight over the targets in `attainments`; None if there are none."""
    total = sum((weights[target] for target in attainments), Fraction(0))
    if total == 0:
        return None
    return sum((weights[target] * reached for target, reached in attainments.items()), Fraction(0)) / total


def ranks(scores: Mapping[str, Fraction | None]) -> dict[str, int | None]:
    """The rank of every key by its exact score, highest first: 0.90, 0.85, 0.85, 0.80 → 1, 2, 2, 4. None stays None."""
    known: Iterable[Fraction] = sorted((value for value in scores.values() if value is not None), reverse=True)
    first_place: dict[Fraction, int] = {}
    for place, value in enumerate(known, start=1):
        first_place.setdefault(value, place)
    return {key: None if value is None else first_place[value] for key, value in scores.items()}
