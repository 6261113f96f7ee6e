"""Lights set by hand. What was decided is read from the dataset `overrides`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.override_light import LightSet, override_light
from metrics.errors import Invalid
from metrics.forms import as_given
from metrics.periods import parse_period, period_problem
from metrics.principal import Scope
from metrics.results import Light

router = APIRouter(prefix="/overrides", tags=["plan"])


class OverrideBody(BaseModel):
    """One verdict's light, set by hand; null takes an earlier decision back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "target": "plan:target",
                    "period": "plan:month",
                    "light": "amber",
                    "reason": "系统割接,已核实",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    target: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    light: Literal["green", "amber", "red", "grey"] | None
    reason: Annotated[str, Field(max_length=2000)] = ""


@router.post(
    "",
    status_code=201,
    response_model=LightSet,
    openapi_extra=documented(OverrideBody),
    responses={
        400: {"description": "Not readable"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed"},
        404: {"description": "There is no such verdict"},
        409: {"description": "There is nothing to take back"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
    },
)
def set_light(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Set the light of one verdict by hand, with a reason (evaluators).

    It is shown as set by hand, lapses with the unit's next submission, and never changes the status or any figure.
    """
    principal.require(Scope.REVISE_TARGET)
    sent = as_model(OverrideBody, body)
    period = parse_period(sent.period)
    if period is None:
        problem = period_problem(as_given(sent.period))
        raise Invalid(problem.code, problem.message, [problem])
    done = override_light(
        session,
        principal=principal,
        unit=sent.unit,
        target=sent.target,
        period=period,
        light=None if sent.light is None else Light(sent.light),
        reason=sent.reason,
    )
    return json_answer(done, status=201)
