"""What inspections found in a round of the plan, and how it is put right."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.raise_finding import FindingGiven, FindingRaised, raise_finding, round_of
from metrics.commands.rectify_finding import AnswerGiven, Rectified, ReviewGiven, answer_finding, review_finding
from metrics.principal import Scope
from metrics.queries.findings import FindingRow, RectificationRow, findings
from metrics.queries.reader_view import own_units_view
from metrics.queries.view import view_at
from metrics.supervision.rectification import LONGEST_TEXT, FindingSeverity, RectificationAction
from metrics.value_types import as_json_object

router = APIRouter(prefix="/phases", tags=["supervise"])

RoundCode = Annotated[str, Path(max_length=64, description="Code of a round, such as PH2")]
FindingNumber = Annotated[int, Path(ge=1, le=999_999_999)]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")
]
_READ: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or another unit's"},
    404: {"description": "The plan has no such round, or there is no such finding"},
}
_WRITTEN = _READ | {
    409: {"description": "What it has come to does not allow it"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_REVIEWED = _WRITTEN | {
    412: {"description": "If-Match names an earlier state of it"},
    428: {"description": "There is no If-Match"},
}


class InspectionFindingBody(BaseModel):
    """What was found of a unit: about a target or a task."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "target": "plan:target",
                    "severity": "major",
                    "text": "“一窗”窗口只受理部分事项。",
                    "due_on": "2999-12-31",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    target: Annotated[str, Field(max_length=100)] = ""
    task: Annotated[int | None, Field(ge=1, le=9999)] = None
    severity: Literal["minor", "major", "grave"]
    text: Annotated[str, Field(max_length=LONGEST_TEXT)]
    due_on: Annotated[str, Field(max_length=10, description="YYYY-MM-DD, not past")]

    def as_given(self) -> FindingGiven:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return FindingGiven(**given | {"severity": FindingSeverity(self.severity)})


class RectificationBody(BaseModel):
    """How a unit put a finding right."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"finding": 1, "text": "窗口已受理全部事项。", "evidence": ""}]},
    )

    finding: Annotated[int, Field(ge=1, le=999_999_999)]
    text: Annotated[str, Field(max_length=LONGEST_TEXT)]
    evidence: Annotated[str, Field(max_length=2000, description="An http or https address")] = ""
    attachments: Annotated[list[int], Field(max_length=10, description="Numbers of files of the unit")] = []


class FindingReviewBody(BaseModel):
    """Why; for what is sent back, a new due day where there is one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "佐证不足"}]})

    reason: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    due_on: Annotated[str, Field(max_length=10, description="YYYY-MM-DD, of `return` alone")] = ""


@router.get("/{phase}/findings", responses=_READ)
def findings_of_round(principal: CurrentPrincipal, phase: RoundCode, session: ReadDatabase) -> list[FindingRow]:
    """The round's findings as they stand, with everything that was done about each; of own units for their people."""
    principal.require(Scope.READ)
    view = own_units_view(view_at(session), principal=principal)
    round_of(view.plan, phase)
    return findings(session, view, phases=[phase])


@router.get("/{phase}/rectifications", responses=_READ)
def rectifications_of_round(
    principal: CurrentPrincipal, phase: RoundCode, session: ReadDatabase
) -> list[RectificationRow]:
    """Everything that was done about the round's findings, oldest first; of own units for their people."""
    principal.require(Scope.READ)
    view = own_units_view(view_at(session), principal=principal)
    round_of(view.plan, phase)
    acts = [act for row in findings(session, view, phases=[phase]) for act in row.acts]
    return sorted(acts, key=lambda act: act.seq)


