"""What the database raises while it is away. Anything else it raises is a defect and is not caught.

A window that stands is left as it is, with whatever is typed in it: the browser is answered 503 and says so above the
page (assets/src/window/callbacks.js). What only draws is asked again by itself; an act is for a person to repeat.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashboard.locale import _, language, speaking
from dashboard.window.plain_page import asked_language, plain_page
from metrics.database_faults import database_fault
from metrics.errors import Message, Unavailable
from metrics.watch.readiness import another_schema

# InternalError: a database that has become read-only.
AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, Unavailable)
_RETRY_AFTER = "5"  # seconds
_NOT_ANSWERING = Message(
    "数据库暂时不可用,未保存任何内容,请稍后重试。", "The database is away; nothing was stored. Try again."
)


class NotDrawnNow(Exception):
    """The window cannot be drawn anew at the moment; what stands is to stay. `message` is shown above it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def outage_words(failure: BaseException) -> Message:
    """What is wrong, in its own words: away, disk full, read-only, crowded."""
    fault = failure if isinstance(failure, Unavailable) else database_fault(failure)
    return _NOT_ANSWERING if fault is None else fault.message


def install_outage(server: Flask) -> None:
    """Have `server` answer what is not drawn now, and what no page of it has words of its own for."""

    def not_drawn(failure: NotDrawnNow) -> Response:
        return make_response(jsonify(code="database_away", message=failure.message.as_dict()), 503)

    def away(failure: Exception) -> Response:
        fault = failure if isinstance(failure, Unavailable) else database_fault(failure)
        if fault is None and isinstance(failure, DBAPIError):
            fault = another_schema(failure)
        if fault is None:
            raise failure  # a defect
        with speaking(asked_language()):
            words = fault.message.in_language(language())
            return plain_page(
                "plain.html", title=_("The figures cannot be reached at the moment"), message=words, status=503
            )

    def say_when(response: Response) -> Response:
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", _RETRY_AFTER)
        return response

    server.register_error_handler(NotDrawnNow, not_drawn)
    for kind in (*AWAY, DBAPIError):
        server.register_error_handler(kind, away)
    server.after_request(say_when)
