"""Which checks are run, which may be excepted, and how what fired is told."""

from __future__ import annotations

import pytest

from metrics.checks import CheckWarning, acknowledgement_problems, run_checks, unexcepted
from metrics.comparisons import Compared
from metrics.errors import Message
from metrics.plan.model import Indicator
from tests.metrics.test_checks import PLAN, fired, numbers, run


def test_only_the_checks_that_are_asked_for_are_run_and_only_for_their_indicators() -> None:
    now = numbers(items_instant=349, items_online=840, materials_current=5001)
    compared = Compared(now=now, posted=frozenset(now), before=numbers())
    instant = PLAN.indicator_by_code["instant_rate"]

    def ran(only: dict[str, list[Indicator]] | None) -> list[tuple[str, str | None]]:
        _, warnings = run_checks(PLAN, compared, acknowledged={}, only=only)
        return [(warning.code, warning.indicator) for warning in warnings]

    every = ran(None)
    fell = [found for found in every if found[0] == "rate_fell"]
    assert len(fell) > 1
    assert ("materials_grew", None) in every
    assert ran({"rate_fell": [instant], "materials_grew": []}) == [
        *(found for found in every if found in (("rate_fell", "instant_rate"), ("materials_grew", None))),
    ]
    assert ran({"rate_fell": []}) == []
    assert ran({}) == []


def test_an_error_is_refused_where_it_stands_and_a_warning_excepts_nothing() -> None:
    problems, _ = run(numbers(items_licensing=401))
    assert [(problem.code, problem.pointer) for problem in problems] == [("categories_sum", "/values/items_licensing")]
    _, warnings = run(numbers(materials_current=5001, items_instant=349), before=numbers(), first=numbers())
    assert {warning.excepted for warning in warnings} == {False}
    gone = numbers(systems_due=0, systems_connected=0)
    compared = Compared(now=gone, posted=frozenset(gone), last=numbers())
    (refused,), _ = run_checks(PLAN, compared, acknowledged={"denominator_vanished": "停用"})
    assert (refused.code, refused.pointer) == ("denominator_vanished", "/values/systems_due")
    pointers = {warning.code: warning.as_problem().pointer for warning in warnings}
    assert (pointers["materials_grew"], pointers["rate_fell"]) == ("/values/materials_current", "/values")
    assert unexcepted(warnings) == []


@pytest.mark.parametrize(("excepted", "reason", "missing"), [(True, None, 1), (True, "停用", 0), (False, None, 0)])
def test_an_excepted_error_needs_its_reason_and_a_warning_does_not(
    excepted: bool, reason: str | None, missing: int
) -> None:
    message = Message("分母归零。", "The denominator is gone.")
    warning = CheckWarning("denominator_vanished", "systems_due", None, "12 → 0", message, reason, excepted=excepted)
    found = [(problem.code, problem.pointer, problem.given) for problem in unexcepted([warning])]
    assert found == [("denominator_vanished", "/values/systems_due", "12 → 0")] * missing
    plain = CheckWarning("denominator_vanished", "systems_due", None, "12 → 0", message, None)
    assert not plain.excepted


def test_a_comparison_for_equality_fires_on_either_side_and_one_for_order_on_one() -> None:
    for change in (399, 401):
        assert "categories_sum" in fired(run(numbers(items_licensing=change)))
    assert "online_within_total" not in fired(run(numbers(items_online=1000)))
    assert "online_within_total" not in fired(run(numbers(items_online=999)))


def test_the_message_names_the_element_and_the_indicator() -> None:
    _, warnings = run(numbers(items_instant=349, systems_due=13), before=numbers(systems_due=10))
    moved = next(warning for warning in warnings if warning.element == "systems_due")
    fell = next(warning for warning in warnings if warning.indicator == "instant_rate")
    element, indicator = PLAN.element_by_code["systems_due"].name, PLAN.indicator_by_code["instant_rate"].name
    assert (element.zh in moved.message.zh, element.en in moved.message.en) == (True, True)
    assert (indicator.zh in fell.message.zh, indicator.en in fell.message.en) == (True, True)
    assert (fell.element, moved.indicator) == (None, None)


def test_what_was_given_for_an_unknown_check_is_shown_short() -> None:
    (unknown,) = acknowledgement_problems(PLAN, {"x" * 200: "理由"})
    assert unknown.given == "x" * 100 + "…"
    (blank,) = acknowledgement_problems(PLAN, {"materials_grew": "  "})
    assert blank.given == "  "
    assert acknowledgement_problems(PLAN, {"materials_grew": "新增证明"}) == []
