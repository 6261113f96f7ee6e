"""Who asks too often is refused before a body is read and before anybody is looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request
from starlette.types import Message, Receive, Scope, Send

from api import places
from api.bodies import Bodies
from api.places import PlacesByClient, RatesByClient
from metrics.settings import settings

MOST = 3


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BIAOCHI_REQUESTS_PER_MINUTE", str(MOST))
    monkeypatch.setattr(places, "_REFUSED_AFTER", 0.0)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_made_up_credentials_are_looked_up_no_more_often_than_their_address_may_ask() -> None:
    looked_up: list[str] = []
    answered: list[int] = []

    def may_load(request: Request) -> bool:
        looked_up.append(request.url.path)
        return False

    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})

    async def unread() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    async def scenario() -> None:
        service = RatesByClient(Bodies(PlacesByClient(refuses), may_load=may_load))
        for number in range(MOST * 2):
            headers = [(b"authorization", b"Bearer %d" % number), (b"content-length", b"5")]
            asked = {"type": "http", "method": "POST", "path": "/api/v1/observations/bulk", "query_string": b""}
            await service({**asked, "headers": headers, "client": ("192.0.2.1", 1)}, unread, send)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert answered == [401] * MOST + [429] * MOST
    assert len(looked_up) == MOST
