"""Each story of the demonstration history is there, in the unit and month that the history names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from metrics.checks import run_checks
from metrics.comparisons import Compared
from metrics.periods import add_months, format_period
from metrics.plan.model import Plan
from metrics.timeliness import timeliness
from seed.demonstration.bureau import demonstration_assessments
from seed.demonstration.history import (
    DemonstrationSubmission,
    demonstration_reviews,
)
from tests.seed.demonstration.reading import Final, month, rate

BEIJING = ZoneInfo("Asia/Shanghai")


def test_three_submissions_are_late(plan: Plan, submissions: tuple[DemonstrationSubmission, ...]) -> None:
    late = {}
    for sent in submissions:
        found = timeliness(sent.submitted_at, period=sent.period, rule=plan.due_rule)
        if sent.revision == 1 and not found.on_time:
            late[sent.unit, format_period(sent.period)] = found.days_late
    assert late == {("441224", "2019-03"): 6, ("441225", "2019-07"): 2, ("441203", "2020-02"): 1}


def test_a_correction_changes_a_verdict(plan: Plan, submissions: tuple[DemonstrationSubmission, ...]) -> None:
    first, second = (s for s in submissions if (s.unit, s.period) == ("441284", month("2019-09")))
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


def test_a_submission_is_sent_back_corrected_and_verified(
    plan: Plan, submissions: tuple[DemonstrationSubmission, ...]
) -> None:
    first, second = (s for s in submissions if (s.unit, s.period) == ("441202", month("2020-03")))
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


def test_a_plan_in_which_no_unit_owes_figures_is_not_assessed(plan: Plan) -> None:
    assert demonstration_assessments(plan, seed="83") != []
    units = tuple(unit.model_copy(update={"figures_required": False}) for unit in plan.units)
    parts = {name: getattr(plan, name) for name in Plan.model_fields} | {"units": units}
    assert demonstration_assessments(Plan(**parts), seed="83") == []
