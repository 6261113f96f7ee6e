"""Self-assessments of a round: what units sent in, sending one, and a leader's signature."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.routes.findings import RoundCode
from api.schemas.sign_off import SignOffBody
from api.security.dependencies import CurrentPrincipal
from metrics.commands.raise_finding import round_of
from metrics.commands.submit_self_assessment import (
    SelfAssessed,
    SelfAssessmentGiven,
    sign_self_assessment,
    submit_self_assessment,
)
from metrics.principal import Scope
from metrics.queries.reader_view import own_units_view
from metrics.queries.self_assessments import SelfAssessmentRow, self_assessments
from metrics.queries.view import view_at
from metrics.supervision.rectification import LONGEST_TEXT

router = APIRouter(prefix="/phases", tags=["supervise"])

_READ: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or another unit's"},
    404: {"description": "The plan has no such round, or nothing was sent yet"},
}
_WRITTEN = _READ | {
    409: {"description": "The round has not begun, the figures changed, or it is signed already"},
    412: {"description": "If-Match names another revision than the present one"},
    428: {"description": "There is one already and no If-Match"},
}
_SENT = _WRITTEN | {
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
IfMatch = Annotated[str | None, Header(description="ETag of the revision that was seen")]
_Words = Annotated[str, Field(max_length=LONGEST_TEXT)]


class SelfAssessmentBody(BaseModel):
    """What a unit says of itself; its figures are drawn from what it reported."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"unit": "plan:unit", "summary": "本单位自查情况。", "remarks": {"plan:target": "正在补齐。"}}]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    summary: _Words
    remarks: Annotated[dict[str, _Words], Field(max_length=100, description="Target → words")] = {}
    reason: Annotated[str, Field(max_length=LONGEST_TEXT, description="Why one that is there is revised")] = ""
    drawn_at: Annotated[
        int | None, Field(ge=0, description="Sequence number at which the figures were seen: refused if they changed")
    ] = None

    def as_given(self) -> SelfAssessmentGiven:
        """The body as the command takes it."""
        return SelfAssessmentGiven(**{name: getattr(self, name) for name in type(self).model_fields})


class SelfSignBody(SignOffBody):
    """Nothing for a leader. A reviewer records what was signed on paper, with the files that show it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{}, {"on_paper": True, "leader": "李明", "attachments": [981]}]},
    )

    attachments: Annotated[
        list[int], Field(default_factory=list, max_length=10, description="Numbers of files of the unit")
    ]


@router.get("/{phase}/self-assessments", responses=_READ)
def self_assessments_of_round(
    principal: CurrentPrincipal, phase: RoundCode, session: ReadDatabase
) -> list[SelfAssessmentRow]:
    """Every unit's newest self-assessment, its figures as they were frozen; of own units for their people."""
    principal.require(Scope.READ)
    view = own_units_view(view_at(session), principal=principal)
    round_of(view.plan, phase)
    return self_assessments(session, view, phases=[phase])


@router.post(
    "/{phase}/self-assessments",
    status_code=201,
    response_model=SelfAssessed,
    openapi_extra=documented(SelfAssessmentBody),
    responses=_SENT,
)
def post_self_assessment(
    principal: CurrentPrincipal, phase: RoundCode, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """Send a unit's self-assessment of the round: words on the whole, and for each target that is not met.

    The figures are the unit's own of its newest month within the round, frozen as they are now. Another one is a
    revision: it needs a reason, and `If-Match` with the ETag of the one it revises; it is not signed.
    """
    principal.require(Scope.POST_SUBMISSION)
    given = as_model(SelfAssessmentBody, body).as_given()
    done = submit_self_assessment(session, phase, principal=principal, given=given, if_match=if_match)
    return json_answer(done, status=201, headers={"ETag": done.etag})


@router.post(
    "/{phase}/self-assessments/{unit}/sign-off",
    status_code=201,
    response_model=SelfAssessed,
    openapi_extra=documented(SelfSignBody, required=False),
    responses=_SENT,
)
def sign_off_self_assessment(
    principal: CurrentPrincipal,
    phase: RoundCode,
    unit: Annotated[str, Path(max_length=100)],
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Sign the unit's self-assessment as it was seen (its leader, signed in). A reviewer records a signature on paper
    with its scan.
    """
    principal.require(Scope.SIGN_OFF)
    sent = as_model(SelfSignBody, body)
    done = sign_self_assessment(
        session,
        phase,
        unit=unit,
        principal=principal,
        if_match=if_match,
        on_paper=sent.as_given(),
        scans=sent.attachments,
    )
    return json_answer(done, status=201, headers={"ETag": done.etag})
