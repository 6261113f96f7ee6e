"""The newest entry's number, for pages that show what is recorded meanwhile (assets/src/window/following.js)."""

from __future__ import annotations

from flask import Flask, Response, abort

from dashboard.window.access import reader
from dashboard.window.outage import AWAY
from metrics.database import read_session
from metrics.ledger.entry import newest_seq


def install_newest_entry(server: Flask) -> None:
    """Add `/newest` to `server`; who may not read pages may not ask it (dashboard/window/access.py)."""
    server.add_url_rule("/newest", "newest", _newest, methods=["GET"])


def _newest() -> Response:
    try:
        if reader() is None:  # to a stranger nothing exists after the newest release
            abort(404)
        with read_session() as session:
            answer = Response(str(newest_seq(session)), mimetype="text/plain")
    except AWAY:
        answer = Response("", status=503, mimetype="text/plain", headers={"Retry-After": "5"})
    answer.headers["Cache-Control"] = "no-store"
    return answer
