"""Documents in frames: which callbacks are theirs, and what they show to somebody who is not signed in."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Response, has_request_context, make_response, render_template, request

from dashboard import theme
from dashboard.locale import HTML_LANGUAGE, _, speaking
from dashboard.window.plain_page import asked_language

FRAMED = "X-Biaochi-Framed"  # of a callback whose document stands in a frame (assets/src/window/callbacks.js)


def is_framed() -> bool:
    """True if what is asked just now comes from a document in a frame."""
    return has_request_context() and FRAMED in request.headers


def signed_out_in_a_frame() -> Response:
    """In somebody else's page nobody is asked for a password: said so, with the way to the page itself."""
    asked = [(name, value) for name, value in parse_qsl(request.query_string.decode()) if name != "embed"]
    spoken = asked_language()
    with speaking(spoken):
        page = render_template(
            "embedded_signed_out.html",
            _=_,
            html_language=HTML_LANGUAGE[spoken],
            stylesheet=theme.stylesheet(),
            title=_("Not signed in"),
            whole=f"{request.path}?{urlencode(asked)}",
        )
    answer = make_response(page, 401)
    answer.headers["Cache-Control"] = "no-store"
    return answer
