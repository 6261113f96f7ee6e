"""P9: `python -m benchmarks.trust` verifies a million observations and proves entries of a ledger of a million.

    check       the whole ledger against its tables, tree and signatures
    verify.py   a pull of everything, written anew from the leaves and compared byte for byte
    proof       inclusion and consistency in a ledger of a million entries

The references are measured in the same run: reading and hashing the same rows, and one look-up of an entry by its key.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import IO, Any

from sqlalchemy import Connection, Row, create_engine, select, text

from benchmarks.scaled import load_scaled_plan, write_history
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import database_url, make_engine, read_session, use_engine, write_session
from metrics.embedded import embedded_server
from metrics.forms import plain
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.entry import canonical
from metrics.ledger.verify import Story, check_observations, leaf_hash, open_checkpoint, read_leaves
from metrics.migrating import migrate
from metrics.models import LedgerEntry
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.rendering import render
from metrics.queries.ledger import consistency, inclusion, known_keys
from metrics.queries.view import view_at

COUNTIES = 186  # × 120 months × 45 elements: a million
ENTRIES = 1_000_000
_ROUNDS = 200
_FILLED = """
update ledger_entries l set leaf = f.leaf, leaf_hash = sha256('\\x00'::bytea || convert_to(f.leaf, 'utf8'))
from filled f where f.seq = l.seq
"""
_TRIMMED = (  # the service stores 40, never 40.0
    "update observations set value = trim_scale(value) where scale(value) > 0",
    "update figures set value = trim_scale(value) where scale(value) > 0",
)
_STAND_INS = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
select n, 'test', now(), '{}', sha256(n::text::bytea)
from generate_series((select max(seq) + 1 from ledger_entries), :entries) n
"""
_RETURNS = """
select v.seq, v.submission_id, s.unit_code, to_char(s.period, 'YYYY-MM'), v.revision, v.action, v.actor, v.reason,
    v.note, v.recorded_at, array_agg(o.element_code order by o.element_code),
    array_agg(o.value order by o.element_code)
from submission_events v join submissions s on s.id = v.submission_id join observations o on o.seq = v.seq
group by v.seq, s.id
"""


def main() -> None:
    """Print each measurement with its reference and what is to be reached."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            plan = load_scaled_plan(COUNTIES)
            with write_session() as session:
                issue_checkpoint(session)
            rows = write_history(plan)
            owner = create_engine(database_url(addresses.owner))
            with owner.begin() as connection:
                connection.execute(text("set session_replication_role = replica"))
                _write_leaves(connection)
            signed = _timed(_sign)
            _say(f"first checkpoint over {rows} observations' returns: {signed:.2f} s")
            _verify_everything(rows)
            with owner.begin() as connection:
                connection.execute(text(_STAND_INS), {"entries": ENTRIES})
            owner.dispose()
            _say(f"first checkpoint over {ENTRIES} entries: {_timed(_sign):.2f} s")
            _prove()


def _verify_everything(rows: int) -> None:
    read = _timed(_read_and_hash)
    with read_session() as session:
        begun = time.perf_counter()
        found = list(check_ledger(session))
        checked = time.perf_counter() - begun
    if found:
        raise ValueError(f"the ledger is not right: {found[:3]}")
    _say(
        f"P9 ledger check of {rows} observations: {checked:.1f} s (reach ≤ 60), {checked / read:.1f} × hashing the rows"
    )
    with tempfile.TemporaryFile() as file:
        leaves = _pulled(file)
        begun = time.perf_counter()
        file.seek(0)
        count = check_observations(file, Story(leaves, seq=len(leaves)), {})
        verified = time.perf_counter() - begun
    _say(f"P9 verify.py over {count} rows: {verified:.1f} s (reach ≤ 60), {verified / read:.1f} × hashing the rows")


def _pulled(file: IO[bytes]) -> list[bytes | None]:
    """The whole pull in `file`; the leaves, checked against the newest checkpoint."""
    with write_session() as session:
        note = issue_checkpoint(session).note
    with read_session() as session:
        rendered = render(DATASETS["observations"], session=session, view=view_at(session), pull=Pull(), form="csv")
        with rendered.file as written:
            while block := written.read(1 << 20):
                file.write(block)
        keys = [key.verifier_key for key in known_keys(session)]
        rows = session.execute(select(LedgerEntry.seq, LedgerEntry.leaf).order_by(LedgerEntry.seq))
        lines = (
            json.dumps({"seq": seq, "leaf": leaf, "leaf_hash": leaf_hash(leaf.encode()).hex()}).encode()
            for seq, leaf in rows
        )
        return read_leaves(lines, [open_checkpoint(note.encode(), keys)])


def _prove() -> None:
    looked_up, proved, continued = [], [], []
    with read_session() as session:
        for number in range(_ROUNDS):
            seq = 1 + number * 4973 % ENTRIES
            entry = select(LedgerEntry.leaf).where(LedgerEntry.seq == seq)
            looked_up.append(_timed(partial(session.scalar, entry)))
            proved.append(_timed(partial(inclusion, session, seq=seq, size=None)))
            continued.append(_timed(partial(consistency, session, first=seq, second=None)))
    for name, times in (("inclusion", proved), ("consistency", continued)):
        ratio = median(times) / median(looked_up)
        _say(
            f"P9 {name} proof among {ENTRIES} entries: {median(times) * 1000:.1f} ms (reach ≤ 10), "
            f"slowest {max(times) * 1000:.1f} ms, {ratio:.1f} × one look-up"
        )


def _sign() -> None:
    with write_session() as session:
        issue_checkpoint(session)


def _read_and_hash() -> None:
    """Every row that a check has to look at, read and hashed once."""
    digest = hashlib.sha256()
    with read_session() as session:
        raw = session.connection().connection.driver_connection
        if raw is None:
            raise RuntimeError("no connection")
        for table in ("ledger_entries", "submission_events", "observations", "submissions", "figures"):
            with raw.cursor() as cursor, cursor.copy(f"copy {table} to stdout") as copied:
                for block in copied:
                    digest.update(block)


def _write_leaves(connection: Connection) -> None:
    """Give the generated history the leaves that the service would have written."""
    connection.execute(text("create temporary table filled (seq bigint primary key, leaf text not null)"))
    rows = connection.execute(text(_RETURNS)).all()
    raw = connection.connection.driver_connection
    if raw is None:
        raise RuntimeError("no connection")
    with raw.cursor() as cursor, cursor.copy("copy filled from stdin") as copied:
        for seq, leaf in _leaves(rows):
            copied.write_row((seq, leaf))
    connection.execute(text(_FILLED))
    for statement in _TRIMMED:
        connection.execute(text(statement))


def _leaves(rows: Sequence[Row[Any]]) -> Iterator[tuple[int, str]]:
    for row in rows:
        seq, submission, unit, period, revision, action, actor, reason, note, at, codes, values = tuple(row)
        content = {
            "kind": "submission",
            "seq": seq,
            "recorded_at": at.isoformat(),
            "submission": submission,
            "unit": unit,
            "period": period,
            "revision": revision,
            "action": action,
            "state": "submitted",
            "actor": actor,
            "reason": reason,
            "note": note,
            "detail": hashlib.sha256(canonical({})).hexdigest(),
            "values": {code: plain(value) for code, value in zip(codes, values, strict=True)},
            "changed": list(codes),
            "warnings": [],
        }
        yield seq, canonical(content).decode()


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
