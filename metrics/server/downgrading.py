"""Taking a database back to an earlier schema: what would be lost is found by trying, and is lost only if told so.

A migration whose downgrade drops a column may say in `TOLD_ELSEWHERE` when a row's value is told by what stays:
``{"submissions.first_received_at": "first_received_at is not distinct from first_recorded_at"}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from metrics.errors import Conflict, Message, Problem
from metrics.models.base import HELD, KEPT_FOR_OTHERS, MADE_ANEW
from metrics.server.migration import (
    alembic_config,
    migrations,
    require_known_revision,
    require_not_newer,
)
from metrics.server.schema_lock import locks_in_time

_COLUMNS = text(
    "select c.table_name, c.column_name from information_schema.columns c"
    " join information_schema.tables t using (table_schema, table_name)"
    " where table_schema = 'public' and t.table_type = 'BASE TABLE' and table_name <> 'alembic_version' order by 1, 2"
)


@dataclass(frozen=True, slots=True)
class _Stand:
    """What there is of data: rows by table, and the columns of each."""

    rows: Mapping[str, int]
    columns: frozenset[tuple[str, str]]


def downgrade(engine: Engine, *, revision: str, lose_data: bool = False) -> None:
    """Take the database back to `revision` (`base`: to nothing), in one transaction.

    Raises Conflict naming each table and column whose data would be gone, unless `lose_data`. What can be made anew
    from the ledger is not data.
    """
    with engine.begin() as connection, locks_in_time(connection):
        config = alembic_config(connection)
        if not lose_data:
            _refuse_loss(connection, revision)
        command.downgrade(config, revision)


def is_beyond(connection: Connection, revision: str) -> bool:
    """True if the database stands at a later migration than `revision`.

    Raises Unavailable if a newer program made its schema, NotFound if there is no such migration.
    """
    require_not_newer(connection)
    require_known_revision(connection, revision)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None or revision == current:
        return False
    script = migrations()
    earlier = {found.revision for found in script.iterate_revisions(current, "base")}
    return revision == "base" or revision in earlier


def _refuse_loss(connection: Connection, revision: str) -> None:
    before = _stand(connection)
    with connection.begin_nested() as trial:
        command.downgrade(alembic_config(connection), revision)
        after = _stand(connection)
        trial.rollback()
    lost = dict(_lost(connection, before, after))
    if lost:
        named = [
            Problem("data_lost", Message(f"{place}:{rows} 行", f"{place}: {rows} rows"), pointer=place)
            for place, rows in lost.items()
        ]
        places = ", ".join(lost)
        raise Conflict(
            code="data_would_be_lost",
            message=Message(
                f"退回到 {revision} 会丢失数据:{places}。请先备份;确要丢弃的,加 --lose-data。",
                f"Going back to {revision} would lose data: {places}. Make a backup first; to lose it all the same, "
                "add --lose-data.",
            ),
            problems=named,
        )


def _stand(connection: Connection) -> _Stand:
    made_anew = {*MADE_ANEW, *KEPT_FOR_OTHERS, *HELD}
    columns = frozenset((table, column) for table, column in connection.execute(_COLUMNS) if table not in made_anew)
    tables = sorted({table for table, _ in columns})
    return _Stand({table: _count(connection, table) for table in tables}, columns)


def _lost(connection: Connection, before: _Stand, after: _Stand) -> Iterator[tuple[str, int]]:
    """Tables and columns of which something would be gone, and of how many rows."""
    for table, rows in before.rows.items():
        if rows > after.rows.get(table, 0):
            yield table, rows - after.rows.get(table, 0)
    told = _told_elsewhere(connection)
    for table, column in sorted(before.columns - after.columns):
        if table in after.rows:
            elsewhere = told.get(f"{table}.{column}")
            says = f'"{column}" is not null' if elsewhere is None else f"not ({elsewhere})"
            if rows := _count(connection, table, says):
                yield f"{table}.{column}", rows


def _count(connection: Connection, table: str, condition: str = "true") -> int:
    statement = f'select count(*) from "{table}" where {condition}'  # noqa: S608  names of our own schema
    return connection.scalar(text(statement)) or 0


def _told_elsewhere(connection: Connection) -> Mapping[str, str]:
    script = migrations()
    found: dict[str, str] = {}
    for migration in script.walk_revisions():
        found |= getattr(migration.module, "TOLD_ELSEWHERE", {})
    return found
