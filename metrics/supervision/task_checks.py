"""How a task report is confirmed: by the unit that leads the task, then by a reviewer; and what that makes of it. Pure.

Each step is about one revision of a report. A revised report is a new one: what was confirmed of the earlier is void.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from metrics.errors import Conflict, Message
from metrics.plan.model import Plan, Task, UnitKind


class CheckStep(StrEnum):
    """Who takes a step: a unit that leads the task, or the bureau."""

    LEAD = "lead"
    REVIEW = "review"


class CheckAction(StrEnum):
    CONFIRM = "confirm"
    SEND_BACK = "return"


class CheckState(StrEnum):
    """How far a report is confirmed."""

    REPORTED = "reported"  # 待确认
    LEAD_CONFIRMED = "lead_confirmed"  # 牵头单位已确认
    CONFIRMED = "confirmed"  # 已确认
    SENT_BACK = "returned"  # 退回
    SUPERSEDED = "superseded"  # 已被修订: whatever was confirmed of it is void


WORDS: Mapping[CheckState, Message] = {
    CheckState.REPORTED: Message("待确认", "waiting to be confirmed"),
    CheckState.LEAD_CONFIRMED: Message("牵头单位已确认", "confirmed by the lead unit"),
    CheckState.CONFIRMED: Message("已确认", "confirmed"),
    CheckState.SENT_BACK: Message("退回", "sent back"),
    CheckState.SUPERSEDED: Message("已被修订", "revised since"),
}

_AFTER: Mapping[tuple[CheckState, CheckStep, CheckAction], CheckState] = {
    (CheckState.REPORTED, CheckStep.LEAD, CheckAction.CONFIRM): CheckState.LEAD_CONFIRMED,
    (CheckState.REPORTED, CheckStep.LEAD, CheckAction.SEND_BACK): CheckState.SENT_BACK,
    (CheckState.LEAD_CONFIRMED, CheckStep.LEAD, CheckAction.SEND_BACK): CheckState.SENT_BACK,
    (CheckState.REPORTED, CheckStep.REVIEW, CheckAction.CONFIRM): CheckState.CONFIRMED,
    (CheckState.REPORTED, CheckStep.REVIEW, CheckAction.SEND_BACK): CheckState.SENT_BACK,
    (CheckState.LEAD_CONFIRMED, CheckStep.REVIEW, CheckAction.CONFIRM): CheckState.CONFIRMED,
    (CheckState.LEAD_CONFIRMED, CheckStep.REVIEW, CheckAction.SEND_BACK): CheckState.SENT_BACK,
    (CheckState.CONFIRMED, CheckStep.REVIEW, CheckAction.SEND_BACK): CheckState.SENT_BACK,
    (CheckState.SENT_BACK, CheckStep.REVIEW, CheckAction.CONFIRM): CheckState.CONFIRMED,
}
"""Every step that is not here is refused."""
UNDECIDED = frozenset({CheckState.REPORTED, CheckState.LEAD_CONFIRMED})


class Check(Protocol):
    """A step as it was taken."""

    @property
    def step(self) -> CheckStep: ...
    @property
    def action(self) -> CheckAction: ...


@dataclass(frozen=True, slots=True)
class Possible:
    """A step that may be taken now. `reason_required`: it goes past the lead unit, or sends back."""

    action: CheckAction
    reason_required: bool


def state_of(checks: Iterable[Check]) -> CheckState:
    """What the steps on one revision have come to, in the order in which they were taken."""
    state = CheckState.REPORTED
    for check in checks:
        state = _AFTER.get((state, check.step, check.action), state)
    return state


def possible(state: CheckState, step: CheckStep, *, lead_owed: bool) -> tuple[Possible, ...]:
    """What may be done now; `lead_owed`: a lead unit other than the reporting one is to confirm first."""
    past_the_lead = state is CheckState.SENT_BACK or (lead_owed and state is CheckState.REPORTED)
    return tuple(
        Possible(action, action is CheckAction.SEND_BACK or (past_the_lead and step is CheckStep.REVIEW))
        for action in CheckAction
        if (state, step, action) in _AFTER
    )


def after(state: CheckState, step: CheckStep, action: CheckAction) -> CheckState:
    """What `action` makes of `state`. Raises Conflict `task_check_forbidden` where it may not be done."""
    found = _AFTER.get((state, step, action))
    if found is None:
        word = WORDS[state]
        raise Conflict(
            "task_check_forbidden",
            Message(
                f"该任务月报当前为“{word.zh}”,不能执行此操作。",
                f"The report is {word.en}; that state does not allow this.",
            ),
        )
    return found


def leading_units(plan: Plan, task: Task) -> tuple[str, ...]:
    """The reporting units that lead the task: collectives expanded, a bureau as the city departments."""
    codes: set[str] = set()
    for lead in task.leads:
        body = plan.department_by_code.get(lead.code)
        if lead.code in plan.unit_by_code:
            codes.add(lead.code)
        elif body is not None and body.expands_to:
            codes.update(body.expands_to)
        else:
            codes.update(unit.code for unit in plan.reporting_units if unit.kind is UnitKind.CITY_DEPARTMENTS)
    return tuple(unit.code for unit in plan.reporting_units if unit.code in codes)


def confirming_units(plan: Plan, task: Task, unit: str) -> tuple[str, ...]:
    """The lead units of which one is to confirm what `unit` reports; none where it leads the task itself.

    `unit` may be a department; others than it confirm in the name of the city departments.
    """
    leading = leading_units(plan, task)
    return () if unit in leading or any(lead.code == unit for lead in task.leads) else leading
