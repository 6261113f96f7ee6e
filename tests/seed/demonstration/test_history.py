"""The demonstration history: the same everywhere, acceptable to every check, and with its stories in it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from metrics.checks import run_checks
from metrics.comparisons import Compared
from metrics.errors import Conflict
from metrics.periods import add_months, format_period
from metrics.plan.model import Plan, Text
from seed.demonstration.history import (
    FIRST_PERIOD,
    LAST_PERIOD,
    DemonstrationSubmission,
    demonstration_reviews,
    demonstration_submissions,
)
from seed.demonstration.stories import GIVE_NO_REASONS
from tests.seed.demonstration.reading import Final, month, rate

SHA256 = "32750bbc5275923c18c02e99dee0c2b95e85042d96e6f067d3ff7c547c7dd4d5"
MONTHS = 25
BEIJING = ZoneInfo("Asia/Shanghai")


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
        for sent in demonstration_submissions(plan)
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


def test_another_seed_gives_other_figures(plan: Plan, submissions: tuple[DemonstrationSubmission, ...]) -> None:
    assert demonstration_submissions(plan, seed="another") != submissions


def test_twelve_units_report_for_two_years(
    plan: Plan, submissions: tuple[DemonstrationSubmission, ...], final: Final
) -> None:
    assert len(plan.reporting_units) == 12
    assert (min(s.period for s in submissions), max(s.period for s in submissions)) == (FIRST_PERIOD, LAST_PERIOD)
    assert len(final) == 10 * MONTHS + (MONTHS - 2) + 8
    assert len(submissions) == len(final) + 2  # the correction, and the submission that was sent back


def test_everything_is_marked_synthetic(plan: Plan, submissions: tuple[DemonstrationSubmission, ...]) -> None:
    assert all(sent.synthetic for sent in submissions)
    assert all(review.synthetic for review in demonstration_reviews(plan))


def test_submissions_come_in_the_order_in_which_they_are_sent(submissions: tuple[DemonstrationSubmission, ...]) -> None:
    assert all(before.submitted_at <= after.submitted_at for before, after in pairwise(submissions))
    first_of_month = [sent.unit for sent in submissions if sent.period == month("2019-09")][:3]
    first_of_next = [sent.unit for sent in submissions if sent.period == month("2019-10")][:3]
    assert first_of_month != first_of_next


def test_submissions_are_sent_in_office_hours(submissions: tuple[DemonstrationSubmission, ...]) -> None:
    for sent in submissions:
        local = sent.submitted_at.astimezone(BEIJING)
        assert time(8, 30) <= local.time() < time(17, 30)


def test_every_value_is_a_whole_number_but_days(plan: Plan, submissions: tuple[DemonstrationSubmission, ...]) -> None:
    for sent in submissions:
        assert list(sent.values) == [e.code for e in plan.elements if e.code in sent.values]
        for code, value in sent.values.items():
            assert isinstance(value, Decimal)
            assert value >= 0
            assert value * 10 ** plan.element_by_code[code].decimals % 1 == 0


@pytest.mark.parametrize("seed", [None, "1", "2", "3", "4", "5"])
def test_no_submission_fails_a_check(plan: Plan, seed: str | None) -> None:
    sent_submissions = demonstration_submissions(plan) if seed is None else demonstration_submissions(plan, seed=seed)
    for sent in sent_submissions:
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
        earlier = {ago: final.get((unit, add_months(period, -ago))) for ago in range(1, 7)}
        flows = {
            element.code: {ago: one.values[element.code] for ago, one in earlier.items() if one is not None}
            for element in plan.elements
            if element.nature == "flow"
        }
        last = before.values if before else {}
        compared = Compared(sent.values, frozenset(sent.values), before=last, flows=flows, last=last)
        problems, warnings = run_checks(plan, compared, acknowledged=sent.acknowledged)
        assert problems == []
        assert all(w.acknowledged or unit in GIVE_NO_REASONS for w in warnings if w.code == "flow_moved")
        fired |= {(w.code, unit, format_period(period)) for w in warnings if w.code != "stock_moved"}
    few_start = {("flow_moved", unit.code, "2020-02") for unit in plan.reporting_units if unit.code != "ZQ-YUEGUI"}
    assert fired == few_start | {("denominator_watch", "441225", "2020-04"), ("rate_fell", "441226", "2020-10")}


def test_units_of_another_city_get_a_history_of_their_own(plan: Plan) -> None:
    root = plan.root
    town = plan.unit_by_code["441223"].model_copy(update={"code": "T-1", "name": Text(zh="甲镇", en="Town A")})
    other = Plan.model_validate(plan.model_copy(update={"units": (root, town)}).model_dump())
    sent = demonstration_submissions(other)
    assert [s.unit for s in sent] == ["T-1"] * MONTHS
    for one in sent:
        assert run_checks(other, Compared(one.values, frozenset(one.values)), acknowledged={})[0] == []


def test_a_plan_with_another_form_is_refused(plan: Plan) -> None:
    strange = plan.elements[0].model_copy(update={"code": "bicycles"})
    body = plan.model_dump()
    other = Plan.model_validate({**body, "elements": [*body["elements"], strange.model_dump()]})
    with pytest.raises(Conflict, match="bicycles") as refused:
        demonstration_submissions(other)
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
