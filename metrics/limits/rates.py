"""How often: buckets that fill by themselves, one a key, in the memory of the process.

They are forgotten when the process ends and not shared with another one: several processes each give a client what
their settings say, divided by their number (`BIAOCHI_WORKERS`). What must outlast a process is counted in the database.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_MOST_KEYS = 50_000  # of one kind; beyond them the one that asked longest ago is forgotten


@dataclass(slots=True)
class _Level:
    left: float
    at: float  # seconds of the monotonic clock


class Buckets:
    """A bucket for every key: it holds `most` and gains one every `every` seconds. Threads may share it."""

    def __init__(self, *, most: float, every: float) -> None:
        self._most = most
        self._every = every
        self._levels: OrderedDict[Hashable, _Level] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable, *, now: float | None = None) -> float:
        """Take one and return 0; from an empty bucket nothing is taken, and the seconds until it has one returned."""
        with self._lock:
            level = self._present(key, time.monotonic() if now is None else now)
            if level.left < 1:
                return (1 - level.left) * self._every
            level.left -= 1
            return 0.0

    def give_back(self, key: Hashable) -> None:
        """Put back what was taken for something that does not count after all."""
        with self._lock:
            if (level := self._levels.get(key)) is not None:
                level.left = min(self._most, level.left + 1)

    def fill(self, key: Hashable) -> None:
        """Forget everything that was taken."""
        with self._lock:
            self._levels.pop(key, None)

    def _present(self, key: Hashable, now: float) -> _Level:
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(self._most, now)
            if len(self._levels) > _MOST_KEYS:
                self._levels.popitem(last=False)
        level.left = min(self._most, level.left + max(0.0, now - level.at) / self._every)
        level.at = now
        self._levels.move_to_end(key)
        return level
