"""P6: `python -m benchmarks.target_page [COUNTIES] [MONTHS]`: the data of a target's page against the bare SQL for it.

The page's data are every unit's course of the target's indicator and every verdict on the newest month; the reference
is one statement that answers the same rows, fetched whole.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.databases import READER, own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import read_session
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at

_ROUNDS = 7
_TARGET = "TG-05A"
_BARE = """
select f.unit_code, f.period, sum(f.value) filter (where f.element_code = 'items_online') as numerator,
    sum(f.value) filter (where f.element_code = 'items_total') as denominator, s.state
from figures f join submissions s on s.id = f.submission_id
where f.element_code in ('items_online', 'items_total')
group by f.unit_code, f.period, s.state
order by f.period, f.unit_code
"""


def measure(size: Size) -> Iterator[Measured]:
    """The ratio at 110, or at 2,850 counties × 24 months."""
    yield of_counties(2850 if size is Size.NATION else 110)


def of_counties(counties: int = 110, months: int = 24) -> Measured:
    """The ratio, both sides measured in turns."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        write_history(load_scaled_plan(counties), months=months)
        settle(addresses)
        _ours()  # the first reading remembers the past
        with psycopg.connect(addresses.owner) as owner:
            taken = [(_ours(), _bare(owner)) for _ in range(_ROUNDS)]
    (ours, rates), (bare, rows) = taken[-1]
    return Measured(
        "P6",
        "data of a target's page",
        f"{counties} counties × {months} months",
        median(ours / bare for (ours, _), (bare, _) in taken),
        "bare SQL for the same rows",
        at_most=2,
        beside={"ms": ours * 1000, "bare ms": bare * 1000, "rates": rates, "rows": rows},
    )


def _ours() -> tuple[float, int]:
    with read_session(READER) as session:
        begun = time.perf_counter()
        judged = progress_by_unit(session, view_at(session), targets=[_TARGET], whole_courses=True)
        return time.perf_counter() - begun, sum(len(course) for course in judged.courses.values())


def _bare(owner: psycopg.Connection) -> tuple[float, int]:
    begun = time.perf_counter()
    rows = owner.execute(_BARE).fetchall()
    return time.perf_counter() - begun, len(rows)


if __name__ == "__main__":
    sys.exit(show([of_counties(*(int(argument) for argument in sys.argv[1:]))]))
