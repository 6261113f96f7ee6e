"""Histories of plans that owe some elements each quarter or year: rates, verdicts and ranks against the slow oracle."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.periods import JudgedMonth, add_months, format_period, last_day, periods_between
from metrics.plan.model import Direction, LinearForm, Owed, Plan, Term
from metrics.plan.store import plan_at
from metrics.queries import courses
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.rates_by_unit import rates_by_unit
from metrics.queries.view import View, view_at
from metrics.ranking import score
from tests import oracle
from tests.metrics.test_progress import a_target
from tests.metrics.test_standing import send
from tests.plan_folders import LAKESIDE, plan_in
from tests.reference import attainment, competition_ranks

FIRST, LAST = date(2023, 12, 1), date(2026, 6, 1)
OFTEN = {  # by block
    "quarter": {"meters": Owed.QUARTER, "water": Owed.MONTH},
    "year": {"meters": Owed.YEAR, "water": Owed.QUARTER},
    "flows seldom": {"meters": Owed.MONTH, "water": Owed.QUARTER},
}


def a_plan(often: dict[str, Owed]) -> Plan:
    """The waterworks', its blocks owed so often, with an indicator over both blocks (leaks per 1,000 households)."""
    plan = plan_in(LAKESIDE)
    both = plan.indicator_by_code["repair_rate"].model_copy(
        update={
            "code": "leaks_per_household",
            "numerator": LinearForm(terms=(Term(element="leaks_reported"),)),
            "denominator": LinearForm(terms=(Term(element="households"),)),
            "scale": 1000,
            "share": False,
            "direction": Direction.LOWER,
            "core": True,
            "order": 4,
        }
    )
    elements = tuple(one.model_copy(update={"owed": often[one.block]}) for one in plan.elements)
    ahead = {"due_on": date(2026, 12, 31), "verification_window": None}
    past = {"due_on": date(2025, 3, 31), "verification_window": {"start": date(2025, 4, 1), "end": date(2025, 9, 30)}}
    targets = (
        a_target(">=", "60", code="meters-ahead", indicator="smart_meter_rate", order=1, **ahead),
        a_target(">=", "45", code="meters-past", indicator="smart_meter_rate", order=2, **past),
        a_target("<=", "15", code="loss-ahead", indicator="water_loss", order=3, **ahead),
        a_target("<=", "20", code="loss-past", indicator="water_loss", order=4, **past),
        a_target("<=", "7", code="leaks-ahead", indicator="leaks_per_household", order=5, **ahead),
        a_target(">=", "90", code="undated", indicator="repair_rate", order=6, due_on=None, verification_window=None),
    )
    checks = tuple(check for check in plan.checks if check.kind == "comparison")
    changes = {"elements": elements, "targets": targets, "checks": checks, "indicators": (*plan.indicators, both)}
    return plan.model_copy(update=changes)


def a_history(plan: Plan, draw: random.Random) -> oracle.Submissions:
    """Months are left out, blocks too; now and then one comes in a month that does not owe it. Meters spread slowly."""
    found: dict[tuple[str, date], dict[str, Fraction]] = {}
    for unit in plan.reporting_units:
        smart = draw.randint(100, 400)
        for month in periods_between(max(FIRST, unit.periods[0]), LAST):
            smart = min(1000, smart + draw.randint(-5, 25))
            supplied, leaks = draw.randint(40, 200), draw.randint(0, 9)
            said: dict[str, int | Fraction] = {
                "households": 1000 + draw.randint(0, 20),
                "smart_meters": smart,
                "water_supplied": Fraction(supplied, 2),
                "water_billed": Fraction(draw.randint(30, supplied), 2) if supplied > 30 else Fraction(15),
                "leaks_reported": leaks,
                "leaks_repaired": draw.randint(0, leaks),
            }
            owed = {block.code for block in plan.blocks_owed(month)}
            sent = {block.code for block in plan.blocks if draw.random() < (0.85 if block.code in owed else 0.08)}
            values = {e.code: Fraction(said[e.code]) for e in plan.elements if e.block in sent}
            if values:
                found[unit.code, month] = values
    return found