@router.post(
    "/{phase}/findings",
    status_code=201,
    response_model=FindingRaised,
    openapi_extra=documented(InspectionFindingBody),
    responses=_WRITTEN | {200: {"model": FindingRaised, "description": "A replay"}},
)
def post_finding(
    principal: CurrentPrincipal, phase: RoundCode, body: JsonBody, session: WriteDatabase, key: IdempotencyKey = None
) -> Response:
    """Record what an inspection found of a unit, with the day by which it is to be put right (reviewers).

    The header `Idempotency-Key` is required.
    """
    principal.require(Scope.VERIFY)
    key = require_key(key)
    given = as_model(InspectionFindingBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": f"POST /phases/{phase}/findings", "body": body},
        do=lambda: as_json_object(raise_finding(session, phase, principal=principal, given=given)),
    )
    return _kept(answer.body, replayed=answer.replayed)


@router.post(
    "/{phase}/rectifications",
    status_code=201,
    response_model=Rectified,
    openapi_extra=documented(RectificationBody),
    responses=_WRITTEN | {200: {"model": Rectified, "description": "A replay"}},
)
def post_rectification(
    principal: CurrentPrincipal, phase: RoundCode, body: JsonBody, session: WriteDatabase, key: IdempotencyKey = None
) -> Response:
    """Answer a finding: how it was put right, with evidence (clerks for their own units, reviewers for any).

    The header `Idempotency-Key` is required. While an answer waits for its review there is no other: a
    reviewer sends it back, and then it is answered anew.
    """
    principal.require(Scope.POST_SUBMISSION)
    key = require_key(key)
    sent = as_model(RectificationBody, body)
    given = AnswerGiven(sent.text, sent.evidence, tuple(sent.attachments))
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": f"POST /phases/{phase}/rectifications", "body": body},
        do=lambda: as_json_object(answer_finding(session, phase, sent.finding, principal=principal, given=given)),
    )
    return _kept(answer.body, replayed=answer.replayed)


def _kept(body: dict[str, Any], *, replayed: bool) -> Response:
    headers = {"ETag": body["etag"]} | ({"Idempotent-Replayed": "true"} if replayed else {})
    return JSONResponse(body, status_code=200 if replayed else 201, headers=headers)


def _review(
    action: RectificationAction,
    principal: CurrentPrincipal,
    phase: str,
    number: int,
    body: dict[str, Any],
    session: WriteDatabase,
    if_match: str | None,
) -> Response:
    principal.require(Scope.VERIFY)
    sent = as_model(FindingReviewBody, body)
    given = ReviewGiven(action, sent.reason, sent.due_on)
    done = review_finding(session, phase, number, principal=principal, given=given, if_match=if_match)
    return json_answer(done, headers={"ETag": done.etag})


IfMatch = Annotated[str | None, Header(description="ETag of the finding as it was seen")]
_DOCUMENTED = documented(FindingReviewBody, required=False)


@router.post(
    "/{phase}/findings/{number}/close", response_model=Rectified, openapi_extra=_DOCUMENTED, responses=_REVIEWED
)
def close_finding(
    principal: CurrentPrincipal,
    phase: RoundCode,
    number: FindingNumber,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Close a finding whose answer is enough (销号; reviewers)."""
    return _review(RectificationAction.CLOSE, principal, phase, number, body, session, if_match)


@router.post(
    "/{phase}/findings/{number}/return", response_model=Rectified, openapi_extra=_DOCUMENTED, responses=_REVIEWED
)
def send_finding_back(
    principal: CurrentPrincipal,
    phase: RoundCode,
    number: FindingNumber,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Send an answer back with a reason, by another day if need be; also of what was closed (reviewers)."""
    return _review(RectificationAction.SEND_BACK, principal, phase, number, body, session, if_match)


@router.post(
    "/{phase}/findings/{number}/withdraw", response_model=Rectified, openapi_extra=_DOCUMENTED, responses=_REVIEWED
)
def withdraw_finding(
    principal: CurrentPrincipal,
    phase: RoundCode,
    number: FindingNumber,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Withdraw a finding that was raised in error, with a reason (reviewers)."""
    return _review(RectificationAction.WITHDRAW, principal, phase, number, body, session, if_match)
