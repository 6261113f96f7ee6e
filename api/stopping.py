"""A service that stops: whoever still waits when the time for that is over is told so, and is left no half answer."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.early_refusals import early_refusal
from api.problems import RETRY_AFTER_SECONDS
from metrics.errors import Message as Words

_STOPPING = Words(
    "服务正在停止或重新启动。本次操作是否已保存尚不确定:请稍后查看,或用同一 Idempotency-Key 重试,不会重复。",
    "The service is being stopped or started anew. Whether this was stored is not certain: look again shortly, or try "
    "again with the same Idempotency-Key, which stores nothing twice.",
)


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
