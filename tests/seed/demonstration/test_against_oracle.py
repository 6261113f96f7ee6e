"""Two years of twelve units: every rate and every verdict against the slow oracle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from metrics.database import ReadSession, Sessions
from metrics.periods import JudgedMonth
from metrics.plan.model import Plan
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import rates_by_unit
from metrics.queries.view import view_at
from tests import oracle
from tests.matrices import WHOLE
from tests.seed.demonstration.conftest import Demonstration
from tests.seed.demonstration.reading import Final

MONTHS = [(year, month) for year in (2019, 2020) for month in range(1, 13)]


@pytest.fixture(scope="module")
def known(final: Final, plan: Plan) -> oracle.Submissions:
    sent = {place: {code: Fraction(value) for code, value in sent.values.items()} for place, sent in final.items()}
    return oracle.Fixed(sent, plan)


@pytest.fixture
def reading(demonstration: Demonstration) -> Iterator[ReadSession]:
    with Sessions(demonstration.database.engine).read() as session:
        yield session


def test_every_rate_is_what_the_counts_say(reading: ReadSession, plan: Plan, known: oracle.Submissions) -> None:
    compared = 0
    for rate in rates_by_unit(reading, view_at(reading)):
        indicator = plan.indicator_by_code[rate.indicator_code]
        if rate.unit_code == plan.root.code:
            expected = oracle.city(known, plan, indicator, rate.period)
            coverage = (rate.units_reported, rate.units_carried, rate.units_expected)
            assert (rate.numerator, rate.denominator, *coverage) == expected, rate
        else:
            own = oracle.own(known, indicator, rate.unit_code, rate.period)
            assert (rate.numerator, rate.denominator) == (own or (None, None)), rate
        compared += 1
    assert compared == 13 * 25 * len(plan.indicators)


@pytest.mark.parametrize(("year", "month"), MONTHS if WHOLE else [*MONTHS[:12:2], *MONTHS[13::2]])
def test_every_verdict_is_what_the_rules_say(
    reading: ReadSession, plan: Plan, known: oracle.Submissions, year: int, month: int
) -> None:
    on = oracle.month_end(date(year, month, 1))
    targets = {target.code: target for target in plan.targets_in_force(on)}
    judged = progress_by_unit(reading, view_at(reading), month=JudgedMonth.of_day(on)).progress
    found = {(p.unit_code, p.target_code): (p.status.value, p.timing.value if p.timing else "") for p in judged}
    expected = {(unit, code): oracle.status(known, plan, targets[code], unit, on) for unit, code in found}
    assert found == expected
    assert len(found) == 13 * 20
    for verdict in judged:
        projection = verdict.projection
        said = {
            "present": verdict.present_pace,
            "required": verdict.required_pace,
            "short": verdict.shortfall,
            "projected": None if projection is None else projection.value,
            "reached_on": None if projection is None else projection.on,
        }
        assert said == oracle.figures(known, plan, targets[verdict.target_code], verdict.unit_code, on), verdict
