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
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import IO

from sqlalchemy import select, text

from benchmarks.databases import READER, own_database
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import read_session, write_session
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.leaves import read_leaves
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.verifying.observations import Story, check_observations
from metrics.models import LedgerEntry
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.rendering import render
from metrics.queries.ledger import consistency, inclusion, known_keys
from metrics.queries.view import view_at

COUNTIES = 186  # × 120 months × 45 elements: a million
ENTRIES = 1_000_000
_ROUNDS = 200
STAND_INS = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
select n, 'test', now(), leaf, sha256('\\000'::bytea || convert_to(leaf, 'utf8'))
from generate_series((select max(seq) + 1 from ledger_entries), :entries) n, lateral
    (select format('{"n":%s}', n)) made(leaf)
"""


def main() -> None:
    """Print each measurement with its reference and what is to be reached."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home):
            plan = load_scaled_plan(COUNTIES)
            with write_session() as session:
                issue_checkpoint(session)
            rows = write_history(plan)
            signed = _timed(_sign)
            _say(f"first checkpoint over {rows} observations' submissions: {signed:.2f} s")
            _verify_everything(rows)
            with write_session() as session:
                session.execute(text(STAND_INS), {"entries": ENTRIES})
            _say(f"first checkpoint over {ENTRIES} entries: {_timed(_sign):.2f} s")
            _prove()


def _verify_everything(rows: int) -> None:
    read = _timed(_read_and_hash)
    with read_session(READER) as session:
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
    with read_session(READER) as session:
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
    with read_session(READER) as session:
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
    with read_session(READER) as session:
        raw = session.connection().connection.driver_connection
        if raw is None:
            raise RuntimeError("no connection")
        for table in ("ledger_entries", "submission_events", "observations", "submissions", "figures"):
            with raw.cursor() as cursor, cursor.copy(f"copy {table} to stdout") as copied:
                for block in copied:
                    digest.update(block)


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
