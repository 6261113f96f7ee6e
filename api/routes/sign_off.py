"""Signing a return off by name (签发)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.sign_off import SignedOffOut, SignOffBody
from api.security.dependencies import CurrentPrincipal
from metrics.commands.sign_off_submission import sign_off_submission
from metrics.plan.store import plan_at
from metrics.principal import Action

router = APIRouter(prefix="/submissions", tags=["collect"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such submission, or not yours to see"},
    409: {"description": "The return was given back, or no leader is recorded for the unit"},
    412: {"description": "If-Match names another version than the present one"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Not the leader in force"},
}


@router.post(
    "/{submission_id}/sign-off",
    status_code=201,
    response_model=SignedOffOut,
    openapi_extra=documented(SignOffBody),
    responses={200: {"model": SignedOffOut, "description": "It was signed off already, as it stands"}, **_REFUSALS},
)
def sign_off_return(
    principal: CurrentPrincipal,
    submission_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    body: JsonBody,
    session: WriteDatabase,
    if_match: Annotated[str | None, Header(description="ETag of the version that is signed off")] = None,
) -> Response:
    """Record that the unit's leader in force signs the return off as it now stands (own unit's clerk, or reviewer).

    It changes neither figures nor state; the ETag changes, and a later revision voids it.
    """
    principal.require(Action.POST_RETURN)
    signed = sign_off_submission(
        session,
        submission_id,
        plan=plan_at(session),
        principal=principal,
        leader=as_model(SignOffBody, body).leader,
        if_match=if_match,
    )
    return json_answer(SignedOffOut.of(signed), status=201 if signed.recorded else 200, headers={"ETag": signed.etag})
