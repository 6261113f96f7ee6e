"""Faults at chosen statements, and everything that a database holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, text

from metrics.database import Sessions
from metrics.models import Base

BEFORE, AFTER, COMMIT = "before_cursor_execute", "after_cursor_execute", "commit"


_DONE = {"audit": " where outcome = 'done'"}


class FaultError(Exception):
    """What a test makes go wrong."""


class Struck:
    """How many moments of its sort went by. Used by :func:`fault`."""

    def __init__(self, place: int | None) -> None:
        self.count = 0
        self._place = place

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self._place:
            raise FaultError


@contextmanager
def fault(engine: Engine, moment: str, place: int | None) -> Iterator[Struck]:
    """Raise at the `place`-th statement (None: at none), BEFORE or AFTER it has run, or at the COMMIT."""
    strike = Struck(place)
    event.listen(engine, moment, strike)
    try:
        yield strike
    finally:
        event.remove(engine, moment, strike)


def contents(sessions: Sessions) -> dict[str, list[str]]:
    """Every row of every table, as text; of the audit what was done, for what failed is to be in it."""
    with sessions.read() as reading:
        return {
            table.name: sorted(reading.scalars(text(f"select t::text from {table.name} t{_DONE.get(table.name, '')}")))
            for table in Base.metadata.sorted_tables
        }
