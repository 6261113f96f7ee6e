"""What can be pulled here, for catalogues (`/catalogue.jsonld`) and statistical software (`/structure.sdmx.xml`)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.dependencies import ReadDatabase
from api.security.dependencies import Reader
from metrics.publish.as_dcat import Holder, catalogue
from metrics.publish.catalogue import DATASETS
from metrics.publish.release_files import RELEASED
from metrics.publish.sdmx_structure import MEDIA_TYPE as STRUCTURE
from metrics.publish.sdmx_structure import structure_message
from metrics.queries.blindness import is_blind
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.reader_view import view_for
from metrics.queries.releases import releases
from metrics.settings import settings

router = APIRouter(tags=["read"])
_MEDIA_TYPE = "application/ld+json"


@router.get(
    "/catalogue.jsonld",
    response_class=Response,
    responses={
        200: {"content": {_MEDIA_TYPE: {}}},
        401: {"description": "Nobody known is asking"},
        404: {"description": "Nothing is released"},
    },
)
def data_catalogue(principal: Reader, session: ReadDatabase) -> Response:
    """Datasets, their forms, coverage and terms, and every release, as JSON-LD (DCAT).

    Whoever is not signed in sees what is released, and its coverage as released. Addresses begin with
    `BIAOCHI_PUBLIC_URL`; without one they are relative to this document.
    """
    public = principal is None
    view = view_for(session, public=public)
    found = catalogue(
        view,
        datasets=RELEASED if public else DATASETS,
        releases=releases(session),
        periods=None if is_blind(principal) else known_periods(session, view),
        address=settings().public_url.rstrip("/") + "/api/v1",
        synthetic=is_demonstration_loaded(session),
        holder=Holder(contact=settings().contact, licence=settings().data_licence),
    )
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    return JSONResponse(found, media_type=_MEDIA_TYPE, headers=headers)


@router.get(
    "/structure.sdmx.xml",
    response_class=Response,
    responses={
        200: {"content": {STRUCTURE.partition(";")[0]: {"schema": {"type": "string"}}}},
        401: {"description": "Nobody known is asking"},
        404: {"description": "Nothing is released"},
    },
)
def sdmx_structure(principal: Reader, session: ReadDatabase) -> Response:
    """Codelists, concepts, data structures and dataflows of the SDMX-CSV pulls, as an SDMX-ML 3.0 structure message."""
    view = view_for(session, public=principal is None)
    content = structure_message(view, synthetic=is_demonstration_loaded(session))
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie", "Content-Type": STRUCTURE}
    return Response(content, headers=headers)
