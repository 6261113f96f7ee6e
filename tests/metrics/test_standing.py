"""What stands between owed months: in whole columns as month by month, and in rates, verdicts and months that owe."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from metrics.attention import Reason
from metrics.commands.load_plan import load_plan
from metrics.commands.post_submission import post_submission
from metrics.database import WriteSession
from metrics.period_states import expected_submissions
from metrics.periods import (
    JudgedMonth,
    Span,
    add_months,
    format_period,
    is_owed,
    last_owed,
    month_number,
    period_numbered,
    periods_between,
)
from metrics.plan.model import Owed, Plan
from metrics.plan.store import plan_at
from metrics.projection import POINTS
from metrics.queries import courses
from metrics.queries import rate_frame as rate_frames
from metrics.queries.freshness import freshness
from metrics.queries.judged_month import judged_by_default, month_counts
from metrics.queries.needs_attention import attention_among
from metrics.queries.parts_of_rate import counts_of, sent_for
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import view_at
from metrics.results import Rate, Status
from metrics.roll_up import Below, OwnRates, roll_up
from metrics.standing import with_standing
from metrics.stored_rates import ABSENT, Whole
from metrics.submissions import SubmissionRequest
from tests.metrics.queries.test_views import BUREAU
from tests.metrics.test_roll_up import a_plan, a_unit
from tests.plan_folders import LAKESIDE, plan_in

METERS = {"households": 1000, "smart_meters": 400}
WATER = {"water_supplied": "90.5", "water_billed": "80.25", "leaks_reported": 9, "leaks_repaired": 8}
JANUARY = month_number(date(2024, 1, 1))


def test_it_is_what_is_found_looking_back_month_by_month() -> None:
    """Against the rule in words: the newest figure since the newest owed month; else carried so many months."""
    draw = random.Random(7)
    apart, carried = np.array([1, 3, 12]), np.array([3, 3, 0])
    plan = a_plan(a_unit("a"), a_unit("b", order=2, valid_from="2024-03-01"))
    below = Below.of(plan, ["city"])
    read, asked = range(JANUARY - 24, JANUARY + 24), range(JANUARY, JANUARY + 24)
    for _ in range(40):
        sent = {
            (unit, month, column): (draw.randint(0, 9), draw.randint(1, 9))
            for unit in (0, 1)
            for month in read
            for column in (0, 1, 2)
            if draw.random() < 0.4
        }
        rows = sorted({(unit, month) for unit, month, _ in sent})
        amounts = np.full((len(rows), 3, 2), ABSENT, dtype=np.int64)
        for (unit, month, column), pair in sent.items():
            amounts[rows.index((unit, month)), column] = pair
        units, months = (np.array(each, dtype=np.int64) for each in zip(*rows, strict=True))
        own = OwnRates(units, months, np.full(len(rows), 1), amounts[:, :, 0], amounts[:, :, 1])
        filled = with_standing(own, below, apart=apart, months=read)
        for summed in roll_up(filled, below, months=asked, carried=carried):
            for column in (0, 1, 2):
                found = [looked_for(sent, plan, unit, summed.month, column, apart, carried) for unit in (0, 1)]
                known = [pair for pair, _ in filter(None, found)]
                reported = sum(1 for one in found if one is not None and one[1])
                assert summed.reported[0, column] == reported
                assert summed.carried[0, column] == len(known) - reported
                if known:
                    assert summed.numerators[0, column] == sum(above for above, _ in known)
                    assert summed.denominators[0, column] == sum(under for _, under in known)


def looked_for(
    sent: dict[tuple[int, int, int], tuple[int, int]],
    plan: Plan,
    unit: int,
    month: int,
    column: int,
    apart: Whole,
    carried: Whole,
) -> tuple[tuple[int, int], bool] | None:
    """What one unit counts with, and whether it was reported or stands; None if it counts with nothing."""
    begins, ends = plan.lives[plan.reporting_units[unit].code]

    def stands_in(month: int) -> tuple[int, int] | None:
        while begins <= month <= ends:
            if (unit, month, column) in sent:
                return sent[unit, month, column]
            if (month + 1) % int(apart[column]) == 0:  # it was owed then, and did not come
                return None
            month -= 1
        return None

    if not begins <= month <= ends:
        return None
    if (now := stands_in(month)) is not None:
        return now, True
    for back in range(1, int(carried[column]) + 1):
        if (before := stands_in(month - back)) is not None:
            return before, False
    return None


def quarterly(owed: Owed) -> Plan:
    """The waterworks' plan, its meters owed so often and its water every month."""
    plan = plan_in(LAKESIDE)
    elements = tuple(
        element.model_copy(update={"owed": owed}) if element.block == "meters" else element for element in plan.elements
    )
    return plan.model_copy(update={"elements": elements})


def send(session: WriteSession, unit: str, month: str, values: dict[str, object]) -> None:
    request = SubmissionRequest(unit=unit, period=month, values=values, note="", reason="", acknowledged={})
    post_submission(session, plan=plan_at(session), principal=BUREAU, request=request, if_match=None)
    session.flush()


