"""Bodies come before work begins: read without a thread, within their time, to their size, large ones to disk.

A client that sends half of its request, or a byte a second, holds its own connection and nothing else; of the room for
bodies one address has its share, and small bodies a part that large ones cannot take.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.early_refusals import early_refusal
from api.json_body import LARGEST
from metrics.addresses import client_address, neighbourhood
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
_MOST_OF_ONE = _MOST_HELD // 8  # bytes of the bodies of one address
_MOST_OF_LARGE = _MOST_HELD - _MOST_OF_ONE  # bytes, beyond which only bodies that lie in memory are taken: sign-ins
_LOOKED_UP = 2  # senders of history, at the same time
_CHUNK = 1024 * 1024
_CREDENTIALS = (b"authorization", b"cookie")
_UPLOADS = re.compile(rf"{API}/(?:submissions/files|samples/\d+/findings)")
_LATE = Words("请求内容在限定时间内没有传完。", "The body did not come within its time.")
_FULL = Words("服务繁忙,请稍后再传。", "Too much is being sent at the moment; try again shortly.")
_OWN = Words(
    "来自该地址、同时上传的内容过多,请稍后再传。",
    "Too much is being sent from this address at once; try again shortly.",
)


class Bodies:
    """ASGI middleware. `may_load` says of a request whether whoever sends it may load history; it may block."""

    def __init__(self, app: ASGIApp, may_load: Callable[[Request], bool]) -> None:
        self.app = app
        self._may_load = may_load
        self._held = 0  # bytes of all bodies that are here
        self._of: Counter[str] = Counter()  # and of those from one address
        self._looking_up = asyncio.Semaphore(_LOOKED_UP)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(scope) or not await self._is_wanted(scope):
            await self.app(scope, receive, send)
            return
        if _declared(scope) > _largest(scope["path"]):
            await _too_large(scope)(scope, receive, send)
            return
        body, sender = _Body(), neighbourhood(client_address(scope))
        try:
            refused = await self._read(body, sender, scope, receive)
            if refused is None:
                await self.app(scope, body.again(receive), send)
            else:
                await refused(scope, receive, send)
        finally:
            body.close()
            self._hold(sender, -body.size)

    async def _is_wanted(self, scope: Scope) -> bool:
        """False where the application refuses before it reads: large bodies of nobody, history of who may send none."""
        if not any(name in _CREDENTIALS for name, _ in scope["headers"]):
            return _largest(scope["path"]) <= _LARGEST_CALLBACK
        if scope["path"] == BULK:
            async with self._looking_up:
                return await run_in_threadpool(self._may_load, Request(scope))
        return True

    async def _read(self, body: _Body, sender: str, scope: Scope, receive: Receive) -> Response | None:
        """Read it all; the answer to one that is late, too large or too much with all others, else None.

        So many seconds are given to begin with, and one more for every so many bytes that came. Never are there more
        left than to begin with: who has sent much cannot then be silent for long. The whole has its time as well.
        """
        configured, most = settings(), _largest(scope["path"])
        clock = asyncio.get_running_loop().time
        until = clock() + configured.body_seconds
        end = clock() + configured.body_longest_seconds * max(1.0, most / _LARGEST_UPLOAD)
        while True:
            try:
                async with asyncio.timeout(max(0.0, min(until, end) - clock())):
                    message = await receive()
            except TimeoutError:
                return early_refusal(scope, 408, "body_late", _LATE, close=True)
            if message["type"] == "http.disconnect":
                body.broken = True
                return None
            came = message.get("body", b"")
            try:
                body.take(came)
            except OSError:  # the disk is full
                return early_refusal(scope, 503, "busy", _FULL, retry_after=10, close=True)
            self._hold(sender, len(came))
            if body.size > most:
                return _too_large(scope)
            if (refused := self._too_much(body, sender, scope)) is not None:
                return refused
            if not message.get("more_body", False):
                return None
            until = min(until + len(came) / configured.body_bytes_per_second, clock() + configured.body_seconds)

    def _too_much(self, body: _Body, sender: str, scope: Scope) -> Response | None:
        """The answer if so much is here that this body cannot be as well: of its sender, or of everybody."""
        large = body.size > _IN_MEMORY
        if large and self._of[sender] > max(_MOST_OF_ONE, _largest(scope["path"])):
            return early_refusal(scope, 429, "too_many_at_once", _OWN, retry_after=10, close=True)
        if self._held > (_MOST_OF_LARGE if large else _MOST_HELD):
            return early_refusal(scope, 503, "busy", _FULL, retry_after=10, close=True)
        return None

    def _hold(self, sender: str, size: int) -> None:
        self._held += size
        self._of[sender] += size
        if not self._of[sender]:
            del self._of[sender]


class _Body:
    """What came of a body. `broken`: it ended before its end."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed by close()
        self.size = 0
        self.broken = False

    def take(self, part: bytes) -> None:
        """Keep `part` as well. Raises OSError where the disk is full; then it does not count."""
        self._file.write(part)
        self._file.flush()
        self.size += len(part)

    def again(self, receive: Receive) -> Receive:
        """What an application is told by: the body, then whatever comes next from the client."""
        sent, ended = 0, False
        self._file.seek(0)

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

    def close(self) -> None:
        with suppress(OSError):  # what a full disk did not take
            self._file.close()


def has_body(scope: Scope) -> bool:
    """True if the request says that a body comes."""
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
        return early_refusal(scope, 413, "file_too_large", message, close=True)
    message = Words(f"请求内容超过 {most} 字节。", f"The body is larger than {most} bytes.")
    return early_refusal(scope, 413, "body_too_large", message, close=True)
