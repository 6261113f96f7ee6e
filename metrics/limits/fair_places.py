"""Waiting for a place: so many at once, nobody all of them, and whoever has least comes next.

Nothing here holds a thread: who waits is a coroutine. All of it runs in the event loop of one process.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is of one kind of work, in one process."""

    places: int  # at the same time
    of_one: int  # of them, for one client
    waiting: int  # how many may wait
    waiting_of_one: int  # of them, for one client
    patience: float  # seconds until whoever waits is told to come back


class NoPlace(Exception):
    """There was none in time. `own`: because the same client has so many already."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("no place")
        self.own = own


class FairPlaces:
    """The places of one kind of work. Every :meth:`enter` that returns is followed by one :meth:`leave`."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._taken: Counter[Hashable] = Counter()
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def taken(self) -> int:
        """How many are in use."""
        return self._taken.total()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(queue) for queue in self._waiting.values())

    async def enter(self, client: Hashable) -> None:
        """Take a place for `client`, in turn. Raises NoPlace when too many wait, or the wait was too long."""
        if self._may(client) and not self._eligible():
            self._taken[client] += 1
            return
        queue = self._waiting.get(client, ())
        if len(queue) >= self._room.waiting_of_one:
            raise NoPlace(own=True)
        if self.waiting >= self._room.waiting:
            raise NoPlace(own=False)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(self._room.patience):
                await turn
        except BaseException as ended:
            if turn.done() and not turn.cancelled():
                self.leave(client)  # the place came in the moment in which it was given up
            else:
                self._forget(client, turn)
            if isinstance(ended, TimeoutError):
                raise NoPlace(own=self._taken[client] >= self._room.of_one) from None
            raise

    def leave(self, client: Hashable) -> None:
        """Give the place back, and on to who is next."""
        self._taken[client] -= 1
        if self._taken[client] <= 0:
            del self._taken[client]
        while eligible := self._eligible():
            next_one = min(eligible, key=lambda waiting: self._taken[waiting])  # of equals, who was served longest ago
            turn = self._waiting[next_one][0]
            self._forget(next_one, turn)
            if next_one in self._waiting:
                self._waiting.move_to_end(next_one)
            if not turn.done():
                self._taken[next_one] += 1
                turn.set_result(None)

    def _may(self, client: Hashable) -> bool:
        return self.taken < self._room.places and self._taken[client] < self._room.of_one

    def _eligible(self) -> list[Hashable]:
        """Who waits and may have a place now."""
        if self.taken >= self._room.places:
            return []
        return [client for client in self._waiting if self._taken[client] < self._room.of_one]

    def _forget(self, client: Hashable, turn: asyncio.Future[None]) -> None:
        queue = self._waiting.get(client)
        if queue is not None:
            if turn in queue:
                queue.remove(turn)
            if not queue:
                del self._waiting[client]
