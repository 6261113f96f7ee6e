"""Monthly reports on the plan's tasks. What was reported is read from the dataset `task_reports`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path
from fastapi.responses import JSONResponse, Response

from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.tasks import TaskReportBody, TaskReportOut, task_report_out
from api.security.dependencies import CurrentPrincipal
from metrics.commands.idempotent import once, require_key
from metrics.commands.report_task import report_task
from metrics.principal import Action

router = APIRouter(prefix="/tasks", tags=["collect"])

TaskNumber = Annotated[int, Path(ge=1, le=9999)]


@router.post(
    "/{number}/reports",
    status_code=201,
    response_model=TaskReportOut,
    openapi_extra=documented(TaskReportBody),
    responses={
        200: {"model": TaskReportOut, "description": "A replay, or what stands so already"},
        400: {"description": "Not readable"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed, or another unit's"},
        404: {"description": "The plan has no such task"},
        409: {"description": "The period is locked"},
        412: {"description": "If-Match names another revision than the present one"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
        428: {"description": "There is a report already and no If-Match"},
    },
)
def post_task_report(
    principal: CurrentPrincipal,
    number: TaskNumber,
    body: JsonBody,
    session: WriteDatabase,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")
    ] = None,
    if_match: Annotated[str | None, Header(description="ETag of the revision that is revised")] = None,
) -> Response:
    """Report on a task for one month and unit: state, what was done, address of the evidence.

    The header `Idempotency-Key` is required. Another report for the same task, unit and month is a revision: it needs a
    reason, and `If-Match` with the ETag of the one it revises. What stands so already is not recorded again.
    """
    principal.require(Action.POST_RETURN)
    key = require_key(key)
    given = as_model(TaskReportBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": f"POST /tasks/{number}/reports", "body": body, "if_match": if_match},
        do=lambda: task_report_out(report_task(session, number, principal=principal, given=given, if_match=if_match)),
    )
    headers = {"ETag": answer.body["etag"]}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    done = answer.body["recorded"] and not answer.replayed
    return JSONResponse(answer.body, status_code=201 if done else 200, headers=headers)
