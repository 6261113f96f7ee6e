"""Setting a light by hand, with a reason, or taking that back. The status stays what the rules say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem
from metrics.forms import as_given
from metrics.ledger.entry import append, next_place
from metrics.models import LightOverride
from metrics.periods import JudgedMonth, format_period
from metrics.principal import Principal, Scope
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.results import Light, Progress
from metrics.value_types import Month


@dataclass(frozen=True, slots=True)
class LightSet:
    """The decision as recorded; `computed` is what the rules gave. No `light`: an earlier one was taken back."""

    unit: str
    target: str
    period: Month
    light: Light | None
    computed: Light
    reason: str
    actor: str
    seq: int
    recorded_at: datetime
    leaf_hash: str


def override_light(
    session: WriteSession,
    *,
    principal: Principal,
    unit: str,
    target: str,
    period: date,
    light: Light | None,
    reason: str,
) -> LightSet:
    """Set the light of `target` for `unit` as judged from `period`; None takes an earlier decision back.

    Raises NotFound if there is no such verdict, Invalid without a reason, for the light that is there anyway or
    for the one that the rules give,
    Conflict if there is nothing to take back.
    """
    principal.require(Scope.REVISE_TARGET)
    place = next_place(session)
    verdict = _verdict(session, unit=unit, target=target, period=period)
    computed = verdict.override.computed if verdict.override is not None else verdict.light
    _refuse(verdict, light=light, reason=reason)
    row = LightOverride(
        seq=place.seq,
        unit_code=unit,
        target_code=target,
        period=period,
        light=None if light is None else light.value,
        computed=computed.value,
        reason=reason,
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    leaf_hash = append(session, kind="override", place=place, content=override_leaf(row))
    session.add(row)
    session.flush()
    return LightSet(
        unit=unit,
        target=target,
        period=period,
        light=light,
        computed=computed,
        reason=reason,
        actor=principal.username,
        seq=place.seq,
        recorded_at=place.recorded_at,
        leaf_hash=leaf_hash.hex(),
    )


def override_leaf(row: LightOverride) -> dict[str, Any]:
    """What the ledger holds of a decision."""
    return {
        "unit": row.unit_code,
        "target": row.target_code,
        "period": format_period(row.period),
        "light": row.light,
        "computed": row.computed,
        "reason": row.reason,
        "actor": row.actor,
    }


def _verdict(session: WriteSession, *, unit: str, target: str, period: date) -> Progress:
    view = view_at(session)
    found = None
    if unit in view.plan.unit_by_code and target in view.plan.general_targets:
        judged = progress_by_unit(session, view, month=JudgedMonth.of(period), units=[unit], targets=[target])
        found = judged.of(unit, target) if judged.period == period else None
    if found is None:
        raise NotFound(
            code="verdict_unknown",
            message=Message(
                f"没有“{as_given(unit)}”对目标“{as_given(target)}”在 {format_period(period)} 的判定。",
                f"There is no verdict on {as_given(target)!r} for {as_given(unit)!r} in {format_period(period)}.",
            ),
        )
    return found


def _refuse(verdict: Progress, *, light: Light | None, reason: str) -> None:
    if light is None and verdict.override is None:
        raise Conflict(
            code="override_missing",
            message=Message("该灯色未经人工调整,无可撤销。", "This light was not set by hand: nothing to take back."),
        )
    problems = []
    if not reason.strip():
        message = Message("须说明调整灯色的理由。", "A reason is needed.")
        problems.append(Problem("reason_missing", message, "/reason", given=reason))
    if light is not None and light is verdict.light:
        message = Message("灯色已是如此。", "The light is that one already.")
        problems.append(Problem("light_unchanged", message, "/light", given=light.value))
    elif light is not None and verdict.override is not None and light is verdict.override.computed:
        message = Message(
            "这就是按规则的灯色:请撤销人工调整。", "This is the rules' own light: take the decision back."
        )
        problems.append(Problem("light_as_computed", message, "/light", given=light.value))
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)
