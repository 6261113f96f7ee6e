"""The database's objects held against what the migrations make."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from metrics.errors import Message
from metrics.guards.catalog import CatalogObject, present_objects
from metrics.guards.difference import Amiss, GuardDifference
from metrics.guards.reference import PRINTED_BY, Reference, digested, reference
from metrics.server.migration import is_current, revisions

_RELEASE = text("select current_setting('server_version_num')::integer / 10000")
_HOLDING = ("table", "view", "foreign table")
_VERSIONS = "alembic_version"
_WITHIN = ("column", "constraint", "index", "trigger", "policy", "rule")  # of a table or view, by `table.name`


def is_comparable(connection: Connection) -> bool:
    """True if the server prints conditions, defaults and views as the reference has them."""
    return bool(connection.scalar(_RELEASE) == PRINTED_BY)


def object_differences(connection: Connection) -> Iterator[GuardDifference]:
    """Every object that is gone, changed or added. What belongs to a table that is gone or another is not named.

    On another release of PostgreSQL conditions, defaults and the text of views are not compared.
    """
    there, made = present_objects(connection), reference()
    printed = is_comparable(connection)
    replaced = set()
    for kind, name in sorted(there.keys() | made.keys(), key=_tables_first):
        table = name.rpartition(".")[0] if kind in _WITHIN else ""
        if table in replaced:
            continue
        how = _how(there.get((kind, name)), made.get((kind, name)), printed=printed)
        if how is None:
            continue
        if kind in _HOLDING and how is not Amiss.CHANGED:
            replaced.add(name)
        yield GuardDifference(kind, name, how)
    if not is_current(connection):
        stands, newest = revisions(connection)
        note = Message(f"(它写着 {stands},应为 {newest}。)", f"(It says {stands}; it is to be {newest}.)")
        yield GuardDifference("migration", _VERSIONS, Amiss.CHANGED, note)


def is_of_another_version(connection: Connection) -> bool:
    """True if the database neither says that it is of this version nor looks like it.

    One that looks like it, and says something else, was changed by hand: a migration changes more than the number.
    """
    return not is_current(connection) and any(
        found.how is not Amiss.ADDED and not found.name.startswith(_VERSIONS)
        for found in object_differences(connection)
    )


def _how(found: CatalogObject | None, expected: Reference | None, *, printed: bool) -> Amiss | None:
    if found is None:
        return Amiss.GONE
    if expected is None:
        return Amiss.ADDED
    said = digested(found)
    differs = said.stable != expected.stable or (printed and said.printed != expected.printed)
    return Amiss.CHANGED if differs else None


def _tables_first(name: tuple[str, str]) -> tuple[bool, str, str]:
    return (name[0] not in _HOLDING, *name)
