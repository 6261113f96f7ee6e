"""Who sends a body is looked up before it is read: whoever cannot be looked up is not nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send

from api.bodies import Bodies
from metrics.errors import Message, Unavailable


def test_a_sender_who_cannot_be_looked_up_is_told_to_come_back_not_that_the_body_was_cut_off() -> None:
    """The database is away as the sender is looked up, and there again when the request would be answered."""

    def away(_request: object) -> None:
        raise Unavailable("database_away", Message("无", "none"))

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("was asked without its body")

    async def scenario() -> list[Any]:
        sent: list[Event] = []
        headers = [(b"authorization", b"Bearer x"), (b"content-length", b"481")]
        path = "/api/v1/submissions/files"
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}

        async def receive() -> Event:
            return {"type": "http.request", "body": b"x" * 481, "more_body": False}

        async def send(message: Event) -> None:
            sent.append(message)

        await Bodies(application, sender=away)(scope, receive, send)
        return sent

    start = asyncio.run(scenario())[0]
    assert start["status"] == 503
    assert (b"retry-after", b"5") in start["headers"]
