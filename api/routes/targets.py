"""Targets, created and revised by evaluators. What they are is read from the dataset `targets`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody
from api.security.dependencies import CurrentPrincipal
from metrics.commands.revise_target import RecordedTarget, create_target, revise_target
from metrics.plan.model import Target

router = APIRouter(prefix="/targets", tags=["plan"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


class TargetRecorded(BaseModel):  # a copy: four fields of the target stand at its top
    """A revision of a target and its place in the ledger; what is new of it stands at the top as well."""

    code: str
    revision: int
    effective_from: date
    reason: str
    seq: int
    recorded_at: datetime
    leaf_hash: str
    target: Target

    @classmethod
    def of(cls, recorded: RecordedTarget) -> TargetRecorded:
        return cls.model_validate(
            {
                "code": recorded.target.code,
                "revision": recorded.target.revision,
                "effective_from": recorded.target.effective_from,
                "reason": recorded.target.reason,
                "seq": recorded.seq,
                "recorded_at": recorded.recorded_at,
                "leaf_hash": recorded.leaf_hash,
                "target": recorded.target,
            }
        )


def target_body(name: str, *, required: set[str], fixed: set[str]) -> dict[str, Any]:
    """`openapi_extra` for a body called `name` with the fields of :class:`Target`, but for those that are `fixed`."""
    schema = Target.model_json_schema(ref_template="#/components/schemas/{model}") | {"title": name}
    schema["properties"] = {field: part for field, part in schema["properties"].items() if field not in fixed}
    schema["required"] = sorted(required)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "",
    status_code=201,
    response_model=TargetRecorded,
    responses={**_REFUSALS, 409: {"description": "The target exists already"}},
    openapi_extra=target_body(
        "NewTarget",
        required={"code", "name", "kind", "citations", "effective_from", "reason"},
        fixed={"revision", "for_units", "ends_own"},
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
    openapi_extra=target_body("TargetRevision", required={"effective_from", "reason"}, fixed={"code", "revision"}),
)
def post_revision(principal: CurrentPrincipal, code: str, body: JsonBody, session: WriteDatabase) -> Response:
    """Record a revision: the fields that change, the date from which they hold, and why.

    `for_units` gives these units a target of their own, changed from the one they have, and leaves everybody else's as
    it is; with `ends_own` they go back to the general target. `trajectory` sets dated waypoints in place of the
    straight line. A changed comparator or threshold and a target for single units need their citation. Earlier
    revisions stay, and `as_of` still finds them.
    """
    return json_answer(TargetRecorded.of(revise_target(session, code, principal=principal, body=body)), status=201)
