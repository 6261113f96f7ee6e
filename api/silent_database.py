"""A database that is there but says nothing (frozen, or its disk is), a service that stops: whoever waits is told so.

A connection to such a database does not break, so no request would ever end. One that has not been answered for some
seconds therefore asks the database for a sign of life over a connection of its own; without one it is answered 503.

A database that is only slow because the processors are busy is waited for longer: the two seconds are counted in turns
that this program itself was given, and where it hardly gets one it says nothing of others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.early_refusals import early_refusal
from api.problems import RETRY_AFTER_SECONDS
from metrics.errors import Message as Words

_PATIENCE = 3.0  # seconds without an answer until the database is asked
_TURNS, _TURN = 20, 0.1  # how often it is looked whether it answered, and the seconds between: longer where all is busy
AT_MOST = 10
"""Seconds that `lives` may take: a database that was asked and is silent keeps one thread for so long."""
_SILENT = Words(
    "数据库没有响应,本次是否已保存尚不确定:请稍后查看,未保存的再提交一次(接口用同一 Idempotency-Key 重试,不会重复)。",
    "The database does not answer, and whether this was stored is not certain: look again shortly and send what is "
    "missing (over the API with the same Idempotency-Key, which stores nothing twice).",
)

_STOPPING = Words(
    "服务正在停止或重新启动,本次是否已保存尚不确定:请稍后查看,未保存的再提交一次"
    "(接口用同一 Idempotency-Key 重试,不会重复)。",
    "The service is being stopped or started anew, and whether this was stored is not certain: look again shortly and "
    "send what is missing (over the API with the same Idempotency-Key, which stores nothing twice).",
)


class SilentDatabase:
    """ASGI middleware. `lives` asks the database and takes `AT_MOST` seconds; it runs in a thread of its own."""

    def __init__(self, app: ASGIApp, lives: Callable[[], bool]) -> None:
        self.app = app
        self._lives = lives
        self._asking: asyncio.Task[bool] | None = None
        self._given_up: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answering, answered_for = asyncio.Event(), asyncio.Event()

        async def send_in_time(message: Message) -> None:
            if answered_for.is_set():
                return  # the answer came after all, but somebody else was quicker
            answering.set()
            await send(message)

        async def ask() -> None:
            await self.app(scope, receive, send_in_time)

        request = asyncio.create_task(ask())
        try:
            while not await _within(_PATIENCE, request, answering):
                if not await self._alive() and not answering.is_set():
                    answered_for.set()
                    self._give_up(request)
                    told = early_refusal(scope, 503, "database_away", _SILENT, retry_after=RETRY_AFTER_SECONDS)
                    await told(scope, receive, send)
                    return
            await request
        except asyncio.CancelledError:
            request.cancel()
            raise

    async def _alive(self) -> bool:
        """Ask once for everybody who wants to know now."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._lives))
        asking = self._asking
        for _ in range(_TURNS):
            if (await asyncio.wait({asking}, timeout=_TURN))[0]:
                return asking.result()
        return False

    def _give_up(self, request: asyncio.Task[None]) -> None:
        """Cancel the request; its thread cannot be, so it is kept until that comes back, and rolls back then."""
        self._given_up.add(request)
        request.add_done_callback(self._let_go)
        request.cancel()

    def _let_go(self, request: asyncio.Task[None]) -> None:
        self._given_up.discard(request)
        if not request.cancelled():
            request.exception()  # it was answered for already


class Stopping:
    """ASGI middleware. The server cancels what still runs; an answer that began is broken off, so that it looks it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except asyncio.CancelledError:
            if begun or scope["type"] != "http":
                raise
            told = early_refusal(scope, 503, "stopping", _STOPPING, retry_after=RETRY_AFTER_SECONDS, close=True)
            await told(scope, receive, send)


async def _within(seconds: float, request: asyncio.Task[None], answering: asyncio.Event) -> bool:
    """True as soon as the request ended or its answer began, False after `seconds` without either."""
    waiting = asyncio.create_task(answering.wait())
    done, _ = await asyncio.wait({request, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return bool(done)
