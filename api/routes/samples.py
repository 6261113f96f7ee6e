"""Samples: drawn by an assessor, taken along as a work sheet, sent back with what was found."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.attachment import attachment
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented, raw_body
from api.schemas.samples import (
    FindingsBody,
    SampleBody,
    SampleOut,
    SampleReadOut,
    SamplesOut,
    sample_out,
    sample_read_out,
)
from api.security.dependencies import CurrentPrincipal
from api.upload import SentFile, sent_file
from metrics.authority import authority_of
from metrics.commands.draw_sample import draw_sample
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.record_findings import RecordedFindings, record_findings
from metrics.database import read_session, write_session
from metrics.intake.isolation import grid_of
from metrics.intake.work_sheet import read_work_sheet
from metrics.json_object import read_json_object
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.publish.dataset import Pull
from metrics.publish.rendering import MEDIA_TYPES, render
from metrics.publish.sample_results import sample_results_dataset
from metrics.publish.work_sheet import MARK, work_sheet_csv, work_sheet_xlsx
from metrics.queries.samples import read_sample, require_samples, sample_of, samples
from metrics.queries.view import view_at
from metrics.sampling import FilledWorkSheet, SentFinding
from metrics.value_types import as_json_object

router = APIRouter(prefix="/samples", tags=["assess"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="New for each, the same to try again")]
Language = Annotated[Literal["zh", "en"], Query(description="Language of the names")]
_WORDS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_NO_SUCH: dict[int | str, dict[str, Any]] = {**_WORDS, 404: {"description": "No such sample"}}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **_WORDS,
    400: {"description": "Not readable"},
    413: {"description": "Body too large"},
    415: {"description": "Neither of the forms it may have"},
    422: {"description": "Refused, with every bad place"},
}


async def sent_findings(request: Request) -> SentFile | dict[str, Any]:
    """A filled work sheet (multipart, field `file`) or findings as JSON, as the body says what it is."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await sent_file(request)
    return read_json_object(await raw_body(request))


@router.post(
    "",
    status_code=201,
    response_model=SampleOut,
    openapi_extra=documented(SampleBody),
    responses={200: {"model": SampleOut, "description": "A replay"}, **_REFUSALS},
)
def post_sample(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase, key: Key = None) -> Response:
    """Draw a sample; its seed and its cells are in the ledger before anything is found."""
    principal.require(Scope.RECORD_ASSESSMENT)
    drawing = as_model(SampleBody, body).as_drawing()
    answer = once(
        session,
        principal=principal,
        key=require_key(key),
        asked={"request": "POST /samples", "body": body},
        do=lambda: sample_out(draw_sample(session, principal=principal, drawing=drawing)),
    )
    headers = {"Location": f"/api/v1/samples/{answer.body['number']}"}
    return _answered(answer.body, replayed=answer.replayed, headers=headers)


@router.get("", response_model=SamplesOut, responses=_WORDS)
def list_samples(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """Every sample, newest first."""
    require_samples(principal)
    return JSONResponse({"items": [sample_out(sample) for sample in samples(session)]})


@router.get("/{number}.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}, **_NO_SUCH})
def sample_csv(principal: CurrentPrincipal, number: Number, session: ReadDatabase, lang: Language = "zh") -> Response:
    """The work sheet as CSV, its last three columns to be filled in."""
    require_samples(principal)
    content = work_sheet_csv(read_sample(session, number, principal=principal), language=lang)
    return _sheet(content, number=number, form="csv")


@router.get(
    "/{number}.xlsx", response_class=Response, responses={200: {"content": {MEDIA_TYPES["xlsx"]: {}}}, **_NO_SUCH}
)
def sample_xlsx(principal: CurrentPrincipal, number: Number, session: ReadDatabase, lang: Language = "zh") -> Response:
    """The work sheet as a workbook, its last three columns to be filled in."""
    require_samples(principal)
    content = work_sheet_xlsx(read_sample(session, number, principal=principal), language=lang)
    return _sheet(content, number=number, form="xlsx")


@router.get(
    "/{number}/results.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}, **_NO_SUCH}
)
def sample_results(
    principal: CurrentPrincipal,
    number: Number,
    session: ReadDatabase,
    lang: Language = "zh",
    bom: Annotated[bool, Query(description="1: with a byte-order mark, for Excel and WPS")] = False,
) -> Response:
    """The share confirmed of each unit and of all together, with design, interval and non-response, as CSV."""
    require_samples(principal)
    read = read_sample(session, number, principal=principal)
    view = view_at(session, as_of=read.sample.stands_on)
    pull = Pull(language=lang, bom=bom)
    rendered = render(sample_results_dataset(read), session=session, view=view, pull=pull, form="csv")
    headers = attachment(f"biaochi-sample-{number}-results", "csv", synthetic=read.synthetic)
    headers |= {"Cache-Control": "private, no-store", "Repr-Digest": rendered.digest}
    with rendered.file as file:
        return Response(file.read(), headers=headers, media_type=MEDIA_TYPES["csv"])


@router.get("/{number}", response_model=SampleReadOut, responses=_NO_SUCH)
def one_sample(principal: CurrentPrincipal, number: Number, session: ReadDatabase) -> Response:
    """One sample: its cells, what was found, and the share confirmed of each unit."""
    require_samples(principal)
    return JSONResponse(sample_read_out(read_sample(session, number, principal=principal)))


@router.post(
    "/{number}/findings",
    status_code=201,
    response_model=RecordedFindings,
    openapi_extra=documented(FindingsBody),
    responses={200: {"model": RecordedFindings, "description": "A replay"}, **_REFUSALS, 404: _NO_SUCH[404]},
)
def post_sample_findings(
    principal: CurrentPrincipal,
    number: Number,
    sent: Annotated[SentFile | dict[str, Any], Depends(sent_findings)],
    key: Key = None,
) -> Response:
    """Record what was found, as JSON or as the filled work sheet (multipart, field `file`). All of it or none."""
    principal.require(Scope.RECORD_ASSESSMENT)
    require_key(key)
    read = _read(principal, number, sent)
    body = hashlib.sha256(sent.content).hexdigest() if isinstance(sent, SentFile) else sent
    with write_session(authority_of(principal)) as session:
        answer = once(
            session,
            principal=principal,
            key=require_key(key),
            asked={"request": f"POST /samples/{number}/findings", "body": body},
            do=lambda: as_json_object(record_findings(session, number, principal=principal, sent=read)),
        )
    return _answered(answer.body, replayed=answer.replayed, headers={})


def _read(principal: Principal, number: int, sent: SentFile | dict[str, Any]) -> FilledWorkSheet | list[SentFinding]:
    if not isinstance(sent, SentFile):
        return as_model(FindingsBody, sent).as_sent()
    with read_session(authority_of(principal)) as session:
        plan = plan_at(session, seq=sample_of(session, number).stands_on)
    return read_work_sheet(grid_of(sent.content), plan, mark=MARK)  # no connection is held meanwhile


def _answered(body: dict[str, Any], *, replayed: bool, headers: dict[str, str]) -> Response:
    said = headers | ({"Idempotent-Replayed": "true"} if replayed else {})
    return JSONResponse(body, status_code=200 if replayed else 201, headers=said)


def _sheet(content: bytes, *, number: int, form: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="biaochi-sample-{number}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)
