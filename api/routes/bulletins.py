"""Bulletins: written by a reviewer, and the same bytes for whoever reads them, for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.attachment import attachment
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.ranges import has_tag
from api.security.dependencies import CurrentPrincipal
from metrics.bulletin.document import BulletinDocument
from metrics.bulletin.present_draft import present_draft, rendered, require_language
from metrics.bulletin.words import LONGEST_WORDS, editable, words_etag
from metrics.commands.write_bulletin import LONGEST_REASON, draft_bulletin, edit_bulletin, issue_bulletin
from metrics.database import ReadSession
from metrics.errors import BadRequest, NotFound
from metrics.forms import as_given
from metrics.media_types import media_type_of
from metrics.periods import format_period, parse_period, period_problem
from metrics.principal import Scope
from metrics.publish.release_files import is_synthetic
from metrics.queries.bulletins import BulletinMonth, IssuedBulletin, bulletin_bytes, bulletin_month
from metrics.queries.releases import release
from metrics.results import Basis
from metrics.value_types import Moment

router = APIRouter(prefix="/bulletins", tags=["bulletins"])

Form = Literal["html", "pdf", "docx", "json"]
_READING: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not a period, or not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such bulletin, draft or version"},
}


class BulletinBody(BaseModel):
    """One act. `draft`: from the newest release on `basis`, or one that is made; `edit`: `text` into `paragraph`, null
    to have it as generated again; `issue`: freeze the draft, with a `reason` after the first version.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"act": "draft", "basis": "submitted"}]})

    act: Literal["draft", "edit", "issue"]
    basis: Literal["submitted", "verified"] = "submitted"
    language: Literal["zh", "en"] = "zh"
    paragraph: Annotated[str, Field(max_length=100)] = ""
    text: Annotated[str | None, Field(max_length=LONGEST_WORDS, description="Figures in braces: {70.00%}")] = None
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class BulletinFileOut(BaseModel):  # a copy: it has an address here
    name: str
    url: str
    bytes: int
    sha256: str


class BulletinVersionOut(BaseModel):  # a copy: its files have addresses here
    """One issued version. `seq`: its entry in the ledger; `release`: the number of the one it was drawn from."""

    period: str
    version: int
    seq: int
    release: int
    reason: str
    issued_by: str
    issued_at: Moment
    files: list[BulletinFileOut]

    @classmethod
    def of(cls, issued: IssuedBulletin) -> BulletinVersionOut:
        period = format_period(issued.period)
        files = []
        for file in issued.files:
            language, _, form = file.name.partition(".")
            url = f"/api/v1/bulletins/{period}.{form}?lang={language}&version={issued.version}"
            files.append(BulletinFileOut(name=file.name, url=url, bytes=file.size, sha256=file.sha256.hex()))
        return cls(
            period=period,
            version=issued.version,
            seq=issued.seq,
            release=issued.release,
            reason=issued.reason,
            issued_by=issued.actor,
            issued_at=issued.recorded_at,
            files=files,
        )


class BulletinVersions(BaseModel):
    """Every issued version, newest first."""

    items: list[BulletinVersionOut]


class BulletinParagraph(BaseModel):
    """One paragraph of a draft. `text`: as it is edited, its figures in braces; `figures`: each by its key.

    `etag` names the paragraph as it stands: an edit may name it in `If-Match` in place of the draft.
    """

    language: str
    paragraph: str
    text: str
    figures: dict[str, str]
    edited: bool
    own_number: bool
    etag: str


class BulletinDraftOut(BaseModel):  # a copy: with its paragraphs, which are drawn and not kept
    """The draft and its paragraphs in both languages. `recorded` False: it stood so before."""

    period: str
    version: int
    release: int
    seq: int
    etag: str
    recorded: bool = False
    paragraphs: list[BulletinParagraph]


def _period(period: Annotated[str, Path(description="YYYY-MM")]) -> date:
    found = parse_period(period)
    if found is None:
        problem = period_problem(as_given(period))
        raise BadRequest(problem.code, problem.message, [problem])
    return found


Period = Annotated[date, Depends(_period)]


@router.get("/{period}/versions", responses=_READING)
def bulletin_versions(_: CurrentPrincipal, period: Period, session: ReadDatabase) -> BulletinVersions:
    """Every issued version of the month's bulletin, newest first."""
    month = bulletin_month(session, period)
    return BulletinVersions(items=[BulletinVersionOut.of(one) for one in month.issued])


