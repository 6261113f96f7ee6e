"""Whole pulls step back for short work: while a page or a small read is answered, a pull waits between its slices.

Both compute in one process, of which only one thread computes at a time; two or three pulls would leave whoever opens a
page a third of it, and a turn only every few milliseconds. A pull waits at most a few times as long as it worked, so
that it comes to its end beside any number of readers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SLICE = 0.005  # seconds of work after which a pull looks whether somebody waits
_AT_MOST = 4.0  # times as long as it worked
_none_under_way = threading.Event()
_none_under_way.set()
_lock = threading.Lock()
_under_way = 0


@contextmanager
def short_work() -> Iterator[None]:
    """For the block somebody is being answered for whom pulls give way."""
    global _under_way
    with _lock:
        _under_way += 1
        _none_under_way.clear()
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
            if not _under_way:
                _none_under_way.set()


class GivingWay:
    """What one pull does between its slices: :meth:`step` returns at once while nobody else is answered."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def step(self) -> None:
        """Wait until no short work is under way, at most so many times as long as was worked since the last wait."""
        worked = time.monotonic() - self._since
        if worked < _SLICE:
            return
        _none_under_way.wait(_AT_MOST * worked)
        self._since = time.monotonic()
