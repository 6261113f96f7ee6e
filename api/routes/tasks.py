"""Monthly reports on the plan's tasks, and confirming them; read from `task_reports` and `task_checks`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.check_task_report import CheckGiven, TaskChecked, check_task_report
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.report_task import TaskReported, TaskReportGiven, report_task
from metrics.database import WriteSession
from metrics.principal import Principal, Scope
from metrics.supervision.task_checks import CheckAction
from metrics.task_reports import LONGEST_TEXT, TaskState
from metrics.value_types import as_json_object

router = APIRouter(prefix="/tasks", tags=["collect"])

TaskNumber = Annotated[int, Path(ge=1, le=9999)]


class TaskReportBody(BaseModel):
    """What a unit reports on a task for one month."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "state": "in_progress",
                    "text": "已完成方案编制,正在联调。",
                    "evidence": "https://www.example.gov.cn/report",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    state: Literal["not_started", "in_progress", "done", "blocked"]
    text: Annotated[str, Field(max_length=LONGEST_TEXT, description="What was done in that month")]
    evidence: Annotated[str, Field(max_length=2000, description="An http or https address")] = ""
    attachments: Annotated[list[int], Field(max_length=10, description="Numbers of files of the unit")] = []
    reason: Annotated[str, Field(max_length=2000, description="Why a report that is there already is revised")] = ""

    def as_given(self) -> TaskReportGiven:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return TaskReportGiven(**given | {"state": TaskState(self.state)})


@router.post(
    "/{number}/reports",
    status_code=201,
    response_model=TaskReported,
    openapi_extra=documented(TaskReportBody),
    responses={
        200: {"model": TaskReported, "description": "A replay, or what stands so already"},
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
    """Report on a task for one month and unit: state, what was done, evidence as an address and as files.

    The header `Idempotency-Key` is required. Another report for the same task, unit and month is a revision: it needs a
    reason, and `If-Match` with the ETag of the one it revises. What stands so already is not recorded again.
    """
    principal.require(Scope.POST_SUBMISSION)
    key = require_key(key)
    given = as_model(TaskReportBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": f"POST /tasks/{number}/reports", "body": body, "if_match": if_match},
        do=lambda: as_json_object(report_task(session, number, principal=principal, given=given, if_match=if_match)),
    )
    headers = {"ETag": answer.body["etag"]}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    done = answer.body["recorded"] and not answer.replayed
    return JSONResponse(answer.body, status_code=201 if done else 200, headers=headers)


class TaskCheckBody(BaseModel):
    """What is done with a report."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "佐证材料与所述不符"}]})

    reason: Annotated[
        str, Field(max_length=2000, description="Required to send back, and to confirm past the lead unit")
    ] = ""


_CHECK_ROUTE: dict[str, Any] = {
    "status_code": 201,
    "response_model": TaskChecked,
    "openapi_extra": documented(TaskCheckBody, required=False),
    "responses": {
        200: {"model": TaskChecked, "description": "It stands so already"},
        400: {"description": "Not readable"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed, or no unit that leads the task"},
        404: {"description": "There is no such report"},
        409: {"description": "The report's state forbids this"},
        412: {"description": "If-Match names another revision than the present one"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused: a reason is missing"},
        428: {"description": "No If-Match"},
    },
}
IfMatch = Annotated[str | None, Header(description="ETag of the revision that was looked at")]


@router.post("/{number}/reports/{unit}/{period}/confirm", **_CHECK_ROUTE)
def confirm_task_report(
    principal: CurrentPrincipal,
    number: TaskNumber,
    unit: str,
    period: str,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Confirm what a unit reports on a task: a clerk of a unit that leads it, then a reviewer.

    A reviewer who does not wait for the lead unit says why. A report that is revised is to be confirmed anew.
    """
    given = CheckGiven(unit, period, CheckAction.CONFIRM)
    return _check(session, principal, number, given, body=body, if_match=if_match)


@router.post("/{number}/reports/{unit}/{period}/return", **_CHECK_ROUTE)
def send_back_task_report(
    principal: CurrentPrincipal,
    number: TaskNumber,
    unit: str,
    period: str,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Send a report on a task back to its unit, with the reason: a unit that leads the task, or a reviewer."""
    given = CheckGiven(unit, period, CheckAction.SEND_BACK)
    return _check(session, principal, number, given, body=body, if_match=if_match)


def _check(
    session: WriteSession,
    principal: Principal,
    number: int,
    given: CheckGiven,
    *,
    body: Mapping[str, Any],
    if_match: str | None,
) -> Response:
    principal.require(Scope.POST_SUBMISSION)
    given = replace(given, reason=as_model(TaskCheckBody, body).reason.strip())
    done = check_task_report(session, number, principal=principal, given=given, if_match=if_match)
    return json_answer(done, status=201 if done.recorded else 200)
