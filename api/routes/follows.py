"""What one follows: targets, units, or one target of one unit; and what turned of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.follow import follow, see_turns, unfollow
from metrics.queries.follows import Followed, TurnNoticed, followed_by, turns_noticed

router = APIRouter(prefix="/follows", tags=["follows"])

_READ: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    **_READ,
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_Code = Annotated[str, Field(max_length=100)]


class FollowBody(BaseModel):
    """A unit, a target, or one target of one unit; what is left out means every one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"unit": "plan:unit", "target": "plan:target"}]}
    )

    unit: _Code = ""
    target: _Code = ""


class Follows(BaseModel):
    """What one follows, oldest first."""

    items: list[Followed]


class Turns(BaseModel):
    """Statuses that turned, newest first, at most 100."""

    items: list[TurnNoticed]


class TurnsSeen(BaseModel):
    """How many were new."""

    seen: int


@router.get("", response_model=Follows, responses=_READ)
def own_follows(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """What one follows."""
    return json_answer(Follows(items=list(followed_by(session, principal))))


@router.post(
    "",
    status_code=201,
    response_model=Followed,
    openapi_extra=documented(FollowBody),
    responses={
        **_WRITTEN,
        404: {"description": "There is no such unit or target, or none is named"},
        409: {"description": "As many are followed as can be"},
    },
)
def add_follow(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Follow it from now on: whenever a status of it turns one is told once, on the page and over the channels that
    are switched on. What one follows already is answered as it is.
    """
    given = as_model(FollowBody, body)
    done = follow(session, principal=principal, unit=given.unit, target=given.target, now=datetime.now(UTC))
    return json_answer(done, status=201)


@router.delete("/{follow_id}", status_code=204, responses={**_READ, 404: {"description": "One does not follow that"}})
def end_follow(
    principal: CurrentPrincipal, follow_id: Annotated[int, Path(ge=1, le=2**31 - 1)], session: WriteDatabase
) -> Response:
    """Follow it no longer. What was told stays."""
    unfollow(session, follow_id, principal=principal)
    return Response(status_code=204)


@router.get("/turns", response_model=Turns, responses=_READ)
def own_turns(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """What turned of what one follows: old and new status, whose figures, value, threshold, why and which entry."""
    return json_answer(Turns(items=list(turns_noticed(session, principal))))


@router.post("/turns/seen", response_model=TurnsSeen, responses=_READ)
def note_turns_seen(principal: CurrentPrincipal, session: WriteDatabase) -> Response:
    """Say that one has seen every turn told so far."""
    return json_answer(TurnsSeen(seen=see_turns(session, principal=principal, now=datetime.now(UTC))))
