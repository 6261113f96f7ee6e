"""P5: `python -m benchmarks.growth [COUNTIESxMONTHS …]`: how the overview's data grows, every unit and target judged.

Each size is a database of its own on one server; they are measured in turns, so that whatever else the machine does
slows all of them. The first size is the reference. `first` is the first reading of a process, which reads the history
whole; from then on it is followed. Default: 11x12 11x120 110x120; 1100x120 and 2850x120 take minutes and gigabytes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import Sessions, make_engine, read_session, use_sessions
from metrics.embedded import embedded_server
from metrics.migrating import migrate
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at

_ROUNDS = 9
_SIZES = ("11x12", "11x120", "110x120")


@dataclass(slots=True)
class Size:
    """One database; `taken` are seconds of each round."""

    counties: int
    months: int
    engine: Engine
    rows: int = 0
    first: float = 0.0
    taken: list[float] = field(default_factory=list)


def main(asked: Sequence[str] = _SIZES) -> None:
    """Print each size's time against that of the first, beside the rows shown."""
    with tempfile.TemporaryDirectory() as folder, embedded_server(Path(folder) / "home") as addresses:
        sizes = [_made(addresses.owner, *(int(part) for part in size.split("x"))) for size in asked]
        for size in sizes:
            size.first, size.rows = _judged(size)
        for _ in range(_ROUNDS):
            for size in sizes:
                size.taken.append(_judged(size)[0])
        for size in sizes:
            size.engine.dispose()
    reference = sizes[0]
    for size in sizes:
        ratio = median(ours / theirs for ours, theirs in zip(size.taken, reference.taken, strict=True))
        _say(
            f"P5 {size.counties} counties × {size.months} months: {ratio:.2f} × the time for "
            f"{size.rows / reference.rows:.2f} × the rows "
            f"({median(size.taken) * 1000:.0f} ms, first {size.first:.1f} s)"
        )
    _say("reach: no faster than the rows; ≤ 1.2 × from 12 to 120 months")


def _made(server: str, counties: int, months: int) -> Size:
    """A database of that size; made on the server beside the others."""
    name = f"growth_{counties}_{months}"
    with make_engine(server).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"create database {name}"))
    address = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(address)
    migrate(engine)
    with use_sessions(Sessions(engine)):
        write_history(load_scaled_plan(counties), months=months)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))
    return Size(counties, months, engine)


def _judged(size: Size) -> tuple[float, int]:
    """Seconds for every verdict of the newest month, and how many there are."""
    with use_sessions(Sessions(size.engine)), read_session() as session:
        begun = time.perf_counter()
        judged = progress_by_unit(session, view_at(session))
        return time.perf_counter() - begun, len(judged.progress)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or _SIZES)
