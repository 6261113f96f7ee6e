"""Rates add up in the database; they are never averaged, and a slow sum by hand agrees."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from metrics.database import WriteSession
from metrics.models import Figure, Submission
from metrics.plan.model import Plan, Text, Unit, UnitKind
from metrics.plan.store import plan_at
from metrics.queries.reported_sums import Span
from metrics.queries.rolled_up_rates import rolled_up_rates
from metrics.queries.view import View
from metrics.results import Basis, Rate, State
from tests.reference import city_sum

NAME = Text(zh="县", en="county")
SEPTEMBER = date(2019, 9, 1)
MOMENT = datetime(2019, 10, 1, tzinfo=UTC)
Counts = tuple[int, int]  # items_online, items_total


def a_unit(code: str, **changes: object) -> Unit:
    base: dict[str, object] = {"code": code, "kind": UnitKind.COUNTY, "name": NAME, "parent": "city", "order": 1}
    return Unit.model_validate(base | changes)


def a_plan(session: WriteSession, *members: Unit, carry_months: int = 3) -> Plan:
    plan = plan_at(session)
    city = a_unit("city", kind=UnitKind.CITY, parent=None)
    document = plan.document.model_copy(update={"root_unit": "city", "carry_months": carry_months})
    parts = {name: getattr(plan, name) for name in type(plan).model_fields}
    return Plan(**parts | {"document": document, "units": (city, *members)})


def report(session: WriteSession, unit: str, period: date, counts: Counts, state: State = State.SUBMITTED) -> None:
    """A return as it stands, of the two elements that count here."""
    sent = Submission(unit_code=unit, period=period, revision=1, state=state.value, seq=1, first_recorded_at=MOMENT)
    session.add(sent)
    session.flush()
    for element, value in zip(("items_online", "items_total"), counts, strict=True):
        session.add(
            Figure(
                unit_code=unit,
                period=period,
                element_code=element,
                value=Decimal(value),
                revision=1,
                seq=1,
                submission_id=sent.id,
                recorded_at=MOMENT,
            )
        )
    session.flush()


def rolled_up(session: WriteSession, plan: Plan, period: date = SEPTEMBER) -> Rate:
    view = View(plan=plan, seq=1, is_now=True, basis=Basis.SUBMITTED, recorded_at=MOMENT)
    indicator = plan.indicator_by_code["online_rate"]
    span = Span(period, period)
    return rolled_up_rates(session, view, units=[plan.root], indicators=[indicator], span=span)[
        "city", period, "online_rate"
    ]


@pytest.mark.parametrize(
    ("counties", "expected"),
    [
        ([(1, 2), (90, 100)], Fraction(9100, 102)),
        ([(500, 1000), (19, 20)], Fraction(51900, 1020)),
        ([(0, 0), (19, 20)], Fraction(95)),
        ([(0, 0)], None),
    ],
)
def test_a_city_is_the_sum_of_its_counties(
    session: WriteSession, counties: list[Counts], expected: Fraction | None
) -> None:
    members = [a_unit(f"c{i}") for i in range(len(counties))]
    for unit, counts in zip(members, counties, strict=True):
        report(session, unit.code, SEPTEMBER, counts)
    rate = rolled_up(session, a_plan(session, *members))
    assert rate.value == expected
    assert (rate.units_reported, rate.units_carried, rate.units_expected) == (len(counties), 0, len(counties))


def test_roll_up_equals_brute_force(session: WriteSession) -> None:
    chance = random.Random("rolled up")
    for _ in range(12):
        with session.begin_nested() as tried:
            carry_months = chance.randint(0, 4)
            reports = {
                f"c{number}": {
                    date(2019, month, 1): (Fraction(chance.randint(0, 50)), Fraction(chance.choice((0, 7, 60))))
                    for month in chance.sample(range(1, 9), chance.randint(0, 8))
                }
                for number in range(chance.randint(1, 6))
            }
            _report_all(session, reports)
            plan = a_plan(session, *(a_unit(code) for code in reports), carry_months=carry_months)
            for month in range(1, 9):
                _same(rolled_up(session, plan, date(2019, month, 1)), reports, carry_months=carry_months)
            tried.rollback()


def _report_all(session: WriteSession, reports: Mapping[str, Mapping[date, tuple[Fraction, Fraction]]]) -> None:
    for code, history in reports.items():
        for period, (numerator, denominator) in history.items():
            report(session, code, period, (int(numerator), int(denominator)))


def _same(rate: Rate, reports: Mapping[str, Mapping[date, tuple[Fraction, Fraction]]], *, carry_months: int) -> None:
    numerator, denominator, reported, carried = city_sum(reports, rate.period, carry_months=carry_months)
    assert (rate.units_reported, rate.units_carried, rate.units_expected) == (reported, carried, len(reports))
    if reported + carried == 0:
        assert (rate.numerator, rate.denominator, rate.state) == (None, None, State.NOT_REPORTED)
    else:
        assert (rate.numerator, rate.denominator) == (numerator, denominator)
        assert rate.value == (100 * numerator / denominator if denominator else None)


def test_a_unit_that_need_not_report_is_expected_once_it_does(session: WriteSession) -> None:
    plan = a_plan(session, a_unit("c0"), a_unit("zone", figures_required=False))
    without = rolled_up(session, plan)
    report(session, "zone", SEPTEMBER, (1, 2))
    with_zone = rolled_up(session, plan)
    assert (without.units_expected, with_zone.units_expected, with_zone.units_reported) == (1, 2, 1)


def test_a_unit_counts_only_while_it_exists(session: WriteSession) -> None:
    gone, new = a_unit("c0", valid_to=date(2019, 9, 29)), a_unit("c1", valid_from=date(2019, 9, 30))
    report(session, "c0", SEPTEMBER, (1, 1))
    report(session, "c1", SEPTEMBER, (1, 2))
    rate = rolled_up(session, a_plan(session, gone, new))
    assert (rate.value, rate.units_expected) == (Fraction(50), 1)


def test_the_least_checked_return_gives_the_state(session: WriteSession) -> None:
    report(session, "c0", SEPTEMBER, (1, 2), State.VERIFIED)
    report(session, "c1", SEPTEMBER, (1, 2), State.RETURNED)
    assert rolled_up(session, a_plan(session, a_unit("c0"), a_unit("c1"))).state is State.RETURNED
