"""Who is to confirm a report on a task, and what a state allows whom."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from metrics.errors import Conflict
from metrics.supervision.task_checks import (
    CheckAction,
    CheckState,
    CheckStep,
    after,
    confirming_units,
    leading_units,
    possible,
    state_of,
)
from tests.metrics.test_task_reports import plan, task

LEAD, REVIEW = CheckStep.LEAD, CheckStep.REVIEW
CONFIRM, SEND_BACK = CheckAction.CONFIRM, CheckAction.SEND_BACK


@dataclass(frozen=True)
class Taken:
    step: CheckStep
    action: CheckAction


def test_who_leads_is_read_from_the_plan_and_nobody_confirms_their_own() -> None:
    zones = ("ZQ-HITECH", "ZQ-NEW")
    assert leading_units(plan(), task(6)) == ("441200-SELF",)  # two bureaus
    assert leading_units(plan(), task(4))[:2] == ("441200-SELF", "441202")  # all departments, all counties, two zones
    assert set(zones) < set(leading_units(plan(), task(4)))
    assert confirming_units(plan(), task(1), "441202") == ("441200-SELF",)
    assert confirming_units(plan(), task(1), "441200-SELF") == ()
    assert confirming_units(plan(), task(4), "441202") == ()


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), CheckState.REPORTED),
        (((LEAD, CONFIRM),), CheckState.LEAD_CONFIRMED),
        (((LEAD, CONFIRM), (REVIEW, CONFIRM)), CheckState.CONFIRMED),
        (((LEAD, CONFIRM), (LEAD, SEND_BACK)), CheckState.SENT_BACK),
        (((LEAD, SEND_BACK), (REVIEW, CONFIRM)), CheckState.CONFIRMED),
        (((REVIEW, CONFIRM), (REVIEW, SEND_BACK)), CheckState.SENT_BACK),
    ],
)
def test_the_steps_are_taken_one_after_the_other(
    steps: tuple[tuple[CheckStep, CheckAction], ...], state: CheckState
) -> None:
    assert state_of(Taken(*step) for step in steps) is state


def test_what_is_not_possible_is_refused_and_nothing_else() -> None:
    for state in CheckState:
        for step in CheckStep:
            allowed = {way.action for way in possible(state, step, lead_owed=True)}
            for action in CheckAction:
                if action in allowed:
                    assert after(state, step, action) is not state
                else:
                    with pytest.raises(Conflict, match="that state does not allow"):
                        after(state, step, action)


def test_a_reviewer_who_does_not_wait_for_the_lead_unit_says_why() -> None:
    def needs(state: CheckState, step: CheckStep, *, lead_owed: bool) -> dict[CheckAction, bool]:
        return {way.action: way.reason_required for way in possible(state, step, lead_owed=lead_owed)}

    assert needs(CheckState.REPORTED, REVIEW, lead_owed=True) == {CONFIRM: True, SEND_BACK: True}
    assert needs(CheckState.REPORTED, REVIEW, lead_owed=False) == {CONFIRM: False, SEND_BACK: True}
    assert needs(CheckState.REPORTED, LEAD, lead_owed=True) == {CONFIRM: False, SEND_BACK: True}
    assert needs(CheckState.LEAD_CONFIRMED, REVIEW, lead_owed=True) == {CONFIRM: False, SEND_BACK: True}
    assert needs(CheckState.SENT_BACK, REVIEW, lead_owed=False) == {CONFIRM: True}
