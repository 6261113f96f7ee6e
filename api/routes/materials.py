"""Monthly material of units (工作进展情况材料): sent, looked at, seen by the head, signed by the leader in charge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse

from api.answers import json_answer
from api.attachment import attachment
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.schemas.materials import BodyMaterialOut, MaterialBody, MaterialOut, MaterialsOut, SeenBody
from api.schemas.sign_off import AskedOut, SignOffBody
from api.security.dependencies import CurrentPrincipal
from metrics.bulletin.material_template import material_template
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.record_material_act import MaterialRecorded
from metrics.commands.send_material import send_material
from metrics.commands.sign_material import note_seen, sign_material
from metrics.errors import BadRequest, Invalid
from metrics.periods import due_on, format_period, parse_period, period_problem
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.queries.attachments import attachments_of
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.materials import material_numbered, materials_of_month, said_of_tasks
from metrics.queries.view import view_at
from metrics.reminders.sign_off_link import ask_for_signature
from metrics.settings import settings
from metrics.sign_offs import MATERIAL_LINK
from metrics.supervision.bodies import bodies, body_problems
from metrics.supervision.file_kinds import DOCX
from metrics.supervision.materials import standing_of
from metrics.value_types import as_json_object

router = APIRouter(prefix="/materials", tags=["supervise"])

Number = Annotated[int, Path(alias="material", ge=1, le=2**53)]
IfMatch = Annotated[str | None, Header(description="ETag of the version that is meant")]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or another unit's"},
    412: {"description": "If-Match names another version than the present one"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_NO_SUCH: dict[int | str, dict[str, Any]] = {404: {"description": "No such material, or not yours to see"}}


@router.post(
    "",
    status_code=201,
    response_model=MaterialRecorded,
    openapi_extra=documented(MaterialBody),
    responses={
        200: {"model": MaterialRecorded, "description": "A replay, or what stands so already"},
        **_REFUSALS,
        428: {"description": "There is material already and no If-Match"},
    },
)
def post_material(
    principal: CurrentPrincipal,
    body: JsonBody,
    session: WriteDatabase,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")
    ] = None,
    if_match: IfMatch = None,
) -> Response:
    """Send a unit's material for a month: progress, problems, what is planned, files by number.

    It carries the unit's task reports for the month as they stand. The header `Idempotency-Key` is required. Sent again
    for the same unit and month it is a revision: that needs a reason, and `If-Match` with the ETag of what it revises;
    it voids what the head has seen and the leader has signed.
    """
    principal.require(Scope.POST_SUBMISSION)
    key = require_key(key)
    given = as_model(MaterialBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": "POST /materials", "body": body, "if_match": if_match},
        do=lambda: as_json_object(send_material(session, principal=principal, given=given, if_match=if_match)),
    )
    headers = {"ETag": answer.body["etag"], "Location": f"/api/v1/materials/{answer.body['id']}"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    done = answer.body["recorded"] and not answer.replayed
    return JSONResponse(answer.body, status_code=201 if done else 200, headers=headers)


@router.get("", response_model=MaterialsOut, responses={status: _REFUSALS[status] for status in (400, 401, 403)})
def list_materials(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    period: Annotated[str, Query(max_length=20, description="YYYY-MM")],
) -> Response:
    """Who owes material for a month, and how it stands: missing, sent, seen by the head, signed; in time or how late.

    Clerks and leaders see their own units.
    """
    month, view, now = _month(period), view_at(session), datetime.now(UTC)
    found = [
        BodyMaterialOut.of(row)
        for row in materials_of_month(session, view, month, now=now)
        if principal.may_see_submissions_of(row.body.code)
    ]
    return json_answer(MaterialsOut(period=month, due_on=due_on(month, rule=view.plan.due_rule), items=found))


@router.get(
    "/template.docx",
    response_class=Response,
    responses={
        200: {"content": {DOCX.media_type: {}}, "description": "The document"},
        **{status: _REFUSALS[status] for status in (400, 401, 403, 422)},
    },
)
def blank_material(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    unit: Annotated[str, Query(max_length=100, description="Code of the unit or department")],
    period: Annotated[str, Query(max_length=20, description="YYYY-MM, required")] = "",
    lang: Annotated[Literal["zh", "en"], Query(description="Language of headings and words")] = "zh",
) -> Response:
    """A template of the unit's material for the month (DOCX).

    It has the tasks with what was reported on them, measures of the work plan that are due, what was sent so far, and
    blanks. Filled in and signed it can be attached to the material.
    """
    principal.require(Scope.POST_SUBMISSION)
    principal.require_unit(unit)
    month, view = _month(period), view_at(session)
    if problems := body_problems(view.plan, unit, period=month):
        raise Invalid(problems[0].code, problems[0].message, problems)
    body, synthetic = bodies(view.plan)[unit], is_demonstration_loaded(session)
    made = material_template(session, view, body, month, language=lang, made_at=datetime.now(UTC), synthetic=synthetic)
    stem = f"{unit}-{body.name.in_language(lang)}-{format_period(month)}"
    headers = attachment(stem, "docx", synthetic=synthetic) | {"Cache-Control": "private, no-store"}
    return Response(made, media_type=DOCX.media_type, headers=headers)


@router.get(
    "/{material}",
    response_model=MaterialOut,
    responses={**{status: _REFUSALS[status] for status in (401, 403)}, **_NO_SUCH},
)
def get_material(principal: CurrentPrincipal, number: Number, session: ReadDatabase) -> Response:
    """One unit's material for one month as it stands, with the task reports that it carries. Its ETag names it."""
    material = material_numbered(session, number, principal=principal)
    rule, now = plan_at(session).due_rule, datetime.now(UTC)
    standing = standing_of(material, period=material.sent.period, rule=rule, now=now)
    said = said_of_tasks(session, material.sent.reports)
    files = attachments_of(session, material.sent.attachments)
    return json_answer(MaterialOut.of(material, standing, said, files), headers={"ETag": material.etag})


