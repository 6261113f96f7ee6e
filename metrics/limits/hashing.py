"""Passwords are compared one at a time, in a thread that steps back for every other.

Argon2 takes a tenth of a second of every processor there is and 64 MiB of memory. A flood of sign-ins would otherwise
have all of both; so a few threads do it and nobody else, at the lowest priority, and only so many may wait for them.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from metrics import credentials
from metrics.errors import Message, TooMany
from metrics.settings import settings

_Made = TypeVar("_Made")
_PATIENCE = 15.0  # seconds until whoever waits is told to come back
_STEPS_BACK = 15  # of 19: what Linux calls nice


class _Hashing:
    """Threads of their own, and how many comparisons they have before them."""

    def __init__(self, *, places: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="hashing", initializer=_step_back)
        self._room = threading.BoundedSemaphore(places + waiting)

    def compare(self, password: str, kept: str) -> tuple[bool, str | None]:
        return self.run(credentials.matches, password, kept)

    def run(self, work_on: Callable[..., _Made], *given: str) -> _Made:
        if not self._room.acquire(blocking=False):
            raise _busy()
        work = self._threads.submit(work_on, *given)
        work.add_done_callback(self._leave)
        try:
            return work.result(_PATIENCE)
        except TimeoutError:
            work.cancel()
            raise _busy() from None

    def _leave(self, _work: Future[Any]) -> None:
        self._room.release()


def compare(password: str, kept: str) -> tuple[bool, str | None]:
    """As :func:`metrics.credentials.matches`, in its turn. Raises TooMany if too many wait. Hold no connection."""
    return _hashing().compare(password, kept)


def make(password: str) -> str:
    """As :func:`metrics.credentials.hash_password`, in its turn. Raises TooMany as above. Hold no connection."""
    return _hashing().run(credentials.hash_password, password)


@lru_cache(maxsize=1)
def _hashing() -> _Hashing:
    return _Hashing(places=settings().hashing_places, waiting=settings().hashing_waiting)


def _step_back() -> None:
    """Give this thread, and those that Argon2 starts from it, a low priority. Elsewhere than on Linux it has none."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _STEPS_BACK)


def _busy() -> TooMany:
    return TooMany(
        code="sign_in_busy",
        message=Message("登录的人太多,请稍后再试。", "Too many people are signing in: try again in a moment."),
        retry_after=5,
    )
