"""P9: `python -m benchmarks.trust [COUNTIES] [ENTRIES]` verifies a million observations, proves of a million entries.

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
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import IO

from sqlalchemy import select, text

from benchmarks.databases import READER, own_database
from benchmarks.measured import MILLION, Measured, Size, show
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
_ROUNDS = 200
STAND_INS = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
select n, 'test', now(), leaf, sha256('\\000'::bytea || convert_to(leaf, 'utf8'))
from generate_series((select max(seq) + 1 from ledger_entries), :entries) n, lateral
    (select format('{"n":%s}', n)) made(leaf)
"""


def measure(size: Size) -> Iterator[Measured]:
    """10 counties in a ledger of 20,000 entries, or a million observations and entries."""
    yield from of_ledger(10, 20_000) if size is Size.SMALL else of_ledger()


def of_ledger(counties: int = COUNTIES, entries: int = MILLION) -> Iterator[Measured]:
    """Seconds of a first checkpoint, of everything verified twice, and milliseconds of proofs."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home"):
        plan = load_scaled_plan(counties)
        with write_session() as session:
            issue_checkpoint(session)
        rows = write_history(plan)
        hashed = _timed(_read_and_hash)
        against = f"{hashed:.2f} s in which the same rows are read and hashed"
        signed = _timed(_sign)
        yield Measured("P9", "first checkpoint", f"{rows} observations", signed, against, unit="s")
        for work, seconds in _verify_everything():
            yield Measured(
                "P9",
                work,
                f"{rows} observations",
                seconds,
                against,
                unit="s",
                at_most=60 if rows >= MILLION else None,
                beside={"× hashing the rows": seconds / hashed},
            )
        with write_session() as session:
            session.execute(text(STAND_INS), {"entries": entries})
        signed = _timed(_sign)
        looked_up, proofs = _prove(entries)
        against = f"{looked_up * 1000:.2f} ms of one entry looked up"
        yield Measured("P9", "first checkpoint", f"{entries} entries", signed, against, unit="s")
        for work, times in proofs.items():
            yield Measured(
                "P9",
                work,
                f"{entries} entries",
                median(times) * 1000,
                against,
                unit="ms",
                at_most=10,
                beside={"slowest ms": max(times) * 1000, "× one look-up": median(times) / looked_up},
            )


def _verify_everything() -> Iterator[tuple[str, float]]:
    """The service's own check of its ledger, then that of a pull without the service; each with its seconds."""
    with read_session(READER) as session:
        begun = time.perf_counter()
        found = list(check_ledger(session))
        checked = time.perf_counter() - begun
    if found:
        raise ValueError(f"the ledger is not right: {found[:3]}")
    yield "ledger check", checked
    with tempfile.TemporaryFile() as file:
        leaves = _pulled(file)
        begun = time.perf_counter()
        file.seek(0)
        check_observations(file, Story(leaves, seq=len(leaves)), {})
        yield "verify.py over the whole pull", time.perf_counter() - begun


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


def _prove(entries: int) -> tuple[float, dict[str, list[float]]]:
    """Seconds of one look-up of an entry by its key, median, and those of every proof by its kind."""
    looked_up, proved, continued = [], [], []
    with read_session(READER) as session:
        for number in range(_ROUNDS):
            seq = 1 + number * 4973 % entries
            entry = select(LedgerEntry.leaf).where(LedgerEntry.seq == seq)
            looked_up.append(_timed(partial(session.scalar, entry)))
            proved.append(_timed(partial(inclusion, session, seq=seq, size=None)))
            continued.append(_timed(partial(consistency, session, first=seq, second=None)))
    return median(looked_up), {"inclusion proof": proved, "consistency proof": continued}


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


if __name__ == "__main__":
    sys.exit(show(of_ledger(*(int(argument) for argument in sys.argv[1:]))))