@router.get(
    "/{period}.{form}",
    response_class=Response,
    responses={
        200: {"content": {"text/html": {}, "application/pdf": {}}},
        304: {"description": "You have it already"},
        409: {"description": "A draft that cannot be drawn any more: draft anew"},
        503: {"description": "A draft's PDF or DOCX while the server has no Chinese font"},
        **_READING,
    },
)
def bulletin_file(
    principal: CurrentPrincipal,
    period: Period,
    form: Form,
    session: ReadDatabase,
    lang: Annotated[Literal["zh", "en"], Query(description="Language of the edition")] = "zh",
    version: Annotated[int | None, Query(ge=1, le=10_000, description="Default: the newest")] = None,
    draft: Annotated[bool, Query(description="The reviewers' draft instead of what was issued")] = False,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """A bulletin as it was issued, byte for byte; or for reviewers the draft as it stands."""
    month = bulletin_month(session, period)
    stem = f"bulletin-{format_period(period)}-{lang}"
    if draft:
        principal.require(Scope.RELEASE)
        made = present_draft(session, month).document(lang)
        content = rendered(made, form, made_at=datetime.now(UTC), draft=True)
        named = attachment(f"{stem}-draft", form, synthetic=made.document.synthetic)
        return _sent(content, form, named | {"Cache-Control": "private, no-store"})
    issued = month.version(version)
    kept = issued.file(f"{lang}.{form}")
    headers = {"ETag": kept.etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if has_tag(if_none_match, kept.etag):
        return Response(status_code=304, headers=headers)
    synthetic = is_synthetic(session, release(session, issued.release))
    headers |= attachment(f"{stem}-v{issued.version}", form, synthetic=synthetic) | {"Repr-Digest": kept.digest}
    return _sent(bulletin_bytes(session, issued, kept.name), form, headers)


@router.get("/{period}", responses={409: {"description": "It cannot be drawn any more: draft anew"}, **_READING})
def bulletin_draft(principal: CurrentPrincipal, period: Period, session: ReadDatabase) -> BulletinDraftOut:
    """The draft: every paragraph as it is edited, its figures in braces (reviewer)."""
    principal.require(Scope.RELEASE)
    return _draft(session, bulletin_month(session, period), recorded=False)


@router.post(
    "/{period}",
    status_code=201,
    response_model=BulletinDraftOut | BulletinVersionOut,
    openapi_extra=documented(BulletinBody),
    responses={
        200: {"model": BulletinDraftOut, "description": "It stood so before"},
        409: {"description": "Nothing is known of the month, or nothing can be released"},
        412: {"description": "If-Match names another state of the draft than the present one"},
        413: {"description": "Body too large"},
        415: {"description": "Not JSON"},
        422: {"description": "Refused, with every bad place"},
        428: {"description": "The draft is changed or issued without If-Match"},
        503: {"description": "The server has no Chinese font"},
        **_READING,
    },
)
def write_bulletin(
    principal: CurrentPrincipal,
    period: Period,
    body: JsonBody,
    session: WriteDatabase,
    if_match: Annotated[str | None, Header(description="ETag of the draft that is edited or issued")] = None,
) -> Response:
    """Draft the month's bulletin, edit a paragraph of the draft, or issue it (reviewer).

    Drafting takes the newest release if it knows everything on that basis, else makes one. An edit and the issue name
    the draft in `If-Match`. Issued is frozen; issued anew is another version, which says what changed.
    """
    principal.require(Scope.RELEASE)
    sent = as_model(BulletinBody, body)
    if sent.act == "issue":
        issued = issue_bulletin(session, period, principal=principal, reason=sent.reason, if_match=if_match)
        location = f"/api/v1/bulletins/{format_period(period)}/versions"
        return json_answer(BulletinVersionOut.of(issued), status=201, headers={"Location": location})
    if sent.act == "draft":
        done = draft_bulletin(session, period, principal=principal, basis=Basis(sent.basis))
    else:
        done = edit_bulletin(
            session,
            period,
            principal=principal,
            language=require_language(sent.language),
            paragraph=sent.paragraph,
            text=sent.text,
            if_match=if_match,
        )
    answer = _draft(session, bulletin_month(session, period), recorded=done.recorded)
    return json_answer(answer, status=201 if done.recorded else 200, headers={"ETag": answer.etag})


def _draft(session: ReadSession, month: BulletinMonth, *, recorded: bool) -> BulletinDraftOut:
    drawn = present_draft(session, month)
    draft = month.draft
    if draft is None:
        raise NotFound("bulletin_draft_missing", period_problem("").message)
    documents = [drawn.document(language).document for language in ("zh", "en")]
    return BulletinDraftOut(
        period=format_period(draft.period),
        version=draft.version,
        release=draft.release,
        seq=draft.seq,
        etag=draft.etag,
        recorded=recorded,
        paragraphs=[paragraph for document in documents for paragraph in _paragraphs(document)],
    )


def _paragraphs(document: BulletinDocument) -> list[BulletinParagraph]:
    return [
        BulletinParagraph(
            language=document.language,
            paragraph=paragraph.key,
            text=editable(paragraph),
            figures=dict(paragraph.figures),
            edited=paragraph.edited,
            own_number=paragraph.edited and paragraph.has_own_number,
            etag=words_etag(paragraph),
        )
        for paragraph in document.paragraphs
    ]


def _sent(content: bytes, form: str, headers: dict[str, str]) -> Response:
    return Response(content, headers=headers | {"Content-Type": media_type_of(f".{form}")})
