"""Assessments, recorded and revised by those who made them. What they are is read from the dataset `assessments`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.assessments import Method, assessment_etag
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.record_assessment import (
    AssessmentGiven,
    RecordedAssessment,
    assessment_unknown,
    record_assessment,
    revise_assessment,
)
from metrics.database import WriteSession
from metrics.principal import Principal, Scope
from metrics.publish.assessments import assessment_record
from metrics.queries.blindness import blind_view
from metrics.queries.reader_view import own_units_view
from metrics.queries.view import view_at
from metrics.value_types import as_json_object

router = APIRouter(prefix="/assessments", tags=["assess"])

AssessmentId = Annotated[int, Path(ge=1, le=2**53)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")]
Language = Annotated[Literal["zh", "en"], Query(description="Language of the names")]
_Text = Annotated[str, Field(max_length=2000)]
_Code = Annotated[str, Field(max_length=100)]
_Figure = Annotated[
    Any,  # a figure that cannot be read is to be named with the others
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}),
]
_SEEN: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    200: {"model": RecordedAssessment, "description": "A replay"},
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


class AssessmentBody(BaseModel):
    """One measurement: numerator and denominator, or the value in the indicator's unit of measure."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "indicator": "plan:indicator",
                    "method": "field_visit",
                    "numerator": 180,
                    "denominator": 200,
                    "sample_size": 200,
                }
            ]
        },
    )

    unit: _Code
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    indicator: _Code
    method: Literal["big_data", "field_visit", "interview", "questionnaire", "platform_data"]
    numerator: _Figure = None
    denominator: _Figure = None
    value: _Figure = None
    sample_size: Annotated[int | None, Field(description="Says that the figures are those of a sample")] = None
    clusters: Annotated[
        list[list[_Figure]] | None,
        Field(
            max_length=5000,
            description="Numerator and denominator of each cluster looked at: materials of an item",
        ),
    ] = None
    clusters_in_all: Annotated[int | None, Field(description="How many clusters there are to draw from")] = None
    evidence: Annotated[_Text, Field(description="An http or https address")] = ""
    note: _Text = ""
    reason: Annotated[_Text, Field(description="Why an assessment that is there already is revised")] = ""

    def as_given(self) -> AssessmentGiven:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return AssessmentGiven(**given | {"method": Method(self.method)})


@router.post(
    "",
    status_code=201,
    response_model=RecordedAssessment,
    openapi_extra=documented(AssessmentBody),
    responses={**_REFUSALS, 409: {"description": "You have assessed this with this method already"}},
)
def post_assessment(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, key: Key = None) -> Response:
    """Record what was measured, beside what was reported; the header `Idempotency-Key` is required."""
    principal.require(Scope.RECORD_ASSESSMENT)
    require_key(key)
    measured = as_model(AssessmentBody, body).as_given()
    asked = {"request": "POST /assessments", "body": body}
    return _answered(
        session,
        principal,
        key,
        asked=asked,
        do=lambda: record_assessment(session, principal=principal, measured=measured),
    )


@router.get(
    "/{assessment_id}", response_class=JSONResponse, responses={**_SEEN, 404: {"description": "No such assessment"}}
)
def one_assessment(
    principal: CurrentPrincipal, assessment_id: AssessmentId, session: ReadDatabase, lang: Language = "zh"
) -> Response:
    """One assessment as it stands: its row of the dataset, and the `ETag` that a revision of it names."""
    principal.require(Scope.READ)
    view = blind_view(session, own_units_view(view_at(session), principal=principal), principal=principal)
    found = assessment_record(session, view, assessment_id, language=lang)
    if found is None:
        raise assessment_unknown(assessment_id)
    record, etag = found
    return JSONResponse(record, headers={"ETag": etag, "Cache-Control": "private, no-store"})


@router.post(
    "/{assessment_id}/revisions",
    status_code=201,
    response_model=RecordedAssessment,
    openapi_extra=documented(AssessmentBody),
    responses={
        **_REFUSALS,
        404: {"description": "No such assessment"},
        412: {"description": "If-Match names another version than the present one"},
        428: {"description": "No If-Match"},
    },
)
def post_assessment_revision(
    principal: CurrentPrincipal,
    assessment_id: AssessmentId,
    body: JsonBody,
    session: WriteDatabase,
    key: Key = None,
    if_match: Annotated[str | None, Header(description="ETag of the version that is revised")] = None,
) -> Response:
    """Record a revision of one's own assessment: the whole of it again, with a reason and `If-Match`."""
    principal.require(Scope.RECORD_ASSESSMENT)
    require_key(key)
    measured = as_model(AssessmentBody, body).as_given()
    asked = {"request": f"POST /assessments/{assessment_id}/revisions", "body": body, "if_match": if_match}
    return _answered(
        session,
        principal,
        key,
        asked=asked,
        do=lambda: revise_assessment(session, assessment_id, principal=principal, measured=measured, if_match=if_match),
    )


def _answered(
    session: WriteSession,
    principal: Principal,
    key: str | None,
    *,
    asked: dict[str, Any],
    do: Callable[[], RecordedAssessment],
) -> Response:
    answer = once(session, principal=principal, key=require_key(key), asked=asked, do=lambda: as_json_object(do()))
    headers = {"ETag": assessment_etag(answer.body["id"], answer.body["revision"])}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=200 if answer.replayed else 201, headers=headers)