@pytest.mark.parametrize("often", OFTEN)
def test_what_is_owed_seldom_is_judged_as_the_rules_say(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, often: str
) -> None:
    monkeypatch.setattr(courses, "_FEW", 0)  # courses are read in parts, as those of a country are
    load_plan(session, a_plan(OFTEN[often]), actor="test")
    plan = plan_at(session)
    history = oracle.Fixed(a_history(plan, random.Random(often)), plan)
    for (unit, month), values in sorted(history.items(), key=lambda one: one[0][1]):
        texts = {code: str(Decimal(value.numerator) / value.denominator) for code, value in values.items()}
        send(session, unit, format_period(month), dict(texts))
    view = view_at(session)
    _rates(session, view, history)
    statuses: set[str] = set()
    for place, month in enumerate([*periods_between(date(2024, 12, 1), LAST)][::2]):
        whole = place % 4 == 0
        judged = progress_by_unit(session, view, month=JudgedMonth.of(month), whole_courses=whole)
        statuses |= _verdicts(plan, history, judged, month)
        if place % 3 == 0:
            _ranks(session, view, history, month)
    assert statuses >= {"met", "on_track", "behind", "overdue", "rectifying", "no_data"}


def _rates(session: WriteSession, view: View, history: oracle.Submissions) -> None:
    plan, compared = view.plan, 0
    for rate in rates_by_unit(session, view):
        indicator = plan.indicator_by_code[rate.indicator_code]
        if rate.unit_code == plan.root.code:
            coverage = (rate.units_reported, rate.units_carried, rate.units_expected)
            expected = oracle.city(history, plan, indicator, rate.period)
            assert (rate.numerator, rate.denominator, *coverage) == expected, rate
        else:
            found = oracle.standing(history, plan, indicator, rate.unit_code, rate.period)
            assert (rate.numerator, rate.denominator) == (found or (None, None)), rate
        compared += 1
    assert compared > 400


def _verdicts(plan: Plan, history: oracle.Submissions, judged: JudgedProgress, month: date) -> set[str]:
    """Each verdict as the oracle gives it; answers their statuses."""
    targets = {target.code: target for target in plan.targets}
    for verdict in judged.progress:
        target, on = targets[verdict.target_code], last_day(month)
        status = (verdict.status.value, verdict.timing.value if verdict.timing else "")
        assert status == oracle.status(history, plan, target, verdict.unit_code, on), verdict
        projection = verdict.projection
        said = {
            "present": verdict.present_pace,
            "required": verdict.required_pace,
            "short": verdict.shortfall,
            "projected": None if projection is None else projection.value,
            "reached_on": None if projection is None else projection.on,
        }
        assert said == oracle.figures(history, plan, target, verdict.unit_code, on), verdict
        if verdict.gap is not None:
            points = oracle.points(history, plan, target, verdict.unit_code, on)
            assert verdict.points == min(len(points), 6), verdict
    return {verdict.status.value for verdict in judged.progress}


def _ranks(session: WriteSession, view: View, history: oracle.Submissions, month: date) -> None:
    """Scores from the oracle's values, ranks by counting who is better; of this month and the one before."""
    now, before = (_scores(view, history, each) for each in (month, add_months(month, -1)))
    rows = leaderboard(session, view, month=JudgedMonth.of(month))
    assert {row.unit_code: row.score for row in rows} == now
    for scores, said in (
        (now, {r.unit_code: r.rank for r in rows}),
        (before, {r.unit_code: r.previous_rank for r in rows}),
    ):
        ranked = {unit: value for unit, value in scores.items() if value is not None}
        ranks = dict(zip(ranked, competition_ranks([*ranked.values()]), strict=True))
        assert said == {unit: ranks.get(unit) for unit in said}


def _scores(view: View, history: oracle.Submissions, month: date) -> dict[str, Fraction | None]:
    plan, found = view.plan, dict[str, Fraction | None]()
    weights = weighed_targets(view, on=last_day(month))
    targets = {target.code: target for target in plan.targets if target.code in weights}
    for unit in (unit.code for unit in plan.reporting_units if unit.exists_on(last_day(month))):
        reached, silent = {}, False
        for code, target in targets.items():
            indicator = plan.indicator_by_code[str(target.indicator)]
            known, value = oracle.value(history, plan, indicator, unit, month)
            silent |= known == "missing"
            if value is not None:
                line = Fraction(target.threshold or 0)
                reached[code] = attainment(value, line, direction=indicator.direction)
        found[unit] = None if silent else score(reached, weights)
    return found
