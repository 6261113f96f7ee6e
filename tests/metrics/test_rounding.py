"""Shown figures: half up, and never across a line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.plan.model import Direction
from metrics.rounding import Line, exact_decimal, lines_of, shown, shown_distance, shown_score
from tests.metrics.test_progress import a_target
from tests.metrics.test_rates import an_indicator
from tests.reference import plainly_rounded
from tests.workbooks import city_plan

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


@pytest.mark.parametrize(
    ("value", "written"),
    [(42, "42"), ("42.5", "42.5"), ("-0.05", "-0.05"), ("-42.5", "-42.5"), ("1e-30", f"0.{'1'.rjust(30, '0')}")],
)
def test_an_exact_decimal_has_as_many_places_as_it_needs(value: str, written: str) -> None:
    assert exact_decimal(Fraction(value)) == written


@pytest.mark.parametrize("endless", [Fraction(1, 3), Fraction("1e-31")])
def test_a_fraction_that_ends_late_or_never_has_no_exact_decimal(endless: Fraction) -> None:
    with pytest.raises(ValueError, match="not a decimal"):
        exact_decimal(endless)


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.49", 0, "0"), ("-0.05", 2, "-0.05"), ("12.34567", 4, "12.3457")],
)
def test_a_figure_has_the_places_that_are_asked_for(value: str, decimals: int, written: str) -> None:
    assert shown(Fraction(value), decimals=decimals) == written


@pytest.mark.parametrize(("at", "met"), [(69, False), (70, True), (71, True)])
def test_a_value_on_a_line_meets_it_from_either_side(at: int, met: bool) -> None:
    assert AT_LEAST_70.is_met_by(2 * at, 2) is met
    assert Line(at=Fraction(70), met_above=False).is_met_by(2 * (140 - at), 2) is met


@pytest.mark.parametrize(("above", "met"), [(19, False), (20, False), (21, True), (22, True)])
def test_a_line_between_whole_numbers_is_met_exactly(above: int, met: bool) -> None:
    """10.5 = 21/2, held against above ÷ 2."""
    assert Line(at=Fraction("10.5"), met_above=True).is_met_by(above, 2) is met
    assert Line(at=Fraction("-10.5"), met_above=False).is_met_by(-above, 2) is met
    assert Line(at=Fraction("3.5"), met_above=True).is_met_by(above, 6) is met


def test_a_distance_keeps_its_sign_and_has_two_decimals() -> None:
    assert [shown_distance(Fraction(value)) for value in ("-0.001", "0", "0.001", "3.969")] == [
        *("-0.01", "0.00", "0.00", "3.97"),
    ]


def test_the_lines_of_an_indicator_are_the_thresholds_of_its_targets_and_all_of_a_share() -> None:
    own = [a_target(code=f"T{number}", threshold=at) for number, at in enumerate(("70", "60", "70"))]
    others = [
        a_target(code="A", indicator="another", threshold="50"),
        a_target(code="N").model_copy(update={"threshold": None}),
    ]
    plan = city_plan().model_copy(update={"targets": (*own, *others)})
    share, days = an_indicator(share=True), an_indicator(share=False, direction=Direction.LOWER)
    at = Fraction
    assert lines_of(plan, share) == (Line(at(60), True), Line(at(70), True), Line(at(100), True))
    assert lines_of(plan, days) == (Line(at(60), False), Line(at(70), False))


def test_a_score_is_full_only_when_everything_is_reached() -> None:
    assert (shown_score(Fraction(99_999, 100_000)), shown_score(Fraction(1))) == ("0.9999", "1.0000")
