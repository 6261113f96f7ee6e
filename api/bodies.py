"""Bodies come before work begins: read without a thread, within their time, to their size, large ones to disk.

A client that sends half of its request, or a byte a second, holds its own connection and nothing else; of the room for
bodies one address has its share, and small bodies a part that large ones cannot take. How large one may be is said by
kind of address and by who sends it: more than a form is only read of somebody who is there.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.early_refusals import early_refusal
from api.json_body import LARGEST
from api.security.routes import OPEN_ADDRESSES
from metrics.addresses import client_address, neighbourhood
from metrics.database_faults import DISK_FULL
from metrics.errors import Message as Words
from metrics.errors import Unavailable
from metrics.history.tidy_file import LARGEST as LARGEST_HISTORY
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.refusals import refuse_file
from metrics.limits.body_sizes import LARGEST_DRAWING, LARGEST_FORM, LARGEST_WITH_FILE
from metrics.limits.kinds_of_work import API, BULK, CALLBACKS
from metrics.principal import Principal
from metrics.principal import Scope as Right
from metrics.settings import settings
from metrics.supervision.file_kinds import LARGEST_ATTACHMENT, attachment_too_large

_LARGEST_UPLOAD = LARGEST_FILE + 1024 * 1024  # the file, its texts and what stands between them
_LARGEST_ATTACHED = LARGEST_ATTACHMENT + 1024 * 1024
_IN_MEMORY = 256 * 1024  # bytes of one body
_MOST_HELD = 4 * 1024**3  # bytes of all bodies together
_MOST_OF_ONE = _MOST_HELD // 8  # bytes of the bodies of one address
_MOST_OF_LARGE = _MOST_HELD - _MOST_OF_ONE  # bytes, beyond which only bodies that lie in memory are taken: sign-ins
_LOOKED_UP = 2  # senders, at the same time
_PATIENCE = 10.0  # seconds for it
_CHUNK = 1024 * 1024
_CREDENTIALS = (b"authorization", b"cookie")
_ATTACHMENTS = f"{API}/attachments"
_UPLOADS = re.compile(rf"{API}/(?:submissions/files|attachments|samples/\d+/findings)")
_LATE = Words("请求内容在限定时间内没有传完。", "The body did not come within its time.")
_FULL = Words("服务繁忙,请稍后再传。", "Too much is being sent at the moment; try again shortly.")
_OWN = Words(
    "来自该地址、同时上传的内容过多,请稍后再传。",
    "Too much is being sent from this address at once; try again shortly.",
)


class Bodies:
    """ASGI middleware. `sender` says whose a request's credentials are, None if nobody's; it may block."""

    def __init__(self, app: ASGIApp, sender: Callable[[Request], Principal | None]) -> None:
        self.app = app
        self._sender = sender
        self._held = 0  # bytes of all bodies that are here
        self._of: Counter[str] = Counter()  # and of those from one address
        self._looking_up = asyncio.Semaphore(_LOOKED_UP)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(scope):
            await self.app(scope, receive, send)
            return
        declared, most = _declared(scope), _largest_of_anybody(scope["path"])
        if most < _largest(scope["path"]) and (declared is None or declared > most):
            try:
                somebody = await self._is_somebody(scope)
            except TimeoutError:
                await early_refusal(scope, 503, "busy", _FULL, retry_after=5, close=True)(scope, receive, send)
                return
            except Unavailable as away:
                answer = early_refusal(scope, 503, away.code, away.message, retry_after=5, close=True)
                await answer(scope, receive, send)
                return
            if not somebody:
                await self.app(scope, _nothing, send)  # which refuses before it reads
                return
            most = _largest(scope["path"])
        if (declared or 0) > most:
            await _too_large(scope, most)(scope, receive, send)
            return
        body, sender = _Body(), neighbourhood(client_address(scope))
        try:
            refused = await self._read(body, sender, scope, receive, most=most)
            if refused is None:
                await self.app(scope, body.again(receive), send)
            else:
                await refused(scope, receive, send)
        finally:
            body.close()
            self._hold(sender, -body.size)

    async def _is_somebody(self, scope: Scope) -> bool:
        """True if a principal sends this, and for history one who may load it; who was one before is believed.

        Raises TimeoutError if the database does not say so in time, Unavailable if it says that it cannot.
        """
        if not any(name in _CREDENTIALS for name, _ in scope["headers"]):
            return False
        history = scope["path"] == BULK
        if not history and "known" in scope.get("state", {}):
            return True
        async with asyncio.timeout(_PATIENCE), self._looking_up:
            found = await run_sync(self._sender, Request(scope), abandon_on_cancel=True)
        return found is not None and (found.may(Right.BULK) or not history)

    async def _read(self, body: _Body, sender: str, scope: Scope, receive: Receive, *, most: int) -> Response | None:
        """Read it all; the answer to one that is late, too large or too much with all others, else None.

        So many seconds are given to begin with, and one more for every so many bytes that came. Never are there more
        left than to begin with: who has sent much cannot then be silent for long. The whole has its time as well.
        """
        configured = settings()
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
            except OSError:  # the only way in which a file of nobody else's fails
                return early_refusal(scope, 503, "disk_full", DISK_FULL, retry_after=5, close=True)
            self._hold(sender, len(came))
            if body.size > most:
                return _too_large(scope, most)
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
            return early_refusal(scope, 503, "busy", _FULL, retry_after=5, close=True)
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


def _declared(scope: Scope) -> int | None:
    """How many bytes the sender said would come, None if that is not known."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() and len(said) < 18 else None


def _largest(path: str) -> int:
    """Bytes of the body of a request to `path`, of who may send it; what is not named takes a form."""
    if path == BULK:
        return LARGEST_HISTORY
    if path == _ATTACHMENTS:
        return _LARGEST_ATTACHED
    if _UPLOADS.fullmatch(path):
        return _LARGEST_UPLOAD
    if path.startswith("/api/") and path not in OPEN_ADDRESSES:
        return LARGEST
    return LARGEST_WITH_FILE if path == CALLBACKS else LARGEST_FORM


def _largest_of_anybody(path: str) -> int:
    """Bytes that are read before anybody asks who sends them."""
    if path == BULK or _UPLOADS.fullmatch(path):
        return 0
    return LARGEST_DRAWING if path == CALLBACKS else LARGEST_FORM


async def _nothing() -> Message:
    """What is received of a body that nobody reads: that its sender is gone."""
    return {"type": "http.disconnect"}


def _too_large(scope: Scope, most: int) -> Response:
    if scope["path"] == _ATTACHMENTS:
        refused = attachment_too_large()
        return early_refusal(scope, 413, refused.code, refused.message, close=True)
    if scope["path"] == BULK or _UPLOADS.fullmatch(scope["path"]):
        message = refuse_file("file_too_large", {"most": most} if scope["path"] == BULK else {}).message
        return early_refusal(scope, 413, "file_too_large", message, close=True)
    message = Words(f"请求内容超过 {most} 字节。", f"The body is larger than {most} bytes.")
    return early_refusal(scope, 413, "body_too_large", message, close=True)
