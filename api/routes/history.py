"""History, loaded in bulk: a long CSV of figures, checked whole before the first of them is stored."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.answers import json_answer
from api.security.dependencies import CurrentPrincipal
from api.upload import SentHistory
from metrics.authority import authority_of
from metrics.database import write_session
from metrics.history.load_history import LoadedHistory, load_history

router = APIRouter(prefix="/observations", tags=["collect"])

_BODY = {
    "required": True,
    "content": {
        "text/csv": {
            "schema": {"type": "string", "format": "binary"},
            "example": "unit_code,period,element_code,value,received_at\r\n"
            "plan:unit,plan:month,plan:element,1000,plan:next_month_endT10:11:09+08:00\r\n",
        }
    },
}


@router.post(
    "/bulk",
    status_code=201,
    response_model=LoadedHistory,
    openapi_extra={"requestBody": _BODY},
    responses={
        200: {"model": LoadedHistory, "description": "A dry run, or a file of which everything is stored already"},
        400: {"description": "The upload was cut off"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed: for reviewers, and tokens with the scope bulk"},
        409: {"description": "A submission was sent, its month locked or the plan changed meanwhile; send it again"},
        413: {"description": "File too large"},
        415: {"description": "Not text/csv"},
        422: {"description": "Refused, with up to 1,000 bad places; nothing was stored"},
    },
)
def load_observations(
    principal: CurrentPrincipal,
    sent: SentHistory,
    received_at: Annotated[
        str, Query(description="When submissions were first received whose rows do not say; without, nobody knows")
    ] = "",
    dry_run: Annotated[bool, Query(description="Check the file and store nothing")] = False,
) -> Response:
    """Load history: figures of whole submissions, a row for each unit, period and element, in any order.

    Columns: `unit_code,period,element_code,value` and, if there is one, `received_at`, the moment at which the
    submission was first received. The whole file is checked before the first figure is stored. Then it is stored in
    parts of whole submissions, each of them whole or not at all; where that broke off, send the same file again: what
    is stored already with the same figures is skipped. A figure that differs from a stored one refuses the file, since
    loading history corrects nothing. Warnings of the plan's checks are recorded with the submissions; nobody
    acknowledged them. Without `received_at` a submission is shown as loaded history, neither late nor in time.
    """
    begin = partial(write_session, authority_of(principal))
    loaded = load_history(begin, sent, principal=principal, received=received_at, dry_run=dry_run)
    return json_answer(loaded, status=201 if loaded.parts else 200)
