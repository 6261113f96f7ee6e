"""A page as a file, for whom the page is: an address that begins with the kind and the ending, before the page's own.

`/slides/{pptx|docx|pdf}` is the page for a meeting, `/tables/{csv|xlsx}` the rows and columns that a grid shows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from flask import Flask, Response, request

from dashboard.locale import _, language, speaking
from dashboard.pages.flat_file import flat_file
from dashboard.pages.slides import SLIDES
from dashboard.route import Route
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
from metrics.present_act import about, doing, named
from metrics.queries.blindness import refuse_blind
from metrics.slides.as_document import docx_of, pdf_of
from metrics.slides.as_pptx import pptx_file

_STATUSES: dict[type[BiaochiError], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Unavailable: 503,
}
_LABEL = "-演示数据-synthetic"


_SLIDES = {"pptx": pptx_file, "docx": docx_of, "pdf": pdf_of}
# What a page is made into, with what its address matched and the ending asked for: the file's name before the month
# and its content; None where there is none.
MadeOf = Callable[[Reading, Route, dict[str, str], str], tuple[str, bytes] | None]


def install_page_files(server: Flask) -> None:
    """Add the files to `server`, for who may read pages (dashboard/window/access.py)."""
    for kind, (made_of, action) in _KINDS.items():
        answer = partial(_file, made_of, action)
        server.add_url_rule(f"/{kind}/<form>/", f"{kind}_of_overview", partial(answer, page=""), methods=["GET"])
        server.add_url_rule(f"/{kind}/<form>/<path:page>", kind, answer, methods=["GET"])


def _slide(reading: Reading, route: Route, matched: dict[str, str], form: str) -> tuple[str, bytes] | None:
    if form not in _SLIDES or route.path not in SLIDES:
        return None
    slide = SLIDES[route.path](reading, **matched)
    made_at = reading.view.recorded_at or datetime(2019, 1, 1, tzinfo=UTC)
    return None if slide is None else (slide.name, _SLIDES[form](slide, made_at=made_at))


def _table(reading: Reading, route: Route, matched: dict[str, str], form: str) -> tuple[str, bytes] | None:
    return flat_file(reading, form) if route.path == "/flat" else None


_KINDS: dict[str, tuple[MadeOf, AuditAction]] = {
    "slides": (_slide, AuditAction.LOOK),
    "tables": (_table, AuditAction.PULL_DATA),
}


def _file(made_of: MadeOf, action: AuditAction, form: str, page: str) -> Response:
    address = address_of(f"/{page}", request.query_string.decode("utf-8", "replace"))
    if action is not AuditAction.LOOK:
        named(action)
        about(f"{address.path} {form[:8]}")
    with speaking(address.language):
        try:
            with doing(AuditAction.LOOK, f"{address.path} {form[:8]}"):
                return _made(made_of, form, address)
        except BiaochiError as refused:
            with doing(AuditAction.LOOK, address.path):
                note_error(refused)
            status = next((code for kind, code in _STATUSES.items() if isinstance(refused, kind)), 422)
            return _said(refused.message.in_language(language()), status=status)
        except AWAY:
            return _said(_("The database is unavailable. Try again in a moment."), status=503)


def _made(made_of: MadeOf, form: str, address: Address) -> Response:
    principal = reader()
    with read_session(authority_of(principal)) as session:
        reading = reading_at(session, address, theme=Theme.LIGHT, principal=principal)
        file = _of_page(made_of, form, reading)
        if file is None:
            raise NotFound(
                "file_unknown", Message("该页面没有可下载的这种文件。", "There is no such file of this page.")
            )
        month = "" if reading.month is None else f"_{format_period(reading.month.period)}"
        name = f"{file[0]}{month}_as-of-{reading.view.seq}{_LABEL if reading.demonstration else ''}.{form}"
    answer = Response(file[1], mimetype=media_type_of(name))
    plain = name.encode("ascii", "ignore").decode()
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _of_page(made_of: MadeOf, form: str, reading: Reading) -> tuple[str, bytes] | None:
    """The file of the page at the reading's address, for whom the page is; None where there is none."""
    for route in ROUTES:
        found = route.match(reading.address.path)
        if found is not None:
            if reading.principal is None and not route.public:
                raise Unauthenticated("session_missing", Message("请先登录。", "Sign in first."))
            if not route.blind:
                refuse_blind(reading.principal)
            return made_of(reading, route, found.groupdict(), form)
    return None


def _said(text: str, *, status: int) -> Response:
    answer = Response(text, status=status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
