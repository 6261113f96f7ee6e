"""Supervision slips (督办单): issued, and what is done with each. All of them are read from the dataset `slips`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import JSONResponse

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.schemas.slips import (
    AnswerBody,
    DecisionBody,
    DelegateBody,
    ExtensionBody,
    ReceiveBody,
    ReturnBody,
    SlipBody,
    SlipDetail,
    WordsBody,
)
from api.security.dependencies import CurrentPrincipal
from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.issue_slip import issue_slip
from metrics.commands.record_slip_act import SlipRecorded
from metrics.database import WriteSession
from metrics.principal import Principal, Scope
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.reader_view import own_units_view
from metrics.queries.slips import day_of_view, slip_in_view
from metrics.queries.view import view_at
from metrics.supervision.slips import SlipAct
from metrics.value_types import as_json_object

router = APIRouter(prefix="/slips", tags=["supervise"])

Number = Annotated[str, Path(pattern=r"^\d{4}-[1-9]\d{0,8}$", description="Year and number within it: 2019-3")]
IfMatch = Annotated[str | None, Header(description="ETag of the slip as it was seen")]
_NOT_READ: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    **_NOT_READ,
    404: {"description": "There is no such slip, or it is another unit's"},
    409: {"description": "Not possible as the slip stands; the message says what is"},
    412: {"description": "Something was done with the slip since it was seen"},
    428: {"description": "No If-Match"},
}


def _act(body: type[Any], *, required: bool = True) -> dict[str, Any]:
    return {
        "status_code": 201,
        "response_model": SlipRecorded,
        "openapi_extra": documented(body, required=required),
        "responses": _REFUSED,
    }


@router.post(
    "",
    status_code=201,
    response_model=SlipRecorded,
    openapi_extra=documented(SlipBody),
    responses={200: {"model": SlipRecorded, "description": "A replay"}, **_NOT_READ},
)
def post_slip(
    principal: CurrentPrincipal,
    body: JsonBody,
    session: WriteDatabase,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")
    ] = None,
) -> Response:
    """Issue a slip to a unit (reviewers). The header `Idempotency-Key` is required; the number runs on by year."""
    principal.require(Scope.SUPERVISE)
    key = require_key(key)
    given = as_model(SlipBody, body).as_given()
    answer = once(
        session,
        principal=principal,
        key=key,
        asked={"request": "POST /slips", "body": body},
        do=lambda: as_json_object(issue_slip(session, principal=principal, given=given)),
    )
    headers = {"ETag": answer.body["etag"], "Location": f"/api/v1/slips/{answer.body['slip']}"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=200 if answer.replayed else 201, headers=headers)


@router.get("/{slip}", response_model=SlipDetail, responses={code: _REFUSED[code] for code in (401, 403, 404)})
def one_slip(response: Response, principal: CurrentPrincipal, slip: Number, session: ReadDatabase) -> SlipDetail:
    """A slip with every act on it; its ETag is what whoever acts on it names."""
    principal.require(Scope.READ)
    view = own_units_view(view_at(session), principal=principal)
    found = slip_in_view(session, view, slip)
    response.headers["ETag"] = found.etag
    return SlipDetail.of(found, on=day_of_view(view), synthetic=is_demonstration_loaded(session))


@router.post("/{slip}/receive", **_act(ReceiveBody, required=False))
def receive_slip(
    principal: CurrentPrincipal, slip: Number, body: OptionalJsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The unit signs for the slip (签收), or for a part that was handed to it."""
    principal.require(Scope.ANSWER_SLIP)
    given = as_model(ReceiveBody, body).as_given(SlipAct.RECEIVE)
    return _done(session, principal, slip, given, if_match)


@router.post("/{slip}/answer", **_act(AnswerBody))
def answer_slip(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The unit says what was done (答复); of the whole only when every part is answered."""
    principal.require(Scope.ANSWER_SLIP)
    given = as_model(AnswerBody, body).as_given(SlipAct.ANSWER)
    return _done(session, principal, slip, given, if_match)


@router.post("/{slip}/delegate", **_act(DelegateBody))
def delegate_slip(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The unit hands a part on (分解)."""
    principal.require(Scope.ANSWER_SLIP)
    given = as_model(DelegateBody, body).as_given(SlipAct.DELEGATE)
    return _done(session, principal, slip, given, if_match)


@router.post("/{slip}/extension", **_act(ExtensionBody))
def ask_extension(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The unit asks for more time (申请延期), up to the due day."""
    principal.require(Scope.ANSWER_SLIP)
    given = as_model(ExtensionBody, body).as_given(SlipAct.ASK_EXTENSION)
    return _done(session, principal, slip, given, if_match)


@router.post("/{slip}/extension/decision", **_act(DecisionBody))
def decide_extension(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The bureau grants an extension, or refuses it with a reason."""
    principal.require(Scope.SUPERVISE)
    return _done(session, principal, slip, as_model(DecisionBody, body).as_given(), if_match)


@router.post("/{slip}/review", **_act(WordsBody, required=False))
def review_slip(
    principal: CurrentPrincipal, slip: Number, body: OptionalJsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The bureau has reviewed the answer and found it sufficient; the slip can be closed then."""
    principal.require(Scope.SUPERVISE)
    return _done(session, principal, slip, as_model(WordsBody, body).as_given(SlipAct.REVIEW), if_match)


@router.post("/{slip}/return", **_act(ReturnBody))
def send_slip_back(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The bureau sends the answer back (退回重办); a day that is past needs a new one."""
    principal.require(Scope.SUPERVISE)
    return _done(session, principal, slip, as_model(ReturnBody, body).as_given(SlipAct.RETURN), if_match)


@router.post("/{slip}/close", **_act(WordsBody, required=False))
def close_slip(
    principal: CurrentPrincipal, slip: Number, body: OptionalJsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The bureau strikes a reviewed slip off (销号)."""
    principal.require(Scope.SUPERVISE)
    return _done(session, principal, slip, as_model(WordsBody, body).as_given(SlipAct.CLOSE), if_match)


@router.post("/{slip}/withdraw", **_act(WordsBody))
def withdraw_slip(
    principal: CurrentPrincipal, slip: Number, body: JsonBody, session: WriteDatabase, if_match: IfMatch = None
) -> Response:
    """The bureau takes an open slip back (撤销), with a reason; its number stays taken."""
    principal.require(Scope.SUPERVISE)
    return _done(session, principal, slip, as_model(WordsBody, body).as_given(SlipAct.WITHDRAW), if_match)


def _done(session: WriteSession, principal: Principal, slip: str, given: ActGiven, if_match: str | None) -> Response:
    done = act_on_slip(session, slip, principal=principal, given=given, if_match=if_match)
    return json_answer(done, status=201, headers={"ETag": done.etag})
