"""Assessments, recorded and revised by those who made them. What they are is read from the dataset `assessments`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import JSONResponse, Response

from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.assessments import AssessmentBody, AssessmentOut, assessment_out
from api.security.dependencies import CurrentPrincipal
from metrics.assessments import assessment_etag
from metrics.commands.idempotent import once, require_key
from metrics.commands.record_assessment import (
    RecordedAssessment,
    assessment_unknown,
    record_assessment,
    revise_assessment,
)
from metrics.database import WriteSession
from metrics.principal import Action, Principal
from metrics.publish.assessed import assessment_record
from metrics.queries.blindness import blind_view
from metrics.queries.reader_view import own_units_view
from metrics.queries.view import view_at

router = APIRouter(prefix="/assessments", tags=["assess"])

AssessmentId = Annotated[int, Path(ge=1, le=2**53)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")]
Language = Annotated[Literal["zh", "en"], Query(description="Language of the names")]
_SEEN: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    200: {"model": AssessmentOut, "description": "A replay"},
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


@router.post(
    "",
    status_code=201,
    response_model=AssessmentOut,
    openapi_extra=documented(AssessmentBody),
    responses={**_REFUSALS, 409: {"description": "You have assessed this with this method already"}},
)
def post_assessment(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, key: Key = None) -> Response:
    """Record what was measured, beside what was reported; the header `Idempotency-Key` is required."""
    principal.require(Action.RECORD_ASSESSMENT)
    require_key(key)
    measured = as_model(AssessmentBody, body).as_measured()
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
    principal.require(Action.READ)
    view = blind_view(session, own_units_view(view_at(session), principal=principal), principal=principal)
    found = assessment_record(session, view, assessment_id, language=lang)
    if found is None:
        raise assessment_unknown(assessment_id)
    record, etag = found
    return JSONResponse(record, headers={"ETag": etag, "Cache-Control": "private, no-store"})


@router.post(
    "/{assessment_id}/revisions",
    status_code=201,
    response_model=AssessmentOut,
    openapi_extra=documented(AssessmentBody),
    responses={
        **_REFUSALS,
        404: {"description": "No such assessment"},
        412: {"description": "If-Match names another version than the present one"},
        428: {"description": "No If-Match"},
    },
)
def post_revision(
    principal: CurrentPrincipal,
    assessment_id: AssessmentId,
    body: JsonBody,
    session: WriteDatabase,
    key: Key = None,
    if_match: Annotated[str | None, Header(description="ETag of the version that is revised")] = None,
) -> Response:
    """Record a revision of one's own assessment: the whole of it again, with a reason and `If-Match`."""
    principal.require(Action.RECORD_ASSESSMENT)
    require_key(key)
    measured = as_model(AssessmentBody, body).as_measured()
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
    answer = once(session, principal=principal, key=require_key(key), asked=asked, do=lambda: assessment_out(do()))
    headers = {"ETag": assessment_etag(answer.body["id"], answer.body["revision"])}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=200 if answer.replayed else 201, headers=headers)
