"""Releases: published by a reviewer, and the same bytes for whoever reads them, for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from api.attachment import attachment
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.ranges import ByteRange, NotSatisfiable, asked_range, has_tag
from api.schemas.releases import ReleaseBody, ReleaseOut, ReleasesOut, release_out
from api.security.dependencies import CurrentPrincipal, Reader
from api.spooled import range_refused
from metrics.commands.create_release import create_release
from metrics.commands.idempotency_keys import once, require_key
from metrics.errors import Message, NotFound
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.publish.citation import citation_file, citation_of
from metrics.publish.dataset import Pull
from metrics.publish.differences import differences_dataset, released_side
from metrics.publish.release_archive import ReleaseArchive
from metrics.publish.release_files import is_synthetic, refuse_closed_release
from metrics.publish.rendering import MEDIA_TYPES, render
from metrics.queries.releases import file_bytes, release, releases
from metrics.queries.view import view_at
from metrics.results import Basis
from metrics.settings import settings

router = APIRouter(prefix="/releases", tags=["releases"])

_CHUNK = 256 * 1024
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_WORDS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_NO_SUCH: dict[int | str, dict[str, Any]] = {**_WORDS, 404: {"description": "No such release or file"}}
_BYTES: dict[int | str, dict[str, Any]] = {
    206: {"description": "The range asked for"},
    304: {"description": "You have it already"},
    416: {"description": "The range lies outside the file"},
    **_NO_SUCH,
}


@router.post(
    "",
    status_code=201,
    response_model=ReleaseOut,
    openapi_extra=documented(ReleaseBody),
    responses={
        200: {"model": ReleaseOut, "description": "A dry run, or a replay"},
        **_WORDS,
        404: {"description": "No such announcement of a release"},
        409: {"description": "There is nothing to release, or the announcement is over"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
    },
)
def post_release(
    principal: CurrentPrincipal,
    body: JsonBody,
    session: WriteDatabase,
    idempotency_key: Annotated[str | None, Header(description="New for every release, the same to try again")] = None,
    dry_run: Annotated[bool, Query(description="Answer the same and store nothing")] = False,
) -> Response:
    """Publish what is known now: all files of the release and its entry in the ledger, or nothing.

    The header `Idempotency-Key` is required, except for a dry run.
    """
    principal.require(Scope.RELEASE)
    if not dry_run or idempotency_key is not None:
        require_key(idempotency_key)
    sent = as_model(ReleaseBody, body)

    def create() -> dict[str, Any]:
        made = create_release(
            session,
            principal=principal,
            notes=sent.notes,
            basis=Basis(sent.basis),
            announced=sent.announced,
            dry_run=dry_run,
        )
        return release_out(made)

    if dry_run:
        return JSONResponse(create())
    answer = once(
        session,
        principal=principal,
        key=require_key(idempotency_key),
        asked={"request": "POST /releases", "body": body},
        do=create,
    )
    headers = {"Location": f"/api/v1/releases/{answer.body['number']}"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=200 if answer.replayed else 201, headers=headers)


@router.get("", response_model=ReleasesOut, responses=_WORDS)
def list_releases(_: Reader, session: ReadDatabase) -> Response:
    """Every release, newest first."""
    return JSONResponse({"items": [release_out(published) for published in releases(session)]})


@router.get("/{number}.zip", response_class=Response, responses={200: {"content": {"application/zip": {}}}, **_BYTES})
def release_archive(
    request: Request,
    principal: Reader,
    number: Number,
    session: ReadDatabase,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Everything of one release as a zip archive, or a range of it; the same bytes every time."""
    published = release(session, number)
    refuse_closed_release(session, published, principal=principal)
    packed = ReleaseArchive(session, published)
    if has_tag(if_none_match, packed.etag):
        return Response(status_code=304, headers=_for_ever(packed.etag))
    return _ranged(
        request,
        _Fixed(
            attachment(f"biaochi-release-{number}", "zip", synthetic=is_synthetic(session, packed.published)),
            "application/zip",
            packed.size,
            packed.etag,
            packed.digest,
        ),
        lambda start: packed.content(start=start),
    )


@router.get(
    "/{number}.cff",
    response_class=Response,
    responses={200: {"content": {"text/yaml": {"schema": {"type": "string"}}}}, **_NO_SUCH},
)
def release_as_cited(_: Reader, number: Number, session: ReadDatabase) -> Response:
    """How the release is cited, as a `CITATION.cff` (Citation File Format 1.2.0)."""
    published, plan = release(session, number), plan_at(session)
    cited = citation_of(session, published, plan)
    content = citation_file(plan, cited, number=number, day=published.recorded_at, licence=settings().data_licence)
    return Response(content, media_type="text/yaml; charset=utf-8")


