"""Bodies come before work begins: read without a thread, within their time, to their size, large ones to disk.

A client that sends half of its request, or a byte a second, holds its own connection and nothing else.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from typing import IO

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.json_body import LARGEST
from api.turned_away import turned_away
from metrics.errors import Message as Words
from metrics.history.tidy_file import LARGEST as LARGEST_HISTORY
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.refusals import refuse_file
from metrics.limits.kinds_of_work import API, BULK
from metrics.settings import settings

_LARGEST_UPLOAD = LARGEST_FILE + 1024 * 1024  # the file, its texts and what stands between them
_LARGEST_CALLBACK = 8_000_000
_IN_MEMORY = 256 * 1024  # bytes of one body
_MOST_HELD = 4 * 1024**3  # bytes of all bodies together
_CHUNK = 1024 * 1024
_CREDENTIALS = (b"authorization", b"cookie")
_UPLOADS = re.compile(rf"{API}/(?:submissions/files|samples/\d+/findings)")
_LATE = Words("请求内容在限定时间内没有传完。", "The body did not come within its time.")
_FULL = Words("服务繁忙,请稍后再传。", "Too much is being sent at the moment; try again shortly.")


class Bodies:
    """ASGI middleware. `may_load` says of a request whether whoever sends it may load history; it may block."""

    def __init__(self, app: ASGIApp, may_load: Callable[[Request], bool]) -> None:
        self.app = app
        self._may_load = may_load
        self._held = 0  # bytes of all bodies that are here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope) or not await self._is_wanted(scope):
            await self.app(scope, receive, send)
            return
        if _declared(scope) > _largest(scope["path"]):
            await _too_large(scope)(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            body = _Body(file)
            try:
                refused = await self._read(body, scope, receive)
                if refused is None:
                    file.seek(0)
                    await self.app(scope, body.again(receive), send)
                else:
                    await refused(scope, receive, send)
            finally:
                self._held -= body.size

    async def _is_wanted(self, scope: Scope) -> bool:
        """False where the application refuses before it reads: large bodies of nobody, history of who may send none."""
        if scope["path"] == BULK:
            return await run_in_threadpool(self._may_load, Request(scope))
        return _largest(scope["path"]) <= _LARGEST_CALLBACK or any(name in _CREDENTIALS for name, _ in scope["headers"])

    async def _read(self, body: _Body, scope: Scope, receive: Receive) -> Response | None:
        """Read it all; the answer to one that is late, too large or too much with all others, else None.

        So many seconds are given to begin with, and one more for every so many bytes that came.
        """
        configured, most = settings(), _largest(scope["path"])
        clock = asyncio.get_running_loop().time
        begun = clock()
        while True:
            until = begun + configured.body_seconds + body.size / configured.body_bytes_per_second
            try:
                async with asyncio.timeout(max(0.0, until - clock())):
                    message = await receive()
            except TimeoutError:
                return turned_away(scope, 408, "body_late", _LATE, close=True)
            if message["type"] == "http.disconnect":
                body.broken = True
                return None
            came = message.get("body", b"")
            self._held += len(came)
            body.take(came)
            if body.size > most:
                return _too_large(scope)
            if self._held > _MOST_HELD:
                return turned_away(scope, 503, "busy", _FULL, retry_after=10, close=True)
            if not message.get("more_body", False):
                return None


class _Body:
    """What came of a body. `broken`: it ended before its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.broken = False

    def take(self, part: bytes) -> None:
        self._file.write(part)
        self.size += len(part)

    def again(self, receive: Receive) -> Receive:
        """What an application is told by: the body, then whatever comes next from the client."""
        sent, ended = 0, False

        async def replay() -> Message:
            nonlocal sent, ended
            if ended:
                return {"type": "http.disconnect"} if self.broken else await receive()
            part = self._file.read(_CHUNK)
            sent += len(part)
            whole = sent >= self.size
            ended = whole
            return {"type": "http.request", "body": part, "more_body": self.broken or not whole}

        return replay


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in scope["headers"]
    )


def _declared(scope: Scope) -> int:
    """How many bytes the sender said would come, 0 if that is not known."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() and len(said) < 18 else 0


def _largest(path: str) -> int:
    if path == BULK:
        return LARGEST_HISTORY
    if _UPLOADS.fullmatch(path):
        return _LARGEST_UPLOAD
    return LARGEST if path.startswith("/api/") else _LARGEST_CALLBACK


def _too_large(scope: Scope) -> Response:
    most = _largest(scope["path"])
    if scope["path"] == BULK or most == _LARGEST_UPLOAD:
        message = refuse_file("file_too_large", {"most": most} if scope["path"] == BULK else {}).message
        return turned_away(scope, 413, "file_too_large", message, close=True)
    message = Words(f"请求内容超过 {most} 字节。", f"The body is larger than {most} bytes.")
    return turned_away(scope, 413, "body_too_large", message, close=True)
