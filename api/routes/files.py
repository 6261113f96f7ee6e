"""Files with monthly submissions: looked over, posted, and given back with their bad cells marked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Response

from api.answers import json_answer
from api.schemas.files import FileBody, PostedFileOut, file_request
from api.security.dependencies import CurrentPrincipal
from api.upload import Sent, SentFile
from metrics.audit_acts import AuditAction
from metrics.authority import authority_of
from metrics.commands.idempotency_keys import Answer, require_key
from metrics.commands.keep_refused_file import keep_refused_file
from metrics.commands.post_file import post_file, post_file_once
from metrics.commands.posted_file import FileRequest
from metrics.database import read_session, write_session
from metrics.errors import Conflict, Invalid, KeyReused, Unconfirmed
from metrics.intake.file_reading import FileReading
from metrics.intake.isolation import annotated
from metrics.intake.reading import read_file
from metrics.intake.reading_digest import is_of_unanswered
from metrics.plan.store import plan_at
from metrics.present_act import doing
from metrics.principal import Principal, Scope
from metrics.queries.refused_files import refused_file

router = APIRouter(prefix="/submissions/files", tags=["collect"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BODY = FileBody.model_json_schema(ref_template="#/components/schemas/{model}")


@router.post(
    "",
    status_code=201,
    response_model=PostedFileOut,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _BODY}}}},
    responses={
        200: {"model": PostedFileOut, "description": "A dry run, a replay, or a file that changes nothing"},
        400: {"description": "Not readable"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "The file holds figures of a unit that is not yours"},
        412: {"description": "A submission was changed since the version that is named"},
        413: {"description": "File too large"},
        415: {"description": "Not multipart/form-data"},
        422: {"description": "Refused, with every bad cell; `annotated` is the file with those cells marked"},
        428: {"description": "A revision without its version"},
    },
)
def post_submissions_file(
    principal: CurrentPrincipal,
    sent: Sent,
    idempotency_key: Annotated[str | None, Header(description="New for every file, the same to try again")] = None,
    dry_run: Annotated[bool, Query(description="Answer the same and store nothing")] = False,
) -> Response:
    """Send in a CSV file or an .xlsx workbook with one or many submissions. All of them or none.

    The file is a table of unit, period, element and value; or a row for each unit and period with a column for each
    element; or our own template, filled in. Headings, units and elements may be codes or Chinese names. Whatever is
    recorded otherwise than it was written is listed in `changes`; what could mean two things is refused with its cell.

    A machine's CSV file of exactly `unit_code,period,element_code,value` and our own template are stored as they are
    read. Any other layout is looked over first: a dry run answers every figure as it is written and as it is read, what
    only the sender can say (`questions`), and `reading`, a digest. It is stored with that digest and the `answers`,
    within a day; without, `422 reading_unconfirmed` or `question_open`. A layout that every unit in the file confirmed
    before needs no digest unless a cell raises a question.

    A submission that is there already is revised: that needs `reason`, and its version, which a template carries and
    `versions` names. The header `Idempotency-Key` is required, except for a dry run.
    """
    principal.require(Scope.POST_SUBMISSION)
    key = require_key(idempotency_key) if idempotency_key is not None or not dry_run else ""
    request = file_request(sent.fields)
    reading, unanswered = _read(sent, request)
    if dry_run:
        return json_answer(PostedFileOut.model_validate(_looked_over(principal, reading, request)))
    answer = _post_or_keep(principal, sent, request, key=key, reading=reading, unanswered=unanswered)
    return json_answer(
        PostedFileOut.model_validate(answer.body["posted"]),
        status=200 if answer.replayed or not answer.body["recorded"] else 201,
        headers={"Idempotent-Replayed": "true" if answer.replayed else None},
    )


@router.get(
    "/{file_id}/annotated.xlsx",
    response_class=Response,
    responses={
        200: {"content": {_XLSX: {}}, "description": "The workbook as it was sent, its bad cells marked"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed"},
        404: {"description": "No such file, not yours, or no longer kept"},
    },
)
def annotated_file(principal: CurrentPrincipal, file_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """The refused workbook with its bad cells coloured and commented, everything else as it was.

    For whoever sent it, and for reviewers. Refused files are kept for seven days, the last five of each account.
    """
    with read_session(authority_of(principal)) as session:
        kept = refused_file(session, file_id, principal=principal)
    content = annotated(kept.content, kept.problems)
    name = f"{PurePath(kept.name).stem or 'file'}-annotated.xlsx"
    disposition = f"attachment; filename=\"annotated.xlsx\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(content, media_type=_XLSX, headers=headers)


def _read(sent: SentFile, request: FileRequest) -> tuple[FileReading, FileReading | None]:
    """The file with the answers that came with it; and without them, if the digest was made before there were any."""
    with read_session() as session:
        plan = plan_at(session)
    # no connection is held meanwhile
    reading = read_file(sent.name, sent.content, plan, answers=request.answers, opened=request.opened)
    if not request.answers or not is_of_unanswered(request.reading):
        return reading, None
    return reading, read_file(sent.name, sent.content, plan, opened=request.opened)


def _looked_over(principal: Principal, reading: FileReading, request: FileRequest) -> dict[str, Any]:
    """What a dry run answers."""
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        return post_file(
            session, plan=plan, principal=principal, reading=reading, request=request, dry_run=True
        ).as_dict()


def _post_or_keep(
    principal: Principal,
    sent: SentFile,
    request: FileRequest,
    *,
    key: str,
    reading: FileReading,
    unanswered: FileReading | None,
) -> Answer:
    """The answer to the file, posted once for its key. A file that is refused for its content is kept."""
    try:
        with write_session(authority_of(principal)) as session:
            return post_file_once(
                session,
                plan=plan_at(session),
                principal=principal,
                reading=reading,
                request=request,
                key=key,
                unanswered=unanswered,
            )
    except (Invalid, Conflict) as refused:
        if not isinstance(refused, KeyReused | Unconfirmed):
            refused.kept_file = _keep(principal, sent, reading, refused)
        raise


def _keep(principal: Principal, sent: SentFile, reading: FileReading, refused: Invalid | Conflict) -> int:
    """Keep the refused file, in a transaction of its own: the one that posted is undone."""
    with doing(AuditAction.KEEP_FILE, reading.name), write_session(authority_of(principal)) as session:
        return keep_refused_file(
            session,
            principal=principal,
            name=reading.name,
            kind=reading.kind,
            content=sent.content,
            problems=refused.problems,
            now=datetime.now(UTC),
        )
