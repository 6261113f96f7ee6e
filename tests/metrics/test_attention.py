"""What needs attention: each thing once, under its most urgent reason, in the order in which it is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from dashboard.locale import speaking
from dashboard.words.figures import status_word
from metrics.attention import REASON_TEXTS, Reason
from metrics.results import Light, Override, Progress, Rate, Status
from metrics.submission_states import State
from tests.attention_oracle import attention, unreported_months
from tests.metrics.test_progress import a_target, verdict
from tests.metrics.test_roll_up import a_unit

UNITS = (a_unit("a"), a_unit("b"), a_unit("zone", figures_required=False))
MONTHS = [date(2019, month, 1) for month in (7, 8, 9)]


def course(unit: str, *reported: bool, indicator: str = "rate", state: State = State.VERIFIED) -> list[Rate]:
    """The last months up to September: reported or not."""
    return [
        Rate(unit, month, indicator, 50, 100, Fraction(50), state, 1, 0, 1)
        if there
        else Rate(unit, month, indicator, None, None, None, State.NOT_REPORTED, 0, 0, 1)
        for month, there in zip(MONTHS[-len(reported) :], reported, strict=True)
    ]


def overdue(unit: str = "a") -> Progress:
    target = a_target(due_on="2019-06-30", verification_window=None)
    return verdict(target, {"2019-09": 50}, on="2019-09-30", unit=unit)


def by_hand(found: Progress, light: Light) -> Progress:
    said = Override(light, found.light, "已核实", "han", datetime(2019, 10, 1, tzinfo=UTC), 9)
    return replace(found, light=light, override=said)


def reasons(progress: list[Progress], **more: object) -> list[tuple[Reason, str]]:
    courses = {("a", "rate"): course("a", True, True), ("b", "rate"): course("b", True, True)}
    found = attention(progress, courses, units=UNITS, targets={"T"}, **more)  # type: ignore[arg-type] # as given
    return [(one.reason, one.unit_code) for one in found]


def test_verdicts_stand_by_urgency_then_in_display_order() -> None:
    behind = verdict(a_target(), {"2019-08": 50, "2019-09": 50}, on="2019-09-30", unit="a")
    assert behind.status is Status.BEHIND
    assert reasons([behind, overdue("b")]) == [(Reason.OVERDUE, "b"), (Reason.BEHIND, "a")]
    assert reasons([overdue("a"), overdue("b")]) == [(Reason.OVERDUE, "a"), (Reason.OVERDUE, "b")]


def test_a_light_that_was_not_red_the_month_before_is_newly_red_since_the_month_judged() -> None:
    courses = {("a", "rate"): course("a", True, True)}
    found = attention([overdue()], courses, units=UNITS, targets={"T"}, before={("a", "T"): Light.AMBER})
    assert [(one.reason, one.since) for one in found] == [(Reason.NEWLY_RED, date(2019, 9, 1))]
    assert reasons([overdue()], before={("a", "T"): Light.RED}) == [(Reason.OVERDUE, "a")]


@pytest.mark.parametrize("light", [Light.AMBER, Light.GREEN, Light.GREY])
def test_a_light_set_by_hand_is_listed_and_the_verdict_stays_what_the_rules_say(light: Light) -> None:
    found = by_hand(overdue(), light)
    both = [(Reason.OVERDUE, "a"), (Reason.SET_BY_HAND, "a")]
    assert reasons([found]) == both
    assert reasons([found], before={("a", "T"): Light.AMBER}) == [(Reason.NEWLY_RED, "a"), both[1]]
    met = verdict(a_target(), {"2019-09": 61}, on="2019-09-30", unit="a")
    assert reasons([by_hand(met, Light.RED)], before={("a", "T"): Light.GREEN}) == both[1:]


def test_targets_and_units_that_are_not_asked_for_are_left_out() -> None:
    assert reasons([overdue("city"), replace(overdue(), target_code="other")]) == []


def test_what_is_met_needs_no_attention() -> None:
    assert reasons([verdict(a_target(), {"2019-09": 61}, on="2019-09-30", unit="a")]) == []


def test_a_unit_that_owes_its_submission_is_listed_once_after_the_verdicts() -> None:
    courses = {
        ("a", "rate"): course("a", True, False, False),
        ("a", "other"): course("a", True, False, False, indicator="other"),
        ("b", "rate"): course("b", True, True, False),
        ("zone", "rate"): course("zone", True, False, False),
    }
    found = attention([], courses, units=UNITS, targets={"T"})
    assert [(one.reason, one.unit_code, one.since, one.months) for one in found] == [
        (Reason.STALE, "a", date(2019, 8, 1), 2),
        (Reason.NOT_REPORTED, "b", date(2019, 9, 1), 1),
    ]


def test_one_target_left_out_for_months_by_a_unit_that_reports_is_a_verdict_of_its_own() -> None:
    missing = verdict(a_target(), {"2019-07": 61}, on="2019-09-30", unit="a")
    courses = {("a", "rate"): course("a", True, False, False), ("a", "other"): course("a", True, True, True)}
    (found,) = attention([missing], courses, units=UNITS, targets={"T"})
    assert (found.reason, found.verdict, found.since, found.months) == (Reason.STALE, missing, date(2019, 8, 1), 2)


@pytest.mark.parametrize(
    ("state", "reason"),
    [(State.SENT_BACK, [Reason.SENT_BACK]), (State.SUBMITTED, [Reason.UNVERIFIED]), (State.VERIFIED, [])],
)
def test_a_submission_that_is_in_waits_for_its_check(state: State, reason: list[Reason]) -> None:
    found = attention([], {("a", "rate"): course("a", True, state=state)}, units=UNITS, targets={"T"})
    assert [one.reason for one in found] == reason


def test_months_since_anything_was_reported() -> None:
    assert unreported_months([course("a", True, False, False), course("a", True, True, False)]) == [MONTHS[2]]
    assert unreported_months([course("a", False, False)]) == MONTHS[1:]
    assert unreported_months([]) == []


def test_of_a_month_after_the_newest_known_one_nobody_has_reported() -> None:
    courses = {("a", "rate"): course("a", True, True, True), ("b", "rate"): course("b", True, True, False)}
    found = attention([], courses, units=UNITS, targets={"T"}, until=date(2019, 10, 1))
    assert [(one.reason, one.unit_code, one.since, one.months) for one in found] == [
        (Reason.STALE, "b", date(2019, 9, 1), 2),
        (Reason.NOT_REPORTED, "a", date(2019, 10, 1), 1),
    ]


def test_of_a_month_of_which_nothing_is_known_nobody_has_reported() -> None:
    found = attention([], {}, units=UNITS, targets={"T"}, until=MONTHS[0])
    assert [(one.reason, one.unit_code, one.since) for one in found] == [
        (Reason.NOT_REPORTED, "a", MONTHS[0]),
        (Reason.NOT_REPORTED, "b", MONTHS[0]),
    ]


def test_what_fell_due_unjudged_stands_between_what_is_red_and_what_is_behind() -> None:
    behind = verdict(a_target(), {"2019-08": 50, "2019-09": 50}, on="2019-09-30", unit="a")
    due = verdict(a_target(due_on="2019-10-31"), {"2019-09": 50}, on="2019-09-30", unit="city")
    courses = {("a", "rate"): course("a", True), ("b", "rate"): course("b", True)}
    found = attention([behind, overdue("b")], courses, units=UNITS, targets={"T"}, fell_due=[due])
    assert [(one.reason, one.unit_code, one.since) for one in found] == [
        (Reason.OVERDUE, "b", None),
        (Reason.DUE_UNJUDGED, "city", date(2019, 10, 1)),
        (Reason.BEHIND, "a", None),
    ]


def test_a_unit_that_never_reported_has_not_since_the_first_known_month() -> None:
    (found,) = attention([], {("a", "rate"): course("a", False, False)}, units=UNITS, targets={"T"}, first=MONTHS[0])
    assert (found.reason, found.since, found.months) == (Reason.STALE, MONTHS[0], 3)


@pytest.mark.parametrize("status", [Status.OVERDUE, Status.RECTIFYING, Status.BEHIND])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reason_that_is_a_status_has_its_word(status: Status, language: str) -> None:
    with speaking(language):
        assert REASON_TEXTS[Reason(status.value)].in_language(language) == status_word(status)
    assert REASON_TEXTS.keys() == set(Reason)
