"""What is answered while the service starts: that it does, and when to ask again.

Its address is taken before anything is begun, so that a second service is refused at once; bringing a schema up to date
or making a demonstration takes minutes, and nobody is left waiting for as long without a word.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from contextlib import suppress
from html import escape

from metrics.errors import Message

STARTING = Message(
    "服务正在启动,首次启动或升级数据库需要几分钟。没有保存任何内容,请稍后再试。",
    "The service is starting; a first start, or bringing the database up to date, takes minutes. Nothing was stored: "
    "try again soon.",
)
_RETRY_AFTER = 5  # seconds
_LOOKS_EVERY = 0.2  # seconds, also how late it ends
_FOR_ONE = 0.5  # seconds for a request to come, and as many for its end: they are answered one after the other
_PIECE = 65536
_PAGE = f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>标尺 Biaochi</title>
<meta http-equiv="refresh" content="{_RETRY_AFTER}">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>标尺 Biaochi</h1>
<p>{escape(STARTING.in_language("zh"))}</p><p lang="en">{escape(STARTING.en)}</p></main></body></html>
"""
_PROBLEM = json.dumps(
    {
        "type": "urn:biaochi:problem:starting",
        "title": STARTING.en,
        "status": 503,
        "code": "starting",
        "detail": STARTING.en,
        "message": STARTING.as_dict(),
    },
    ensure_ascii=False,
)


class Starting:
    """Answers everybody who asks at `listener`, which listens already, 503 `starting` until :meth:`close`."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)  # as uvicorn has it; somebody who left again is not waited for
        self._listener, self._ended = listener, threading.Event()
        self._thread = threading.Thread(target=self._answer, name="starting", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take nobody more; who comes from now on waits for whoever listens next. May be called again."""
        self._ended.set()
        self._thread.join()

    def _answer(self) -> None:
        while not self._ended.is_set():
            if select.select([self._listener], [], [], _LOOKS_EVERY)[0]:
                with suppress(OSError):  # whoever it was is gone, or has no more descriptors for us
                    connection, _ = self._listener.accept()
                    with connection:
                        _tell(connection)


def _tell(connection: socket.socket) -> None:
    """Answer one request; a connection that says nothing is closed. Raises OSError."""
    connection.settimeout(_FOR_ONE)
    asked = connection.recv(_PIECE)
    if not asked:
        return
    connection.sendall(told(asked))
    connection.shutdown(socket.SHUT_WR)
    until = time.monotonic() + _FOR_ONE
    while connection.recv(_PIECE) and time.monotonic() < until:
        pass  # closed with something unread, the connection would be reset and the answer lost


def told(asked: bytes) -> bytes:
    """The answer to a request that begins so: a page to a browser's page, else a problem as everywhere."""
    first, _, rest = asked.partition(b"\r\n")
    is_page = b"text/html" in rest.lower() and b" /api/" not in first
    kind, body = ("text/html", _PAGE) if is_page else ("application/problem+json", _PROBLEM)
    content = body.encode()
    head = (
        "HTTP/1.1 503 Service Unavailable",
        f"Content-Type: {kind}; charset=utf-8" if is_page else f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        f"Retry-After: {_RETRY_AFTER}",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + (b"" if first.startswith(b"HEAD ") else content)
