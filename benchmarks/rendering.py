"""P2 without HTTP: what exactness and CSV cost, observations pulled through their dataset against COPY of the rows."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.databases import READER, own_database
from benchmarks.measured import MILLION, Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import read_session
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at

_ROUNDS = 9
_COUNTIES = {Size.SMALL: 10, Size.NATION: 186}
_COPY = "copy (select * from figures order by seq, element_code) to stdout (format csv)"


def measure(size: Size) -> Iterator[Measured]:
    """Bytes a second of ours over those of COPY, taken in turns; 186 counties have a million observations."""
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(Path(folder) / "home") as addresses,
    ):
        rows = write_history(load_scaled_plan(_COUNTIES[size]))
        taken = [(_ours(), copied(addresses.owner)) for _ in range(_ROUNDS)]
    yield Measured(
        "P2",
        "observations.csv without HTTP, bytes/s",
        f"{rows} observations",
        median(ours / theirs for ours, theirs in taken),
        "COPY … TO STDOUT of the same rows",
        at_least=0.9 if rows >= MILLION else None,
    )


def _ours() -> float:
    with read_session(READER) as session:
        begun = time.perf_counter()
        rendered = render(DATASETS["observations"], session=session, view=view_at(session), pull=Pull(), form="csv")
        rendered.file.close()
        return rendered.size / (time.perf_counter() - begun)


def copied(owner: str) -> float:
    """Bytes per second of COPY, over every figure in force, by the owner, whom row security does not bind."""
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        begun, size = time.perf_counter(), 0
        with cursor.copy(_COPY) as copy:
            for block in copy:
                size += len(block)
        return size / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(show(measure(Size.SMALL)))
