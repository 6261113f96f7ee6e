"""Edge cases of estimates: which interval there is where a sample shows no variance, and what bounds hold."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.estimates import (
    IntervalMethod,
    Stratum,
    bounds,
    hypergeometric_interval,
    ratio_interval,
    stratified,
)

NONE, WHOLE = Fraction(0), Fraction(100)


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    def one() -> Stratum:
        drawn = draw(st.integers(1, 8))
        found = draw(st.integers(0, drawn))
        return Stratum(draw(st.integers(drawn, 90)), drawn, found, draw(st.integers(0, found)))

    return [one() for _ in range(draw(st.integers(1, 5)))]


@settings(max_examples=60, deadline=None)
@given(strata())
def test_an_estimate_lies_in_its_interval_and_within_the_bounds(parts: list[Stratum]) -> None:
    found = stratified(parts)
    worst, best = bounds(parts)
    assert 0 <= worst <= best <= 100
    assert (worst == best) == all(part.found == part.drawn for part in parts)
    if found is None:
        assert not any(part.found for part in parts)
        return
    assert 0 <= found.interval.low <= found.percent <= found.interval.high <= 100
    census = all(part.found == part.population for part in parts if part.found)
    assert census == (found.interval.low == found.interval.high) == (found.interval.method is IntervalMethod.CENSUS)
    if all(part.found for part in parts):
        assert worst <= found.percent <= best


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), st.data())
def test_every_sample_of_a_population_covers_it_in_95_of_100(sizes: tuple[int, int], data: st.DataObject) -> None:
    """Over all samples that there are, the exact interval leaves the truth out in at most one of twenty."""
    population, found = sizes
    right = data.draw(st.integers(0, population))
    missed = sum(
        comb(right, count) * comb(population - right, found - count)
        for count in range(max(0, found - population + right), min(found, right) + 1)
        if not _covers(count, found, population, right)
    )
    assert 20 * missed <= comb(population, found)


def _covers(count: int, found: int, population: int, right: int) -> bool:
    interval = hypergeometric_interval(count, found, population)
    return interval.low <= Fraction(100 * right, population) <= interval.high


def test_units_alike_within_themselves_are_no_proof_beyond_a_random_sample() -> None:
    """Six of six and none of six: the sample shows no variance, and says little of forty cells each all the same."""
    found = stratified([Stratum(40, 6, 6, 6), Stratum(40, 6, 6, 0)])
    assert found is not None
    assert found.variance == 0
    assert found.effective_size == 12
    assert found.interval.method is IntervalMethod.CLOPPER_PEARSON
    assert (round(float(found.interval.low), 2), round(float(found.interval.high), 2)) == (21.09, 78.91)


def test_a_unit_of_which_nothing_was_found_is_in_the_bounds_and_not_in_the_estimate() -> None:
    parts = [Stratum(40, 4, 4, 4), Stratum(120, 4, 0, 0)]
    found = stratified(parts)
    assert found is not None
    assert found.percent == 100
    assert found.freedom == 3
    assert bounds(parts) == (Fraction(25), WHOLE)


@pytest.mark.parametrize(
    ("clusters", "population", "method"),
    [
        ([(3, 5)], None, None),  # one cluster does not tell how clusters differ
        ([(3, 5)], 1, IntervalMethod.CENSUS),
        ([(3, 5), (6, 10)], None, None),  # alike by chance
        ([(5, 5), (10, 10)], None, IntervalMethod.CLOPPER_PEARSON),
        ([(0, 5), (0, 10)], 40, IntervalMethod.CLOPPER_PEARSON),
        ([(5, 5), (9, 10)], 40, IntervalMethod.RATIO),
    ],
)
def test_clusters_have_the_interval_that_they_can_have(
    clusters: list[tuple[int, int]], population: int | None, method: IntervalMethod | None
) -> None:
    pairs = [(Fraction(above), Fraction(below)) for above, below in clusters]
    found = ratio_interval(pairs, population=population, scale=100, least=NONE, most=WHOLE)
    assert (None if found is None else found.method) == method
    if found is not None:
        value = 100 * sum(pair[0] for pair in pairs) / sum(pair[1] for pair in pairs)
        assert 0 <= found.low <= value <= found.high <= 100


def test_a_difference_of_clusters_that_are_all_at_the_limit_has_no_interval_of_a_share() -> None:
    alike = [(Fraction(5), Fraction(5)), (Fraction(3), Fraction(3))]
    assert ratio_interval(alike, population=None, scale=100, least=None, most=Fraction(100)) is None