def test_a_quarter_s_figure_stands_until_the_next_is_owed(session: WriteSession) -> None:
    load_plan(session, quarterly(Owed.QUARTER), actor="test")
    send(session, "OLD-TOWN", "2024-03", METERS | WATER)
    for month in ("2024-04", "2024-05", "2024-06", "2024-07", "2024-08"):
        send(session, "OLD-TOWN", month, dict(WATER))
    view = view_at(session)
    rates = {(rate.unit_code, rate.period.month): rate for rate in smart(session, wanted={"OLD-TOWN", "LAKESIDE"})}
    own, city = ([rates[unit, month] for month in (3, 4, 5, 6, 7)] for unit in ("OLD-TOWN", "LAKESIDE"))
    assert [rate.value for rate in own] == [40, 40, 40, None, None]  # June was owed and did not come
    assert [rate.units_reported for rate in own] == [1, 1, 1, 0, 0]
    assert [(rate.value, rate.units_reported, rate.units_carried) for rate in city] == [
        (40, 1, 0),
        (40, 1, 0),
        (40, 1, 0),
        (40, 0, 1),  # carried for one month, as the plan says, from the month owed
        (None, 0, 0),
    ]
    indicator = view.plan.indicator_by_code["smart_meter_rate"]
    sent = sent_for(session, view, unit="OLD-TOWN", period=date(2024, 5, 1), indicator=indicator)
    assert sent == date(2024, 3, 1)
    found = counts_of(session, view, unit="OLD-TOWN", sent_for=sent, indicator=indicator)
    assert found == {"households": Decimal(1000), "smart_meters": Decimal(400)}
    assert sent_for(session, view, unit="OLD-TOWN", period=date(2024, 6, 1), indicator=indicator) is None
    judged = progress_by_unit(session, view, month=JudgedMonth.of(date(2024, 5, 1)), units={"OLD-TOWN"})
    assert {one.target_code: one.status for one in judged.progress}["W-1"] is not Status.NO_DATA
    stopped = {row.part: row for row in freshness(session, view, on=date(2024, 9, 11)) if row.unit == "OLD-TOWN"}
    assert (stopped["meters"].since, stopped["meters"].periods) == (date(2024, 6, 1), 1)
    assert "" not in stopped  # its submissions go on


def test_a_single_value_stands_at_the_beginning_of_its_line_until_the_next_is_owed(session: WriteSession) -> None:
    plan = quarterly(Owed.QUARTER)
    targets = tuple(target.model_copy(update={"baseline": None}) for target in plan.targets)
    load_plan(session, plan.model_copy(update={"targets": targets}), actor="test")
    send(session, "OLD-TOWN", "2024-03", METERS | WATER)
    send(session, "OLD-TOWN", "2024-05", dict(WATER))
    for month in (3, 4, 5):
        judged = progress_by_unit(session, view_at(session), month=JudgedMonth.of(date(2024, month, 1)))
        assert judged.of("OLD-TOWN", "W-1").status is Status.ON_TRACK, month  # type: ignore[union-attr]  # it is there


def smart(session: WriteSession, *, wanted: set[str]) -> list[Rate]:
    asked = Wanted(units=wanted, indicators={"smart_meter_rate"})
    return list(rates_by_unit(session, view_at(session), wanted=asked))


def test_what_stands_is_no_point_of_the_pace(session: WriteSession) -> None:
    load_plan(session, quarterly(Owed.QUARTER), actor="test")
    for month, meters in (("2024-03", 400), ("2024-06", 460), ("2024-09", 520)):
        send(session, "OLD-TOWN", month, {**METERS, "smart_meters": meters})
    judged = progress_by_unit(session, view_at(session), month=JudgedMonth.of(date(2024, 9, 1)), units={"OLD-TOWN"})
    pace = {one.target_code: one for one in judged.progress}["W-1"]
    assert pace.present_pace == Fraction(2)  # 6 points a quarter; the months between would have flattened it
    assert pace.projection is not None
    assert pace.projection.points == 3


def missing(session: WriteSession, month: date) -> dict[str, tuple[Reason, date | None, int]]:
    """What is said of whole submissions, by unit."""
    view = view_at(session)
    judged = progress_by_unit(session, view, month=JudgedMonth.of(month))
    found = attention_among(session, view, judged)
    assert found is not None
    things = found.things(judged.some(found.judged_rows))
    return {one.unit_code: (one.reason, one.since, one.months) for one in things if one.verdict is None}


