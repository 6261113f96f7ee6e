"""Signing a submission off (签发), and asking the unit's leader to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import OptionalJsonBody, as_model, documented
from api.schemas.sign_off import AskedOut, SignOffBody
from api.security.dependencies import CurrentPrincipal
from metrics.commands.sign_off_submission import SignedOff, sign_off_submission
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.reminders.sign_off_link import ask_for_signature
from metrics.settings import settings

router = APIRouter(prefix="/submissions", tags=["collect"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed; a clerk does not sign for a leader"},
    404: {"description": "No such submission, or not yours to see"},
    409: {"description": "It was sent back, or no leader is recorded for the unit"},
    412: {"description": "If-Match names another version than the present one"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Not the leader in force, or not said to be on paper"},
}
_NOT_ASKED: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Sent back, signed already, no leader or no address of the leader recorded, no e-mail set up, "
        "or the address refused"
    },
    429: {"description": "Asked a moment ago, or too often today; see Retry-After"},
    503: {"description": "The e-mail did not go out; nothing is signed, ask again"},
}

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.post(
    "/{submission_id}/sign-off",
    status_code=201,
    response_model=SignedOff,
    openapi_extra=documented(SignOffBody),
    responses={200: {"model": SignedOff, "description": "It was signed off already, as it stands"}, **_REFUSALS},
)
def sign_off(
    principal: CurrentPrincipal,
    submission_id: Number,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: Annotated[str | None, Header(description="ETag of the version that is signed off")] = None,
) -> Response:
    """Sign the submission off as it now stands: a leader, for their own unit. A reviewer records a signature on paper.

    It changes neither figures nor state; the ETag changes, and a later revision voids it.
    """
    signed = sign_off_submission(
        session,
        submission_id,
        plan=plan_at(session),
        principal=principal,
        on_paper=as_model(SignOffBody, body).as_given(),
        if_match=if_match,
    )
    return json_answer(signed, status=201 if signed.recorded else 200, headers={"ETag": signed.etag})


@router.post(
    "/{submission_id}/sign-off/request",
    status_code=202,
    response_model=AskedOut,
    responses={**{status: _REFUSALS[status] for status in (401, 403, 404, 412)}, **_NOT_ASKED},
)
def request_sign_off(
    principal: CurrentPrincipal,
    submission_id: Number,
    if_match: Annotated[str | None, Header(description="ETag of the version to be signed")] = None,
) -> Response:
    """Have the leader in force sent a link by which to sign the submission as it stands (clerk of the unit, reviewer).

    The link goes to the leader's own address and is shown to nobody else. A newer one ends the earlier ones.
    """
    principal.require(Scope.POST_SUBMISSION)
    asked = ask_for_signature(settings(), submission_id, principal=principal, if_match=if_match)
    return json_answer(AskedOut.of(submission_id, asked), status=202)
