"""P2, P8 and P3: `python -m benchmarks.pulls [COUNTIES] [DATASETTE]` pulls a generated history over HTTP, with curl.

    P2  observations.csv over HTTP against COPY of the same rows, bytes/s
    P8  the pull as known before every figure was revised against the pull now, seconds
    P3  the pull against a Datasette CSV stream of the same lines, rows/s; only if DATASETTE names its executable,
        no part of this project: `python -m venv FOLDER && FOLDER/bin/pip install datasette`, then FOLDER/bin/datasette

COUNTIES × 120 months × 45 elements; 186 counties are a million observations.
"""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.databases import own_database
from benchmarks.rendering import copied
from benchmarks.scaled import load_scaled_plan, revise_everything, write_history
from benchmarks.serving import add_account, serving, token_of, wait
from metrics.database import write_session
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from tests.ports import free_port

_ROUNDS = 5


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
            pull = Path(folder) / "pull.csv"
            _curl(f"{address}/observations.csv", pull, secret)  # the first pull warms both sides
            taken = [_curl(f"{address}/observations.csv", pull, secret) for _ in range(_ROUNDS)]
            over_http = median(size / seconds for size, seconds in taken)
            copy = median(copied(addresses.owner) for _ in range(_ROUNDS))
            _say(f"P2 pull of {rows} observations over HTTP against COPY: {over_http / copy:.2f} (reach ≥ 0.9)")
            if datasette is not None:
                ours = median(seconds for _, seconds in taken)
                _say(f"P3 against Datasette: {_datasette(datasette, pull) / ours:.1f} × (reach ≥ 5)")
            revise_everything(plan)
            now = _median(lambda: _curl(f"{address}/observations.csv", pull, secret)[1])
            then = _median(lambda: _curl(f"{address}/observations.csv?as_of={before}", pull, secret)[1])
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
        return _median(lambda: _curl(f"http://127.0.0.1:{port}/pull/pull.csv?_stream=on", pull, "")[1])
    finally:
        process.terminate()
        process.wait()


def _curl(address: str, file: Path, secret: str) -> tuple[int, float]:
    """Bytes and seconds of one pull."""
    command = ["curl", "--fail", "--silent", "--show-error", "-H", f"Authorization: Bearer {secret}"]
    begun = time.perf_counter()
    subprocess.run([*command, "-o", str(file), address], check=True)
    return file.stat().st_size, time.perf_counter() - begun


def _median(measure: Callable[[], float]) -> float:
    return median(measure() for _ in range(_ROUNDS))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2] if len(sys.argv) > 2 else None)
