"""How much each core target counts in the leaderboard's score."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.weights import WeightsBody, WeightsOut, written
from api.security.dependencies import CurrentPrincipal
from metrics.commands.weigh_targets import weigh_targets
from metrics.plan.store import plan_at
from metrics.principal import Action

router = APIRouter(prefix="/weights", tags=["plan"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}


@router.get("", responses=_REFUSALS)
def weights_in_force(principal: CurrentPrincipal, session: ReadDatabase) -> WeightsOut:
    """The weight of every core target with a due date: 1 unless an evaluator said otherwise."""
    principal.require(Action.READ)
    return WeightsOut(weights=written(plan_at(session).weights_by_target))


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
    principal.require(Action.REVISE_TARGET)
    sent = as_model(WeightsBody, body)
    done = weigh_targets(session, principal=principal, weights=sent.weights, reason=sent.reason)
    return json_answer(WeightsOut.after(done, written(plan_at(session).weights_by_target)))
