"""Rates add up; they are never averaged."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.plan.model import Direction, Indicator, LinearForm, Term, Text, Unit, UnitKind
from metrics.rates import Reported, is_denominator_watch, own_rate, rolled_up_rate
from metrics.results import Rate, State
from tests.reference import city_sum

NAME = Text(zh="率", en="rate")
SEPTEMBER = date(2019, 9, 1)


def an_indicator(**changes: object) -> Indicator:
    base: dict[str, object] = {
        "code": "rate",
        "name": NAME,
        "numerator": LinearForm(terms=(Term(element="done"),)),
        "denominator": LinearForm(terms=(Term(element="total"),)),
        "scale": 100,
        "unit_of_measure": Text(zh="%", en="%"),
        "share": True,
        "direction": Direction.HIGHER,
        "order": 1,
        "definition": NAME,
    }
    return Indicator.model_validate(base | changes)


def a_unit(code: str, **changes: object) -> Unit:
    base: dict[str, object] = {"code": code, "kind": UnitKind.COUNTY, "name": NAME, "parent": "city", "order": 1}
    return Unit.model_validate(base | changes)


def reported(numerator: int, denominator: int, state: State = State.SUBMITTED) -> Reported:
    return Reported(Fraction(numerator), Fraction(denominator), state)


@pytest.mark.parametrize(
    ("counties", "expected"),
    [
        ([(1, 2), (90, 100)], Fraction(9100, 102)),
        ([(500, 1000), (19, 20)], Fraction(51900, 1020)),
        ([(0, 0), (19, 20)], Fraction(95)),
        ([(0, 0)], None),
    ],
)
def test_a_city_is_the_sum_of_its_counties(counties: list[tuple[int, int]], expected: Fraction | None) -> None:
    members = [a_unit(f"c{i}") for i in range(len(counties))]
    returns = {(u.code, "rate"): {SEPTEMBER: reported(*c)} for u, c in zip(members, counties, strict=True)}
    rate = rolled_up_rate(an_indicator(), "city", members=members, period=SEPTEMBER, returns=returns, carry_months=3)
    assert rate.value == expected
    assert (rate.units_reported, rate.units_carried, rate.units_expected) == (len(counties), 0, len(counties))


histories = st.dictionaries(
    st.integers(0, 7),
    st.tuples(st.integers(0, 50), st.integers(0, 60)),
    max_size=8,
)


@given(st.lists(histories, min_size=1, max_size=6), st.integers(0, 7), st.integers(0, 4))
def test_roll_up_equals_brute_force(found: list[dict[int, tuple[int, int]]], month: int, carry_months: int) -> None:
    members = [a_unit(f"c{i}") for i in range(len(found))]
    reports = {
        unit.code: {date(2019, 1 + m, 1): (Fraction(n), Fraction(d)) for m, (n, d) in history.items()}
        for unit, history in zip(members, found, strict=True)
    }
    returns = {
        (code, "rate"): {period: Reported(n, d, State.VERIFIED) for period, (n, d) in history.items()}
        for code, history in reports.items()
    }
    period = date(2019, 1 + month, 1)
    rate = rolled_up_rate(
        an_indicator(), "city", members=members, period=period, returns=returns, carry_months=carry_months
    )
    numerator, denominator, units_reported, carried = city_sum(reports, period, carry_months=carry_months)
    assert (rate.units_reported, rate.units_carried, rate.units_expected) == (units_reported, carried, len(members))
    if units_reported + carried == 0:
        assert (rate.numerator, rate.denominator, rate.state) == (None, None, State.NOT_REPORTED)
    else:
        assert (rate.numerator, rate.denominator) == (numerator, denominator)
        assert rate.value == (100 * numerator / denominator if denominator else None)


def test_a_unit_that_need_not_report_is_expected_once_it_does() -> None:
    members = [a_unit("c0"), a_unit("zone", figures_required=False)]
    without = rolled_up_rate(an_indicator(), "city", members=members, period=SEPTEMBER, returns={}, carry_months=3)
    returns = {("zone", "rate"): {SEPTEMBER: reported(1, 2)}}
    with_zone = rolled_up_rate(
        an_indicator(), "city", members=members, period=SEPTEMBER, returns=returns, carry_months=3
    )
    assert (without.units_expected, with_zone.units_expected, with_zone.units_reported) == (1, 2, 1)


def test_a_unit_counts_only_while_it_exists() -> None:
    members = [a_unit("c0", valid_to=date(2019, 8, 31)), a_unit("c1", valid_from=date(2019, 9, 1))]
    returns = {("c0", "rate"): {SEPTEMBER: reported(1, 1)}, ("c1", "rate"): {SEPTEMBER: reported(1, 2)}}
    rate = rolled_up_rate(an_indicator(), "city", members=members, period=SEPTEMBER, returns=returns, carry_months=3)
    assert (rate.value, rate.units_expected) == (Fraction(50), 1)


def test_the_least_checked_return_gives_the_state() -> None:
    members = [a_unit("c0"), a_unit("c1")]
    returns = {
        ("c0", "rate"): {SEPTEMBER: reported(1, 2, State.VERIFIED)},
        ("c1", "rate"): {SEPTEMBER: reported(1, 2, State.RETURNED)},
    }
    rate = rolled_up_rate(an_indicator(), "city", members=members, period=SEPTEMBER, returns=returns, carry_months=0)
    assert rate.state is State.RETURNED


def test_missing_is_not_zero_and_zero_of_zero_is_not_applicable() -> None:
    missing = own_rate(an_indicator(), a_unit("c0"), period=SEPTEMBER, returns={})
    empty = own_rate(
        an_indicator(), a_unit("c0"), period=SEPTEMBER, returns={("c0", "rate"): {SEPTEMBER: reported(0, 0)}}
    )
    assert (missing.reported, missing.applicable, missing.value) == (False, False, None)
    assert (empty.reported, empty.applicable, empty.value) == (True, False, None)


def rate_of(numerator: int, denominator: int) -> Rate:
    value = Fraction(100 * numerator, denominator)
    return Rate("c", SEPTEMBER, "rate", Fraction(numerator), Fraction(denominator), value, State.SUBMITTED, 1, 0, 1)


@pytest.mark.parametrize(
    ("before", "now", "watched"),
    [
        ((80, 100), (80, 90), True),
        ((80, 100), (75, 80), True),
        ((80, 100), (81, 90), False),
        ((80, 100), (80, 100), False),
    ],
)
def test_a_rise_from_a_shrinking_denominator_is_watched(
    before: tuple[int, int], now: tuple[int, int], watched: bool
) -> None:
    assert is_denominator_watch(an_indicator(), rate_of(*now), rate_of(*before)) is watched
    assert not is_denominator_watch(an_indicator(direction="lower"), rate_of(*now), rate_of(*before))
