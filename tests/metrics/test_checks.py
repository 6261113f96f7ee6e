"""The city's checks, each at the edge where it holds and one step beyond."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from metrics.checks import CheckWarning, acknowledgement_problems, run_checks
from metrics.comparisons import Compared
from metrics.errors import Problem
from metrics.forms import parse_values
from metrics.plan.files import read_plan
from metrics.plan.model import ComparisonCheck, Severity
from metrics.value_types import as_json_object
from tests.builders import whole_values

PLAN = read_plan(Path(__file__).parents[2] / "seed" / "plan")
CODES = {check.code for check in PLAN.checks}

# check -> (changes to a valid submission that just hold, changes that fail, where, what is shown)
COMPARISONS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "categories_sum": ({}, {"items_licensing": 401}, "items_licensing", "401 + 50 + 100 + 50 + 20 + 380 = 1000"),
    "online_within_total": ({"items_online": 990}, {"items_online": 1001}, "items_online", "1001 ≤ 1000"),
    "full_online_within_online": (
        {"items_full_online": 400},
        {"items_full_online": 851},
        "items_full_online",
        "851 ≤ 850",
    ),
    "full_online_within_trip0": (
        {"items_full_online": 400},
        {"items_full_online": 401},
        "items_full_online",
        "401 ≤ 400",
    ),
    "trips_sum": ({}, {"items_trip2plus": 49}, "items_trip0", "400 + 550 + 49 = 1000"),
    "one_window_within_total": (
        {"items_one_window": 1000},
        {"items_one_window": 1001},
        "items_one_window",
        "1001 ≤ 1000",
    ),
    "hall_within_due": ({"items_hall": 980}, {"items_hall": 981}, "items_hall", "981 ≤ 980"),
    "hall_due_is_total_less_site": ({}, {"items_hall_due": 979}, "items_hall_due", "979 = 1000 − 20"),
    "online_with_exempt_within_total": (
        {"items_online": 990},
        {"items_online": 991},
        "items_online",
        "991 + 10 ≤ 1000",
    ),
    "one_trip_with_exempt_within_total": (
        {"items_trip1": 590, "items_trip2plus": 10},
        {"items_trip1": 591, "items_trip2plus": 9},
        "items_trip0",
        "400 + 591 + 10 ≤ 1000",
    ),
    "promised_within_statutory": ({"days_promised": 20000}, {"days_promised": 20001}, "days_promised", "20001 ≤ 20000"),
    "platform_within_due": ({"items_platform": 1000}, {"items_platform": 1001}, "items_platform", "1001 ≤ 1000"),
    "systems_within_due": ({"systems_connected": 12}, {"systems_connected": 13}, "systems_connected", "13 ≤ 12"),
    "channels_within_due": ({"channels_same_source": 6}, {"channels_same_source": 7}, "channels_same_source", "7 ≤ 6"),
    "unified_within_catalogue": (
        {"catalogue_unified": 900},
        {"catalogue_unified": 901},
        "catalogue_unified",
        "901 ≤ 900",
    ),
    "net_county_within_due": ({"net_county_ok": 5}, {"net_county_ok": 6}, "net_county_ok", "6 ≤ 5"),
    "net_town_within_due": ({"net_town_ok": 12}, {"net_town_ok": 13}, "net_town_ok", "13 ≤ 12"),
    "net_village_within_due": ({"net_village_ok": 100}, {"net_village_ok": 101}, "net_village_ok", "101 ≤ 100"),
    "materials_grew": ({"materials_current": 5000}, {"materials_current": 5001}, "materials_current", "5001 ≤ 5000"),
    "exempt_share": (
        {"exempt_law": 10},
        {"exempt_law": 11},
        "exempt_online",
        "100×10 + 100×10 + 100×20 + 100×11 ≤ 5×1000",
    ),
}

# check -> (last month, this month that just holds, this month that fails, (element, indicator), what is shown)
MONTHS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], tuple[str | None, str | None], str]] = {
    "stock_moved": (
        {"systems_due": 10, "systems_connected": 8},
        {"systems_due": 12, "systems_connected": 9},
        {"systems_due": 13, "systems_connected": 9},
        ("systems_due", None),
        "10 → 13",
    ),
    "rate_fell": (
        {"items_instant": 350},
        {"items_instant": 350},
        {"items_instant": 349},
        (None, "instant_rate"),
        "350/1000 → 349/1000",
    ),
    "denominator_watch": (
        {"catalogue_items": 100, "catalogue_unified": 80},
        {"catalogue_items": 90, "catalogue_unified": 81},
        {"catalogue_items": 90, "catalogue_unified": 80},
        (None, "catalogue_unification"),
        "80/100 → 80/90",
    ),
    "baseline_changed": (
        {"materials_baseline": 5000},
        {"materials_baseline": 5000},
        {"materials_baseline": 5001},
        ("materials_baseline", None),
        "5000 → 5001",
    ),
}


def numbers(**changes: Any) -> dict[str, Decimal]:
    return parse_values(PLAN, whole_values(**changes)).values


def run(now: dict[str, Decimal], **more: Any) -> tuple[list[Problem], list[CheckWarning]]:
    compared = Compared(now=now, **{"posted": frozenset(now), **more})
    return run_checks(PLAN, compared, acknowledged={})


def fired(outcome: tuple[list[Problem], list[CheckWarning]]) -> set[str]:
    problems, warnings = outcome
    return {problem.code for problem in problems} | {warning.code for warning in warnings}


def test_the_tables_above_and_the_tests_over_months_cover_every_check_of_the_plan() -> None:
    assert set(COMPARISONS) | set(MONTHS) | {"same_as_last_month", "flow_moved", "denominator_vanished"} == CODES
    assert set(COMPARISONS) == {check.code for check in PLAN.checks if isinstance(check, ComparisonCheck)}


def test_a_valid_submission_fires_nothing() -> None:
    before = numbers(items_new=9)
    assert fired(run(numbers(), before=before, first=before, last=before)) == set()


@pytest.mark.parametrize("code", sorted(COMPARISONS))
def test_a_comparison_holds_at_its_edge(code: str) -> None:
    holds, _, _, _ = COMPARISONS[code]
    assert code not in fired(run(numbers(**holds)))


@pytest.mark.parametrize("code", sorted(COMPARISONS))
def test_a_comparison_fires_beyond_its_edge(code: str) -> None:
    _, fails, element, shown = COMPARISONS[code]
    problems, warnings = run(numbers(**fails))
    check = next(check for check in PLAN.checks if check.code == code)
    if check.severity is Severity.ERROR:
        problem = next(problem for problem in problems if problem.code == code)
        assert (problem.pointer, problem.given) == (f"/values/{element}", shown)
        assert problem.message.zh.startswith(check.message.zh)
    else:
        warning = next(warning for warning in warnings if warning.code == code)
        assert (warning.element, warning.given) == (element, shown)
        assert problems == []


@pytest.mark.parametrize("code", sorted(COMPARISONS))
def test_a_comparison_waits_until_all_its_elements_are_reported(code: str) -> None:
    _, fails, _, _ = COMPARISONS[code]
    check = next(c for c in PLAN.checks if isinstance(c, ComparisonCheck) and c.code == code)
    for element in {*check.left.elements, *check.right.elements}:
        now = {key: value for key, value in numbers(**fails).items() if key != element}
        assert code not in fired(run(now))


@pytest.mark.parametrize("code", sorted(COMPARISONS))
def test_what_was_not_posted_is_not_judged_again(code: str) -> None:
    _, fails, _, _ = COMPARISONS[code]
    assert fired(run(numbers(**fails), posted=frozenset())) == set()


def test_the_pointer_is_to_the_first_element_that_was_posted() -> None:
    problems, _ = run(numbers(items_trip1=551), posted=frozenset({"items_trip1"}))
    assert [problem.pointer for problem in problems] == ["/values/items_trip1"]


@pytest.mark.parametrize("code", sorted(MONTHS))
def test_a_comparison_with_an_earlier_month_holds_at_its_edge(code: str) -> None:
    before, holds, _, _, _ = MONTHS[code]
    earlier = numbers(**before)
    assert code not in fired(run(numbers(**holds), before=earlier, first=earlier))


@pytest.mark.parametrize("code", sorted(MONTHS))
def test_a_comparison_with_an_earlier_month_fires_beyond_its_edge(code: str) -> None:
    before, _, fails, about, shown = MONTHS[code]
    earlier = numbers(**before)
    _, warnings = run(numbers(**fails), before=earlier, first=earlier)
    warning = next(w for w in warnings if w.code == code and (w.element, w.indicator) == about)
    assert warning.given == shown
    assert "{" not in warning.message.zh + warning.message.en


@pytest.mark.parametrize("code", sorted(MONTHS))
def test_without_an_earlier_month_there_is_nothing_to_compare(code: str) -> None:
    _, _, fails, _, _ = MONTHS[code]
    assert code not in fired(run(numbers(**fails)))


def test_a_stock_that_halves_warns_and_a_flow_that_halves_does_not() -> None:
    _, warnings = run(numbers(items_instant=175, items_new=5), before=numbers(), first=numbers())
    assert [w.element for w in warnings if w.code == "stock_moved"] == ["items_instant"]


def test_several_elements_may_raise_the_same_warning() -> None:
    _, warnings = run(numbers(systems_due=24, systems_connected=18), before=numbers())
    assert [w.element for w in warnings if w.code == "stock_moved"] == ["systems_due", "systems_connected"]


def test_a_rate_that_stopped_or_started_to_apply_did_not_fall() -> None:
    nothing = numbers(net_county_due=0, net_county_ok=0)
    assert "rate_fell" not in fired(run(nothing, before=numbers()))
    assert "rate_fell" not in fired(run(numbers(), before=nothing))


def test_a_warning_carries_the_reason_that_was_given() -> None:
    now = numbers(materials_current=5001)
    compared = Compared(now=now, posted=frozenset(now))
    _, (warning,) = run_checks(PLAN, compared, acknowledged={"materials_grew": "新增证明", "stock_moved": "未触发"})
    assert warning.acknowledged == "新增证明"
    assert as_json_object(warning)["acknowledged"] == "新增证明"


def test_a_sum_that_does_not_add_up_shows_both_sides_computed() -> None:
    problems, _ = run(numbers(items_licensing=401))
    message = next(problem.message for problem in problems if problem.code == "categories_sum")
    assert message.zh.endswith(
        "左边:行政许可事项数 401 + 行政给付事项数 50 + 行政确认事项数 100 + 行政奖励事项数 50 + 行政裁决事项数 20 + "
        "公共服务事项数 380 = 1001;右边:事项总数(6类依申请) 1000。"
    )
    assert message.en.endswith(" = 1001; right: Items in total (six on-application categories) 1000.")


@pytest.mark.parametrize("code", sorted(COMPARISONS))
def test_every_comparison_names_what_it_adds_and_says_both_results(code: str) -> None:
    _, fails, _, _ = COMPARISONS[code]
    check = next(c for c in PLAN.checks if isinstance(c, ComparisonCheck) and c.code == code)
    now = numbers(**fails)
    problems, warnings = run(now)
    messages = [p.message for p in problems if p.code == code] + [w.message for w in warnings if w.code == code]
    message = messages[0]
    for form, left in ((check.left, True), (check.right, False)):
        result = sum((term.times * now[term.element] for term in form.terms), Decimal(form.constant))
        side_zh = message.zh.partition("左边:")[2].partition(";右边:")[0 if left else 2].rstrip("。")
        side_en = message.en.partition("Left: ")[2].partition("; right: ")[0 if left else 2].rstrip(".")
        assert (side_zh.rpartition(" ")[2], side_en.rpartition(" ")[2]) == (str(result), str(result))
        for element in (PLAN.element_by_code[found] for found in form.elements):
            assert f"{element.name.zh} {now[element.code]}" in side_zh
            assert f"{element.name.en} {now[element.code]}" in side_en


@pytest.mark.parametrize("code", sorted(MONTHS))
def test_every_comparison_with_an_earlier_month_says_both_numbers(code: str) -> None:
    before, _, fails, about, shown = MONTHS[code]
    earlier = numbers(**before)
    _, warnings = run(numbers(**fails), before=earlier, first=earlier)
    message = next(w.message for w in warnings if w.code == code and (w.element, w.indicator) == about)
    for number in re.findall(r"\d+", shown):
        assert re.search(rf"(?<!\d){number}(?!\d)", message.zh)
        assert re.search(rf"(?<!\d){number}(?!\d)", message.en)


def test_acknowledging_a_check_that_does_not_exist_is_refused() -> None:
    problems = acknowledgement_problems(PLAN, {"no_such": "x", "materials_grew": " ", "stock_moved": "扩编"})
    assert [(p.code, p.pointer) for p in problems] == [
        ("check_unknown", "/acknowledged/no_such"),
        ("acknowledged_blank", "/acknowledged/materials_grew"),
    ]
