"""Estimates and intervals against a table that R's `survey` made of the same designs: equal in every printed digit."""

from __future__ import annotations

import csv
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest

from metrics.estimates import (
    Estimate,
    Interval,
    Stratum,
    beta_ends,
    hypergeometric_interval,
    korn_graubard_size,
    ratio_interval,
    ratio_variance,
    stratified,
)

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


DESIGNS = {row["name"]: row for row in rows("designs.csv")}
FIGURES = {row["name"]: row for row in rows("survey.csv")}


def of_kind(kind: str) -> list[str]:
    return [name for name, design in DESIGNS.items() if design["kind"] == kind]


def printed(value: Fraction | Decimal) -> str:
    """As the table prints: ten decimals."""
    with localcontext() as context:
        context.prec = 50
        exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / value.denominator
        return f"{exact:.10f}"


def root(value: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        return (Decimal(value.numerator) / value.denominator).sqrt()


def ends(interval: Interval) -> tuple[str, str]:
    return printed(interval.low / 100), printed(interval.high / 100)


def strata_of(name: str) -> list[Stratum]:
    parts = [[int(count) for count in part.split(":")] for part in DESIGNS[name]["data"].split(";")]
    return [Stratum(population, found, found, confirmed) for population, found, confirmed in parts]


def clusters_of(name: str) -> list[tuple[Fraction, Fraction]]:
    parts = [part.split("/") for part in DESIGNS[name]["data"].split(";")]
    return [(Fraction(above), Fraction(below)) for above, below in parts]


def estimate_of(name: str) -> Estimate:
    found = stratified(strata_of(name))
    assert found is not None
    return found


def test_the_table_is_of_these_designs_and_says_what_made_it() -> None:
    assert list(DESIGNS) == list(FIGURES)
    assert len(DESIGNS) >= 50
    assert {row["made_by"] for row in FIGURES.values()} == {"R 4.2.2; survey 4.1.1"}


@pytest.mark.parametrize("name", of_kind("stratified"))
def test_a_stratified_share_is_that_of_survey(name: str) -> None:
    found, table = estimate_of(name), FIGURES[name]
    assert printed(found.percent / 100) == table["estimate"]
    assert printed(root(found.variance)) == table["error"]
    assert str(found.freedom) == table["freedom"]
    assert ("" if found.effective_size is None else printed(found.effective_size)) == table["size"]
    assert ends(found.interval) == (table["low"], table["high"])


@pytest.mark.parametrize("name", [name for name in of_kind("stratified") if FIGURES[name]["svy_low"]])
def test_the_size_that_is_held_down_is_that_of_survey(name: str) -> None:
    """`svyciprop` holds the effective size to nothing; the same quantiles at its size are its interval."""
    found, table = estimate_of(name), FIGURES[name]
    looked_at = sum(stratum.found for stratum in strata_of(name))
    size = korn_graubard_size(found.percent / 100, found.variance, looked_at, found.freedom)
    low, high = beta_ends(found.percent / 100, size)
    assert (printed(low / 100), printed(high / 100)) == (table["svy_low"], table["svy_high"])


@pytest.mark.parametrize("name", of_kind("ratio"))
def test_a_ratio_of_clusters_is_that_of_survey(name: str) -> None:
    clusters, table = clusters_of(name), FIGURES[name]
    population = int(DESIGNS[name]["population"]) if DESIGNS[name]["population"] else None
    found = ratio_interval(clusters, population=population, scale=100, least=None, most=None)
    assert found is not None
    assert printed(root(ratio_variance(clusters, population=population))) == table["error"]
    assert ends(found) == (table["low"], table["high"])


@pytest.mark.parametrize("name", of_kind("hypergeometric"))
def test_a_units_share_has_the_exact_interval(name: str) -> None:
    population, found, confirmed = (int(count) for count in DESIGNS[name]["data"].split(":"))
    interval = hypergeometric_interval(confirmed, found, population)
    assert ends(interval) == (FIGURES[name]["low"], FIGURES[name]["high"])
