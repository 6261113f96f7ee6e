"""The city's plan under `seed/plan`. The figures expected here were counted in the document, not in the files."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from metrics.plan.model import FlowMovedCheck, MilestoneKind, Nature, Severity, Target, Text
from metrics.plan.rules import check_plan
from metrics.plan.rules.parts import values
from tests.plan_folders import SEED, plan_in, source_in, written

PLAN = plan_in(SEED)
TARGETS = {target.code: target for target in PLAN.targets}
TASKS = {task.number: task for task in PLAN.tasks}

KINDS = {
    "capacity": 2,
    "count": 4,
    "coverage": 17,
    "duration": 1,
    "frequency": 2,
    "milestone": 23,
    "qualitative": 3,
    "ratio": 8,
    "standing": 13,
    "window": 2,
}
ROLLING = {1, 2, 3, 6, 7, 8, 11, 14, 16, 21, 22, 23, 24, 26, 28, 29, 30, 33, 34, 35, 36, 37, 38, 39, 40, 44, 45, 46}
ROLLING |= {47, 48, 49, 50}
BY_PROVINCE = {3, 9, 10, 13, 14, 24, 28, 37, 45, 48}
WITHOUT_LEAD = {9, 14, 18, 19, 26, 33, 34, 35, 40, 46, 50}
PAST_AT_ISSUE = {8, 11, 16, 26, 37, 39}
NAMING_YUEGUI = {7, 8, 11, 13, 16, 22, 23, 25, 28, 29, 30, 31, 41, 42, 43, 44, 45, 49}
NAMING_COUNTIES = {1, 2, 3, 4, 5, 17, 18, 19, 20, 24, 27, 39, 46, 47} | NAMING_YUEGUI
NAMING_DEPARTMENTS = {1, 2, 3, 4, 5, 16, 17, 18, 20, 21, 24, 25, 27, 28, 29, 30, 31, 41, 42, 43, 44, 45, 47, 49}
WITHOUT_DATE = {1, 3, 7, 9, 10, 14, 21, 22, 23, 24, 28, 29, 30, 33, 45, 48, 50}
COUNTIES = ["441202", "441203", "441204", "441284", "441223", "441226", "441225", "441224"]
TIMELINE = {
    "2018-11-01": ["11:start_on"],
    "2018-12-31": ["8", "16", "26:start_by", "37"],
    "2019-01-31": ["37", "39"],
    "2019-03-31": ["2", "18", "40", "44:start_by"],
    "2019-06-30": ["6", "27", "35", "36", "42", "47"],
    "2019-09-30": ["4", "5", "15", "18", "19", "20", "34", "38", "43", "46", "49"],
    "2019-12-31": ["2:rolling_within_year", "13", "31", "41"],
    "2020-06-30": ["4", "5", "12", "17", "32", "42"],
    "2020-12-31": ["25"],
}
FORMULAS = {
    "material_reduction": ("materials_baseline − materials_current", "materials_baseline"),
    "online_rate": ("items_online", "items_total"),
    "online_rate_after_exemptions": ("items_online", "items_total − exempt_online"),
    "one_window_rate": ("items_one_window", "items_total"),
    "one_trip_rate": ("items_trip0 + items_trip1", "items_total − exempt_one_trip"),
    "zero_trip_rate": ("items_trip0", "items_total"),
    "full_online_rate": ("items_full_online", "items_total"),
    "hall_entry_rate": ("items_hall", "items_hall_due"),
    "platform_rate": ("items_platform", "items_platform_due"),
    "instant_rate": ("items_instant", "items_total"),
    "time_cut": ("days_statutory − days_promised", "days_statutory"),
    "construction_time_cut": ("construction_days_before − construction_days_now", "construction_days_before"),
    "startup_time": ("startup_days", "startups"),
    "connection_rate": ("systems_connected", "systems_due"),
    "same_source_rate": ("channels_same_source", "channels_due"),
    "catalogue_unification": ("catalogue_unified", "catalogue_items"),
    "net_county_rate": ("net_county_ok", "net_county_due"),
    "net_town_rate": ("net_town_ok", "net_town_due"),
    "net_village_rate": ("net_village_ok", "net_village_due"),
}
# indicator, comparator, threshold, due date
JUDGED = {
    "TG-G1A": ("connection_rate", "==", 100, "2019-09-30"),
    "TG-G1B": ("platform_rate", "==", 100, "2019-09-30"),
    "TG-G3B": ("platform_rate", "==", 100, "2020-06-30"),
    "TG-01A": ("catalogue_unification", "==", 100, None),
    "TG-02A": ("connection_rate", "==", 100, "2019-03-31"),
    "TG-04A": ("material_reduction", ">=", 60, "2019-09-30"),
    "TG-04B": ("one_trip_rate", "==", 100, "2020-06-30"),
    "TG-05A": ("online_rate", ">=", 70, "2019-09-30"),
    "TG-05B": ("online_rate_after_exemptions", "==", 100, "2020-06-30"),
    "TG-06A": ("startup_time", "<=", 1, "2019-06-30"),
    "TG-07A": ("construction_time_cut", ">=", 50, None),
    "TG-18A": ("same_source_rate", "==", 100, "2019-03-31"),
    "TG-18B": ("same_source_rate", "==", 100, "2019-09-30"),
    "TG-19A": ("hall_entry_rate", "==", 100, "2019-09-30"),
    "TG-19B": ("one_window_rate", ">=", 70, "2019-09-30"),
    "TG-25A": ("net_county_rate", "==", 100, "2020-12-31"),
    "TG-25B": ("net_town_rate", "==", 100, "2020-12-31"),
    "TG-25C": ("net_village_rate", "==", 100, "2020-12-31"),
    "TG-27A": ("connection_rate", "==", 100, "2019-06-30"),
    "TG-31A": ("connection_rate", "==", 100, "2019-12-31"),
}


def test_the_plan_is_sound() -> None:
    assert check_plan(PLAN, source_in(SEED)) == ()


def test_it_holds_every_target_by_kind() -> None:
    assert Counter(target.kind.value for target in PLAN.targets) == KINDS
    assert len(PLAN.targets) == len(TARGETS) == 75


def test_the_rest_is_complete() -> None:
    assert [task.number for task in PLAN.tasks] == list(range(1, 51))
    assert len(PLAN.milestones) == 41
    assert sum(milestone.due_on is not None for milestone in PLAN.milestones) == 39
    assert [decision.code for decision in PLAN.decisions] == [f"CF-{number:02}" for number in range(1, 16)]
    assert [group.tasks for group in PLAN.groups] == [
        tuple(range(first, last + 1))
        for first, last in [(1, 3), (4, 16), (17, 20), (21, 24), (25, 29), (30, 32), (33, 40), (41, 50)]
    ]
    assert (len(PLAN.elements), len(PLAN.blocks), len(PLAN.indicators)) == (45, 17, 19)


def test_twelve_units_report() -> None:
    zones = ["ZQ-HITECH", "ZQ-NEW", "ZQ-YUEGUI"]
    assert [unit.code for unit in PLAN.reporting_units] == ["441200-SELF", *COUNTIES, *zones]
    assert PLAN.root.code == "441200"
    assert [unit.code for unit in PLAN.units if not unit.figures_required] == ["ZQ-YUEGUI"]
    assert [PLAN.unit_by_code[zone].lies_in for zone in zones] == ["441284", "441203", "441225"]


def test_gaoyao_is_known_by_its_earlier_name_and_code() -> None:
    gaoyao = PLAN.unit_by_code["441204"]
    assert gaoyao.valid_from == date(2015, 6, 1)
    assert {a.name for a in gaoyao.aliases if a.valid_to == date(2015, 5, 31)} == {"高要市", "441283"}


def test_rolling_and_provincial_tasks() -> None:
    assert {task.number for task in PLAN.tasks if task.rolling} == ROLLING
    assert {task.number for task in PLAN.tasks if task.province_coordinated} == BY_PROVINCE


def test_tasks_without_a_printed_lead_have_an_inferred_one() -> None:
    assert {task.number for task in PLAN.tasks if task.lead_inferred} == WITHOUT_LEAD
    assert {task.number for task in PLAN.tasks if not task.lead_raw} == WITHOUT_LEAD
    assert all(task.leads for task in PLAN.tasks)


def test_six_tasks_were_past_when_the_plan_was_issued() -> None:
    assert {task.number for task in PLAN.tasks if task.past_at_issue} == PAST_AT_ISSUE
    assert sum(milestone.past_at_issue for milestone in PLAN.milestones) == 7


def test_tasks_name_the_units_that_owe_them() -> None:
    def naming(code: str) -> set[int]:
        return {task.number for task in PLAN.tasks if code in task.named_units}

    assert naming("ZQ-YUEGUI") == NAMING_YUEGUI
    assert len(NAMING_YUEGUI) == 18
    assert naming("441203") == naming("441225") == naming("ZQ-NEW") == NAMING_COUNTIES
    assert naming("441202") == naming("441284") == naming("441226") == naming("ZQ-HITECH") == NAMING_COUNTIES | {50}
    assert naming("441200-SELF") == NAMING_DEPARTMENTS


def test_milestones_stand_on_the_timeline_of_the_document() -> None:
    timeline: dict[str, list[str]] = {}
    for milestone in sorted(PLAN.milestones, key=lambda milestone: milestone.task):
        if milestone.due_on is not None:
            kind = "" if milestone.kind is MilestoneKind.COMPLETE_BY else f":{milestone.kind.value}"
            timeline.setdefault(milestone.due_on.isoformat(), []).append(f"{milestone.task}{kind}")
    assert timeline == TIMELINE
    assert {task for task in TASKS if task not in {m.task for m in PLAN.milestones if m.due_on}} == WITHOUT_DATE


def test_indicators_are_those_of_the_domain() -> None:
    found = {i.code: (written(i.numerator), written(i.denominator)) for i in PLAN.indicators}
    assert found == FORMULAS
    core = {"material_reduction", "online_rate", "online_rate_after_exemptions", "one_window_rate", "one_trip_rate"}
    assert {indicator.code for indicator in PLAN.indicators if indicator.core} == core
    assert [i.code for i in PLAN.indicators if not i.share or i.scale != 100] == ["startup_time"]


def test_targets_with_an_indicator_have_the_printed_numbers() -> None:
    def judged(target: Target) -> tuple[object, ...]:
        due = target.due_on.isoformat() if target.due_on else None
        return target.indicator, target.comparator, target.threshold, due

    assert {target.code: judged(target) for target in PLAN.targets if target.measured} == JUDGED


def test_bandwidths_are_kept_as_printed() -> None:
    printed = {code: target.printed.threshold for code, target in TARGETS.items() if target.printed}
    assert printed == {"TG-25A": Decimal(1000), "TG-25B": Decimal(100)}


def test_exclusions_belong_to_the_stage_that_prints_them() -> None:
    found = {
        code: [(exclusion.code, exclusion.element) for exclusion in target.exclusions]
        for code, target in TARGETS.items()
        if target.exclusions
    }
    assert found == {
        "TG-G3B": [("EX-LAW", "exempt_law")],
        "TG-04B": [("EX-GOV", "exempt_one_trip")],
        "TG-05B": [("EX-GOV", "exempt_online")],
        "TG-19A": [("EX-SITE", "exempt_site")],
    }


@pytest.mark.parametrize("code", ["TG-04A", "TG-19A", "TG-19B"])
def test_two_dates_for_one_commitment(code: str) -> None:
    target = TARGETS[code]
    window = target.verification_window
    assert target.due_on == date(2019, 9, 30)
    assert window is not None
    assert (window.start, window.end) == (date(2019, 10, 1), date(2019, 12, 31))
    assert {citation.line for citation in target.citations} >= {32}
    assert len(target.citations) == 2


def test_the_form_counts_only_start_ups_in_tenths() -> None:
    assert {element.code: element.decimals for element in PLAN.elements if element.decimals} == {"startup_days": 1}
    flows = {element.code for element in PLAN.elements if element.nature is Nature.FLOW}
    assert flows == {"items_new", "items_cancelled", "startups", "startup_days"}


def test_checks_are_errors_or_warnings_as_the_domain_says() -> None:
    warnings = {check.code for check in PLAN.checks if check.severity is Severity.WARNING}
    assert warnings == {
        "materials_grew",
        "exempt_share",
        "stock_moved",
        "rate_fell",
        "denominator_watch",
        "baseline_changed",
        "same_as_last_month",
        "flow_moved",
    }
    assert len(PLAN.checks) - len(warnings) == 19


def test_a_flow_is_far_off_from_five_times_the_median_of_six_months() -> None:
    check = next(check for check in PLAN.checks if isinstance(check, FlowMovedCheck))
    assert (check.times, check.months, check.at_least, check.median_from) == (5, 6, 3, Decimal(10))


def test_english_texts_are_english_and_chinese_texts_chinese() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    same = {"%"}
    for found in values(PLAN):
        if isinstance(found.value, Text) and found.value.zh not in same:
            assert chinese.search(found.value.zh) or "Mbit/s" in found.value.zh, (found.path, found.value)
            assert not chinese.search(found.value.en), (found.path, found.value)
