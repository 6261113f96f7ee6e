"""How much each core target counts in the leaderboard's score."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.weigh_targets import WeightsSet, weigh_targets
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.value_types import PlainFigure

router = APIRouter(prefix="/weights", tags=["plan"])

_Weight = Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})]  # read by the command
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}


class WeightsBody(BaseModel):
    """Target code → weight; targets that are left out keep theirs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"weights": {"plan:target": 2}, "reason": "本季度重点"}]}
    )

    weights: dict[str, _Weight]
    reason: Annotated[str, Field(max_length=2000)] = ""


class WeightsOut(BaseModel):  # a copy: reading them answers the weights alone
    """Every core target's weight, and why an evaluator set it; after a change also its place in the ledger."""

    weights: dict[str, PlainFigure]
    reasons: dict[str, str] = {}
    changed: list[str] = []
    seq: int | None = None
    recorded_at: datetime | None = None
    leaf_hash: str | None = None

    @classmethod
    def of(cls, plan: Plan, done: WeightsSet | None = None) -> WeightsOut:
        weights = plan.weights_by_target
        reasons = {weight.code: weight.reason for weight in plan.weights if weight.code in weights and weight.reason}
        if done is None:
            return cls(weights=weights, reasons=reasons)
        return cls(
            weights=weights,
            reasons=reasons,
            changed=list(done.changed),
            seq=done.seq,
            recorded_at=done.recorded_at,
            leaf_hash=done.leaf_hash,
        )


@router.get("", responses=_REFUSALS)
def weights_in_force(principal: CurrentPrincipal, session: ReadDatabase) -> WeightsOut:
    """The weight of every core target with a due date: 1 unless an evaluator said otherwise, and why."""
    principal.require(Scope.READ)
    return WeightsOut.of(plan_at(session))


@router.post(
    "",
    response_model=WeightsOut,
    openapi_extra=documented(WeightsBody),
    responses={
        **_REFUSALS,
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
    },
)
def set_weights(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Set weights, with a reason (evaluators). Earlier scores stay reproducible through `as_of`."""
    principal.require(Scope.REVISE_TARGET)
    sent = as_model(WeightsBody, body)
    done = weigh_targets(session, principal=principal, weights=sent.weights, reason=sent.reason)
    return json_answer(WeightsOut.of(plan_at(session), done))
