"""A place for every request before a thread or a connection is taken for it, and a share for every client.

Who asks is known by who the credentials were found to be the last time; until then, and for everybody without, by the
address. So whoever sends made-up tokens by the thousand is one client all the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import ExitStack
from math import ceil
from urllib.parse import parse_qsl

import structlog
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bodies import has_body
from api.early_refusals import early_refusal
from metrics.addresses import client_address, neighbourhood
from metrics.database import statements_within
from metrics.errors import Message as Words
from metrics.limits.fair_places import FairPlaces, NoPlace
from metrics.limits.giving_way import short_work
from metrics.limits.kinds_of_work import WATCHED, Asked, Work, ends_when_it_answers, rooms, statement_seconds, work_of
from metrics.limits.rates import Buckets
from metrics.present_act import Actor
from metrics.settings import settings

log = structlog.get_logger(__name__)

_COOKIE = re.compile(r"(?:^|;\s*)(?:__Host-)?biaochi_session=([^;\s]+)")
_MOST_KNOWN = 20_000  # credentials
_TAKES_AT_LEAST = 60.0  # seconds within which a client must take the next part of its answer
_REFUSED_AFTER = 1.0  # seconds: who is refused at once asks again at once, and that costs more than to let it wait
_MOST_REFUSED = 1000  # that wait for it; the others are refused at once
_BUSY = Words("服务繁忙,请稍后再试;本次未保存任何内容。", "The service is busy; nothing was stored. Try again shortly.")
_OWN = Words(
    "您同时发出的请求过多,请稍后再试;本次未保存任何内容。",
    "You are asking for too much at the same time; nothing was stored. Try again shortly.",
)
_OFTEN = Words("请求过于频繁,请稍后再试。", "You are asking too often. Try again shortly.")


class _TurnsAway:
    """ASGI middleware whose refusals come a second late."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._refused = 0

    async def _refuse(self, answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
        self._refused += 1
        try:
            if self._refused < _MOST_REFUSED:
                await asyncio.sleep(_REFUSED_AFTER)
            await answer(scope, receive, send)
        finally:
            self._refused -= 1


class RatesByClient(_TurnsAway):
    """Limits by client, before anything is read or looked up; says to whatever comes after whose request it is."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._principals = _buckets(settings().requests_per_minute)
        self._addresses = _buckets(settings().address_requests_per_minute)
        self._known: OrderedDict[bytes, Actor] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        credential = _credential(scope)
        client = self._client(scope, credential)
        scope.setdefault("state", {})["client"] = client
        if seconds := self._too_often(scope, client):
            answer = early_refusal(scope, 429, "too_often", _OFTEN, retry_after=seconds, close=has_body(scope))
            await self._refuse(answer, scope, receive, send)
            return
        await self.app(scope, receive, send)
        self._remember(credential, scope)

    def _too_often(self, scope: Scope, client: Hashable) -> int:
        """Whole seconds until the client may ask again, 0 if now."""
        wait = 0.0
        if self._addresses is not None:
            wait = self._addresses.take(neighbourhood(client_address(scope)))
        if not wait and self._principals is not None and work_of(_asked(scope)) is not Work.LIGHT:
            wait = self._principals.take(client)
        return ceil(wait)

    def _client(self, scope: Scope, credential: bytes | None) -> Hashable:
        known = None if credential is None else self._known.get(credential)
        if known is None:
            return _by_address(scope)
        scope.setdefault("state", {})["known"] = known
        return ("user", known.user_id)

    def _remember(self, credential: bytes | None, scope: Scope) -> None:
        principal = scope.get("state", {}).get("principal")
        if credential is None or principal is None or principal.user_id is None:
            return
        self._known[credential] = Actor.of(principal)
        self._known.move_to_end(credential)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


class PlacesByClient(_TurnsAway):
    """A place of the kind of work that is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._places: dict[Work, FairPlaces] = {}
        self._told = Buckets(most=5, every=10)  # lines in the log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client: Hashable = scope.get("state", {}).get("client") or _by_address(scope)
        asked = _asked(scope)
        work = work_of(asked)
        places = self._of(work)
        scope.setdefault("state", {})["places"] = self._places  # for whoever watches
        if scope["path"] in WATCHED:
            await self.app(scope, receive, send)
            return
        try:
            await places.enter(client)
        except NoPlace as none:
            if not self._told.take((work, none.own)):
                log.warning("no_place", work=work.value, client=str(client), own=none.own, path=scope["path"])
            status, words = (429, _OWN) if none.own else (503, _BUSY)
            answer = early_refusal(scope, status, "too_many_at_once" if none.own else "busy", words, retry_after=5)
            await self._refuse(answer, scope, receive, send)
            return
        leaving = _Leaving(send, places, client, work=work, at_answer=ends_when_it_answers(asked))
        try:
            with statements_within(statement_seconds(settings(), work)):
                await self.app(scope, receive, leaving.send)
        finally:
            leaving.leave()

    def _of(self, work: Work) -> FairPlaces:
        if not self._places:
            self._places = {kind: FairPlaces(room) for kind, room in rooms(settings()).items()}
        return self._places[work]


class _Leaving:
    """Sends an answer, and leaves the place once: when the answer begins, or at the end of the work.

    Until then whole pulls give way to short work. A client that takes nothing of its answer for a minute is let go of.
    Whose sign-in is told to come back later is told so a second late.
    """

    def __init__(self, send: Send, places: FairPlaces, client: Hashable, *, work: Work, at_answer: bool) -> None:
        self._send = send
        self._places = places
        self._client = client
        self._at_answer = at_answer
        self._slows = work in (Work.SIGN_IN, Work.ELSEWHERE)
        self._left = False
        self._pulls_wait = ExitStack()
        if work in (Work.READ, Work.POST):
            self._pulls_wait.enter_context(short_work())

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._at_answer:
                self.leave()
            if self._slows and message["status"] == 429:
                await asyncio.sleep(_REFUSED_AFTER)
        async with asyncio.timeout(_TAKES_AT_LEAST):
            await self._send(message)

    def leave(self) -> None:
        if not self._left:
            self._left = True
            self._pulls_wait.close()
            self._places.leave(self._client)


def _buckets(per_minute: int) -> Buckets | None:
    """A minute's worth at once, and as many a minute after that; None for no limit."""
    share = per_minute / settings().workers
    return Buckets(most=max(1.0, share), every=60 / share) if per_minute else None


def _by_address(scope: Scope) -> Hashable:
    return ("address", neighbourhood(client_address(scope)))


def _asked(scope: Scope) -> Asked:
    named = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    size = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        parameters=frozenset(name for name, _ in named),
        size=int(size) if size.isdigit() and len(size) < 18 else 0,
    )


def _credential(scope: Scope) -> bytes | None:
    """A digest of the token or the session that is sent along, None without one."""
    given = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            given = value
            break
        if name == b"cookie" and (found := _COOKIE.search(value.decode("latin-1"))) is not None:
            given = b"cookie " + found[1].encode()
    return None if given is None else hashlib.sha256(given).digest()