@router.get("/{number}", response_model=ReleaseOut, responses=_NO_SUCH)
def one_release(_: Reader, number: Number, session: ReadDatabase) -> Response:
    """One release and what it consists of."""
    return JSONResponse(release_out(release(session, number)))


@router.get(
    "/{number}/differences.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}, **_BYTES}
)
def release_differences(
    _: Reader,
    number: Number,
    session: ReadDatabase,
    earlier: Annotated[
        int | None,
        Query(alias="from", ge=1, le=2**31 - 1, description="The release compared with; default: the one before"),
    ] = None,
    bom: Annotated[bool, Query(description="1: with a byte-order mark, for Excel and WPS")] = False,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Every value and every verdict that is not the same in both releases."""
    after = release(session, number)
    before = release(session, _the_one_before(number) if earlier is None else earlier)
    view = view_at(session, as_of=after.stands_on, basis=after.basis)
    dataset = differences_dataset(released_side(session, before), released_side(session, after))
    rendered = render(dataset, session=session, view=view, pull=Pull(bom=bom), form="csv")
    headers = {"ETag": rendered.etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if has_tag(if_none_match, rendered.etag):
        rendered.file.close()
        return Response(status_code=304, headers=headers)
    synthetic = is_synthetic(session, before) or is_synthetic(session, after)
    headers |= {
        **attachment(f"release-{number}-from-{before.number}", "csv", synthetic=synthetic),
        "Content-Type": MEDIA_TYPES["csv"],
        "Content-Length": str(rendered.size),
        "Repr-Digest": rendered.digest,
    }
    return StreamingResponse(_chunks(rendered.file), headers=headers)


@router.get("/{number}/{name}", response_class=Response, responses={200: {"content": {"text/csv": {}}}, **_BYTES})
def release_file(
    request: Request,
    principal: Reader,
    number: Number,
    name: Annotated[str, Path(max_length=100, description="rates.csv, datapackage.json, …")],
    session: ReadDatabase,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One file of a release, or a range of it."""
    published = release(session, number)
    file = published.file(name)
    if name == "observations.csv":
        refuse_closed_release(session, published, principal=principal)
    if has_tag(if_none_match, file.etag):
        return Response(status_code=304, headers=_for_ever(file.etag))
    stem, _, ending = f"release-{number}-{file.name}".rpartition(".")
    synthetic = ending == "csv" and is_synthetic(session, published)  # the other files hold no figures
    return _ranged(
        request,
        _Fixed(attachment(stem, ending, synthetic=synthetic), file.media_type, file.size, file.etag, file.digest),
        lambda start: file_bytes(session, number, file, start=start),
    )


def _the_one_before(number: int) -> int:
    if number == 1:
        message = Message("第 1 号是首次发布,没有可比的上一次。", "Release 1 is the first: there is none before it.")
        raise NotFound("release_first", message)
    return number - 1


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Bytes that never change, as headers tell of them. `named`: the headers of their file's name."""

    named: dict[str, str]
    media_type: str
    size: int
    etag: str
    digest: str


def _ranged(request: Request, fixed: _Fixed, content: Callable[[int], Iterator[bytes]]) -> Response:
    """All of it, or the range that `request` asks for. `content`: its bytes from a place on."""
    try:
        asked = asked_range(
            request.headers.get("range"), size=fixed.size, if_range=request.headers.get("if-range"), etag=fixed.etag
        )
    except NotSatisfiable:
        return range_refused(request, size=fixed.size)
    chosen = asked or ByteRange(0, fixed.size - 1)
    headers = _for_ever(fixed.etag) | {
        "Accept-Ranges": "bytes",
        "Repr-Digest": fixed.digest,
        "Content-Type": fixed.media_type,
        "Content-Length": str(chosen.length),
        **fixed.named,
    }
    if asked is not None:
        headers["Content-Range"] = asked.content_range(fixed.size)
    return StreamingResponse(
        _first(chosen.length, content(chosen.first)), status_code=200 if asked is None else 206, headers=headers
    )


def _first(length: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The first `length` bytes of `chunks`."""
    for chunk in chunks:
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _for_ever(etag: str) -> dict[str, str]:
    """Headers of bytes that never change. Shared caches may keep them only where anyone may read them."""
    who = "public" if settings().public_read else "private"
    return {
        "ETag": etag,
        "Cache-Control": f"{who}, max-age=31536000, immutable",
        "Vary": "Authorization, Cookie",
    }
