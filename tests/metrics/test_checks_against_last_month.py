"""The checks that hold a submission against last month's or the first: rates, stocks, the baseline."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metrics.checks_over_months import rate_change
from metrics.comparisons import Compared, Fired
from metrics.plan.model import DenominatorWatchCheck, Direction, RateFellCheck
from tests.metrics.test_checks_over_months import CITY, left_out, numbers, of, run


@pytest.mark.parametrize(
    ("direction", "share", "now", "fired"),
    [
        (Direction.HIGHER, True, 349, True),
        (Direction.HIGHER, True, 350, False),
        (Direction.HIGHER, True, 351, False),
        (Direction.LOWER, True, 349, False),
        (Direction.LOWER, True, 350, False),
        (Direction.LOWER, True, 351, True),
        (Direction.HIGHER, False, 349, False),
    ],
)
def test_a_share_got_worse_by_its_own_direction(direction: Direction, share: bool, now: int, fired: bool) -> None:
    changes = {"direction": direction, "share": share}
    indicator = CITY.indicator_by_code["instant_rate"].model_copy(update=changes)
    check = next(check for check in CITY.checks if isinstance(check, RateFellCheck))
    values = numbers(items_instant=now)
    compared = Compared(now=values, posted=frozenset(values), before=numbers(items_instant=350))
    found = list(rate_change(CITY, check, compared, indicators=[indicator]))
    assert [one.given for one in found] == [f"350/1000 → {now}/1000"] * fired
    county = CITY.indicator_by_code["net_county_rate"]
    later = Compared(
        now=values, posted=frozenset(values), before={c: v for c, v in values.items() if "county" not in c}
    )
    assert list(rate_change(CITY, check, later, indicators=[county, indicator])) == []
    both = Compared(now=values, posted=later.posted, before={**later.before, "items_instant": Decimal(350)})
    assert len(list(rate_change(CITY, check, both, indicators=[county, indicator]))) == fired
    only_this = Compared(now=values, posted=frozenset({"items_instant"}), before=numbers(items_instant=350))
    assert len(list(rate_change(CITY, check, only_this, indicators=[county, indicator]))) == fired
    none_of_it = Compared(now=values, posted=frozenset({"systems_due"}), before=numbers(items_instant=350))
    assert list(rate_change(CITY, check, none_of_it, indicators=[indicator])) == []


@pytest.mark.parametrize("direction", [Direction.HIGHER, Direction.LOWER])
def test_the_same_share_of_other_figures_did_not_get_worse(direction: Direction) -> None:
    indicator = CITY.indicator_by_code["instant_rate"].model_copy(update={"direction": direction, "share": True})
    check = next(check for check in CITY.checks if isinstance(check, RateFellCheck))
    values = numbers(items_instant=700, items_total=2000)
    compared = Compared(now=values, posted=frozenset(values), before=numbers(items_instant=350, items_total=1000))
    assert list(rate_change(CITY, check, compared, indicators=[indicator])) == []


@pytest.mark.parametrize(
    ("before", "now", "given"),
    [
        ((350, 1000), (350, 900), ["350/1000 → 350/900"]),
        ((350, 1000), (351, 900), []),
        ((350, 1000), (350, 1000), []),
        ((350, 0), (350, 900), []),  # nothing of nothing is neither better nor worse
        ((350, 1000), (0, 0), []),
    ],
)
def test_a_denominator_is_watched_where_it_alone_made_the_rate_better(
    before: tuple[int, int], now: tuple[int, int], given: list[str]
) -> None:
    check = next(check for check in CITY.checks if isinstance(check, DenominatorWatchCheck))
    assert [one.given for one in changed_rates(check, before, now)] == given


@pytest.mark.parametrize(
    ("before", "now", "given"),
    [
        ((350, 1000), (350, 1001), ["350/1000 → 350/1001"]),
        ((350, 0), (0, 1000), []),
        ((350, 1000), (0, 0), []),
    ],
)
def test_a_rate_that_was_or_is_of_nothing_did_not_fall(
    before: tuple[int, int], now: tuple[int, int], given: list[str]
) -> None:
    check = next(check for check in CITY.checks if isinstance(check, RateFellCheck))
    assert [one.given for one in changed_rates(check, before, now)] == given


def changed_rates(
    check: RateFellCheck | DenominatorWatchCheck, before: tuple[int, int], now: tuple[int, int]
) -> list[Fired]:
    """What is said of the instant rate, of (instant items, all items)."""
    elements = ("items_instant", "items_total")
    compared = Compared(
        now=dict(zip(elements, map(Decimal, now), strict=True)),
        before=dict(zip(elements, map(Decimal, before), strict=True)),
        posted=frozenset(elements),
    )
    return list(rate_change(CITY, check, compared, indicators=[CITY.indicator_by_code["instant_rate"]]))


def test_a_rate_that_is_not_looked_at_leaves_the_others_to_be() -> None:
    """One that is no share, one of which nothing was posted, one of which a side is unknown; then one that fell."""
    check = next(check for check in CITY.checks if isinstance(check, RateFellCheck))
    codes = ("startup_time", "material_reduction", "hall_entry_rate", "instant_rate")
    values = left_out(numbers(items_instant=349), "items_hall")
    posted = frozenset(values) - set(CITY.indicator_by_code["material_reduction"].elements)
    compared = Compared(now=values, posted=posted, before=numbers())
    found = rate_change(CITY, check, compared, indicators=[CITY.indicator_by_code[code] for code in codes])
    assert [one.indicator and one.indicator.code for one in found] == ["instant_rate"]


@pytest.mark.parametrize("element", ["items_instant", "items_total"])
def test_a_rate_of_which_one_side_is_unknown_is_not_compared(element: str) -> None:
    check = next(check for check in CITY.checks if isinstance(check, RateFellCheck))
    indicator, values, before = CITY.indicator_by_code["instant_rate"], numbers(items_instant=349), numbers()
    for now, earlier in ((left_out(values, element), before), (values, left_out(before, element))):
        compared = Compared(now=now, posted=frozenset(values), before=earlier)
        assert list(rate_change(CITY, check, compared, indicators=[indicator])) == []


@pytest.mark.parametrize(
    ("before", "now", "shown"), [(10, 8, None), (10, 7, "10 → 7"), (10, 12, None), (0, 1, "0 → 1")]
)
def test_a_stock_may_move_by_its_share_in_either_direction(before: int, now: int, shown: str | None) -> None:
    values = numbers(systems_due=now, systems_connected=0)
    earlier = numbers(systems_due=before, systems_connected=0)
    found = of("stock_moved", run(CITY, values, before=earlier))
    assert [one.given for one in found] == ([] if shown is None else [shown])
    assert all(f"上月的20%为 {before // 5}。" in one.message.zh for one in found)
    assert of("stock_moved", run(CITY, values, before=earlier, posted=frozenset({"items_new"}))) == []


def test_a_stock_that_moved_is_said_with_its_difference_and_a_flow_may_move() -> None:
    values, before = numbers(systems_due=16, items_new=90), numbers()
    (found,) = of("stock_moved", run(CITY, values, before=before))
    assert "上月 12,本月 16,相差 +4;" in found.message.zh
    assert "Last month 12, this month 16, a difference of +4;" in found.message.en
    without = left_out(values, "systems_due")
    assert of("stock_moved", run(CITY, without, before=before, posted=frozenset(values))) == []
    assert of("stock_moved", run(CITY, values, before=left_out(before, "systems_due"))) == []


def test_a_baseline_that_was_not_sent_or_is_not_known_did_not_change() -> None:
    now, first = numbers(materials_baseline=5001), numbers()
    (found,) = of("baseline_changed", run(CITY, now, first=first))
    assert found.given == "5000 → 5001"
    assert found.message.zh.endswith("首次填报 5000,本次 5001,相差 +1。")
    assert found.message.en.endswith("First reported 5000, now 5001, a difference of +1.")
    assert of("baseline_changed", run(CITY, first, first=first)) == []
    assert of("baseline_changed", run(CITY, now, first=first, posted=frozenset(now) - {"materials_baseline"})) == []
    without = {code: value for code, value in now.items() if code != "materials_baseline"}
    assert of("baseline_changed", run(CITY, without, first=first, posted=frozenset(now))) == []
