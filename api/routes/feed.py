"""`/feed.atom`: releases and when the next are due, corrections, bulletins and changes of status, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dataset_schemas import Language
from api.dependencies import ReadDatabase
from api.security.dependencies import Reader
from metrics.publish.as_atom import MEDIA_TYPE, feed
from metrics.publish.citation import ledger_identity
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.news import news
from metrics.queries.reader_view import own_units_view, view_for
from metrics.settings import settings

router = APIRouter(tags=["read"])


@router.get(
    "/feed.atom",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        401: {"description": "Nobody known is asking"},
        404: {"description": "Nothing is released"},
    },
)
def atom_feed(
    principal: Reader,
    session: ReadDatabase,
    before: Annotated[
        int | None, Query(ge=1, le=2**53, description="Only entries of the ledger before this one; from `next`")
    ] = None,
    lang: Language = Language.ZH,
) -> Response:
    """Releases, announced dates, corrections, bulletins, statuses a release changed, newest first (Atom, RFC 4287).

    Whoever is not signed in sees what is released. The next page is at `rel="next"`; identifiers and pages stay as they
    are. Addresses begin with `BIAOCHI_PUBLIC_URL`; without one they are relative to this document.
    """
    view = own_units_view(view_for(session, public=principal is None), principal=principal)
    content = feed(
        news(session, view, before=before),
        view,
        ledger=ledger_identity(session),
        address=settings().public_url.rstrip("/"),
        before=before,
        language=lang.value,
        synthetic=is_demonstration_loaded(session),
    )
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
