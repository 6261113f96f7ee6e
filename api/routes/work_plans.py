"""Yearly work plans of units and departments (工作计划), and the money for them (资金保障)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.file_work_plan import Filed, FundingGiven, WorkPlanGiven, file_work_plan, record_funding
from metrics.commands.idempotency_keys import Answer, once, require_key
from metrics.principal import Scope
from metrics.supervision.work_plans import FundingSource, WrittenMeasure
from metrics.value_types import as_json_object

router = APIRouter(tags=["supervise"])

Key = Annotated[str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")]
IfMatch = Annotated[str | None, Header(description="ETag of the revision that is revised")]
Year = Annotated[int, Field(ge=2000, le=2999)]
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": Filed, "description": "A replay, or what stands so already"},
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or another unit's"},
    412: {"description": "If-Match names another revision than the present one"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
    428: {"description": "There is one already and no If-Match"},
}


class MeasureBody(BaseModel):
    """One thing that the unit means to do, by a day of its own."""

    model_config = ConfigDict(extra="forbid")

    task: Annotated[int | None, Field(ge=1, le=9999, description="A task that names the unit; null for none")] = None
    text: Annotated[str, Field(max_length=2000)]
    due_on: Annotated[str, Field(max_length=20, description="YYYY-MM-DD, in the plan's year or the next")]
    who: Annotated[str, Field(max_length=1000)] = ""

    def as_written(self, place: int) -> WrittenMeasure:
        """As the command takes it."""
        task = "" if self.task is None else str(self.task)
        return WrittenMeasure(task, self.text, self.due_on, self.who, f"/measures/{place}")


class WorkPlanBody(BaseModel):
    """A unit's or department's work plan for a year."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "year": 2020,
                    "measures": [{"text": "完成事项标准化梳理", "due_on": "2020-06-30", "who": "政务办"}],
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    year: Year
    summary: Annotated[str, Field(max_length=2000)] = ""
    measures: Annotated[list[MeasureBody], Field(max_length=500)]
    attachments: Annotated[
        list[Annotated[int, Field(ge=1, le=2**53)]],
        Field(max_length=100, description="Numbers that `POST /attachments` gave, at most 10"),
    ] = []
    reason: Annotated[str, Field(max_length=2000, description="Why a plan that is there already is revised")] = ""

    def as_given(self) -> WorkPlanGiven:
        """The body as the command takes it."""
        measures = [measure.as_written(place) for place, measure in enumerate(self.measures)]
        return WorkPlanGiven(self.unit, self.year, measures, self.summary, self.attachments, self.reason)


class FundingBody(BaseModel):
    """What a unit says of one source of money in a year, in 万元 (10,000 yuan), decimal strings."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"unit": "plan:unit", "year": 2020, "source": "own_budget", "arranged": "120.00", "paid": "45.50"}
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    year: Year
    source: Literal["superior", "city", "own_budget", "other"]
    arranged: Annotated[str, Field(max_length=20)]
    paid: Annotated[str, Field(max_length=20)]
    note: Annotated[str, Field(max_length=2000)] = ""
    reason: Annotated[str, Field(max_length=2000, description="Why what is there already is revised")] = ""


@router.post(
    "/work-plans", status_code=201, response_model=Filed, openapi_extra=documented(WorkPlanBody), responses=_RESPONSES
)
def post_work_plan(
    principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, key: Key = None, if_match: IfMatch = None
) -> Response:
    """File a unit's work plan for a year: measures, each with its task, its day and who does it.

    The header `Idempotency-Key` is required. Filed again for the same unit and year it is a revision: that needs a
    reason, and `If-Match` with the ETag of the one it revises.
    """
    principal.require(Scope.POST_SUBMISSION)
    given = as_model(WorkPlanBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=require_key(key),
        asked={"request": "POST /work-plans", "body": body, "if_match": if_match},
        do=lambda: as_json_object(file_work_plan(session, principal=principal, given=given, if_match=if_match)),
    )
    return _answered(answer)


@router.post(
    "/funding", status_code=201, response_model=Filed, openapi_extra=documented(FundingBody), responses=_RESPONSES
)
def post_funding(
    principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, key: Key = None, if_match: IfMatch = None
) -> Response:
    """Say how much money was arranged and paid from one source in a year. It is told and never scored.

    The header `Idempotency-Key` is required. Said again for the same unit, year and source it is a revision, as of a
    work plan.
    """
    principal.require(Scope.POST_SUBMISSION)
    said = as_model(FundingBody, body)
    given = FundingGiven(
        said.unit, said.year, FundingSource(said.source), said.arranged, said.paid, said.note, said.reason
    )
    answer = once(
        session,
        principal=principal,
        key=require_key(key),
        asked={"request": "POST /funding", "body": body, "if_match": if_match},
        do=lambda: as_json_object(record_funding(session, principal=principal, given=given, if_match=if_match)),
    )
    return _answered(answer)


def _answered(answer: Answer) -> Response:
    headers = {"ETag": answer.body["etag"]}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    done = answer.body["recorded"] and not answer.replayed
    return JSONResponse(answer.body, status_code=201 if done else 200, headers=headers)
