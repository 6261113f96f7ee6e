"""A database that another tool reads by SQL, with a role of its own: what it finds there, and what the datasets say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.database import Sessions, WriteSession, database_url, make_engine, use_sessions
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind, Pull
from metrics.queries.view import view_at
from metrics.server.open_reader import let_in, shut_out
from tests.databases import Database

NAMES = ("progress", "rates", "observations", "targets")
_INSTANT = "to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"
Act = Callable[[WriteSession, random.Random, int], object]


@dataclass(frozen=True)
class Opened:
    """A database that other tools read: by `reader`, an engine of their role."""

    database: Database
    sessions: Sessions
    reader: Engine

    def act(self, what: Act, draw: random.Random | None = None, number: int = 0) -> None:
        with self.sessions.write() as session:
            what(session, draw or random.Random(0), number)

    def in_sql(self, name: str) -> list[tuple[Any, ...]]:
        """The rows as texts."""
        columns = [
            _INSTANT.format(column.name) if column.kind is Kind.INSTANT else f"cast({column.name} as text)"
            for column in DATASETS[name].columns
        ]
        with self.reader.connect() as connection:
            found = connection.exec_driver_sql(f"select {', '.join(columns)} from open.{name}")
            return sorted(map(tuple, found), key=repr)

    def told(self, name: str) -> list[tuple[Any, ...]]:
        """The rows of the dataset, before spreadsheets are thought of."""
        with self.sessions.read() as session:
            rows = list(DATASETS[name].rows(session, view_at(session), Pull()))
        return sorted((tuple(map(written, row)) for row in rows), key=repr)

    def agrees(self) -> dict[str, int]:
        """How many rows there are, of each; all of them are the same."""
        bring_open_progress_up_to_date()
        found = {}
        for name in NAMES:
            told = self.told(name)
            assert self.in_sql(name) == told
            found[name] = len(told)
        return found

    def state(self) -> dict[str, tuple[int, int]]:
        with self.reader.connect() as connection:
            found = connection.exec_driver_sql("select relation, as_of_seq, newest_seq from open.state")
            return {row[0]: (row[1], row[2]) for row in found}


def written(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@contextmanager
def opened_to_others(database: Database) -> Iterator[Opened]:
    """`database` with a role let in, for the block."""
    role = f"reader_of_{database.name}"
    with database.as_owner() as connection:
        let_in(connection, role=role, password="läs bara' %s", service="biaochi")
    # As their tools come, past any pooler: that knows the service's role alone.
    address = database_url(database.owner_url).set(username=role, password="läs bara' %s")
    reader = make_engine(address.render_as_string(hide_password=False), pool_size=1)
    sessions = Sessions(database.engine)
    with use_sessions(sessions):
        yield Opened(database, sessions, reader)
    reader.dispose()
    with database.as_owner() as connection:
        shut_out(connection, role=role, service="biaochi")
