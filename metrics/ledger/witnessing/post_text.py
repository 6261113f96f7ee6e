"""Posting a text to somebody else's server, with an end to one's patience: no redirection, no proxy, no long answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

_LONGEST_ANSWER = 16 * 1024  # bytes


class HowNotPosted(Enum):
    AWAY = "away"
    SLOW = "slow"
    TOO_LONG = "too long"


class NotPosted(Exception):
    """No answer came, or none that is read to its end. `detail` holds nothing of what was answered."""

    def __init__(self, how: HowNotPosted, detail: str) -> None:
        super().__init__(f"{how.value}: {detail}")
        self.how, self.detail = how, detail


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """What was answered."""

    status: int
    media_type: str
    content: bytes


def post_text(url: str, body: bytes, *, waits: float) -> TextAnswer:
    """What `url` answers to `body` (UTF-8) within `waits` seconds, however slowly it comes. Raises NotPosted."""
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    held: list[socket.socket] = []  # the connection forgets its own where no more is to be asked on it
    over = threading.Event()
    try:
        connection = kind(address.hostname or "", address.port, timeout=waits)
        watch = threading.Timer(waits, _hang_up, (held, over))
        watch.daemon = True
        watch.start()
        try:
            connection.connect()
            held.append(connection.sock)
            if over.is_set():
                raise TimeoutError
            path = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            with connection.getresponse() as answer:
                return _read(answer, over)
        finally:
            watch.cancel()
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        slow = over.is_set() or isinstance(error, TimeoutError)
        raise NotPosted(HowNotPosted.SLOW if slow else HowNotPosted.AWAY, type(error).__name__) from None


def _read(answer: HTTPResponse, over: threading.Event) -> TextAnswer:
    content = answer.read(_LONGEST_ANSWER + 1)
    if over.is_set():
        raise TimeoutError
    if len(content) > _LONGEST_ANSWER:
        raise NotPosted(HowNotPosted.TOO_LONG, f"more than {_LONGEST_ANSWER} bytes")
    return TextAnswer(answer.status, answer.headers.get("Content-Type", ""), content)


def _hang_up(held: Sequence[socket.socket], over: threading.Event) -> None:
    """End a connection on which an answer comes drop by drop: each drop is in time, and all of it is not."""
    over.set()
    for one in held:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
