"""Faults at chosen statements, and everything that a database holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event, text

from metrics.database import Sessions
from metrics.models import Base

BEFORE, AFTER, COMMIT = "before_cursor_execute", "after_cursor_execute", "commit"


_DONE = {"audit": " where outcome = 'done'"}


class FaultError(Exception):
    """What a test makes go wrong."""


class Struck:
    """How many moments of its sort went by. Used by :func:`fault`."""

    def __init__(self, engine: Engine, place: int | None) -> None:
        self.count = 0
        self._pool, self._place = engine.pool, place

    def __call__(self, connection: Connection, *_: object) -> None:
        if connection.engine.pool is not self._pool:
            return
        self.count += 1
        if self.count == self._place:
            raise FaultError


@contextmanager
def fault(engine: Engine, moment: str, place: int | None) -> Iterator[Struck]:
    """Raise at the `place`-th statement (None: at none), BEFORE or AFTER it has run, or at the COMMIT.

    What goes together with COMMIT is struck at BEFORE or AFTER it is sent, and COMMIT before any of that is.
    """
    strike = Struck(engine, place)
    event.listen(Engine, moment, strike)  # who listens to all engines is told before who listens to one
    try:
        yield strike
    finally:
        event.remove(Engine, moment, strike)


def contents(sessions: Sessions) -> dict[str, list[str]]:
    """Every row of every table, as text; of the audit what was done, for what failed is to be in it.

    By one statement, since it is asked after every fault; a long row is told by its digest.
    """
    with sessions.read() as reading:
        return {name: rows for name, rows in reading.execute(_CONTENTS).all()}  # noqa: C416  a row is no pair to mypy


_ROWS = """
select '{0}', coalesce(array_agg(found order by found), '{{}}')
from (select case when length(t::text) < 500 then t::text else md5(t::text) end as found from {0} t{1}) rows"""
_CONTENTS = text(" union all ".join(_ROWS.format(name, _DONE.get(name, "")) for name in sorted(Base.metadata.tables)))
