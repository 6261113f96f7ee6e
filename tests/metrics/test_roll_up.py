"""Rates add up; they are never averaged, and a slow sum by hand agrees."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from metrics.periods import month_number, period_numbered
from metrics.plan.model import Plan, Text, Unit, UnitKind
from metrics.roll_up import STATE_PLACES, Below, OwnRates, months_carried, roll_up
from metrics.stored_rates import ABSENT
from metrics.submission_states import State
from tests.reference import city_sum
from tests.workbooks import city_plan

NAME = Text(zh="县", en="county")
SEPTEMBER = date(2019, 9, 1)
Counts = tuple[int, int]  # numerator, denominator


@dataclass(frozen=True)
class Sent:
    unit: str
    period: date
    counts: Counts | None
    state: State = State.SUBMITTED


@dataclass(frozen=True)
class Sum:
    numerator: int | None
    denominator: int | None
    state: State
    reported: int
    carried: int
    expected: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(100 * (self.numerator or 0), self.denominator) if self.denominator else None


def a_unit(code: str, **changes: object) -> Unit:
    base: dict[str, object] = {"code": code, "kind": UnitKind.COUNTY, "name": NAME, "parent": "city", "order": 1}
    return Unit.model_validate(base | changes)


def a_plan(*members: Unit, carry_months: int = 3) -> Plan:
    plan = city_plan()
    city = a_unit("city", kind=UnitKind.CITY, parent=None)
    document = plan.document.model_copy(update={"root_unit": "city", "carry_months": carry_months})
    parts = {name: getattr(plan, name) for name in type(plan).model_fields}
    return Plan(**parts | {"document": document, "units": (city, *members)})


def sums(
    plan: Plan, sent: list[Sent], *, period: date = SEPTEMBER, indicator: str = "online_rate", unit: str = "city"
) -> Sum:
    """What is rolled up to `unit` for the period."""
    below, one = Below.of(plan, [unit]), plan.indicator_by_code[indicator]
    place_of = {unit.code: place for place, unit in enumerate(below.units)}
    sent = [row for row in sent if row.unit in place_of]
    amounts = np.array([row.counts or (ABSENT, ABSENT) for row in sent], dtype=np.int64).reshape(-1, 2)
    own = OwnRates(
        unit=np.array([place_of[row.unit] for row in sent], dtype=np.int64),
        month=np.array([month_number(row.period) for row in sent], dtype=np.int64),
        state=np.array([STATE_PLACES[row.state] for row in sent], dtype=np.int64),
        numerators=amounts[:, :1],
        denominators=amounts[:, 1:],
    )
    month = month_number(period)
    [found] = roll_up(own, below, months=range(month, month + 1), carried=months_carried(plan, [one]))
    amount = [int(column[0, 0]) for column in (found.numerators, found.denominators)]
    numerator, denominator = (None if value == ABSENT else value for value in amount)
    state = list(State)[int(found.state[0, 0])]
    return Sum(
        numerator, denominator, state, int(found.reported[0, 0]), int(found.carried[0, 0]), int(found.expected[0, 0])
    )


@pytest.mark.parametrize(
    ("counties", "expected"),
    [
        ([(1, 2), (90, 100)], Fraction(9100, 102)),
        ([(500, 1000), (19, 20)], Fraction(51900, 1020)),
        ([(0, 0), (19, 20)], Fraction(95)),
        ([(7, 0), (19, 20)], Fraction(95)),
        ([(0, 0)], None),
    ],
)
def test_a_city_is_the_sum_of_its_counties(counties: list[Counts], expected: Fraction | None) -> None:
    members = [a_unit(f"c{i}") for i in range(len(counties))]
    sent = [Sent(unit.code, SEPTEMBER, counts) for unit, counts in zip(members, counties, strict=True)]
    found = sums(a_plan(*members), sent)
    assert found.value == expected
    assert (found.reported, found.carried, found.expected) == (len(counties), 0, len(counties))


def test_roll_up_equals_brute_force() -> None:
    chance = random.Random("rolled up")
    for _ in range(40):
        carry_months = chance.randint(0, 4)
        reports = {
            f"c{number}": {
                date(2019, month, 1): (Fraction(chance.randint(0, 50)), Fraction(chance.choice((0, 7, 60))))
                for month in chance.sample(range(1, 9), chance.randint(0, 8))
            }
            for number in range(chance.randint(1, 6))
        }
        plan = a_plan(*(a_unit(code) for code in reports), carry_months=carry_months)
        sent = [Sent(code, at, (int(n), int(d))) for code, history in reports.items() for at, (n, d) in history.items()]
        for month in range(1, 11):
            period = date(2019, month, 1)
            _same(sums(plan, sent, period=period), reports, period=period, carry_months=carry_months)


def _same(
    found: Sum, reports: Mapping[str, Mapping[date, tuple[Fraction, Fraction]]], *, period: date, carry_months: int
) -> None:
    numerator, denominator, reported, carried = city_sum(reports, period, carry_months=carry_months)
    assert (found.reported, found.carried, found.expected) == (reported, carried, len(reports))
    if reported + carried == 0:
        assert (found.numerator, found.denominator, found.state) == (None, None, State.NOT_REPORTED)
    else:
        assert found.state is State.SUBMITTED
        assert (Fraction(found.numerator or 0), Fraction(found.denominator or 0)) == (numerator, denominator)


def test_every_unit_of_the_tree_sums_what_lies_below_it() -> None:
    provinces = [a_unit(code, kind=UnitKind.PROVINCE) for code in ("p0", "p1")]
    counties = [a_unit(f"c{number}", parent=f"p{number % 2}") for number in range(5)]
    plan = a_plan(*counties[:2], *provinces, *counties[2:])
    sent = [Sent(unit.code, SEPTEMBER, (number, 10**number)) for number, unit in enumerate(counties)]
    found = {unit: sums(plan, sent, unit=unit) for unit in ("city", "p0", "p1")}
    assert {unit: (one.numerator, one.denominator, one.expected) for unit, one in found.items()} == {
        "city": (10, 11111, 5),
        "p0": (6, 10101, 3),
        "p1": (4, 1010, 2),
    }


def test_units_of_the_tree_are_summed_beside_one_another() -> None:
    provinces = [a_unit(code, kind=UnitKind.PROVINCE) for code in ("p0", "p1")]
    below = Below.of(
        a_plan(*provinces, *(a_unit(f"c{number}", parent=f"p{number % 2}") for number in range(5))),
        ["p1", "city", "p0"],
    )
    column = np.array([10 ** int(unit.code[1:]) for unit in below.units], dtype=np.int64)
    assert below.sums(column).tolist() == [1010, 11111, 10101]


def test_a_stock_is_carried_past_a_submission_that_leaves_its_block_out_and_a_flow_is_not() -> None:
    plan = a_plan(a_unit("c0"))
    sent = [Sent("c0", date(2019, 8, 1), (1, 2)), Sent("c0", SEPTEMBER, None, State.VERIFIED)]
    stock, flow = sums(plan, sent), sums(plan, sent, indicator="startup_time")
    assert (stock.reported, stock.carried, stock.state) == (0, 1, State.SUBMITTED)
    assert stock.value == 50
    assert (flow.denominator, flow.carried, flow.expected) == (None, 0, 1)


def test_a_unit_that_need_not_report_is_expected_once_it_does() -> None:
    plan = a_plan(a_unit("c0"), a_unit("zone", figures_required=False))
    without, with_zone = sums(plan, []), sums(plan, [Sent("zone", SEPTEMBER, (1, 2))])
    assert (without.expected, with_zone.expected, with_zone.reported) == (1, 2, 1)


def test_a_unit_counts_only_while_it_exists() -> None:
    plan = a_plan(a_unit("c0", valid_to=date(2019, 9, 29)), a_unit("c1", valid_from=date(2019, 9, 30)))
    found = sums(plan, [Sent("c0", SEPTEMBER, (1, 1)), Sent("c1", SEPTEMBER, (1, 2))])
    assert (found.value, found.expected) == (Fraction(50), 1)


def test_what_was_sent_for_a_month_in_which_the_unit_did_not_exist_is_not_carried() -> None:
    """Such a submission is left when a plan corrects since when a unit exists; the unit itself shows no value of it."""
    plan = a_plan(a_unit("c0"), a_unit("c1", valid_from=SEPTEMBER))
    found = sums(plan, [Sent("c0", SEPTEMBER, (1, 2)), Sent("c1", date(2019, 8, 1), (1, 1))])
    assert (found.value, found.reported, found.carried, found.expected) == (Fraction(50), 1, 0, 2)


def test_the_least_checked_submission_gives_the_state() -> None:
    plan = a_plan(a_unit("c0"), a_unit("c1"))
    verified = Sent("c0", SEPTEMBER, (1, 2), State.VERIFIED)
    for state in (State.SENT_BACK, State.SUBMITTED, State.VERIFIED):
        assert sums(plan, [verified, Sent("c1", SEPTEMBER, (1, 2), state)]).state is state


def test_a_month_number_is_its_period() -> None:
    assert period_numbered(month_number(SEPTEMBER)) == SEPTEMBER


def test_over_many_months_a_stock_is_carried_as_long_as_the_plan_says() -> None:
    july = month_number(date(2019, 7, 1))
    amounts = {"numerators": np.array([[1]]), "denominators": np.array([[2]])}
    own = OwnRates(np.array([0]), np.array([july]), np.array([STATE_PLACES[State.SUBMITTED]]), **amounts)
    for carry_months, ends, expected in ((1, None, [1, 1, 0, 0]), (2, None, [1, 1, 1, 0]), (3, True, [1, 1, 1, 0])):
        plan = a_plan(a_unit("c0", valid_to=ends and date(2019, 9, 30)), carry_months=carry_months)
        carried = months_carried(plan, [plan.indicator_by_code["online_rate"]])
        found = list(roll_up(own, Below.of(plan, ["city"]), months=range(july, july + 4), carried=carried))
        assert [int(one.reported[0, 0] + one.carried[0, 0]) for one in found] == expected
        assert [int(one.reported[0, 0]) for one in found] == [1, 0, 0, 0]
