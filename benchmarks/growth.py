"""P5: `python -m benchmarks.growth [COUNTIESxMONTHS …]`: how the overview's data grows, every unit and target judged.

Each size is a database of its own on one server; they are measured in turns, so that whatever else the machine does
slows all of them. The first size is the reference. `first` is the first reading of a process; what it needs of the far
past is kept in the database. Default: 11x12 11x120 110x120; 1100x120 and 2850x120 take minutes and gigabytes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from benchmarks.databases import READER, further_database, own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.database import Sessions, make_engine, read_session, use_sessions
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.server.embedded import Addresses

_ROUNDS = 9
_SIZES = {
    Size.SMALL: ("11x12", "11x120", "110x120"),
    Size.NATION: ("11x12", "11x120", "110x120", "1100x120", "2850x120"),
}
_MONTHS_REACH, _ROWS_REACH = 1.2, 1.0
_COUNTRY = 2850


@dataclass(slots=True)
class Scaled:
    """One database; `taken` are seconds of each round."""

    counties: int
    months: int
    engine: Engine
    rows: int = 0
    first: float = 0.0
    taken: list[float] = field(default_factory=list)


def measure(size: Size) -> Iterator[Measured]:
    """Every size against the first, the national one last."""
    yield from of_sizes(_SIZES[size])


def of_sizes(asked: Sequence[str]) -> Iterator[Measured]:
    """Each size's time over that of the first, divided by its rows over the first's."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        sizes = [_made(addresses, *(int(part) for part in size.split("x"))) for size in asked]
        for size in sizes:
            size.first, size.rows = _judged(size)
        for _ in range(_ROUNDS):
            for size in sizes:
                size.taken.append(_judged(size)[0])
        for size in sizes:
            size.engine.dispose()
    for size in sizes[1:]:
        yield _grown(size, sizes[0])
        yield Measured(
            "P5",
            "the first reading of a process",
            _named(size),
            size.first,
            f"{sizes[0].first:.3g} s of {_named(sizes[0])}",
            unit="s",
            at_most=1 if size.counties >= _COUNTRY else None,
        )


def _grown(size: Scaled, reference: Scaled) -> Measured:
    times = median(ours / theirs for ours, theirs in zip(size.taken, reference.taken, strict=True))
    rows = size.rows / reference.rows
    return Measured(
        "P5",
        "every unit and target judged: growth of the time over growth of the rows",
        _named(size),
        times / rows,
        _named(reference),
        at_most=_MONTHS_REACH if size.counties == reference.counties else _ROWS_REACH,
        beside={"rows": size.rows, "ms": median(size.taken) * 1000},
    )


def _named(size: Scaled) -> str:
    return f"{size.counties:,} counties × {size.months} months"


def _made(server: Addresses, counties: int, months: int) -> Scaled:
    """A database of that size; made on the server beside the others."""
    addresses = further_database(server, f"growth_{counties}_{months}")
    engine = make_engine(addresses.application)
    with use_sessions(Sessions(engine)):
        write_history(load_scaled_plan(counties), months=months)
        bring_far_past_up_to_date(always=True)  # as a running service does within a minute
    settle(addresses)
    return Scaled(counties, months, engine)


def _judged(size: Scaled) -> tuple[float, int]:
    """Seconds for every verdict of the newest month in whole columns, and how many there are."""
    with use_sessions(Sessions(size.engine)), read_session(READER) as session:
        begun = time.perf_counter()
        judged = progress_by_unit(session, view_at(session))
        table = judged.table
        if table is None:
            return time.perf_counter() - begun, 0
        _ = table.status, table.light, table.value, table.regressed, table.denominator_watch
        return time.perf_counter() - begun, len(table)


if __name__ == "__main__":
    sys.exit(show(of_sizes(sys.argv[1:] or _SIZES[Size.SMALL])))
