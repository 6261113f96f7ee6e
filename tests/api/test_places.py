"""Who asks too often is refused before a body is read and before anybody is looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request
from sqlalchemy import select
from starlette.types import Message, Receive, Scope, Send

from api import places
from api.audit_trail import AuditTrail
from api.bodies import Bodies
from api.early_refusals import early_refusal
from api.places import PlacesByClient, RatesByClient
from metrics.audit_acts import AuditChannel
from metrics.database import WriteSession
from metrics.errors import Message as Words
from metrics.limits.kinds_of_work import Work, rooms
from metrics.models import AuditEntry
from metrics.present_act import Acting, Actor
from metrics.principal import Principal, Role
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

    def nobody(request: Request) -> None:
        looked_up.append(request.url.path)

    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})

    async def unread() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    async def scenario() -> None:
        service = RatesByClient(Bodies(PlacesByClient(refuses), sender=nobody))
        for number in range(MOST * 2):
            headers = [(b"authorization", b"Bearer %d" % number), (b"content-length", b"5")]
            asked = {"type": "http", "method": "POST", "path": "/api/v1/observations/bulk", "query_string": b""}
            await service({**asked, "headers": headers, "client": ("192.0.2.1", 1)}, unread, send)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert answered == [401] * MOST + [429] * MOST
    assert len(looked_up) == MOST


def test_who_is_told_to_come_back_later_is_told_so_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its rate, and as somebody whose sign-ins failed; what a route refuses otherwise comes at once."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def slows(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 429, "headers": []})

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None: ...

    async def asked(path: str) -> list[float]:
        waited.clear()
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
        await service({**scope, "client": ("192.0.2.1", 1)}, nothing, send)
        return [*waited]

    monkeypatch.setattr(places, "_REFUSED_AFTER", 7.0)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setenv("BIAOCHI_ADDRESS_REQUESTS_PER_MINUTE", str(MOST))
    settings.cache_clear()
    service = RatesByClient(PlacesByClient(slows))
    assert asyncio.run(asked("/api/v1/session")) == [7.0]
    assert asyncio.run(asked("/api/v1/units")) == []
    assert asyncio.run(asked("/api/v1/session")) == [7.0]
    assert asyncio.run(asked("/api/v1/units")) == [7.0]  # by its rate


def test_who_asks_too_often_is_in_the_audit_by_name_with_what_was_asked(session: WriteSession) -> None:
    """Who the credentials were found to be the last time: nobody looks them up again."""
    chen = Principal(user_id=7, username="chen", display_name="", role=Role.CLERK, units=frozenset(), token="nightly")

    async def answers(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["principal"] = chen
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def scenario(accept: bytes, path: str, *, times: int) -> list[int]:
        statuses: list[int] = []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        headers = [(b"authorization", b"Bearer of chen"), (b"accept", accept)]
        for _time in range(times):
            asked = {
                "type": "http",
                "method": "GET",
                "path": path,
                "query_string": b"lang=en",
                "client": ("192.0.2.1", 1),
            }
            await service({**asked, "headers": headers}, nothing, send)
        return statuses

    service = AuditTrail(RatesByClient(answers))
    # The first is counted for the address, as nobody knows yet whose credentials these are.
    assert asyncio.run(scenario(b"*/*", "/api/v1/periods", times=MOST + 2))[-1] == 429
    assert asyncio.run(scenario(b"text/html", "/units", times=1)) == [429]
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.actor, row.role, row.token, row.subject, row.outcome, row.code) for row in rows] == [
        ("chen", "clerk", "nightly", "/api/v1/periods", "refused", "too_often"),
        ("chen", "clerk", "nightly", "/units", "refused", "too_often"),
    ]


def test_whatever_goes_no_further_names_who_is_known() -> None:
    """A body for which there is no room, say: the audit's row is that of the account, not of nobody."""
    acting, chen = Acting(AuditChannel.API, "192.0.2.1"), Actor("chen", 7, "clerk", "nightly")
    scope: Scope = {"type": "http", "method": "POST", "path": "/api/v1/files", "query_string": b"", "headers": []}
    early_refusal({**scope, "state": {"acting": acting, "known": chen}}, 429, "too_many_at_once", Words("忙", "Busy"))
    assert acting.actor == chen


@pytest.mark.parametrize(("path", "answered"), [("/healthz", True), ("/metrics", True), ("/readyz", False)])
def test_signs_of_life_wait_for_no_place(path: str, answered: bool) -> None:
    """A crowd that asks for the lightest of work takes all its places; a balancer would take that for a death."""
    held = asyncio.Event()

    async def holds(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/assets/held":
            await held.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def scenario() -> bool:
        service, answer = PlacesByClient(holds), asyncio.Event()

        async def send(message: Message) -> None:
            answer.set()

        async def unheard(message: Message) -> None: ...

        def asked(which: str, host: str) -> Scope:
            asked_for = {"type": "http", "method": "GET", "path": which, "query_string": b"", "headers": []}
            return {**asked_for, "client": (host, 1)}

        crowd = [
            asyncio.create_task(service(asked("/assets/held", f"192.0.2.{number}"), nothing, unheard))
            for number in range(rooms(settings())[Work.LIGHT].places)
        ]
        await asyncio.sleep(0)
        watches = asyncio.create_task(service(asked(path, "198.51.100.1"), nothing, send))
        for _ in range(20):
            await asyncio.sleep(0)
        at_once = answer.is_set()
        held.set()
        await asyncio.gather(watches, *crowd)
        return at_once

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) is answered
