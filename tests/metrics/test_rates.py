"""Rates as a unit reported them, and when a rise is none."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from metrics.plan.model import Direction, Indicator, LinearForm, Term, Text, Unit, UnitKind
from metrics.rates import Reported, is_denominator_watch, own_rate
from metrics.results import Rate, State

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
