"""P6: `python -m benchmarks.target_page [COUNTIES] [MONTHS]`: the data of a target's page against the bare SQL for it.

The page's data are every unit's course of the target's indicator and every verdict on the newest month; the reference
is one statement that answers the same rows, fetched whole.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import make_engine, read_session, use_engine
from metrics.embedded import embedded_server
from metrics.migrating import migrate
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


def main(counties: int = 110, months: int = 24) -> None:
    """Print the ratio, both sides measured in turns."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            write_history(load_scaled_plan(counties), months=months)
            with engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))
            _ours()  # the first reading remembers the past
            taken = [(_ours(), _bare()) for _ in range(_ROUNDS)]
    ratio = median(ours / bare for (ours, _), (bare, _) in taken)
    (ours, rates), (bare, rows) = taken[-1]
    sys.stdout.write(
        f"P6 target page of {counties} counties × {months} months: {ratio:.2f} × bare SQL (reach ≤ 2; "
        f"{ours * 1000:.0f} against {bare * 1000:.0f} ms, {rates} rates of {rows} rows)\n"
    )


def _ours() -> tuple[float, int]:
    with read_session() as session:
        begun = time.perf_counter()
        judged = progress_by_unit(session, view_at(session), targets=[_TARGET], whole_courses=True)
        return time.perf_counter() - begun, sum(len(course) for course in judged.courses.values())


def _bare() -> tuple[float, int]:
    with read_session() as session:
        begun = time.perf_counter()
        rows = session.connection().execute(text(_BARE)).all()
        return time.perf_counter() - begun, len(rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
