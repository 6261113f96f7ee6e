"""A page as a file for a meeting: `/slides/{pptx|docx|pdf}` before the page's own address, for whom the page is."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from flask import Flask, Response, request

from dashboard.locale import _, language, speaking
from dashboard.pages.slides import SLIDES
from dashboard.routes import ROUTES
from dashboard.theme import Theme
from dashboard.window.access import reader
from dashboard.window.address import Address, address_of
from dashboard.window.outage import AWAY
from dashboard.window.reading import Reading, reading_at
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.database import read_session
from metrics.errors import BadRequest, BiaochiError, Forbidden, Message, NotFound, Unauthenticated, Unavailable
from metrics.media_types import media_type_of
from metrics.periods import format_period
from metrics.present_act import doing
from metrics.queries.blindness import refuse_blind
from metrics.slides.as_document import docx_of, pdf_of
from metrics.slides.as_pptx import pptx_file
from metrics.slides.slide import Slide

_WRITERS = {"pptx": pptx_file, "docx": docx_of, "pdf": pdf_of}
_STATUSES: dict[type[BiaochiError], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Unavailable: 503,
}
_LABEL = "-演示数据-synthetic"


def install_slides(server: Flask) -> None:
    """Add the files to `server`; who may not read pages may not have them (dashboard/window/access.py)."""
    server.add_url_rule("/slides/<form>/", "slide_of_overview", lambda form: _file(form, ""), methods=["GET"])
    server.add_url_rule("/slides/<form>/<path:page>", "slide", _file, methods=["GET"])


def _file(form: str, page: str) -> Response:
    address = address_of(f"/{page}", request.query_string.decode("utf-8", "replace"))
    with speaking(address.language):
        try:
            with doing(AuditAction.LOOK, f"{address.path} {form[:8]}"):
                return _made(form, address)
        except BiaochiError as refused:
            with doing(AuditAction.LOOK, address.path):
                note_error(refused)
            status = next((code for kind, code in _STATUSES.items() if isinstance(refused, kind)), 422)
            return _said(refused.message.in_language(language()), status=status)
        except AWAY:
            return _said(_("The database is unavailable. Try again in a moment."), status=503)


def _made(form: str, address: Address) -> Response:
    principal = reader()
    with read_session(authority_of(principal)) as session:
        reading = reading_at(session, address, theme=Theme.LIGHT, principal=principal)
        slide = _slide(reading) if form in _WRITERS else None
        if slide is None:
            raise NotFound(
                "slide_unknown",
                Message("该页面没有可下载的幻灯片。", "There is no slide of this page."),
            )
        month = "" if reading.month is None else f"_{format_period(reading.month.period)}"
        name = f"{slide.name}{month}_as-of-{reading.view.seq}{_LABEL if reading.demonstration else ''}.{form}"
        made_at = reading.view.recorded_at or datetime(2019, 1, 1, tzinfo=UTC)
    answer = Response(_WRITERS[form](slide, made_at=made_at), mimetype=media_type_of(name))
    plain = name.encode("ascii", "ignore").decode()
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _slide(reading: Reading) -> Slide | None:
    """The slide of the page at the reading's address, for whom the page is."""
    for route in ROUTES:
        found = route.match(reading.address.path)
        if found is not None and route.path in SLIDES:
            if reading.principal is None and not route.public:
                raise Unauthenticated("session_missing", Message("请先登录。", "Sign in first."))
            if not route.blind:
                refuse_blind(reading.principal)
            return SLIDES[route.path](reading, **found.groupdict())
    return None


def _said(text: str, *, status: int) -> Response:
    answer = Response(text, status=status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
