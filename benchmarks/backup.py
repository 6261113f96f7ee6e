"""R8: `python -m benchmarks.backup [COUNTIES] [MONTHS]`: a base of that size backed up and restored, beside pg_dump.

The reference is what PostgreSQL's own programs do with the same database: `pg_dump` packed as lightly, `pg_restore`
into an empty one. Theirs neither reads back what was written nor looks through the ledger; the parts are told apart.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from benchmarks.databases import further_database, own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.backups.archive import opened_archive
from metrics.backups.folder import Retention
from metrics.backups.restoring import restore
from metrics.backups.writing import back_up
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.database import make_engine
from metrics.errors import Message
from metrics.server.embedded import Addresses
from metrics.server.programs import program_path


def measure(size: Size) -> Iterator[Measured]:
    """A million observations, or a country's fifteen."""
    yield from of_base(185, 120) if size is Size.SMALL else of_base(2850, 120)


def of_base(counties: int = 185, months: int = 120) -> Iterator[Measured]:
    """Seconds and bytes of a backup, of checking it, and of a restore, each against PostgreSQL's own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        with own_database(folder / "home") as addresses:
            write_history(load_scaled_plan(counties), months=months)
            bring_far_past_up_to_date(always=True)
            settle(addresses)
            yield from _backed_up(addresses, folder)


def _backed_up(addresses: Addresses, folder: Path) -> Iterator[Measured]:
    owner = make_engine(addresses.owner, pool_size=1)
    began = time.perf_counter()
    made = back_up(owner, role="biaochi_app", folder=folder / "b", keys_to=None, keep=Retention(1))
    took = time.perf_counter() - began
    owner.dispose()
    dump, dumped = folder / "pg_dump", time.perf_counter()
    _run("pg_dump", addresses.owner, "--format=custom", "--compress=1", f"--file={dump}")
    dumped = time.perf_counter() - dumped
    rows = made.manifest.rows
    size = f"{rows['observations'] / 1e6:.3g} M observations, {sum(rows.values()) / 1e6:.3g} M rows"
    yield Measured("R8", "a backup, read back", size, took, f"pg_dump {dumped:.3g} s", unit="s")
    yield Measured("R8", "its size", size, made.size / 1e6, f"pg_dump {dump.stat().st_size / 1e6:.3g} MB", unit="MB")
    began = time.perf_counter()
    with opened_archive(made.path):
        yield Measured("R8", "it is checked", size, time.perf_counter() - began, "reading it", unit="s")
    reference = further_database(addresses, "reference", migrated=False)
    began = time.perf_counter()
    _run("pg_restore", reference.owner, str(dump), "--dbname=reference", "--no-owner")
    theirs = time.perf_counter() - began
    yield _restored(further_database(addresses, "again", migrated=False), made.path, size=size, theirs=theirs)


def _restored(addresses: Addresses, archive: Path, *, size: str, theirs: float) -> Measured:
    """Reading it back, and how long each part of that took."""
    began, parts = time.perf_counter(), {}
    told: list[tuple[str, float]] = []
    owner = make_engine(addresses.owner, pool_size=1)

    def tell(said: Message) -> None:
        told.append((said.en, time.perf_counter()))

    with opened_archive(archive) as found:
        checked = time.perf_counter() - began
        restore(
            owner,
            found,
            application=make_url(addresses.application),
            accept=False,
            without_keys=False,
            tell=tell,
            progress=None,
        )
    ended = time.perf_counter()
    owner.dispose()
    ends = [*(at for _, at in told[1:]), ended]
    parts = {said.rstrip(" …").lower() + " s": end - at for (said, at), end in zip(told, ends, strict=True)}
    return Measured(
        "R8",
        "a restore",
        size,
        ended - began,
        f"pg_restore {theirs:.3g} s",
        unit="s",
        beside={"checking s": checked} | parts,
    )


def _run(program: str, address: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database of `address`."""
    url = make_url(address)
    variables = {
        "PGHOST": str(url.query["host"]),
        "PGPORT": str(url.query["port"]),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    subprocess.run([program_path(program), *arguments], env=os.environ | variables, check=True)


if __name__ == "__main__":
    sys.exit(show(of_base(*map(int, sys.argv[1:3]))))