def test_a_month_that_was_not_sent_is_missing_though_a_quarter_s_figure_stands_in_it(session: WriteSession) -> None:
    load_plan(session, quarterly(Owed.QUARTER), actor="test")
    for unit in ("OLD-TOWN", "NORTH-SHORE"):
        send(session, unit, "2024-03", METERS | WATER)
        send(session, unit, "2024-04", dict(WATER))
    send(session, "NORTH-SHORE", "2024-05", dict(WATER))
    found = missing(session, date(2024, 5, 1))
    assert found["OLD-TOWN"] == (Reason.NOT_REPORTED, date(2024, 5, 1), 1)
    assert found["NORTH-SHORE"] == (Reason.UNVERIFIED, None, 0)
    assert found["REED-ISLAND"] == (Reason.STALE, date(2024, 3, 1), 3)  # never, since it exists


def test_who_owes_by_the_quarter_is_missing_from_the_month_owed(session: WriteSession) -> None:
    plan = quarterly(Owed.QUARTER)
    elements = tuple(element.model_copy(update={"owed": Owed.QUARTER}) for element in plan.elements)
    load_plan(session, plan.model_copy(update={"elements": elements}), actor="test")
    for unit in ("OLD-TOWN", "NORTH-SHORE"):
        send(session, unit, "2024-03", METERS | WATER)
    send(session, "NORTH-SHORE", "2024-06", METERS | WATER)
    send(session, "NORTH-SHORE", "2024-07", METERS | WATER)  # which it did not owe
    may, june, july = (missing(session, date(2024, month, 1)).get("OLD-TOWN") for month in (5, 6, 7))
    assert may == (Reason.UNVERIFIED, None, 0)
    assert june == (Reason.NOT_REPORTED, date(2024, 6, 1), 1)
    assert july == (Reason.STALE, date(2024, 6, 1), 2)
    assert missing(session, date(2024, 7, 1))["NORTH-SHORE"] == (Reason.UNVERIFIED, None, 0)


@pytest.mark.parametrize(("owed", "first"), [(Owed.QUARTER, 2022), (Owed.YEAR, 2014)])
def test_of_what_is_owed_seldom_the_owed_months_alone_are_read_for_its_points(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, owed: Owed, first: int
) -> None:
    plan = quarterly(owed)
    document = plan.document.model_copy(update={"first_period": date(first, 1, 1)})
    ahead = {"due_on": date(2030, 12, 31), "verification_window": None}
    targets = tuple(target.model_copy(update=ahead) for target in plan.targets)
    load_plan(session, plan.model_copy(update={"document": document, "targets": targets}), actor="test")
    periods = periods_between(date(first, 1, 1), date(2025, 12, 1))
    sent = [month for month in periods if is_owed(month, owed.months_apart)]
    for place, month in enumerate(sent):
        send(session, "OLD-TOWN", format_period(month), {**METERS, "smart_meters": 400 + place * place})
    whole = progress_by_unit(session, view_at(session), month=JudgedMonth.of(sent[-1]), whole_courses=True)
    monkeypatch.setattr(courses, "_FEW", 0)
    asked: list[int] = []
    spans: list[Span] = []

    def sent_frame(*given: Any, months: Sequence[int], **more: Any) -> pd.DataFrame:
        asked.extend(months)
        return rate_frames.sent_frame(*given, months=months, **more)

    def rate_frame(*given: Any, units: set[str], span: Span, **more: Any) -> pd.DataFrame:
        spans.extend([span] if "OLD-TOWN" in units and "LAKESIDE" not in units else [])
        return rate_frames.rate_frame(*given, units=units, span=span, **more)

    monkeypatch.setattr(courses, "sent_frame", sent_frame)
    monkeypatch.setattr(courses, "rate_frame", rate_frame)
    judged = progress_by_unit(session, view_at(session), month=JudgedMonth.of(sent[-1]))
    assert judged.progress == whole.progress
    assert judged.of("OLD-TOWN", "W-1").points == 6  # type: ignore[union-attr]  # it is there
    assert len(asked) == POINTS
    assert all(is_owed(period_numbered(month), owed.months_apart) for month in asked)
    assert all(span.first >= add_months(sent[-1], -POINTS) for span in spans)


def test_a_month_that_owes_nothing_is_not_expected_and_not_judged_by_default(session: WriteSession) -> None:
    plan = plan_in(LAKESIDE)
    yearly = tuple(element.model_copy(update={"owed": Owed.YEAR}) for element in plan.elements)
    load_plan(session, plan.model_copy(update={"elements": yearly}), actor="test")
    plan = plan_at(session)
    assert [row.required for row in expected_submissions(plan, date(2024, 11, 1))] == [False, False, False]
    assert [row.required for row in expected_submissions(plan, date(2024, 12, 1))] == [True, True, True]
    send(session, "OLD-TOWN", "2023-12", METERS | WATER)
    send(session, "NORTH-SHORE", "2024-02", METERS | WATER)
    view = view_at(session)
    counts = month_counts(session, view, first=date(2023, 12, 1), last=date(2024, 2, 1))
    assert [(month.expected, month.sent) for month in counts] == [(2, 1), (0, 0), (0, 0)]
    judged = judged_by_default(session, view).month
    assert judged is not None
    assert judged.period == date(2023, 12, 1)
    assert last_owed(date(2024, 2, 1), 12) == date(2023, 12, 1)
