"""What is listed of a few units in whole columns, and where each reason begins and ends, computed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from metrics.attention import Reason
from metrics.periods import JudgedMonth, add_months, month_number
from metrics.plan.model import Target
from metrics.results import Light, Rate
from metrics.submission_states import State
from metrics.verdicts.attention_table import Watched, attention_table
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.verdict_table import SIGNALS
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate, no_rate
from tests.metrics.verdicts.test_verdict_table import PLAN, START

UNITS = [unit.code for unit in PLAN.reporting_units]
ONLINE, FULL, DAYS = "online_rate", "full_online_rate", "startup_time"
SEPTEMBER = date(2019, 9, 1)
END = month_number(SEPTEMBER)


def an_aim(code: str = "T", threshold: str = "70", **changes: object) -> Target:
    base: dict[str, object] = {"code": code, "indicator": ONLINE, "due_on": None, "verification_window": None}
    return a_target(threshold=threshold, **base | changes)  # type: ignore[arg-type]


def months(unit: str, indicator: str, *reported: int | None, state: State = State.VERIFIED) -> list[Rate]:
    """The months up to September 2019, per cent; None for one that was not reported."""
    return [
        no_rate(unit, indicator, add_months(SEPTEMBER, place - len(reported) + 1))
        if above is None
        else a_rate(
            PLAN, unit, indicator, add_months(SEPTEMBER, place - len(reported) + 1), above, 100, 1, 0, 1, state=state
        )
        for place, above in enumerate(reported)
    ]


def listed(*courses: list[Rate], judged: Sequence[Target] = (), **changes: Any) -> list[tuple[object, ...]]:
    """(reason, unit, target, since, months) of what is listed."""
    aims = tuple(judged) or (an_aim(),)
    known = {(course[0].unit_code, course[0].indicator_code): course for course in courses}
    judgement = Judgement(changes.pop("plan", PLAN), aims, JudgedMonth.of(SEPTEMBER), known)
    table = replace(judgement.in_columns(), by_hand=changes.pop("by_hand", {}))
    found = attention_table(
        Watched(
            **{
                "verdicts": table,
                "units": PLAN.reporting_units,
                "targets": [target.code for target in aims],
                "last_reported": table.known.last_reported,
                "told_each": 1,
                "first": START,
                "until": None,
                "before": np.full(len(table), -1),
            }
            | changes  # type: ignore[arg-type]
        )
    )
    things = found.things(single_verdicts(table.only(found.judged_rows)))
    return [
        (one.reason, one.unit_code, one.verdict and one.verdict.target_code, one.since, one.months) for one in things
    ]


def met(*units: str, indicator: str = ONLINE) -> list[list[Rate]]:
    return [months(unit, indicator, 80) for unit in units]


def test_what_is_met_verified_and_in_time_is_not_listed() -> None:
    assert listed(*met(*UNITS)) == []


@pytest.mark.parametrize(
    ("course", "reason"),
    [((60, 60), None), ((60, 59), Reason.BEHIND), ((70, 69), Reason.REGRESSED), ((69, 70), None)],
)
def test_each_verdict_stands_under_its_reason(course: tuple[int, ...], reason: Reason | None) -> None:
    found = listed(months(UNITS[0], ONLINE, *course), *met(*UNITS[1:]))
    assert found == ([] if reason is None else [(reason, UNITS[0], "T", None, 0)])


@pytest.mark.parametrize(
    ("due_on", "window", "reason"),
    [
        ("2019-09-30", None, Reason.BEHIND),
        ("2019-08-31", None, Reason.OVERDUE),
        ("2019-08-31", "2019-09-30", Reason.RECTIFYING),
    ],
)
def test_around_a_due_date(due_on: str, window: str | None, reason: Reason) -> None:
    aim = an_aim(due_on=due_on, verification_window=window and {"start": "2019-09-01", "end": window})
    found = listed(months(UNITS[1], ONLINE, 60, 60), *met(UNITS[0], UNITS[2]), judged=[aim])
    assert found == [(reason, UNITS[1], "T", None, 0)]


@pytest.mark.parametrize(
    ("before", "reason", "since"),
    [
        (Light.GREEN, Reason.NEWLY_RED, SEPTEMBER),
        (Light.RED, Reason.OVERDUE, None),
        (None, Reason.OVERDUE, None),
    ],
)
def test_a_light_is_newly_red_if_it_is_known_not_to_have_been(
    before: Light | None, reason: Reason, since: date | None
) -> None:
    known = np.full(4, -1 if before is None else SIGNALS.index(before))
    aim = an_aim(due_on="2019-08-31")
    found = listed(months(UNITS[1], ONLINE, 60), *met(UNITS[0], UNITS[2]), judged=[aim], before=known)
    assert found == [(reason, UNITS[1], "T", since, 0)]


def test_a_rise_by_a_shrinking_denominator_stands_last_among_verdicts() -> None:
    period, aim = add_months(SEPTEMBER, -1), an_aim(baseline={"on": "2019-01-31", "value": "60"})
    shrunk = [
        a_rate(PLAN, UNITS[0], ONLINE, period, 80, 100, 1, 0, 1, state=State.VERIFIED),
        a_rate(PLAN, UNITS[0], ONLINE, SEPTEMBER, 80, 90, 1, 0, 1, state=State.VERIFIED),
    ]
    assert listed(shrunk, *met(*UNITS[1:]), judged=[aim]) == [(Reason.DENOMINATOR_WATCH, UNITS[0], "T", None, 0)]
    high = an_aim(threshold="100", baseline={"on": "2019-01-31", "value": "90"})
    assert listed(shrunk, *met(*UNITS[1:]), judged=[high])[0] == (Reason.BEHIND, UNITS[0], "T", None, 0)


@pytest.mark.parametrize(
    ("online", "other", "found"),
    [
        ((80, None), (80, 80), []),
        ((80, None, None), (80, 80, 80), [(Reason.STALE, UNITS[0], "T", date(2019, 8, 1), 2)]),
        ((80, None, None), (80, 80, None), [
            (Reason.STALE, UNITS[0], "T", date(2019, 8, 1), 2),
            (Reason.NOT_REPORTED, UNITS[0], None, SEPTEMBER, 1),
        ]),
        ((80, None, None), (80, None, None), [(Reason.STALE, UNITS[0], None, date(2019, 8, 1), 2)]),
        ((80, None, None, None), (80, 80, 80, 80), [(Reason.STALE, UNITS[0], "T", date(2019, 7, 1), 3)]),
        ((None, None, None), (80, 80, 80), []),  # never reported: it left nothing out
    ],
)  # fmt: skip
def test_a_target_that_a_reporting_unit_left_out_for_months(
    online: tuple[int | None, ...], other: tuple[int | None, ...], found: list[tuple[object, ...]]
) -> None:
    full = an_aim("F", threshold="1", indicator=FULL)
    courses = [months(UNITS[0], ONLINE, *online), months(UNITS[0], FULL, *other)]
    assert listed(*courses, *met(*UNITS[1:]), judged=[an_aim(), full]) == found


@pytest.mark.parametrize(
    ("course", "until", "found"),
    [
        ((80, None), None, [(Reason.NOT_REPORTED, SEPTEMBER, 1)]),
        ((80, None, None), None, [(Reason.STALE, date(2019, 8, 1), 2)]),
        ((80, 80), date(2019, 10, 1), [(Reason.NOT_REPORTED, date(2019, 10, 1), 1)]),
        ((80, 80), date(2019, 11, 1), [(Reason.STALE, date(2019, 10, 1), 2)]),
        ((80, None), date(2019, 10, 1), [(Reason.STALE, SEPTEMBER, 2)]),
        ((None, None), None, [(Reason.STALE, START, 9)]),  # since the first known month
        ((None, None), date(2019, 11, 1), [(Reason.STALE, START, 11)]),
    ],
)
def test_a_unit_owes_what_it_did_not_report(
    course: tuple[int | None, ...], until: date | None, found: list[tuple[object, ...]]
) -> None:
    owing = [one for one in listed(months(UNITS[1], ONLINE, *course), until=until) if one[1] == UNITS[1]]
    assert owing == [(reason, UNITS[1], None, since, months) for reason, since, months in found]


@pytest.mark.parametrize(
    ("first", "until", "since", "count"),
    [
        (SEPTEMBER, None, SEPTEMBER, 1),
        (None, None, None, 0),
        (None, date(2019, 11, 1), date(2019, 11, 1), 1),
        (date(2019, 10, 1), None, None, 0),  # of the month judged nothing is known
        (date(2019, 10, 1), date(2019, 10, 1), date(2019, 10, 1), 1),
    ],
)
def test_a_unit_that_never_reported_owes_since_the_first_known_month(
    first: date | None, until: date | None, since: date | None, count: int
) -> None:
    found = listed(judged=[an_aim()], first=first, until=until)
    reason = Reason.STALE if count >= 2 else Reason.NOT_REPORTED
    assert found == [(reason, unit, None, since, count) for unit in UNITS if count]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"valid_from": date(2019, 7, 15)}, [(Reason.STALE, date(2019, 7, 1), 3)]),
        ({"valid_from": date(2019, 11, 1)}, []),
        ({"figures_required": False}, []),
    ],
)
def test_a_unit_owes_since_it_exists_and_only_if_it_has_to_report(
    changes: dict[str, object], found: list[tuple[object, ...]]
) -> None:
    units = tuple(unit.model_copy(update=changes) if unit.code == UNITS[2] else unit for unit in PLAN.units)
    plan = a_plan(units=units)
    own = [one for one in listed(plan=plan, units=plan.reporting_units) if one[1] == UNITS[2]]
    assert own == [(reason, UNITS[2], None, since, count) for reason, since, count in found]


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ((State.VERIFIED, State.SUBMITTED), Reason.UNVERIFIED),
        ((State.SUBMITTED, State.SENT_BACK), Reason.SENT_BACK),
        ((State.SENT_BACK, State.VERIFIED), Reason.SENT_BACK),
    ],
)
def test_a_submission_that_waits_is_listed_once(states: tuple[State, State], reason: Reason | None) -> None:
    own = [months(UNITS[0], one, 80, state=state) for one, state in zip((ONLINE, FULL), states, strict=True)]
    aims = [an_aim(), an_aim("F", indicator=FULL)]
    found = listed(*own, *met(*UNITS[1:]), *met(*UNITS[1:], indicator=FULL), judged=aims)
    assert found == ([] if reason is None else [(reason, UNITS[0], None, None, 0)])


def test_only_the_month_judged_and_what_tells_who_reported_counts_as_the_submission() -> None:
    (earlier, _), now = months(UNITS[0], ONLINE, 80, 80, state=State.SENT_BACK), months(UNITS[0], ONLINE, 80)
    assert listed([earlier, *now], *met(*UNITS[1:])) == []
    sent_back = months(UNITS[0], FULL, 80, state=State.SENT_BACK)
    places = [one.code for one in PLAN.indicators]
    table = Judgement(
        PLAN, (an_aim(),), JudgedMonth.of(SEPTEMBER), {(UNITS[0], ONLINE): now, (UNITS[0], FULL): sent_back}
    ).in_columns()
    counted = table.known.last_reported.copy()
    counted[:, places.index(FULL)] = -1
    others = met(*UNITS[1:])
    assert listed(now, sent_back, *others)[-1] == (Reason.SENT_BACK, UNITS[0], None, None, 0)
    everyone = counted.copy()
    everyone[2:4, places.index(ONLINE)] = END
    assert listed(now, sent_back, *others, last_reported=everyone) == []


def test_units_stand_as_displayed_and_those_not_asked_for_not_at_all() -> None:
    courses = [months(unit, ONLINE, 60, 59) for unit in UNITS]
    by_code = PLAN.unit_by_code
    assert [one[1] for one in listed(*courses, units=[by_code[UNITS[2]], by_code[UNITS[0]]])] == [UNITS[2], UNITS[0]]
    assert [one[2] for one in listed(*courses, judged=[an_aim(), an_aim("U")], units=[by_code[UNITS[0]]])] == [
        "T",
        "U",
    ]


def test_the_first_row_counts_and_a_unit_that_adds_up_others_owes_nothing() -> None:
    behind = months(PLAN.root.code, ONLINE, 60, 59)
    assert listed(behind, units=[PLAN.root]) == [(Reason.BEHIND, PLAN.root.code, "T", None, 0)]
    assert listed(units=[PLAN.root]) == []
    assert listed(*met(UNITS[0]), units=[PLAN.unit_by_code[UNITS[0]]]) == []


def test_a_target_that_is_not_asked_for_is_left_out() -> None:
    courses = [months(unit, ONLINE, 60, 59) for unit in UNITS]
    found = listed(*courses, judged=[an_aim(), an_aim("U")], targets=["U"])
    assert [one[1:3] for one in found] == [(unit, "U") for unit in UNITS]


def test_a_light_set_by_hand_is_a_thing_of_its_own_after_what_is_behind() -> None:
    courses = [months(UNITS[0], ONLINE, 60, 59), *met(*UNITS[1:])]
    found = listed(*courses, by_hand={1: Light.GREEN, 0: Light.RED, 3: Light.RED})
    assert found == [
        (Reason.BEHIND, UNITS[0], "T", None, 0),
        (Reason.SET_BY_HAND, UNITS[0], "T", None, 0),
        (Reason.SET_BY_HAND, UNITS[2], "T", None, 0),
    ]


def test_what_fell_due_stands_by_its_reason_with_its_month() -> None:
    due = [an_aim("D1", due_on="2019-10-15"), an_aim("D2", due_on="2019-11-30")]
    known = {(UNITS[0], ONLINE): months(UNITS[0], ONLINE, 60)}
    judged = Judgement(PLAN, (*due, an_aim("D3")), JudgedMonth.of(SEPTEMBER), known).in_columns()
    verdicts = [one for one in single_verdicts(judged) if one.unit_code in (UNITS[0], PLAN.root.code)]
    found = listed(*met(*UNITS), fell_due=verdicts)
    assert found == [
        (Reason.DUE_UNJUDGED, PLAN.root.code, "D1", date(2019, 10, 1), 0),
        (Reason.DUE_UNJUDGED, PLAN.root.code, "D2", date(2019, 11, 1), 0),
        (Reason.DUE_UNJUDGED, UNITS[0], "D1", date(2019, 10, 1), 0),
        (Reason.DUE_UNJUDGED, UNITS[0], "D2", date(2019, 11, 1), 0),
    ]


def test_counts_and_the_first_of_each_keep_verdicts_and_submissions_apart() -> None:
    stale = [months(UNITS[0], ONLINE, 80, None, None), months(UNITS[0], FULL, 80, 80, 80)]
    owing = [months(UNITS[1], ONLINE, 80, None, None), months(UNITS[2], ONLINE, 80, None, None)]
    known = {(course[0].unit_code, course[0].indicator_code): course for course in [*stale, *owing]}
    table = Judgement(PLAN, (an_aim(),), JudgedMonth.of(SEPTEMBER), known).in_columns()
    last, none = table.known.last_reported, np.full(len(table), -1)
    found = attention_table(Watched(table, PLAN.reporting_units, ["T"], last, 1, START, None, none))
    assert found.counts == {(Reason.STALE, True): 1, (Reason.STALE, False): 2}
    first = found.first_of_each(1)
    assert (first.unit.tolist(), first.row.tolist(), first.months.tolist()) == ([1, 2], [1, -1], [2, 2])
    assert len(found.first_of_each(2)) == 3
    assert found.only(slice(1, 2)).unit.tolist() == [2]
