"""Connections that come to nothing are closed: headers have their time to come, and an address so many connections.

uvicorn waits for headers as long as anyone likes. A few hundred connections that say nothing cost little, but each is
one of the descriptors that a process may have.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter

from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from metrics.addresses import address_of, neighbourhood
from metrics.settings import settings

_LINGERS = 1.0  # seconds that a connection without a request has at a stop

_connections: Counter[str] = Counter()  # of each address that is no trusted proxy


class PatientProtocol(H11Protocol):
    """As uvicorn's, with an end to its patience, and some at a stop.

    A proxy keeps connections, and may have sent a request on one that is just being closed: it can neither know that
    nobody read it nor send it again. So what comes within a moment is answered, and said to be the last.
    """

    _ending = False
    _until: asyncio.TimerHandle | None = None
    _counted: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        address = address_of(peer)
        if not any(
            address is not None and address.version == network.version and address in network
            for network in settings().trusted_proxies
        ):
            self._counted = neighbourhood(peer)
            _connections[self._counted] += 1
            if _connections[self._counted] > settings().connections_of_one:
                transport.abort()
                return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._counted is not None:
            _connections[self._counted] -= 1
            if _connections[self._counted] <= 0:
                del _connections[self._counted]
            self._counted = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_served():
            if self._ending:
                self._answer_last()
            self._stop_waiting()  # its headers came; its body has a deadline of its own
        elif self._until is None:
            self._wait()

    def shutdown(self) -> None:
        """Called once, when the server stops: no request after the one that is answered, or that is on its way."""
        self._ending = True
        if self._is_served():
            self._answer_last()
        else:
            self.loop.call_later(_LINGERS, self._end)

    def _answer_last(self) -> None:
        self.cycle.keep_alive = False
        # What the request has of it the answer has too, if it has not begun.
        self.cycle.scope["headers"] = [*self.cycle.scope["headers"], CLOSE_HEADER]

    def _end(self) -> None:
        if not self._is_served() and not self.transport.is_closing():
            super().shutdown()

    def _is_served(self) -> bool:
        """True while a request of this connection is being answered."""
        return not getattr(self.cycle, "response_complete", True)  # uvicorn has none at first

    def _wait(self) -> None:
        self._until = self.loop.call_later(settings().header_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._until is not None:
            self._until.cancel()
            self._until = None

    def _give_up(self) -> None:
        self._until = None
        if not self._is_served():
            self.transport.close()


def take_all_descriptors() -> None:
    """Let this process have as many connections as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
