"""P2, P8 and P3: `python -m benchmarks.pulls [COUNTIES] [DATASETTE]` pulls a generated history over HTTP, with curl.

    P2  observations.csv over HTTP against COPY of the same rows, bytes/s; of either the bytes are counted and kept
        nowhere, and they take turns: what a disk or a neighbour does meets both
    P8  the pull as known before every figure was revised against the pull now, seconds
    P3  the pull against a Datasette CSV stream of the same lines, rows/s; only if DATASETTE names its executable,
        no part of this project: `python -m venv FOLDER && FOLDER/bin/pip install datasette`, then FOLDER/bin/datasette

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
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from subprocess import PIPE

from benchmarks.databases import own_database
from benchmarks.rendering import copied
from benchmarks.scaled import load_scaled_plan, revise_everything, write_history
from benchmarks.serving import add_account, serving, token_of, wait
from metrics.database import write_session
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from tests.ports import free_port

_ROUNDS = 9


def main(counties: int, datasette: str | None) -> None:
    """Print each measurement with what is to be reached."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        plan = load_scaled_plan(counties)
        rows = write_history(plan)
        with write_session() as session:
            before = newest_seq(session)
        add_account("benchmark", Role.ASSESSOR)
        secret = token_of("benchmark")
        with serving(addresses.application) as site:
            address = f"{site}/api/v1"
            whole = f"{address}/observations.csv"
            _curl(whole, secret)  # the first pull warms both sides
            rounds = [(_curl(whole, secret), copied(addresses.owner)) for _ in range(_ROUNDS)]
            ratios = sorted(size / seconds / copy for (size, seconds), copy in rounds)
            _say(
                f"P2 pull of {rows} observations over HTTP against COPY: {median(ratios):.2f}"
                f" ({ratios[0]:.2f} to {ratios[-1]:.2f}; reach ≥ 0.9)"
            )
            if datasette is not None:
                pull, ours = Path(folder) / "pull.csv", median(seconds for (_, seconds), _ in rounds)
                _curl(whole, secret, pull)
                _say(f"P3 against Datasette: {_datasette(datasette, pull) / ours:.1f} × (reach ≥ 5)")
            revise_everything(plan)
            now = _median(lambda: _curl(whole, secret)[1])
            then = _median(lambda: _curl(f"{whole}?as_of={before}", secret)[1])
            _say(f"P8 as_of pull after {rows} later revisions against now: {then / now:.2f} (reach ≤ 2)")


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
        return _median(lambda: _curl(f"http://127.0.0.1:{port}/pull/pull.csv?_stream=on", "")[1])
    finally:
        process.terminate()
        process.wait()


def _curl(address: str, secret: str, file: Path = Path(os.devnull)) -> tuple[int, float]:
    """Bytes and seconds of one pull, kept in `file`."""
    command = ["curl", "--fail", "--silent", "--show-error", "-H", f"Authorization: Bearer {secret}"]
    begun = time.perf_counter()
    told = subprocess.run([*command, "-w", "%{size_download}", "-o", str(file), address], check=True, stdout=PIPE)
    return int(told.stdout), time.perf_counter() - begun


def _median(measure: Callable[[], float]) -> float:
    return median(measure() for _ in range(_ROUNDS))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2] if len(sys.argv) > 2 else None)
