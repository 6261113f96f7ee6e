"""The leaderboard's arithmetic (domain rule 10): exact scores, ties that share a rank, ranks that skip after ties."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from metrics.plan.model import Plan, Unit, UnitKind


class RankGroup(StrEnum):
    """Units that can be ranked among themselves."""

    COUNTY = "county"  # counties, districts and county-level cities
    ZONE = "zone"
    PILOT = "pilot"  # those that the plan names for pilots, of whatever kind


def group_of(unit: Unit) -> RankGroup | None:
    """The group of the unit's kind; None for the city's departments, which are ranked with all only."""
    if unit.kind is UnitKind.FUNCTIONAL_ZONE:
        return RankGroup.ZONE
    return None if unit.kind is UnitKind.CITY_DEPARTMENTS else RankGroup.COUNTY


def is_among(plan: Plan, unit: Unit, group: RankGroup | None) -> bool:
    """True if the unit is ranked in `group`; None is everybody together. A pilot is in its kind's group as well."""
    if group is RankGroup.PILOT:
        return unit.code in plan.pilots
    return group is None or group_of(unit) is group


def score(attainments: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction | None:
    """Σ weight · attainment ÷ Σ weight over the targets in `attainments`; None if there are none."""
    return weighed_mean([(weights[target], one.numerator, one.denominator) for target, one in attainments.items()])


Weighed = tuple[Fraction, int, int]  # weight, and what was reached, above ÷ below


def weighed_mean(parts: Sequence[Weighed]) -> Fraction | None:
    """Σ weight · above ÷ below, ÷ Σ weight; None if there are none. What was reached need not be in lowest terms."""
    # In whole numbers of one denominator, which is exact and a fifth of the work.
    weights = [(weight.numerator, weight.denominator) for weight, _, _ in parts]
    unders = [least * under for (_, least), (_, _, under) in zip(weights, parts, strict=True)]
    below = math.lcm(*unders)
    total = sum([heavy * (below // least) for heavy, least in weights])
    above = sum(
        [heavy * over * (below // u) for (heavy, _), (_, over, _), u in zip(weights, parts, unders, strict=True)]
    )
    return Fraction(above, total) if total else None


def ranks(scores: Mapping[str, Fraction | None]) -> dict[str, int | None]:
    """The rank of every key by its exact score, highest first: 0.90, 0.85, 0.85, 0.80 → 1, 2, 2, 4. None stays None."""
    # Whole parts of 2⁶⁴ come first in the order, since most scores differ in them and fractions are slow to compare.
    known = [
        ((value.numerator << 64) // value.denominator, value, key) for key, value in scores.items() if value is not None
    ]
    found: dict[str, int | None] = dict.fromkeys(scores)
    rank, before = 0, None
    for place, (_, value, key) in enumerate(sorted(known, reverse=True), start=1):
        if value != before:
            rank, before = place, value
        found[key] = rank
    return found
