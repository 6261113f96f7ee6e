"""Monthly submissions: sent in, looked at, verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase, acts_for
from api.json_body import BodyToRead, OptionalJsonBody, as_model, documented
from api.schemas.submissions import (
    DetailOut,
    HistoryOut,
    ReasonBody,
    ReceiptOut,
    SubmissionBody,
    SummariesOut,
)
from api.security.dependencies import CurrentPrincipal, PrincipalToLookUp
from metrics.commands.idempotency_keys import require_key
from metrics.commands.post_once import post_once
from metrics.commands.post_submission import post_submission
from metrics.commands.prove_receipt import prove_receipt
from metrics.commands.verify_submission import Checked, verify_submission
from metrics.database import WriteSession, write_session
from metrics.errors import BadRequest, Message, Problem
from metrics.forms import as_given
from metrics.periods import parse_period, period_problem
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.submissions import submission, submission_history, submissions
from metrics.submission_states import Action, State
from metrics.submissions import Posted

router = APIRouter(prefix="/submissions", tags=["collect"])

SubmissionId = Annotated[int, Path(ge=1, le=2**31 - 1)]
ReportedState = Literal[State.SUBMITTED, State.VERIFIED, State.SENT_BACK]
IfMatch = Annotated[str | None, Header(description="ETag of the version that is revised or checked")]
_NOT_AS_IT_SHOULD_BE: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    412: {"description": "If-Match names another version than the present one"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_NO_SUCH: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such submission, or not yours to see"},
}


@router.post(
    "",
    status_code=201,
    response_model=Posted,
    openapi_extra=documented(SubmissionBody),
    responses={
        200: {"model": Posted, "description": "A dry run, a replay, or a submission that changes nothing"},
        **_NOT_AS_IT_SHOULD_BE,
        428: {"description": "A revision without If-Match"},
    },
)
def send_submission(
    request: Request,
    look_up: PrincipalToLookUp,
    read: BodyToRead,
    idempotency_key: Annotated[
        str | None, Header(description="New for every submission, the same to try again")
    ] = None,
    if_match: IfMatch = None,
    dry_run: Annotated[bool, Query(description="Answer the same and store nothing")] = False,
) -> Response:
    """Send in a submission, or revise one. All or nothing; what is left out keeps its value.

    A body carries whole blocks of the form. A revision needs `reason` and `If-Match`. The header `Idempotency-Key` is
    required, except for a dry run.
    """
    principal, body = look_up(), read()  # in this order, and in this thread
    principal.require(Scope.POST_SUBMISSION)
    key = require_key(idempotency_key) if not dry_run or idempotency_key is not None else ""
    given, by = as_model(SubmissionBody, body), acts_for(request)
    principal.require_unit(given.unit)
    sent = given.as_submission()
    if dry_run:
        with write_session(by) as session:
            tried = post_submission(
                session, plan=plan_at(session), principal=principal, request=sent, if_match=if_match, dry_run=True
            )
        return json_answer(tried)
    asked = {"request": "POST /submissions", "body": body, "if_match": if_match}
    found = post_once(by, principal=principal, key=key, asked=asked, request=sent, if_match=if_match)
    posted = found.posted
    return json_answer(
        posted,
        status=200 if found.replayed or not posted.recorded else 201,
        headers={
            "ETag": posted.etag,
            "Location": f"/api/v1/submissions/{posted.id}",
            "Idempotent-Replayed": "true" if found.replayed else None,
        },
    )


@router.get("", responses={code: _NO_SUCH[code] for code in (400, 401, 403)})
def list_submissions(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    unit: Annotated[list[str], Query(description="Unit code, repeatable")] = [],  # noqa: B006  never changed
    period: Annotated[list[str], Query(description="YYYY-MM, repeatable")] = [],  # noqa: B006
    state: Annotated[list[ReportedState], Query(description="Repeatable")] = [],  # noqa: B006
) -> SummariesOut:
    """Submissions as they stand, by period, then unit. A clerk sees those of their own units."""
    plan = plan_at(session)
    found = submissions(
        session,
        plan,
        principal=principal,
        units=_known_units(plan, unit),
        periods=_periods(period),
        states=state,
    )
    return SummariesOut(items=found, synthetic=is_demonstration_loaded(session))


@router.get(
    "/{submission_id}",
    response_model=DetailOut,
    responses={304: {"description": "Not changed since"}, **_NO_SUCH},
)
def one_submission(
    response: Response,
    principal: CurrentPrincipal,
    submission_id: SubmissionId,
    session: ReadDatabase,
    if_none_match: Annotated[str | None, Header()] = None,
) -> DetailOut | Response:
    """A submission with its values and events; its ETag is the version that a revision names."""
    found = submission(session, submission_id, plan=plan_at(session), principal=principal)
    headers = {"ETag": found.summary.etag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and _names(if_none_match, found.summary.etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return DetailOut.of(found, synthetic=is_demonstration_loaded(session))


@router.get("/{submission_id}/history", responses=_NO_SUCH)
def history_of_submission(
    principal: CurrentPrincipal, submission_id: SubmissionId, session: ReadDatabase
) -> HistoryOut:
    """Everything that happened to a submission, oldest first, with the figures each revision changed."""
    events = submission_history(session, submission_id, plan=plan_at(session), principal=principal)
    return HistoryOut(events=list(events))


@router.get("/{submission_id}/receipt", response_model=ReceiptOut, responses=_NO_SUCH)
def receipt_for_submission(
    principal: CurrentPrincipal, submission_id: SubmissionId, session: WriteDatabase
) -> Response:
    """The receipt for the newest revision: who sent what when, its place in the ledger, and the proof of it.

    Keep it: `verify.py` checks it offline, and the checkpoint in it shows later that nothing was rewritten.
    """
    proved = prove_receipt(session, submission_id, plan=plan_at(session), principal=principal)
    return json_answer(ReceiptOut.of(proved, synthetic=is_demonstration_loaded(session)))


_CHECK_ROUTE: dict[str, Any] = {
    "response_model": Checked,
    "openapi_extra": documented(ReasonBody, required=False),
    "responses": {
        **_NOT_AS_IT_SHOULD_BE,
        404: _NO_SUCH[404],
        409: {"description": "The submission's state forbids it"},
    },
}


@router.post("/{submission_id}/verify", **_CHECK_ROUTE)
def verify_one_submission(
    principal: CurrentPrincipal,
    submission_id: SubmissionId,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """The bureau has checked the submission and found it right."""
    return _check(session, Action.VERIFY, principal, submission_id, body=body, if_match=if_match)


@router.post("/{submission_id}/return", **_CHECK_ROUTE)
def send_submission_back(
    principal: CurrentPrincipal,
    submission_id: SubmissionId,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """The bureau gives the submission back for correction (退回). Needs a reason."""
    return _check(session, Action.SEND_BACK, principal, submission_id, body=body, if_match=if_match)


@router.post("/{submission_id}/reopen", **_CHECK_ROUTE)
def reopen_one_submission(
    principal: CurrentPrincipal,
    submission_id: SubmissionId,
    body: OptionalJsonBody,
    session: WriteDatabase,
    if_match: IfMatch = None,
) -> Response:
    """Take back a verification or a submission for correction. Needs a reason."""
    return _check(session, Action.REOPEN, principal, submission_id, body=body, if_match=if_match)


def _check(
    session: WriteSession,
    action: Action,
    principal: Principal,
    submission_id: int,
    *,
    body: Mapping[str, Any],
    if_match: str | None,
) -> Response:
    principal.require(Scope.VERIFY)
    checked = verify_submission(
        session,
        principal=principal,
        submission_id=submission_id,
        action=action,
        reason=as_model(ReasonBody, body).reason,
        if_match=if_match,
        timezone=plan_at(session).document.timezone,
    )
    return json_answer(checked, headers={"ETag": checked.etag})


def _known_units(plan: Plan, codes: list[str]) -> list[str]:
    for code in codes:
        if code not in plan.unit_by_code:
            message = Message(f"没有填报单位“{as_given(code)}”。", f"There is no reporting unit {as_given(code)!r}.")
            raise BadRequest("unit_unknown", message, [Problem("unit_unknown", message, "?unit", given=as_given(code))])
    return codes


def _periods(written: list[str]) -> list[date]:
    found = []
    for text in written:
        period = parse_period(text)
        if period is None:
            problem = period_problem(as_given(text), pointer="?period")
            raise BadRequest(problem.code, problem.message, [problem])
        found.append(period)
    return found


def _names(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags
