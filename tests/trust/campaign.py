"""Tampering with a ledger in SQL, as a superuser with the triggers off: one random change at a time, each undone.

Used by `test_tampering.py` for a few and by `python -m tests.trust.thousand` for a thousand.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from metrics.database import ReadSession
from metrics.ledger.checking.finding import Finding
from metrics.ledger.checking.walk import check_ledger
from metrics.models import Base
from metrics.queries.derived_check import derived_findings

KEYS = {
    "ledger_entries": ("seq",),
    "ledger_tiles": ("level", "index"),
    "ledger_keys": ("key_id",),
    "ledger_checkpoints": ("size", "key_id"),
    "plan_records": ("kind", "code", "version"),
    "submission_events": ("seq",),
    "observations": ("unit_code", "period", "element_code", "revision"),
    "submissions": ("id",),
    "figures": ("unit_code", "period", "element_code"),
    "period_events": ("seq",),
    "people_records": ("seq",),
    "light_overrides": ("seq",),
    "assessments": ("id", "revision"),
    "samples": ("number",),
    "sample_findings": ("seq", "cell"),
    "task_reports": ("seq",),
    "attached_files": ("seq",),
    "task_checks": ("seq",),
    "task_sanctions": ("seq",),
    "gate_rules": ("seq",),
    "material_records": ("seq",),
    "work_plans": ("seq",),
    "fundings": ("seq",),
    "slip_acts": ("seq",),
    "bulletin_acts": ("seq",),
    "announcements": ("seq",),
    "bulletin_files": ("seq", "name"),
    "inspection_findings": ("seq",),
    "rectifications": ("seq",),
    "self_assessments": ("seq",),
    "score_rules": ("seq",),
    "inquiry_scores": ("seq",),
    "releases": ("number",),
    "release_files": ("number", "name"),
    "release_parts": ("number", "name", "part"),
}
# What follows from those.
DERIVED = {
    "unit_rates": ("unit_code", "period", "seq", "formulas"),
    "stored_formulas": ("number",),
    "far_past": ("basis", "seq"),
    "unit_turns": ("unit_code", "basis", "seq"),
    "rolled_up_rates": ("unit_code", "basis", "period", "seq"),
}
LEDGER = tuple(KEYS)
KEYS |= DERIVED
# How a finding names a row, where that is not its key: by its entry, or by the file that it is a part of.
NAMED = {"assessments": ("seq",), "samples": ("seq",), "release_parts": ("number", "name")}
# A checkpoint that is gone is noticed by whoever keeps one: docs/trust.md says so. A tile that is too many has no use.
DELETED = tuple(table for table in KEYS if table != "ledger_checkpoints")
INSERTED = tuple(table for table in KEYS if table != "ledger_tiles")
REORDERED = tuple(table for table in KEYS if table not in ("ledger_tiles", "ledger_keys", "ledger_checkpoints"))
MOMENTS = {table: "recorded_at" for table in KEYS if "recorded_at" in Base.metadata.tables[table].columns}
MOMENTS |= {"submissions": "first_recorded_at", "ledger_keys": "since"}
Row = dict[str, Any]
_NEXT = {"submitted": "verified", "verified": "returned", "returned": "submitted"}  # the columns take no other texts
_NEXT |= {"submit": "verify", "verify": "return", "return": "reopen", "reopen": "submit"}
_NEXT |= {"green": "amber", "amber": "red", "red": "grey", "grey": "green", "lock": "unlock", "unlock": "lock"}
_NEXT |= {"confirmed": "differs", "differs": "no_evidence", "no_evidence": "confirmed"}
_NEXT |= {"not_started": "in_progress", "in_progress": "done", "done": "blocked", "blocked": "not_started"}
_NEXT |= {"leader": "liaison", "liaison": "leader"}


@dataclass(frozen=True)
class Tampering:
    """What was done, and the rows (table, key) that a check has to name."""

    what: str
    rows: tuple[tuple[str, str], ...]


def key_of(table: str, row: Row) -> str:
    return " ".join(f"{name}={row[name]}" for name in NAMED.get(table, KEYS[table]))


def missed(tampering: Tampering, found: list[Finding]) -> list[tuple[str, str]]:
    """The rows that were tampered with and are not named."""
    named = {(finding.table, finding.key) for finding in found}
    return [row for row in tampering.rows if row not in named]


@contextmanager
def tampered(
    owner: Engine, *seeds: int, tables: Sequence[str] = tuple(KEYS)
) -> Iterator[tuple[list[Tampering], list[Finding]]]:
    """One random tampering a seed, all together, with what `ledger check` then finds; rolled back afterwards."""
    with owner.connect() as connection, connection.begin() as transaction:
        connection.execute(text("set session_replication_role = replica"))
        done = [_tamper(connection, random.Random(seed), tables) for seed in seeds]
        with ReadSession(connection, join_transaction_mode="create_savepoint") as session:
            yield done, list(check_ledger(session)) or list(derived_findings(session))
        transaction.rollback()


def _tamper(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """One random tampering; those that the tables' own constraints do not let a superuser make are drawn again."""
    while True:
        try:
            with connection.begin_nested():
                return draw.choice(KINDS)(connection, draw, tables)
        except (DataError, IntegrityError, ProgrammingError):
            continue


def change(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """One column of one row gets another value."""
    table, row = _row(connection, draw, tables)
    column = draw.choice([name for name in row if name not in KEYS[table]])
    _update(connection, table, row, {column: another(row[column], draw)})
    return Tampering(f"change {table}.{column}", ((table, key_of(table, row)),))


def change_and_rehash(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """An entry's leaf gets another content, and the hash that belongs to it."""
    if "ledger_entries" not in tables:
        return change(connection, draw, tables)
    row = _one(connection, "ledger_entries", draw)
    digit = draw.choice([place for place, letter in enumerate(row["leaf"]) if letter.isdigit()])
    other = str((int(row["leaf"][digit]) + 1) % 10)
    leaf = row["leaf"][:digit] + other + row["leaf"][digit + 1 :]
    _update(connection, "ledger_entries", row, {"leaf": leaf})
    connection.execute(
        text(
            "update ledger_entries set leaf_hash = sha256('\\x00'::bytea || convert_to(leaf, 'utf8')) where seq = :seq"
        ),
        {"seq": row["seq"]},
    )
    return Tampering("change a leaf with its hash", (("ledger_entries", key_of("ledger_entries", row)),))


def delete(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """One row goes."""
    table, row = _row(connection, draw, [table for table in DELETED if table in tables])
    connection.execute(text(f"delete from {table} where {_where(table)}"), _parameters(table, row))
    return Tampering(f"delete from {table}", ((table, key_of(table, row)),))


def insert(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """A copy of a row comes in under a key that is free."""
    table, row = _row(connection, draw, [table for table in INSERTED if table in tables])
    column = KEYS[table][-1]
    if isinstance(row[column], int):
        row[column] = connection.scalar(text(f"select max({column}) + 1 from {table}"))
    else:
        row[column] = f"{row[column]}_{draw.randrange(10**6)}"
    if table == "submissions":
        row["period"] = row["period"].replace(year=2031, day=1)
    if table in ("assessments", "samples", "releases"):  # one row an entry
        row["seq"] = connection.scalar(text(f"select max(seq) + {draw.randrange(1, 9)} from {table}"))
    _insert(connection, table, row)
    return Tampering(f"insert into {table}", ((table, key_of(table, row)),))


def reorder(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """Two rows change places: everything but their keys is exchanged."""
    table, one = _row(connection, draw, [table for table in REORDERED if table in tables])
    other = _one(connection, table, draw)
    kept = {*KEYS[table], "seq"} if table in ("assessments", "samples", "releases") else {*KEYS[table]}
    swapped = [name for name in one if name not in kept and one[name] != other[name]]
    if table == "submissions":
        swapped = [name for name in swapped if name not in ("unit_code", "period")]
    if not swapped:
        return reorder(connection, draw, tables)
    _update(connection, table, one, {name: other[name] for name in swapped})
    _update(connection, table, other, {name: one[name] for name in swapped})
    rows = ((table, key_of(table, one)), (table, key_of(table, other)))
    return Tampering(f"reorder {table}", rows)


def backdate(connection: Connection, draw: random.Random, tables: Sequence[str]) -> Tampering:
    """One row's moment is set back by up to a month; what has none is changed."""
    dated = [table for table in MOMENTS if table in tables]
    if not dated:
        return change(connection, draw, tables)
    table, row = _row(connection, draw, dated)
    seconds = draw.randrange(1, 30 * 86400)
    connection.execute(
        text(
            f"update {table} set {MOMENTS[table]} = {MOMENTS[table]} - make_interval(secs => {seconds})"
            f" where {_where(table)}"
        ),
        _parameters(table, row),
    )
    return Tampering(f"backdate {table}", ((table, key_of(table, row)),))


KINDS: tuple[Callable[[Connection, random.Random, Sequence[str]], Tampering], ...] = (
    change,
    change_and_rehash,
    delete,
    insert,
    reorder,
    backdate,
)


def _row(connection: Connection, draw: random.Random, tables: Sequence[str]) -> tuple[str, Row]:
    table = draw.choice(tables)
    return table, _one(connection, table, draw)


def _one(connection: Connection, table: str, draw: random.Random) -> Row:
    count = connection.scalar(text(f"select count(*) from {table}")) or 0
    columns = ", ".join(KEYS[table])
    query = text(f"select * from {table} order by {columns} limit 1 offset {draw.randrange(count)}")
    return dict(connection.execute(query).mappings().one())


def _update(connection: Connection, table: str, row: Row, values: Row) -> None:
    settings = ", ".join(f"{name} = {_bound(f'new_{name}', value)}" for name, value in values.items())
    given = {f"new_{name}": _plain(value) for name, value in values.items()}
    connection.execute(text(f"update {table} set {settings} where {_where(table)}"), given | _parameters(table, row))


def _insert(connection: Connection, table: str, row: Row) -> None:
    columns = ", ".join(row)
    values = ", ".join(_bound(name, value) for name, value in row.items())
    given = {name: _plain(value) for name, value in row.items()}
    connection.execute(text(f"insert into {table} ({columns}) values ({values})"), given)


def _bound(name: str, value: Any) -> str:
    return f"cast(:{name} as jsonb)" if isinstance(value, dict) else f":{name}"


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def _where(table: str) -> str:
    return " and ".join(f"{name} = :{name}" for name in KEYS[table])


def _parameters(table: str, row: Row) -> Row:
    return {name: row[name] for name in KEYS[table]}


def another(value: Any, draw: random.Random) -> Any:
    """Another value of the same kind; for a missing one a text, a number or an instant, whatever its column takes."""
    if value is None:
        return draw.choice(["green", 1, datetime(2019, 1, 1, tzinfo=UTC)])
    if value == []:
        return [draw.choice(["x", 1])]
    if isinstance(value, list):
        return [another(value[0], draw), *value[1:]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(microseconds=draw.randrange(1, 10**9))
    if isinstance(value, date):
        return value + timedelta(days=3653)
    if isinstance(value, int | Decimal):
        return value + draw.randrange(1, 100)
    if value == b"":
        return b"\0"
    if isinstance(value, bytes):
        place = draw.randrange(len(value))
        return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
    if isinstance(value, dict):
        return {**value, "added": draw.randrange(100)}
    return _NEXT.get(value, f"{value}x")
