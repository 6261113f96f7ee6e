"""The checks that look back over months, each at its edge and one step beyond, in two plans."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median as oracle
from typing import Any

import pytest

from metrics.checks import CheckWarning, run_checks, unexcepted
from metrics.checks_over_months import median, stock_denominators
from metrics.comparisons import Compared
from metrics.errors import Problem
from metrics.forms import parse_values
from metrics.plan.files import read_plan
from metrics.plan.model import LinearForm, Plan, Term
from metrics.value_types import as_json_object
from tests.builders import whole_values

ROOT = Path(__file__).parents[2]
CITY = read_plan(ROOT / "seed" / "plan")
LAKESIDE = read_plan(ROOT / "tests" / "plans" / "lakeside")
Values = dict[str, Decimal]


def numbers(**changes: Any) -> Values:
    return parse_values(CITY, whole_values(**changes)).values


def left_out(values: Values, element: str) -> Values:
    return {code: value for code, value in values.items() if code != element}


def lakeside(*values: int | str) -> Values:
    return dict(zip((e.code for e in LAKESIDE.elements), map(Decimal, values), strict=True))


def run(plan: Plan, now: Values, **more: Any) -> tuple[list[Problem], list[CheckWarning]]:
    said = {"acknowledged": more.pop("acknowledged", {}), "excepting": more.pop("excepting", False)}
    return run_checks(plan, Compared(now=now, **{"posted": frozenset(now), **more}), **said)


def of(code: str, outcome: tuple[list[Problem], list[CheckWarning]]) -> list[Problem | CheckWarning]:
    problems, warnings = outcome
    found: list[Problem | CheckWarning] = [problem for problem in problems if problem.code == code]
    return [*found, *(warning for warning in warnings if warning.code == code)]


def flow(*earlier: int | str) -> dict[int, Decimal]:
    """The newest first: one month ago, two months ago, and so on."""
    return {ago: Decimal(value) for ago, value in enumerate(earlier, start=1)}


# --- every figure equal to last month's ------------------------------------------------------------------------------


def test_every_figure_equal_to_last_month_warns_once_for_the_whole_submission() -> None:
    (found,) = of("same_as_last_month", run(CITY, numbers(), before=numbers()))
    assert isinstance(found, CheckWarning)
    assert (found.element, found.indicator, found.given) == (None, None, "45 = 45")
    assert found.message.zh.endswith("本次共 45 项,与上月相同 45 项。")
    assert found.message.en.endswith("Figures in this submission: 45; equal to last month's: 45.")


@pytest.mark.parametrize("element", [element.code for element in CITY.elements])
def test_one_figure_that_differs_is_enough_to_hold(element: str) -> None:
    before = numbers() | {element: numbers()[element] + 1}
    assert of("same_as_last_month", run(CITY, numbers(), before=before)) == []


def test_a_figure_that_last_month_lacked_is_no_equal_one() -> None:
    before = {code: value for code, value in numbers().items() if code != "items_new"}
    assert of("same_as_last_month", run(CITY, numbers(), before=before)) == []


def test_stocks_alone_may_stand_while_the_flows_have_not_come() -> None:
    network = {code: value for code, value in numbers().items() if code.startswith("net_")}
    assert of("same_as_last_month", run(CITY, network, before=numbers())) == []
    with_flows = network | {code: numbers()[code] for code in ("items_new", "items_cancelled")}
    assert len(of("same_as_last_month", run(CITY, with_flows, before=numbers()))) == 1


def test_a_part_of_the_submission_is_held_against_last_month_with_what_was_sent_before() -> None:
    now = numbers(items_new=11)
    posted = frozenset({"net_town_due", "net_town_ok"})
    assert of("same_as_last_month", run(CITY, now, before=numbers(), posted=posted)) == []


def test_too_few_figures_say_nothing() -> None:
    before = lakeside(100, 50, 10, 8, 5, 5)
    three = {code: before[code] for code in list(before)[2:5]}
    four = {code: before[code] for code in list(before)[2:6]}
    assert of("nothing_changed", run(LAKESIDE, three, before=before)) == []
    assert len(of("nothing_changed", run(LAKESIDE, four, before=before))) == 1


# --- a flow far from its recent months -------------------------------------------------------------------------------

FLOWS: list[tuple[tuple[int, ...], int, str | None]] = [
    ((20, 20, 20, 20, 20, 20), 100, None),
    ((20, 20, 20, 20, 20, 20), 101, "101 > 5×20"),
    ((20, 20, 20, 20, 20, 20), 4, None),
    ((20, 20, 20, 20, 20, 20), 3, "3 < 20÷5"),
    ((10, 11, 12, 13, 14, 15), 62, None),  # the middle two of six: 12 and 13
    ((10, 11, 12, 13, 14, 15), 63, "63 > 5×12.5"),
    ((10, 10, 10), 51, "51 > 5×10"),  # three months and a median of 10 are enough
    ((10, 10), 51, None),  # two months are not
    ((9, 9, 9, 9, 9, 9), 900, None),  # nor is a median of 9
    ((20, 20, 20), 0, "0 < 20÷5"),
    ((0, 0, 30, 30, 30), 151, "151 > 5×30"),
]


@pytest.mark.parametrize(("earlier", "now", "shown"), FLOWS)
def test_a_flow_is_held_against_the_median_of_its_recent_months(
    earlier: tuple[int, ...], now: int, shown: str | None
) -> None:
    found = of("flow_moved", run(CITY, numbers(items_new=now), flows={"items_new": flow(*earlier)}))
    assert [one.given for one in found] == ([] if shown is None else [shown])
    for one in found:
        assert isinstance(one, CheckWarning)
        assert one.element == "items_new"
        assert f"{len(earlier)} 个月的中位数" in one.message.zh


def test_the_message_says_median_bound_and_figure_in_both_languages() -> None:
    (found,) = of("flow_moved", run(CITY, numbers(startup_days="8.1"), flows={"startup_days": flow("40.5", 41, 42)}))
    assert found.message.zh.endswith("此前有数的 3 个月的中位数为 41,本月 8.1,低于其1/5(8.2)。")
    assert found.message.en.endswith(
        "The median of the 3 months reported before is 41; this month has 8.1, below 41÷5 = 8.2."
    )


def test_a_bound_that_is_passed_is_said_with_its_product_and_one_that_goes_on_is_cut_to_four_places() -> None:
    (high,) = of("flow_moved", run(CITY, numbers(items_new=64), flows={"items_new": flow("12.5", "12.5", "12.5")}))
    assert high.message.zh.endswith("此前有数的 3 个月的中位数为 12.5,本月 64,高于其5倍(62.5)。")
    assert high.message.en.endswith("this month has 64, above 5×12.5 = 62.5.")
    now = lakeside(100, 50, "0.83", 0, 5, 5)
    (low,) = of("flow_moved", run(LAKESIDE, now, flows={"water_supplied": flow(1, 2, 3, 4)}))
    assert low.message.en.endswith("this month has 0.83, below 2.5÷3 = 0.8333.")


def test_months_without_a_figure_are_left_out_and_never_zero() -> None:
    gaps = {1: Decimal(20), 4: Decimal(20), 6: Decimal(20)}
    assert len(of("flow_moved", run(CITY, numbers(items_new=101), flows={"items_new": gaps}))) == 1
    assert of("flow_moved", run(CITY, numbers(items_new=4), flows={"items_new": gaps})) == []


def test_only_a_flow_that_was_posted_is_looked_at() -> None:
    flows = {"items_new": flow(20, 20, 20), "systems_due": flow(1000, 1000, 1000)}
    now = numbers(items_new=101)
    assert of("flow_moved", run(CITY, now, flows=flows, posted=frozenset(now) - {"items_new"})) == []


@pytest.mark.parametrize(
    ("earlier", "supplied", "shown"),
    [
        (("0.5", "0.5"), "1.50", None),
        (("0.5", "0.5"), "1.51", "1.51 > 3×0.5"),
        (("0.4", "0.5"), "9", None),  # a median of 0.45
        (("1", "1", "1", "1", "9"), "9", "9 > 3×1"),  # the fifth month is not looked at
        (("1", "2", "3", "4"), "0.83", "0.83 < 2.5÷3"),
        (("1", "2", "3", "4"), "0.84", None),
    ],
)
def test_another_plan_has_its_own_numbers(earlier: Sequence[str], supplied: str, shown: str | None) -> None:
    now = lakeside(100, 50, supplied, 0, 5, 5)
    found = of("flow_moved", run(LAKESIDE, now, flows={"water_supplied": flow(*earlier)}))
    assert [one.given for one in found] == ([] if shown is None else [shown])


def test_the_median_is_exact() -> None:
    chance = random.Random(20210228)
    for size in range(1, 40):
        values = [Decimal(chance.randint(0, 10**6)) / 100 for _ in range(size)]
        assert median(values) == oracle(values)


# --- a denominator of stocks that vanishes ---------------------------------------------------------------------------

NO_SYSTEMS = {"systems_due": 0, "systems_connected": 0}


def test_every_denominator_of_stocks_of_the_city_is_watched_once() -> None:
    found = {tuple(form.elements): [one.code for one in ones] for form, ones in stock_denominators(CITY).items()}
    assert len(found) == 14
    assert "startup_time" not in {code for codes in found.values() for code in codes}
    assert found["items_total", "exempt_online"] == ["online_rate_after_exemptions"]
    assert len(found["items_total",]) > 3


@pytest.mark.parametrize("elements", [form.elements for form in stock_denominators(CITY)], ids="-".join)
def test_a_denominator_that_falls_to_nothing_is_an_error(elements: tuple[str, ...]) -> None:
    gone = numbers() | dict.fromkeys(elements, Decimal(0))
    found = of("denominator_vanished", run(CITY, gone, last=numbers()))
    mine = [one for one in found if isinstance(one, Problem) and one.pointer == f"/values/{elements[0]}"]
    assert mine
    for element in (CITY.element_by_code[code] for code in elements):
        assert any(f"{element.name.zh} {numbers()[element.code]}" in one.message.zh for one in mine)
        assert any(f"{element.name.en} 0" in one.message.en for one in mine)
    assert all("{" not in one.message.zh + one.message.en for one in found)


def test_exemptions_that_eat_the_denominator_up_are_an_error_too() -> None:
    found = of("denominator_vanished", run(CITY, numbers(exempt_online=1000), last=numbers()))
    assert [one.given for one in found] == ["990 → 0"]
    assert "上次填报:事项总数(6类依申请) 1000 − " in found[0].message.zh
    assert " = 990;本次:" in found[0].message.zh


@pytest.mark.parametrize(
    ("last", "now"),
    [
        ({"systems_due": 12}, {"systems_due": 1, "systems_connected": 0}),
        (NO_SYSTEMS, NO_SYSTEMS),
        ({"systems_due": None, "systems_connected": None}, NO_SYSTEMS),
    ],
)
def test_what_stays_above_was_nothing_before_or_was_never_known_has_not_vanished(
    last: dict[str, Any], now: dict[str, Any]
) -> None:
    assert of("denominator_vanished", run(CITY, numbers(**now), last=numbers(**last))) == []


def test_a_denominator_falls_from_one_too_and_is_not_watched_while_a_part_of_it_is_unknown() -> None:
    found = of("denominator_vanished", run(CITY, numbers(**NO_SYSTEMS), last=numbers(systems_due=1)))
    assert [one.given for one in found] == ["1 → 0"]
    posted = frozenset(NO_SYSTEMS)  # and where nothing else was sent
    assert len(of("denominator_vanished", run(CITY, numbers(**NO_SYSTEMS), last=numbers(), posted=posted))) == 1
    gone = numbers(exempt_online=1000)
    for now, last in ((left_out(gone, "exempt_online"), numbers()), (gone, left_out(numbers(), "exempt_online"))):
        assert of("denominator_vanished", run(CITY, now, last=last)) == []


def test_a_denominator_of_stocks_and_flows_is_not_watched() -> None:
    terms = tuple(Term(element=code) for code in ("items_total", "items_new"))
    mixed = CITY.indicators[0].model_copy(update={"denominator": LinearForm(terms=terms)})
    parts = {name: getattr(CITY, name) for name in type(CITY).model_fields}
    changed = Plan(**parts | {"indicators": (mixed, *CITY.indicators[1:])})
    assert mixed.denominator not in stock_denominators(changed)


def test_a_denominator_of_flows_may_be_nothing() -> None:
    now = lakeside(100, 50, 0, 0, 0, 0)
    assert of("denominator_gone", run(LAKESIDE, now, last=lakeside(100, 50, 10, 8, 5, 5))) == []
    (found,) = of("denominator_gone", run(LAKESIDE, now | lakeside(0, 0, 0, 0, 0, 0), last=lakeside(9, 5, 1, 1, 1, 1)))
    assert found.message.zh.startswith("分母“用水户数”变为 0。")


def test_only_who_may_except_it_gets_it_through_and_only_with_a_reason() -> None:
    gone, reason = numbers(**NO_SYSTEMS), {"denominator_vanished": "自建系统全部下线"}
    problems, _ = run(CITY, gone, last=numbers(), acknowledged=reason)
    assert [problem.code for problem in problems] == ["denominator_vanished"]
    problems, warnings = run(CITY, gone, last=numbers(), excepting=True)
    assert problems == []
    assert [problem.code for problem in unexcepted(warnings)] == ["denominator_vanished"]
    problems, warnings = run(CITY, gone, last=numbers(), acknowledged=reason, excepting=True)
    assert (problems, unexcepted(warnings)) == ([], [])
    (kept,) = (warning for warning in warnings if warning.code == "denominator_vanished")
    assert as_json_object(kept)["acknowledged"] == "自建系统全部下线"


def test_who_may_except_one_thing_may_not_except_another() -> None:
    reason = {"categories_sum": "就是这样"}
    problems, _ = run(CITY, numbers(items_licensing=401), acknowledged=reason, excepting=True)
    assert [problem.code for problem in problems] == ["categories_sum"]
