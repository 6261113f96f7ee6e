"""The audit, for administrators: `/audit.csv` and `/audit.json`, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.attachment import attachment
from api.dependencies import ReadDatabase
from api.security.dependencies import CurrentPrincipal
from metrics.models import AuditEntry
from metrics.plan.store import plan_at
from metrics.present_act import about
from metrics.principal import Scope
from metrics.publish.audit import audit_csv, audit_json
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.audit import FILTERS, audit_asked, audit_rows, read_place

router = APIRouter(prefix="/audit", tags=["administer"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A filter that cannot be understood"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed: for administrators"},
}
_IN_ONE_PIECE = 64 * 1024
Language = Annotated[Literal["zh", "en"], Query(description="language of the words")]
Limit = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="rows a page; without it everything is streamed")]


def filters(
    since: Annotated[str, Query(description="from this day or moment on")] = "",
    until: Annotated[str, Query(description="up to this day or moment")] = "",
    user: Annotated[str, Query(description="name of an account, or of the system's user for commands")] = "",
    action: Annotated[str, Query(description="an act, such as submission.post (docs/audit.md)")] = "",
    outcome: Annotated[str, Query(description="done, refused or failed")] = "",
    address: Annotated[str, Query(description="from this address")] = "",
    unit: Annotated[str, Query(description="code of a unit that the act was about")] = "",
    request_id: Annotated[str, Query(description="id of the request, as the answer's X-Request-Id has it")] = "",
) -> dict[str, str]:
    """The filters as they were given."""
    return dict(zip(FILTERS, (since, until, user, action, outcome, address, unit, request_id), strict=True))


Filters = Annotated[dict[str, str], Depends(filters)]
Cursor = Annotated[str, Query(description="from the Link header of the page before")]


@router.get(".csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}, **_REFUSALS})
def audit_as_csv(
    request: Request,
    principal: CurrentPrincipal,
    session: ReadDatabase,
    given: Filters,
    limit: Limit = None,
    cursor: Cursor = "",
    lang: Language = "zh",
    bom: Annotated[bool, Query(description="1: with a byte-order mark, for Excel and WPS")] = False,
) -> Response:
    """Who did or tried what, from where, and what became of it; a row an act, newest first."""
    principal.require(Scope.ADMINISTER)
    page = _AuditPage(request, session, given, limit=limit, cursor=cursor)
    return page.answer(lambda rows: audit_csv(rows, language=lang, bom=bom), form="csv")


@router.get(".json", response_class=Response, responses={200: {"content": {"application/json": {}}}, **_REFUSALS})
def audit_as_json(
    request: Request,
    principal: CurrentPrincipal,
    session: ReadDatabase,
    given: Filters,
    limit: Limit = None,
    cursor: Cursor = "",
    lang: Language = "zh",
) -> Response:
    """The same as an array of objects with the columns as keys."""
    principal.require(Scope.ADMINISTER)
    page = _AuditPage(request, session, given, limit=limit, cursor=cursor)
    return page.answer(lambda rows: audit_json(rows, language=lang), form="json")


class _AuditPage:
    """What one request asks for; the next page begins below the number of this one's last row."""

    def __init__(
        self, request: Request, session: ReadDatabase, given: dict[str, str], *, limit: int | None, cursor: str
    ) -> None:
        before = read_place(cursor) if cursor else None
        one_more = None if limit is None else limit + 1
        asked = audit_asked(given, before=before, limit=one_more, timezone=lambda: plan_at(session).document.timezone)
        about(" ".join(f"{name}={text}" for name, text in given.items() if text))
        self._request, self._limit = request, limit
        self._rows: Iterable[AuditEntry] = audit_rows(session, asked)

    def answer(self, written: Callable[[Iterable[AuditEntry]], Iterator[bytes]], *, form: str) -> Response:
        headers = {
            **attachment("biaochi-audit", form, synthetic=False),
            "Content-Type": MEDIA_TYPES[form],
            "Cache-Control": "private, no-store",
        }
        if self._limit is not None:
            found = list(self._rows)
            self._rows = found[: self._limit]
            if len(found) > self._limit:
                headers["Link"] = f'<{self._next(found[self._limit - 1].id)}>; rel="next"'
        return StreamingResponse(_in_pieces(written(self._rows)), headers=headers)

    def _next(self, number: int) -> str:
        kept = [(name, value) for name, value in self._request.query_params.multi_items() if name != "cursor"]
        return f"{self._request.url.path}?{urlencode([*kept, ('cursor', str(number))])}"


def _in_pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for line in lines:
        held += line
        if len(held) >= _IN_ONE_PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)
