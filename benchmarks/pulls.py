"""P2, P3 and P8: `python -m benchmarks.pulls [COUNTIES]` pulls a generated history over HTTP, with curl.

    P2  observations.csv over HTTP against COPY of the same rows, bytes/s; of either the bytes are counted and kept
        nowhere, and they take turns: what a disk or a neighbour does meets both
    P3  the pull against a Datasette CSV stream of the same lines, rows/s; Datasette is no part of this project: `make
        bench` puts it into a folder of its own, and BIAOCHI_DATASETTE names its program
    P8  the pull as known before every figure was revised against the pull now, seconds

COUNTIES × 120 months × 45 elements; 186 counties are a million observations.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from subprocess import PIPE

from benchmarks.databases import own_database
from benchmarks.measured import MILLION, Measured, Size, show
from benchmarks.rendering import copied
from benchmarks.scaled import load_scaled_plan, revise_everything, write_history
from benchmarks.serving import add_account, serving, token_of, wait
from metrics.database import write_session
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from tests.ports import free_port

_ROUNDS, _ROUNDS_OF_MINUTES = 9, 2


def measure(size: Size) -> Iterator[Measured]:
    """20 counties, or the million observations of 186."""
    yield from of_counties(186 if size is Size.NATION else 20)


def of_counties(counties: int = 186) -> Iterator[Measured]:
    """The pull's speed over those of COPY and of Datasette, and an earlier state's time over the present one's."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        plan = load_scaled_plan(counties)
        rows = write_history(plan)
        with write_session() as session:
            before = newest_seq(session)
        add_account("benchmark", Role.ASSESSOR)
        secret = token_of("benchmark")
        with serving(addresses.application) as site:
            whole = f"{site}/api/v1/observations.csv"
            _curl(whole, secret)  # the first pull warms both sides
            rounds = [(_curl(whole, secret), copied(addresses.owner)) for _ in range(_ROUNDS)]
            yield from _against_copy(rounds, rows)
            pull = Path(folder) / "pull.csv"
            _curl(whole, secret, pull)
            yield from _against_datasette(pull, median(seconds for (_, seconds), _ in rounds), rows)
            revise_everything(plan)
            turns = [(_curl(f"{whole}?as_of={before}", secret)[1], _curl(whole, secret)[1]) for _ in range(_ROUNDS)]
    yield Measured(
        "P8",
        "pull of an earlier state over HTTP, seconds",
        f"{rows} observations, all revised since",
        median(then / now for then, now in turns),
        "the pull of the present one",
        at_most=2,
    )


def _against_copy(rounds: list[tuple[tuple[int, float], float]], rows: int) -> Iterator[Measured]:
    ratios = sorted(size / seconds / copy for (size, seconds), copy in rounds)
    yield Measured(
        "P2",
        "observations.csv over HTTP, bytes/s",
        f"{rows} observations",
        median(ratios),
        "COPY … TO STDOUT of the same rows",
        at_least=0.9 if rows >= MILLION else None,
        beside={
            "MB/s": median(size / seconds for (size, seconds), _ in rounds) / 1e6,
            "least ×": ratios[0],
            "most ×": ratios[-1],
        },
    )


def _against_datasette(pull: Path, seconds: float, rows: int) -> Iterator[Measured]:
    program = os.environ.get("BIAOCHI_DATASETTE")
    if not program:
        sys.stdout.write("P3 not run: no Datasette (BIAOCHI_DATASETTE names no program; make bench has one)\n")
        return
    theirs = _datasette(program, pull)
    yield Measured(
        "P3",
        "observations.csv over HTTP, rows/s",
        f"{rows} observations",
        theirs / seconds,
        "a Datasette CSV stream of the same lines",
        at_least=5 if rows >= MILLION else None,
        beside={"seconds": seconds, "seconds of Datasette": theirs},
    )


def _datasette(program: str, pull: Path) -> float:
    """Seconds that Datasette takes to stream the lines of `pull` from a table of SQLite; median."""
    file = pull.with_suffix(".db")
    with closing(sqlite3.connect(file)) as connection, pull.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader)
        connection.execute(f"create table pull ({', '.join(columns)})")
        connection.executemany(f"insert into pull values ({', '.join('?' * len(columns))})", reader)  # noqa: S608
        connection.commit()
    port = free_port()
    command = [program, "serve", str(file), "--port", str(port), "--setting", "max_csv_mb", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(port)
        whole = f"http://127.0.0.1:{port}/pull/pull.csv?_stream=on"
        return median(_curl(whole, "")[1] for _ in range(_ROUNDS_OF_MINUTES))
    finally:
        process.terminate()
        process.wait()


def _curl(address: str, secret: str, file: Path = Path(os.devnull)) -> tuple[int, float]:
    """Bytes and seconds of one pull, kept in `file`."""
    command = ["curl", "--fail", "--silent", "--show-error", "-H", f"Authorization: Bearer {secret}"]
    begun = time.perf_counter()
    told = subprocess.run([*command, "-w", "%{size_download}", "-o", str(file), address], check=True, stdout=PIPE)
    return int(told.stdout), time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(show(of_counties(*(int(argument) for argument in sys.argv[1:]))))