@router.post(
    "/{material}/seen",
    status_code=201,
    response_model=MaterialRecorded,
    openapi_extra=documented(SeenBody),
    responses={200: {"model": MaterialRecorded, "description": "It stands so already"}, **_REFUSALS, **_NO_SUCH},
)
def post_material_seen(
    principal: CurrentPrincipal, number: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """Record that the head of the unit (一把手) has seen the material as it stands: name, title and day."""
    principal.require(Scope.POST_SUBMISSION)
    given = as_model(SeenBody, body).as_given()
    return _done(note_seen(session, number, plan=plan_at(session), principal=principal, given=given, if_match=if_match))


@router.post(
    "/{material}/sign-off",
    status_code=201,
    response_model=MaterialRecorded,
    openapi_extra=documented(SignOffBody),
    responses={
        200: {"model": MaterialRecorded, "description": "The same leader has signed it as it stands"},
        **_REFUSALS,
        **_NO_SUCH,
        409: {"description": "No leader is recorded for the unit"},
    },
)
def sign_off_material(
    principal: CurrentPrincipal,
    number: Number,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Sign the material as it stands: a leader, for their own unit. A reviewer records a signature on paper."""
    principal.require(Scope.SIGN_OFF)
    on_paper = as_model(SignOffBody, body).as_given()
    return _done(
        sign_material(session, number, plan=plan_at(session), principal=principal, on_paper=on_paper, if_match=if_match)
    )


@router.post(
    "/{material}/sign-off/request",
    status_code=202,
    response_model=AskedOut,
    responses={
        **{status: _REFUSALS[status] for status in (401, 403, 412)},
        **_NO_SUCH,
        409: {
            "description": "Signed already, no leader or no address of the leader recorded, no e-mail set up, or the "
            "address refused"
        },
        429: {"description": "Asked a moment ago, or too often today; see Retry-After"},
        503: {"description": "The e-mail did not go out; nothing is signed, ask again"},
    },
)
def request_material_signature(principal: CurrentPrincipal, number: Number, if_match: IfMatch = None) -> Response:
    """Have the leader in force sent a link by which to sign the material as it stands (clerk of the unit, reviewer).

    The link goes to the leader's own address and is shown to nobody else. A newer one ends the earlier ones.
    """
    principal.require(Scope.POST_SUBMISSION)
    asked = ask_for_signature(settings(), number, principal=principal, if_match=if_match, purpose=MATERIAL_LINK)
    return json_answer(AskedOut.of(number, asked), status=202)


def _month(period: str) -> date:
    month = parse_period(period)
    if month is None:
        problem = period_problem(period, pointer="?period")
        raise BadRequest(problem.code, problem.message, [problem])
    return month


def _done(recorded: MaterialRecorded) -> Response:
    return json_answer(recorded, status=201 if recorded.recorded else 200, headers={"ETag": recorded.etag})
