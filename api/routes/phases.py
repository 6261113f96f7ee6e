"""Phases of the plan. What units have come to at their gates is read from the datasets `phases` and `gates`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.bind_gate_date import GateDateBound, bind_gate_date
from metrics.principal import Scope
from metrics.queries.phase_gates import GateRuleInForce, gate_rule
from metrics.queries.view import view_at
from metrics.supervision.gates import BindingDate

router = APIRouter(prefix="/phases", tags=["supervise"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}


class GateRuleBody(BaseModel):
    """Which date binds where a commitment has two, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"binding": "window_end", "reason": "市政府明确以工作目标时限为准"}]},
    )

    binding: Literal["due_date", "window_end"]
    reason: Annotated[str, Field(max_length=2000)] = ""


@router.get("/rule", responses=_REFUSALS)
def rule_in_force(principal: CurrentPrincipal, session: ReadDatabase) -> GateRuleInForce:
    """Which date binds at the gates of phases where a commitment has two: the task's own unless somebody decided."""
    principal.require(Scope.READ)
    return gate_rule(session, view_at(session))


@router.post(
    "/rule",
    status_code=201,
    response_model=GateDateBound,
    openapi_extra=documented(GateRuleBody),
    responses={
        **_REFUSALS,
        409: {"description": "It is the rule already"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
    },
)
def decide_rule(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Decide which date binds, with a reason (evaluators). What was judged earlier stays as it was through `as_of`."""
    principal.require(Scope.REVISE_TARGET)
    sent = as_model(GateRuleBody, body)
    done = bind_gate_date(session, principal=principal, binding=BindingDate(sent.binding), reason=sent.reason)
    return json_answer(done, status=201)
