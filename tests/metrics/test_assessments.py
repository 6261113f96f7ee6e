"""Values and intervals of assessments, against figures computed by hand and published ones."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from metrics.assessments import assessed_value, sample_interval
from metrics.estimates import Interval, wilson_interval
from metrics.plan.model import Direction, Indicator, LinearForm, Term, Text


def indicator(*, share: bool = True, scale: int = 100) -> Indicator:
    name = Text(zh="率", en="rate")
    form = LinearForm(terms=(Term(element="a"),))
    return Indicator(
        code="i",
        name=name,
        numerator=form,
        denominator=form,
        scale=scale,
        unit_of_measure=Text(zh="%", en="%"),
        share=share,
        direction=Direction.HIGHER,
        order=1,
        definition=name,
    )


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # By hand: z² = 3.841458820694124. 0 of 10: high = z²/(10 + z²). 5 of 10: 50 ± 50·z/√(10 + z²).
        (0, 10, "0.000000", "27.753280"),
        (10, 10, "72.246720", "100.000000"),
        (5, 10, "23.659309", "76.340691"),
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        (81, 263, "25.53", "36.62"),
        (15, 148, "6.24", "16.05"),
        (0, 20, "0.00", "16.11"),
        (1, 29, "0.61", "17.18"),
    ],
)
def test_the_interval_is_wilsons(successes: int, trials: int, low: str, high: str) -> None:
    found = wilson_interval(successes, trials)
    for end, expected in ((found.low, low), (found.high, high)):
        places = len(expected.partition(".")[2])
        assert round(float(end), places) == float(expected)


@pytest.mark.parametrize("trials", [1, 2, 7, 1000, 1_000_000_000])
def test_an_interval_holds_its_proportion_and_stays_within_0_and_100(trials: int) -> None:
    for successes in {0, 1, trials // 2, trials - 1, trials}:
        found = wilson_interval(successes, trials)
        assert 0 <= found.low <= Fraction(100 * successes, trials) <= found.high <= 100
        mirrored = wilson_interval(trials - successes, trials)
        assert abs(float(found.low) - (100 - float(mirrored.high))) < 1e-9


def test_a_value_is_as_given_or_computed_exactly() -> None:
    ratio = {"numerator": Decimal(2), "denominator": Decimal(3)}
    assert assessed_value(indicator(), **ratio, value=None) == Fraction(200, 3)
    assert assessed_value(
        indicator(scale=1), numerator=Decimal("38.5"), denominator=Decimal(40), value=None
    ) == Fraction(77, 80)
    assert assessed_value(indicator(), numerator=None, denominator=None, value=Decimal("69.99")) == Fraction(6999, 100)
    with pytest.raises(ValueError, match="neither"):
        assessed_value(indicator(), numerator=None, denominator=None, value=None)


def interval(
    of: Indicator, numerator: str | None, denominator: str | None, *, sample_size: int | None
) -> Interval | None:
    above, below = (None if text is None else Decimal(text) for text in (numerator, denominator))
    return sample_interval(of, numerator=above, denominator=below, sample_size=sample_size)


def test_only_counts_of_a_sample_of_a_share_have_an_interval() -> None:
    assert interval(indicator(), "5", "10", sample_size=10) == wilson_interval(5, 10)
    assert interval(indicator(), "5", "10", sample_size=None) is None
    assert interval(indicator(share=False), "5", "10", sample_size=10) is None
    assert interval(indicator(), "0.5", "1", sample_size=1) is None
    assert interval(indicator(), None, None, sample_size=10) is None
