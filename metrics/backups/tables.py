"""What of the database is data: its tables in the order in which they can be filled, their columns, its sequences.

The schema is not in a backup: the migrations make it. So a backup is read back into any server that the program runs
on, with TimescaleDB or without, and what stands around the rows is never taken from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from sqlalchemy import Connection, text

from metrics.models.grants import SCHEMA_VERSION

_OURS = "nspname in ('public', 'open')"
_NAMED = "case nspname when 'public' then '' else nspname || '.' end || relname"
_TABLES = text(
    f"""
    select {_NAMED} as name, array_agg(attname::text order by attnum) as columns
    from pg_class c join pg_namespace n on n.oid = relnamespace
    join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
    where {_OURS} and relkind in ('r', 'p') and relname <> :versions and not exists
        (select from pg_depend e where e.deptype = 'e' and e.classid = 'pg_class'::regclass and e.objid = c.oid)
    group by 1 order by 1
    """  # noqa: S608  names of this file
)
_REFERENCES = text(
    f"""
    select {_NAMED} as name, (select {_NAMED} from pg_class p join pg_namespace on pg_namespace.oid = p.relnamespace
        where p.oid = confrelid) as needs
    from pg_constraint join pg_class c on c.oid = conrelid join pg_namespace n on n.oid = relnamespace
    where contype = 'f' and not condeferrable and conrelid <> confrelid and {_OURS}
    """  # noqa: S608  names of this file
)
_SEQUENCES = text(
    "select schemaname || '.' || sequencename as name, last_value from pg_sequences"
    " where schemaname in ('public', 'open') order by 1"
)
_SET = text("select setval(cast(:name as regclass), :last)")


@dataclass(frozen=True, slots=True)
class DataTable:
    """`name` as a manifest has it: with its schema where that is not `public`."""

    name: str
    columns: tuple[str, ...]

    @property
    def quoted(self) -> str:
        schema, _, table = self.name.rpartition(".")
        return f'"{schema or "public"}"."{table}"'

    @property
    def listed(self) -> str:
        """Its columns, quoted."""
        return ", ".join(f'"{column}"' for column in self.columns)


def data_tables(connection: Connection) -> list[DataTable]:
    """Every table with data, each after those that it refers to."""
    found = {row.name: DataTable(row.name, tuple(row.columns)) for row in connection.execute(_TABLES, _VERSIONS)}
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(found, ()))
    for name, needs in connection.execute(_REFERENCES):
        order.add(name, needs)
    return [found[name] for name in order.static_order()]


def sequences(connection: Connection) -> Mapping[str, int | None]:
    """The last number that each sequence gave."""
    return {row.name: row.last_value for row in connection.execute(_SEQUENCES)}


def set_sequences(connection: Connection, last: Mapping[str, int | None]) -> None:
    """Have each sequence go on after the number that it gave last."""
    for name, value in last.items():
        if value is not None:
            connection.execute(_SET, {"name": name, "last": value})


_VERSIONS = {"versions": SCHEMA_VERSION}
