"""Targets, created and revised by evaluators. What they are is read from the dataset `targets`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody
from api.schemas.targets import TargetRecorded, target_body
from api.security.dependencies import CurrentPrincipal
from metrics.commands.revise_target import create_target, revise_target

router = APIRouter(prefix="/targets", tags=["plan"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


@router.post(
    "",
    status_code=201,
    response_model=TargetRecorded,
    responses={**_REFUSALS, 409: {"description": "The target exists already"}},
    openapi_extra=target_body(
        required={"code", "name", "kind", "citations", "effective_from", "reason"}, fixed={"revision"}
    ),
)
def post_target(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Record a new target, effective from a date, with a reason and its citation."""
    return json_answer(TargetRecorded.of(create_target(session, principal=principal, body=body)), status=201)


@router.post(
    "/{code}/revisions",
    status_code=201,
    response_model=TargetRecorded,
    responses={**_REFUSALS, 404: {"description": "No such target"}},
    openapi_extra=target_body(required={"effective_from", "reason"}, fixed={"code", "revision"}),
)
def post_revision(principal: CurrentPrincipal, code: str, body: JsonBody, session: WriteDatabase) -> Response:
    """Record a revision: the fields that change, the date from which they hold, and why.

    A changed comparator or threshold needs its citation. Earlier revisions stay, and `as_of` still finds them.
    """
    return json_answer(TargetRecorded.of(revise_target(session, code, principal=principal, body=body)), status=201)
