"""What a sample says of what it was drawn from: estimates with their intervals at 95 %, each named by its method. Pure.

Estimates and variances are exact; the ends of an interval have 24 decimals or are exact, the same on every machine.
Held against R's `survey` in tests/metrics/estimates.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from metrics.quantiles import beta_quantile, student_quantile

# The 0.975 quantile of the standard normal distribution, to 15 places.
Z_95 = Decimal("1.959963984540054")
_TAIL = Fraction(1, 40)
_EXACT_ENOUGH = Context(prec=50)


class IntervalMethod(StrEnum):
    """How an interval was come by. `census`: all was looked at, so that nothing is left to chance."""

    WILSON = "wilson"
    HYPERGEOMETRIC = "hypergeometric"
    KORN_GRAUBARD = "korn_graubard"
    CLOPPER_PEARSON = "clopper_pearson"
    RATIO = "ratio"
    CENSUS = "census"


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, in percent or the indicator's unit of measure, and how it was come by."""

    low: Fraction
    high: Fraction
    method: IntervalMethod


@dataclass(frozen=True, slots=True)
class Stratum:
    """`population` units of which `drawn` were to be looked at, `found` were, and `confirmed` were right; 0 < drawn."""

    population: int
    drawn: int
    found: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share of a stratified population, in percent, from the strata in which anything was found.

    `variance` is that of the share as a part of 1, with finite population correction; `freedom`: looked at less strata.
    `effective_size`: how many drawn at random from a population without end would tell as much; None for a census.
    """

    percent: Fraction
    variance: Fraction
    freedom: int
    effective_size: Decimal | None
    interval: Interval


def wilson_interval(successes: int, trials: int) -> Interval:
    """The Wilson score interval at 95 % for a proportion of `successes` out of `trials` ≥ 1, in percent.

    Centre (p + z²/2n)/(1 + z²/n), half width z·√(p(1−p)/n + z²/4n²)/(1 + z²/n), with p = successes/trials, n = trials,
    z = 1.959963984540054; no continuity correction, no correction for a finite population. Wilson, E. B. (1927),
    Journal of the American Statistical Association 22, 209–212. Computed with 50 digits; 0 and 100 are exact.
    """
    with localcontext(_EXACT_ENOUGH):
        n, p, squared = Decimal(trials), Decimal(successes) / Decimal(trials), Z_95 * Z_95
        centre = p + squared / (2 * n)
        half = Z_95 * (p * (1 - p) / n + squared / (4 * n * n)).sqrt()
        scale = 100 / (1 + squared / n)
        low = Decimal(0) if successes == 0 else (centre - half) * scale
        high = Decimal(100) if successes == trials else (centre + half) * scale
    return Interval(Fraction(low), Fraction(high), IntervalMethod.WILSON)


def hypergeometric_interval(confirmed: int, found: int, population: int) -> Interval:
    """Every share of `population` of which a random sample of `found` ≥ 1 may well have `confirmed`, in percent. Exact.

    Left out are those under which so many or more, or so few or fewer, have a chance of at most 2.5 %. It holds for one
    looked at, for none and all confirmed, and is the share itself where all were looked at.
    """
    ways = math.comb(population, found)

    def likely(right: int, counts: range) -> bool:
        chances = sum(math.comb(right, count) * math.comb(population - right, found - count) for count in counts)
        return chances * _TAIL.denominator > ways * _TAIL.numerator

    possible = range(confirmed, population - (found - confirmed) + 1)
    below = bisect_left(possible, True, key=lambda right: likely(right, range(confirmed, found + 1)))
    above = bisect_left(possible, True, key=lambda right: not likely(right, range(confirmed + 1)))
    low, high = possible[below], possible[above - 1]
    method = IntervalMethod.CENSUS if found == population else IntervalMethod.HYPERGEOMETRIC
    return Interval(Fraction(100 * low, population), Fraction(100 * high, population), method)


def stratified(strata: Sequence[Stratum]) -> Estimate | None:
    """The share confirmed of all strata in which something was found; None if in none.

    Each stratum counts by its population; those not looked at are taken to be as those that were. A stratum of which
    one alone was looked at adds its square distance from the estimate (`adjust` of R's `survey`).
    """
    seen = [stratum for stratum in strata if stratum.found]
    if not seen:
        return None
    whole = sum(stratum.population for stratum in seen)
    looked_at = sum(stratum.found for stratum in seen)
    share = sum((Fraction(s.population, whole) * Fraction(s.confirmed, s.found) for s in seen), Fraction(0))
    variance = sum((_variance(stratum, share) * Fraction(stratum.population, whole) ** 2 for stratum in seen), _NONE)
    freedom = looked_at - len(seen)
    if looked_at == whole:
        exact = Interval(100 * share, 100 * share, IntervalMethod.CENSUS)
        return Estimate(100 * share, variance, freedom, None, exact)
    alike = 1 / sum((Fraction(s.population, whole) ** 2 / s.found for s in seen), _NONE)  # Kish: (Σw)² ÷ Σw²
    with localcontext(_EXACT_ENOUGH):
        if not variance:
            size, method = _decimal(alike), IntervalMethod.CLOPPER_PEARSON
        else:
            most = _decimal(alike / (1 - Fraction(looked_at, whole)))
            size = min(most, korn_graubard_size(share, variance, looked_at, freedom))
            method = IntervalMethod.KORN_GRAUBARD
        low, high = beta_ends(share, size)
    return Estimate(100 * share, variance, freedom, size, Interval(low, high, method))


def korn_graubard_size(share: Fraction, variance: Fraction, looked_at: int, freedom: int) -> Decimal:
    """p(1 − p) ÷ variance, less for the degrees of freedom that the design leaves. `variance` > 0.

    Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193–201. Without any freedom nothing is taken off.
    """
    with localcontext(_EXACT_ENOUGH):
        size = _decimal(share * (1 - share) / variance)
        if freedom == 0:
            return size
        return size * (student_quantile(1 - _TAIL, looked_at - 1) / student_quantile(1 - _TAIL, freedom)) ** 2


def beta_ends(share: Fraction, size: Decimal) -> tuple[Fraction, Fraction]:
    """Clopper and Pearson's ends, in percent, for `share` (0 to 1) found in `size` cases, whole or not."""
    with localcontext(_EXACT_ENOUGH):
        right = size * _decimal(share)
        wrong = size - right
        low = Fraction(0) if share == 0 else Fraction(beta_quantile(_TAIL, right, wrong + 1))
        high = Fraction(1) if share == 1 else Fraction(beta_quantile(1 - _TAIL, right + 1, wrong))
    return 100 * low, 100 * high


def bounds(strata: Sequence[Stratum]) -> tuple[Fraction, Fraction]:
    """The share, in percent, were all that were drawn and not looked at wrong, and were they all right."""
    whole = sum(stratum.population for stratum in strata)

    def share(right: int, stratum: Stratum) -> Fraction:
        return Fraction(100 * stratum.population * right, whole * stratum.drawn)

    worst = sum((share(s.confirmed, s) for s in strata), Fraction(0))
    best = sum((share(s.confirmed + s.drawn - s.found, s) for s in strata), Fraction(0))
    return worst, best


def ratio_variance(clusters: Sequence[tuple[Fraction, Fraction]], *, population: int | None) -> Fraction:
    """The linearised variance of Σ numerators ÷ Σ denominators of at least two clusters drawn at random from
    `population` (None: from very many)."""
    below = sum((cluster[1] for cluster in clusters), Fraction(0))
    ratio = sum((cluster[0] for cluster in clusters), Fraction(0)) / below
    squares = sum(((above - ratio * part) ** 2 for above, part in clusters), Fraction(0))
    drawn = len(clusters)
    left = 1 - Fraction(drawn, population) if population else Fraction(1)
    return left * Fraction(drawn, drawn - 1) * squares / below**2


def ratio_interval(
    clusters: Sequence[tuple[Fraction, Fraction]],
    *,
    population: int | None,
    scale: int,
    least: Fraction | None,
    most: Fraction | None,
) -> Interval | None:
    """The interval of scale · Σ numerators ÷ Σ denominators over `clusters`, cut off at `least` and `most`.

    Student's t with one degree less than clusters. None where clusters do not tell how they differ: one alone, or all
    alike; only a share of 0 or 100 % in all of them has Clopper and Pearson's, each cluster counting as one case.
    """
    above = sum((cluster[0] for cluster in clusters), Fraction(0))
    ratio = above / sum((cluster[1] for cluster in clusters), Fraction(0))
    value = scale * ratio
    if len(clusters) == population:
        return Interval(value, value, IntervalMethod.CENSUS)
    if len(clusters) < 2:
        return None
    variance = ratio_variance(clusters, population=population)
    if not variance:
        if least != 0 or most != 100 or value not in (0, 100):
            return None
        return Interval(*beta_ends(ratio, Decimal(len(clusters))), IntervalMethod.CLOPPER_PEARSON)
    with localcontext(_EXACT_ENOUGH):
        half = scale * Fraction(student_quantile(1 - _TAIL, len(clusters) - 1) * _decimal(variance).sqrt())
    low, high = value - half, value + half
    return Interval(
        low if least is None else max(low, least), high if most is None else min(high, most), IntervalMethod.RATIO
    )


_NONE = Fraction(0)


def _variance(stratum: Stratum, share: Fraction) -> Fraction:
    """That of the stratum's own share."""
    found, own = stratum.found, Fraction(stratum.confirmed, stratum.found)
    spread = own * (1 - own) / (found - 1) if found > 1 else (own - share) ** 2
    return (1 - Fraction(found, stratum.population)) * spread


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
