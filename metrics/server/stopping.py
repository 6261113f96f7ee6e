"""How the HTTP server stops: answers under way have their time to end; then what they wait for is broken off.

A thread that waits for a statement cannot be ended. Its connection can: the statement then fails at once, what was not
committed is rolled back, and the thread comes back.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import psycopg
import structlog
import uvicorn
from sqlalchemy import Engine, event

log = structlog.get_logger(__name__)

ANSWERS_END_WITHIN = 5  # seconds that answers under way have after the first signal


class InUse:
    """The connections of an engine that are in use from now on; once they were broken off, none is of use any more.

    What was cut short as it began would otherwise begin again over another one, and wait there for ever.
    """

    def __init__(self, engine: Engine) -> None:
        self._records: set[Any] = set()
        self._over = False
        event.listen(engine, "checkout", self._note)
        event.listen(engine, "checkin", lambda _connection, record: self._records.discard(record))

    def break_off(self) -> int:
        """Shut every connection in use, and each that a thread takes later; answers how many there were."""
        self._over = True
        return sum(_is_shut(record.dbapi_connection) for record in list(self._records))

    def _note(self, connection: psycopg.Connection[Any], record: Any, _proxy: object) -> None:
        self._records.add(record)
        if self._over and threading.current_thread() is not threading.main_thread():  # which notes that it stopped
            _is_shut(connection)


def _is_shut(connection: psycopg.Connection[Any] | None) -> bool:
    """Whether there was anything to shut. The socket is shut and not closed: the thread that uses it finds its end."""
    if connection is None:
        return False
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as same:
        same.shutdown(socket.SHUT_RDWR)
        return True
    return False


class StoppingServer(uvicorn.Server):
    """uvicorn's server; `before` is called when it begins to listen, `announce` as soon as it does.

    The first SIGINT or SIGTERM has it take no more connections and wait for the answers under way. After
    `ANSWERS_END_WITHIN`, or at once at the second signal of either kind, it breaks them off, and off the database
    everything that they wait for there.
    """

    def __init__(
        self, config: uvicorn.Config, used: InUse, *, before: Callable[[], None] | None, announce: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._used, self._before, self._announce = used, before, announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        if self._before is not None:
            self._before()
        await super().startup(sockets=sockets)
        if self.started:
            self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal."""
        self.force_exit = self.force_exit or self.should_exit
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, which leaves threads that wait for the database waiting; the process could not end."""
        began = time.monotonic()
        await super().shutdown(sockets=sockets)
        if self.force_exit or time.monotonic() - began >= ANSWERS_END_WITHIN:
            for task in self.server_state.tasks:
                task.cancel()
            log.warning("broken_off", answers=len(self.server_state.tasks), connections=self._used.break_off())
