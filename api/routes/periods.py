"""Reporting periods: who has reported, and closing a period to submissions, with exceptions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.schemas.periods import (
    ExceptionBody,
    LockBody,
    PeriodHistory,
    Periods,
    StatusOut,
)
from api.security.dependencies import CurrentPrincipal
from metrics.commands.except_unit import end_exception, grant_exception
from metrics.commands.lock_period import lock_period, unlock_period
from metrics.commands.record_period_event import PeriodEventRecorded
from metrics.errors import BadRequest, Message
from metrics.forms import as_given
from metrics.periods import parse_period, period_problem
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.publish.pull import parse_as_of
from metrics.queries.period_status import period_status
from metrics.queries.periods import period_history, periods
from metrics.queries.view import view_at

router = APIRouter(prefix="/periods", tags=["collect"])

_READING: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not a period, or not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_CHANGING: dict[int | str, dict[str, Any]] = {
    **_READING,
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


def _period(period: Annotated[str, Path(description="YYYY-MM")]) -> date:
    found = parse_period(period)
    if found is None:
        problem = period_problem(as_given(period))
        raise BadRequest(problem.code, problem.message, [problem])
    return found


Period = Annotated[date, Depends(_period)]


@router.get("", responses=_READING)
def list_periods(principal: CurrentPrincipal, session: ReadDatabase) -> Periods:
    """Every period up to the newest that has ended, oldest first: when it is due, how much came, its lock."""
    principal.require(Scope.READ)
    return Periods(items=periods(session, plan_at(session), now=datetime.now(UTC)))


@router.get("/{period}/status", responses=_READING)
def status_of_period(
    principal: CurrentPrincipal,
    period: Period,
    session: ReadDatabase,
    as_of: Annotated[
        str | None, Query(description="What was known then: a day (its end), a moment or a sequence number")
    ] = None,
) -> StatusOut:
    """Who has reported: expected, received, on time, late, locked, excepted, signed off, for every unit.

    Every unit's row is shown to everyone who is signed in. Why an exception was granted is not shown to another unit's
    clerk; how a unit's people are reached is shown to the bureau and to the unit's own clerks.
    """
    principal.require(Scope.READ)
    moment = None if as_of is None else parse_as_of(as_of, timezone=lambda: plan_at(session).document.timezone)
    view = view_at(session, as_of=moment)
    judged_at = moment if isinstance(moment, datetime) else view.recorded_at if moment is not None else None
    status = period_status(session, view, period, principal=principal, now=judged_at or datetime.now(UTC))
    names = {unit.code: Message(unit.name.zh, unit.name.en) for unit in view.plan.units}
    return StatusOut.of(status, names=names, seq=view.seq)


@router.get("/{period}/history", responses=_READING)
def history_of_period(principal: CurrentPrincipal, period: Period, session: ReadDatabase) -> PeriodHistory:
    """Locks, unlocks and exceptions of a period, oldest first. A clerk is told of their own units' exceptions only."""
    return PeriodHistory(events=tuple(period_history(session, period, principal=principal)))


@router.post(
    "/{period}/lock",
    status_code=201,
    response_model=PeriodEventRecorded,
    openapi_extra=documented(LockBody, required=False),
    responses={200: {"model": PeriodEventRecorded, "description": "It was locked already"}, **_CHANGING},
)
def lock_month(principal: CurrentPrincipal, period: Period, body: OptionalJsonBody, session: WriteDatabase) -> Response:
    """Close an ended period to submissions and revisions of every unit without an exception (reviewer)."""
    principal.require(Scope.MANAGE_PERIODS)
    reason = as_model(LockBody, body).reason
    return _answer(lock_period(session, period, plan=plan_at(session), principal=principal, reason=reason))


@router.post(
    "/{period}/unlock",
    status_code=201,
    response_model=PeriodEventRecorded,
    openapi_extra=documented(LockBody),
    responses={**_CHANGING, 409: {"description": "It is not locked"}},
)
def unlock_month(
    principal: CurrentPrincipal, period: Period, body: OptionalJsonBody, session: WriteDatabase
) -> Response:
    """Open a locked period again. Needs a reason (reviewer)."""
    principal.require(Scope.MANAGE_PERIODS)
    return _answer(unlock_period(session, period, principal=principal, reason=as_model(LockBody, body).reason))


@router.post(
    "/{period}/exceptions",
    status_code=201,
    response_model=PeriodEventRecorded,
    openapi_extra=documented(ExceptionBody),
    responses={
        200: {"model": PeriodEventRecorded, "description": "The same exception is in force already"},
        **_CHANGING,
    },
)
def except_unit(principal: CurrentPrincipal, period: Period, body: JsonBody, session: WriteDatabase) -> Response:
    """Let one unit send and revise its submission for a locked period, until a moment, for a reason (reviewer).

    A newer exception of the unit takes the place of the older one. It moves no due day: a late submission stays late.
    """
    principal.require(Scope.MANAGE_PERIODS)
    sent = as_model(ExceptionBody, body)
    return _answer(
        grant_exception(
            session,
            period,
            plan=plan_at(session),
            principal=principal,
            unit=sent.unit,
            until=sent.until,
            reason=sent.reason,
        )
    )


@router.post(
    "/{period}/exceptions/{unit}/end",
    status_code=201,
    response_model=PeriodEventRecorded,
    openapi_extra=documented(LockBody),
    responses={**_CHANGING, 409: {"description": "No exception of this unit is in force"}},
)
def end_unit_exception(
    principal: CurrentPrincipal, period: Period, unit: str, body: OptionalJsonBody, session: WriteDatabase
) -> Response:
    """End a unit's exception before its time. Needs a reason (reviewer)."""
    principal.require(Scope.MANAGE_PERIODS)
    reason = as_model(LockBody, body).reason
    return _answer(end_exception(session, period, principal=principal, unit=unit, reason=reason))


def _answer(event: PeriodEventRecorded) -> Response:
    """201 for what was recorded, 200 for what stood so before."""
    return json_answer(event, status=201 if event.recorded else 200)
