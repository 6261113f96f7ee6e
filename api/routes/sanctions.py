"""Sanctions that the plan prints for tasks. What was marked and lifted is read from the dataset `task_sanctions`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.sanction_task import Sanctioned, SanctionGiven, lift_sanction, mark_sanction
from metrics.principal import Scope

router = APIRouter(prefix="/tasks", tags=["supervise"])

TaskNumber = Annotated[int, Path(ge=1, le=9999)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "The plan prints no sanction for this task, or it has no such mark"},
    409: {"description": "The mark stands already, or was lifted"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


class SanctionBody(BaseModel):
    """Whom a mark is set on, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"unit": "plan:unit", "subject": "某业务系统", "reason": "未接入共享平台"}]},
    )

    unit: Annotated[str, Field(max_length=100)]
    subject: Annotated[str, Field(max_length=200, description="Whose, or which system, within the unit")] = ""
    reason: Annotated[str, Field(max_length=2000)]


class LiftBody(BaseModel):
    """Why a mark is lifted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "已按要求接入"}]})

    reason: Annotated[str, Field(max_length=2000)]


@router.post(
    "/{number}/sanctions",
    status_code=201,
    response_model=Sanctioned,
    openapi_extra=documented(SanctionBody),
    responses=_REFUSED,
)
def set_sanction(principal: CurrentPrincipal, number: TaskNumber, body: JsonBody, session: WriteDatabase) -> Response:
    """Set the mark of the sanction that the plan prints for the task, with the reason (reviewers).

    It says that the clause applies and changes nothing else: no status, no light, no score.
    """
    principal.require(Scope.VERIFY)
    sent = as_model(SanctionBody, body)
    given = SanctionGiven(sent.unit, sent.reason.strip(), sent.subject.strip())
    return json_answer(mark_sanction(session, number, principal=principal, given=given), status=201)


@router.post(
    "/{number}/sanctions/{mark}/lift",
    status_code=201,
    response_model=Sanctioned,
    openapi_extra=documented(LiftBody),
    responses=_REFUSED,
)
def end_sanction(
    principal: CurrentPrincipal,
    number: TaskNumber,
    mark: Annotated[int, Path(ge=1, le=2**53)],
    body: JsonBody,
    session: WriteDatabase,
) -> Response:
    """Lift a mark, with the reason. `mark` is its place in the ledger."""
    principal.require(Scope.VERIFY)
    reason = as_model(LiftBody, body).reason.strip()
    return json_answer(lift_sanction(session, number, mark, principal=principal, reason=reason), status=201)
