"""The demonstration history: the same everywhere, acceptable to every check, and with its stories in it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from metrics.checks import Compared, run_checks
from metrics.cli.plan import CITY_PLAN
from metrics.errors import Conflict
from metrics.periods import add_months, format_period
from metrics.plan.files import read_plan
from metrics.plan.model import LinearForm, Plan, Text
from metrics.timeliness import timeliness
from seed.demonstration.history import (
    FIRST_PERIOD,
    LAST_PERIOD,
    DemonstrationReturn,
    demonstration_returns,
    demonstration_reviews,
)

SHA256 = "682fabb1e9a46f10d770116ab08527ec8106761ed6498ee99c25a7c3851153b9"
MONTHS = 25
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(CITY_PLAN)


@pytest.fixture(scope="module")
def returns(plan: Plan) -> tuple[DemonstrationReturn, ...]:
    return demonstration_returns(plan)


Final = dict[tuple[str, date], DemonstrationReturn]


@pytest.fixture(scope="module")
def final(returns: tuple[DemonstrationReturn, ...]) -> Final:
    """The newest revision of each return."""
    return {(sent.unit, sent.period): sent for sent in returns}


def summed(form: LinearForm, values: dict[str, Decimal]) -> int:
    return int(sum(term.times * values[term.element] for term in form.terms)) + form.constant


def rate(plan: Plan, sent: DemonstrationReturn, indicator: str) -> Fraction:
    """The indicator of one return, worked out here and not by the program."""
    found = plan.indicator_by_code[indicator]
    values = dict(sent.values)
    return found.scale * Fraction(summed(found.numerator, values), summed(found.denominator, values))


def month(written: str) -> date:
    return date.fromisoformat(f"{written}-01")


def canonical(plan: Plan) -> str:
    """The whole history as text: one line per step."""
    lines = [
        json.dumps(
            [
                sent.unit,
                format_period(sent.period),
                {code: str(value) for code, value in sorted(sent.values.items())},
                sent.submitted_at.isoformat(),
                sent.reason,
                sent.note,
                dict(sorted(sent.acknowledged.items())),
                sent.revision,
                sent.synthetic,
            ],
            ensure_ascii=False,
        )
        for sent in demonstration_returns(plan)
    ]
    lines += [
        json.dumps(
            [r.unit, format_period(r.period), r.action, r.reviewed_at.isoformat(), r.reason, r.synthetic],
            ensure_ascii=False,
        )
        for r in demonstration_reviews(plan)
    ]
    return "\n".join(lines)


# --- the whole -----------------------------------------------------------------------------------------------------


def test_it_is_the_same_on_every_machine(plan: Plan) -> None:
    assert hashlib.sha256(canonical(plan).encode()).hexdigest() == SHA256


def test_another_seed_gives_other_figures(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    assert demonstration_returns(plan, seed="another") != returns


def test_twelve_units_report_for_two_years(plan: Plan, returns: tuple[DemonstrationReturn, ...], final: Final) -> None:
    assert len(plan.reporting_units) == 12
    assert (min(s.period for s in returns), max(s.period for s in returns)) == (FIRST_PERIOD, LAST_PERIOD)
    assert len(final) == 10 * MONTHS + (MONTHS - 2) + 8
    assert len(returns) == len(final) + 2  # the correction, and the return that was sent back


def test_everything_is_marked_synthetic(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    assert all(sent.synthetic for sent in returns)
    assert all(review.synthetic for review in demonstration_reviews(plan))


def test_returns_come_in_the_order_in_which_they_are_sent(returns: tuple[DemonstrationReturn, ...]) -> None:
    assert all(before.submitted_at <= after.submitted_at for before, after in pairwise(returns))
    first_of_month = [sent.unit for sent in returns if sent.period == month("2019-09")][:3]
    first_of_next = [sent.unit for sent in returns if sent.period == month("2019-10")][:3]
    assert first_of_month != first_of_next


def test_returns_are_sent_in_office_hours(returns: tuple[DemonstrationReturn, ...]) -> None:
    for sent in returns:
        local = sent.submitted_at.astimezone(BEIJING)
        assert time(8, 30) <= local.time() < time(17, 30)


def test_every_value_is_a_whole_number_but_days(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    for sent in returns:
        assert list(sent.values) == [e.code for e in plan.elements if e.code in sent.values]
        for code, value in sent.values.items():
            assert isinstance(value, Decimal)
            assert value >= 0
            assert value * 10 ** plan.element_by_code[code].decimals % 1 == 0


@pytest.mark.parametrize("seed", [None, "1", "2", "3", "4", "5"])
def test_no_return_fails_a_check(plan: Plan, seed: str | None) -> None:
    sent_returns = demonstration_returns(plan) if seed is None else demonstration_returns(plan, seed=seed)
    for sent in sent_returns:
        problems, _ = run_checks(plan, Compared(now=sent.values, posted=frozenset(sent.values)), acknowledged={})
        assert problems == [], (sent.unit, sent.period)


def test_items_follow_from_last_month(final: Final) -> None:
    for (unit, period), sent in final.items():
        before = final.get((unit, add_months(period, -1)))
        if before is not None:
            moved = sent.values["items_new"] - sent.values["items_cancelled"]
            assert sent.values["items_total"] == before.values["items_total"] + moved


def test_the_base_of_materials_never_changes(final: Final) -> None:
    by_unit: dict[str, set[Decimal]] = {}
    for (unit, _), sent in final.items():
        by_unit.setdefault(unit, set()).add(sent.values["materials_baseline"])
    assert {len(values) for values in by_unit.values()} == {1}


def test_shares_fall_and_denominators_shrink_only_where_a_story_says_so(plan: Plan, final: Final) -> None:
    fired = set()
    for (unit, period), sent in final.items():
        before = final.get((unit, add_months(period, -1)))
        compared = Compared(sent.values, frozenset(sent.values), before=before.values if before else {})
        _, warnings = run_checks(plan, compared, acknowledged={})
        fired |= {(w.code, unit, format_period(period)) for w in warnings if w.code != "stock_moved"}
    assert fired == {("denominator_watch", "441225", "2020-04"), ("rate_fell", "441226", "2020-10")}


def test_units_of_another_city_get_a_history_of_their_own(plan: Plan) -> None:
    root = plan.root
    town = plan.unit_by_code["441223"].model_copy(update={"code": "T-1", "name": Text(zh="甲镇", en="Town A")})
    other = Plan.model_validate(plan.model_copy(update={"units": (root, town)}).model_dump())
    sent = demonstration_returns(other)
    assert [s.unit for s in sent] == ["T-1"] * MONTHS
    for one in sent:
        assert run_checks(other, Compared(one.values, frozenset(one.values)), acknowledged={})[0] == []


def test_a_plan_with_another_form_is_refused(plan: Plan) -> None:
    strange = plan.elements[0].model_copy(update={"code": "bicycles"})
    body = plan.model_dump()
    other = Plan.model_validate({**body, "elements": [*body["elements"], strange.model_dump()]})
    with pytest.raises(Conflict, match="bicycles") as refused:
        demonstration_returns(other)
    assert refused.value.code == "form_unknown"


# --- how the units get on -------------------------------------------------------------------------------------------


def test_sizes_are_plausible(final: Final) -> None:
    items = {unit: int(sent.values["items_total"]) for (unit, period), sent in final.items() if period == FIRST_PERIOD}
    assert 1450 <= items["441200-SELF"] <= 1600
    assert all(1250 <= items[unit] <= 1450 for unit in ("441202", "441203", "441204"))
    assert all(600 <= items[unit] <= 1400 for unit in ("441223", "441224", "441225", "441226", "441284"))
    assert all(150 <= items[unit] <= 300 for unit in ("ZQ-HITECH", "ZQ-NEW"))


@pytest.mark.parametrize(
    ("indicator", "period", "threshold", "meet", "short"),
    [
        ("material_reduction", "2019-09", 60, 5, 7),
        ("online_rate", "2019-09", 70, 9, 3),
        ("one_window_rate", "2019-09", 70, 6, 6),
        ("online_rate_after_exemptions", "2020-06", 100, 5, 6),
        ("one_trip_rate", "2020-06", 100, 5, 6),
        ("hall_entry_rate", "2019-12", 100, 9, 2),
        ("net_town_rate", "2020-12", 100, 9, 0),
    ],
)
def test_some_units_meet_a_deadline_and_some_do_not(
    plan: Plan, final: Final, indicator: str, period: str, threshold: int, meet: int, short: int
) -> None:
    values = [
        rate(plan, sent, indicator)
        for (_, found), sent in final.items()
        if found == month(period) and (indicator != "net_town_rate" or sent.values["net_town_due"])
    ]
    assert (sum(v >= threshold for v in values), sum(v < threshold for v in values)) == (meet, short)


def test_rates_start_low_and_climb(plan: Plan, final: Final) -> None:
    bounds = {"material_reduction": (24, 36), "online_rate": (40, 50), "one_window_rate": (34, 46)}
    for (unit, period), sent in final.items():
        for indicator, (low, high) in bounds.items():
            if period == FIRST_PERIOD:
                assert low <= rate(plan, sent, indicator) <= high
            assert rate(plan, sent, indicator) >= rate(plan, final[unit, _first(final, unit)], indicator)


def _first(final: Final, unit: str) -> date:
    return min(period for found, period in final if found == unit)


def test_starting_a_business_takes_ever_less_time(plan: Plan, final: Final) -> None:
    for unit in {unit for unit, _ in final} - {"ZQ-YUEGUI", "441223"}:
        assert 3 <= rate(plan, final[unit, FIRST_PERIOD], "startup_time") <= 4
        assert Fraction(1, 2) <= rate(plan, final[unit, LAST_PERIOD], "startup_time") <= Fraction(135, 100)


# --- the stories ----------------------------------------------------------------------------------------------------


def test_three_returns_are_late(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    late = {}
    for sent in returns:
        found = timeliness(sent.submitted_at, period=sent.period, due_day=5, timezone="Asia/Shanghai")
        if sent.revision == 1 and not found.on_time:
            late[sent.unit, format_period(sent.period)] = found.days_late
    assert late == {("441224", "2019-03"): 6, ("441225", "2019-07"): 2, ("441203", "2020-02"): 1}


def test_a_correction_changes_a_verdict(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    first, second = (s for s in returns if (s.unit, s.period) == ("441284", month("2019-09")))
    assert rate(plan, first, "one_window_rate") >= 70 > rate(plan, second, "one_window_rate")
    assert second.reason
    assert second.submitted_at.astimezone(BEIJING).date() == date(2019, 10, 24)


@pytest.mark.parametrize(
    ("unit", "indicator", "by"), [("441284", "one_window_rate", 70), ("441203", "material_reduction", 60)]
)
def test_a_target_is_met_within_the_window(plan: Plan, final: Final, unit: str, indicator: str, by: int) -> None:
    assert rate(plan, final[unit, month("2019-09")], indicator) < by
    assert rate(plan, final[unit, month("2019-12")], indicator) >= by


def test_one_unit_never_reduces_materials_enough(plan: Plan, final: Final) -> None:
    never = [
        unit.code
        for unit in plan.reporting_units
        if unit.figures_required
        and all(rate(plan, s, "material_reduction") < 60 for (u, _), s in final.items() if u == unit.code)
    ]
    assert never == ["441224"]


def test_a_met_target_is_lost_again(plan: Plan, final: Final) -> None:
    course = {p: rate(plan, s, "one_trip_rate") for (unit, p), s in final.items() if unit == "441226"}
    assert all(course[month(f"2020-{m:02}")] == 100 for m in (6, 7, 8, 9))
    assert all(course[month(f"2020-{m:02}")] < 100 for m in (10, 11, 12))


def test_a_rate_rises_because_its_denominator_shrinks(plan: Plan, final: Final) -> None:
    before, after = final["441225", month("2020-03")], final["441225", month("2020-04")]
    assert after.values["items_online"] == before.values["items_online"]
    assert after.values["items_total"] < before.values["items_total"] * Decimal("0.96")
    assert rate(plan, after, "online_rate") > rate(plan, before, "online_rate") + 3
    _, warnings = run_checks(
        plan,
        Compared(after.values, frozenset(after.values), before=before.values),
        acknowledged=after.acknowledged,
    )
    watched = {w.indicator: w.acknowledged for w in warnings if w.code == "denominator_watch"}
    assert watched["online_rate_after_exemptions"]


def test_one_item_short_of_all(plan: Plan, final: Final) -> None:
    for number in range(6, 13):
        value = rate(plan, final["441204", month(f"2020-{number:02}")], "one_trip_rate")
        assert Fraction(999, 10) < value < 100


def test_a_zone_that_need_not_report_falls_silent(final: Final) -> None:
    reported = [format_period(period) for unit, period in final if unit == "ZQ-YUEGUI"]
    assert sorted(reported) == [f"2019-{m:02}" for m in (3, 4, 5, 6, 8, 9, 10, 11)]


def test_a_county_misses_the_last_two_months(final: Final) -> None:
    assert ("441223", month("2020-10")) in final
    assert not {("441223", month("2020-11")), ("441223", month("2020-12"))} & set(final)


def test_a_zone_leaves_a_block_out_for_some_months(plan: Plan, final: Final) -> None:
    network = {element.code for element in plan.elements if element.block == "network"}
    without = [p for (unit, p), s in final.items() if unit == "ZQ-NEW" and not network & set(s.values)]
    assert [format_period(p) for p in without] == ["2018-12", *(f"2019-{m:02}" for m in range(1, 6))]
    assert all(network <= set(s.values) for (unit, p), s in final.items() if unit == "ZQ-NEW" and p not in without)


def test_city_departments_have_no_network_nodes(final: Final) -> None:
    assert all(s.values["net_town_due"] == 0 for (unit, _), s in final.items() if unit == "441200-SELF")


def test_a_return_is_sent_back_corrected_and_verified(plan: Plan, returns: tuple[DemonstrationReturn, ...]) -> None:
    first, second = (s for s in returns if (s.unit, s.period) == ("441202", month("2020-03")))
    back, verified = (r for r in demonstration_reviews(plan) if (r.unit, r.period) == (first.unit, first.period))
    assert (back.action, verified.action) == ("return", "verify")
    assert first.submitted_at < back.reviewed_at < second.submitted_at < verified.reviewed_at
    assert back.reason
    assert second.reason
    assert rate(plan, first, "construction_time_cut") < rate(plan, second, "construction_time_cut")


def test_all_but_the_newest_two_months_are_verified_some_days_after_the_due_day(plan: Plan, final: Final) -> None:
    verified = {(r.unit, r.period): r for r in demonstration_reviews(plan) if r.action == "verify"}
    assert set(verified) == {key for key in final if key[1] <= month("2020-10")}
    for (unit, period), review in verified.items():
        due = add_months(period, 1).replace(day=5)
        sent = final[unit, period].submitted_at
        assert sent < review.reviewed_at
        assert review.reviewed_at.astimezone(BEIJING).date() > due
        assert review.reviewed_at - max(sent, review.reviewed_at - timedelta(days=6)) <= timedelta(days=6)
