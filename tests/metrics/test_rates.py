"""When a rise of a rate is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from metrics.plan.model import Direction, Indicator, LinearForm, Nature, Term, Text
from metrics.rates import is_carried, is_denominator_watch, value_of
from metrics.results import Rate
from metrics.submission_states import State
from tests.workbooks import city_plan

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
        ((80, 100), (72, 90), False),  # no better
        ((80, 100), (70, 90), False),  # worse
    ],
)
def test_a_rise_from_a_shrinking_denominator_is_watched(
    before: tuple[int, int], now: tuple[int, int], watched: bool
) -> None:
    assert is_denominator_watch(an_indicator(), rate_of(*now), rate_of(*before)) is watched
    assert is_denominator_watch(an_indicator(direction="lower"), rate_of(*now), rate_of(*before)) is False


def test_nothing_is_watched_where_a_rate_is_missing_or_not_applicable() -> None:
    empty = replace(rate_of(0, 1), denominator=Fraction(0), value=None)
    missing = replace(empty, numerator=None, denominator=None, state=State.NOT_REPORTED)
    for other in (empty, missing):
        assert is_denominator_watch(an_indicator(), other, rate_of(80, 100)) is False
        assert is_denominator_watch(an_indicator(), rate_of(80, 90), other) is False


def test_a_value_is_scaled_and_there_is_none_of_nothing() -> None:
    assert value_of(an_indicator(scale=1000), 3, 4) == 750
    assert value_of(an_indicator(), 0, 4) == 0
    assert value_of(an_indicator(), 0, 0) is None


def test_only_an_indicator_of_stocks_alone_is_carried() -> None:
    plan = city_plan()
    of = {nature: next(each.code for each in plan.elements if each.nature is nature) for nature in Nature}

    def carried(above: Nature, below: Nature) -> bool:
        numerator, denominator = (LinearForm(terms=(Term(element=of[nature]),)) for nature in (above, below))
        return is_carried(plan, an_indicator(numerator=numerator, denominator=denominator))

    assert carried(Nature.STOCK, Nature.STOCK) is True
    assert carried(Nature.FLOW, Nature.STOCK) is False
    assert carried(Nature.STOCK, Nature.FLOW) is False
