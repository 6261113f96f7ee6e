"""Figures written in whole columns are written as one by one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.rounding import Line, exact_decimal, lines_of, shown, shown_distance, shown_score
from metrics.verdicts.ratios import Ratios
from metrics.verdicts.rounded_columns import amounts, shown_distances, shown_figures, shown_values
from tests.workbooks import city_plan

PLAN = city_plan()  # here, since reading it takes longer than an example may
usual = st.fractions(min_value=-200, max_value=200, max_denominator=100_000)
great = st.fractions(min_value=-(10**20), max_value=10**20, max_denominator=10**20)
lines = st.builds(Line, at=st.fractions(min_value=-100, max_value=100, max_denominator=1000), met_above=st.booleans())
columns = st.lists(usual | great | st.none(), max_size=12)


def close_to(line: Fraction) -> st.SearchStrategy[Fraction]:
    """Values a little above or below a line, where rounding would cross it."""
    return st.integers(-(10**6), 10**6).map(lambda parts: line + Fraction(parts, 10**8))


def known(values: list[Fraction | None]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([value is not None for value in values], dtype=bool)


@given(columns, st.lists(lines, max_size=3), st.integers(0, 4))
def test_figures_are_shown_as_one_by_one(values: list[Fraction | None], beside: list[Line], decimals: int) -> None:
    found = shown_figures(Ratios.from_fractions(values), known=known(values), lines=beside, decimals=decimals)
    assert found == [None if v is None else shown(v, lines=beside, decimals=decimals) for v in values]


@given(st.lists(st.tuples(st.sampled_from([0, 1, 70, 100]), st.integers(0, 18)), min_size=1, max_size=8), st.data())
def test_values_are_shown_on_their_side_of_the_indicators_lines(
    places: list[tuple[int, int]], data: st.DataObject
) -> None:
    values = [data.draw(close_to(Fraction(line)) | usual) for line, _ in places]
    indicators = [place % len(PLAN.indicators) for _, place in places]
    found = shown_values(
        PLAN, np.array(indicators), Ratios.from_fractions(values), known=np.ones(len(values), dtype=bool)
    )
    slow = [
        shown(value, lines=lines_of(PLAN, PLAN.indicators[place]))
        for value, place in zip(values, indicators, strict=True)
    ]
    assert found == slow


def test_the_nearest_value_beyond_a_line_from_above_is_shown_beyond_it() -> None:
    one = Line(at=Fraction(1), met_above=False)
    values = [Fraction(parts + 1, parts) for parts in (2, 332, 1000)]
    assert shown_figures(Ratios.from_fractions(values), known=known(list(values)), lines=[one], decimals=2) == [
        "1.50",
        "1.01",
        "1.01",
    ]


@given(columns)
def test_distances_are_shown_as_one_by_one(values: list[Fraction | None]) -> None:
    found = shown_distances(Ratios.from_fractions(values), known=known(values))
    assert found == [None if value is None else shown_distance(value) for value in values]


@given(st.lists(st.fractions(min_value=0, max_value=1, max_denominator=10**6), max_size=8))
def test_scores_reach_one_only_when_everything_is_reached(scores: list[Fraction]) -> None:
    full = Line(at=Fraction(1), met_above=True)
    found = shown_figures(Ratios.from_fractions(list(scores)), known=known(list(scores)), lines=[full], decimals=4)
    assert found == [shown_score(score) for score in scores]


@given(st.lists(st.tuples(st.integers(-(10**20), 10**20), st.integers(0, 4)), max_size=12))
def test_amounts_are_written_in_full(numbers: list[tuple[int, int]]) -> None:
    scales = np.array([10**decimals for _, decimals in numbers], dtype=np.int64)
    given_numbers = np.array([number for number, _ in numbers], dtype=object)
    found = amounts(given_numbers, scales, known=np.ones(len(numbers), dtype=bool))
    assert found == [exact_decimal(Fraction(number, 10**decimals)) for number, decimals in numbers]
