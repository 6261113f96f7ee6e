"""Shown figures: half up, and never across a line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.shown import Line, exact_decimal, shown, shown_distance, shown_score
from tests.reference import plainly_rounded

AT_LEAST_70 = Line(at=Fraction(70), met_above=True)
FULL = Line(at=Fraction(100), met_above=True)
AT_MOST_1 = Line(at=Fraction(1), met_above=False)

fractions = st.fractions(min_value=-200, max_value=200, max_denominator=10_000_000)
lines = st.builds(Line, at=st.fractions(min_value=-100, max_value=100, max_denominator=1000), met_above=st.booleans())


@pytest.mark.parametrize(
    ("value", "line", "expected"),
    [
        (Fraction(91 * 100, 102), AT_LEAST_70, "89.22"),
        (Fraction(6999, 100), AT_LEAST_70, "69.99"),
        (Fraction(69996, 1000), AT_LEAST_70, "69.99"),
        (Fraction(70), AT_LEAST_70, "70.00"),
        (Fraction(70004, 1000), AT_LEAST_70, "70.00"),
        (Fraction(99996, 1000), FULL, "99.99"),
        (Fraction(100), FULL, "100.00"),
        (Fraction(10027, 10000), AT_MOST_1, "1.01"),
        (Fraction(105, 100), AT_MOST_1, "1.05"),
        (Fraction(996, 1000), AT_MOST_1, "1.00"),
        (Fraction(-10), AT_LEAST_70, "-10.00"),
        (Fraction(-1, 1000), AT_LEAST_70, "0.00"),
        (Fraction(8888888, 100000), AT_LEAST_70, "88.89"),
    ],
)
def test_a_value_stays_on_its_side_of_the_line(value: Fraction, line: Line, expected: str) -> None:
    assert shown(value, lines=[line]) == expected


@given(value=fractions, line=lines)
def test_shown_is_as_met_as_the_value_itself(value: Fraction, line: Line) -> None:
    written = Fraction(shown(value, lines=[line]))
    assert line.is_met_by(written.numerator, written.denominator) == line.is_met_by(value.numerator, value.denominator)


@given(value=fractions, line=lines)
def test_shown_is_within_one_last_place_of_the_value(value: Fraction, line: Line) -> None:
    assert abs(Fraction(shown(value, lines=[line])) - value) < Fraction(1, 100)


@given(value=fractions)
def test_without_lines_shown_is_plain_half_up(value: Fraction) -> None:
    assert Decimal(shown(value)) == plainly_rounded(value)


@given(value=st.fractions(min_value=-2, max_value=2, max_denominator=100_000))
def test_a_distance_is_zero_only_when_the_line_is_reached(value: Fraction) -> None:
    assert (Fraction(shown_distance(value)) >= 0) == (value >= 0)


@given(value=st.decimals(min_value=0, max_value=10**12, places=4))
def test_exact_decimals_lose_nothing(value: Decimal) -> None:
    assert Decimal(exact_decimal(Fraction(value))) == value


def test_a_fraction_that_never_ends_has_no_exact_decimal() -> None:
    with pytest.raises(ValueError, match="not a decimal"):
        exact_decimal(Fraction(1, 3))


def test_a_score_is_full_only_when_everything_is_reached() -> None:
    assert (shown_score(Fraction(99_999, 100_000)), shown_score(Fraction(1))) == ("0.9999", "1.0000")
