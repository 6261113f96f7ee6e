"""Targets, created and revised by evaluators. What they are is read from the dataset `targets`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody
from api.schemas.targets import TargetTried
from api.security.dependencies import CurrentPrincipal
from metrics.commands.revise_target import RecordedTarget, create_target, revise_target, try_target
from metrics.database import ReadSession
from metrics.plan.model import Target
from metrics.plan.store import plan_at
from metrics.principal import Principal

router = APIRouter(prefix="/targets", tags=["plan"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_TRIED: dict[int | str, dict[str, Any]] = {
    200: {"model": TargetTried, "description": "Tried: what would change; nothing is stored"}
}

DryRun = Annotated[bool, Query(description="Answer every verdict, rank and score that would change; store nothing")]
Tried = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{64}$",
        description="The digest that a dry run answered: record it only if it still changes exactly that",
    ),
]


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


_REPLACES = {
    "replaces": {
        "type": "integer",
        "description": "The revision, not in force yet, in whose place this one comes; it is effective no later",
    }
}


def target_body(
    name: str, *, required: set[str], fixed: set[str], also: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """`openapi_extra` for a body called `name`: the fields of :class:`Target` without those `fixed`, and `also`."""
    schema = Target.model_json_schema(ref_template="#/components/schemas/{model}") | {"title": name}
    schema["properties"] = {field: part for field, part in schema["properties"].items() if field not in fixed}
    schema["properties"] |= also or {}
    schema["required"] = sorted(required)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "",
    status_code=201,
    response_model=TargetRecorded,
    responses={**_REFUSALS, **_TRIED, 409: {"description": "The target exists, or what was tried has changed"}},
    openapi_extra=target_body(
        "NewTarget",
        required={"code", "name", "kind", "citations", "effective_from", "reason"},
        fixed={"revision", "for_units", "ends_own"},
    ),
)
def post_target(
    principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, dry_run: DryRun = False, tried: Tried = None
) -> Response:
    """Record a new target, effective from a date, with a reason and its citation."""
    if dry_run:
        return _tried(session, None, principal=principal, body=body)
    return json_answer(
        TargetRecorded.of(create_target(session, principal=principal, body=body, tried=tried)), status=201
    )


@router.post(
    "/{code}/revisions",
    status_code=201,
    response_model=TargetRecorded,
    responses={
        **_REFUSALS,
        **_TRIED,
        404: {"description": "No such target"},
        409: {"description": "It changes something else by now than what was tried"},
    },
    openapi_extra=target_body(
        "TargetRevision", required={"effective_from", "reason"}, fixed={"code", "revision"}, also=_REPLACES
    ),
)
def post_target_revision(
    principal: CurrentPrincipal,
    code: str,
    body: JsonBody,
    session: WriteDatabase,
    dry_run: DryRun = False,
    tried: Tried = None,
) -> Response:
    """Record a revision: the fields that change, the date from which they hold, and why.

    `for_units` gives these units a target of their own, changed from the one they have, and leaves everybody else's as
    it is; with `ends_own` they go back to the general target. `trajectory` sets dated waypoints in place of the
    straight line. A changed comparator or threshold and a target for single units need their citation. Earlier
    revisions stay, and `as_of` still finds them; one whose day has not come is corrected or withdrawn by `replaces`
    with its number. `dry_run` answers what it would change, for every month that it
    judges, and a digest; with that as `tried` it is recorded only if it still changes exactly that.
    """
    if dry_run:
        return _tried(session, code, principal=principal, body=body)
    recorded = revise_target(session, code, principal=principal, body=body, tried=tried)
    return json_answer(TargetRecorded.of(recorded), status=201)


def _tried(session: ReadSession, code: str | None, *, principal: Principal, body: Mapping[str, Any]) -> Response:
    found = try_target(session, principal=principal, code=code, body=body, every_month=True)
    return json_answer(TargetTried.of(plan_at(session), found))
