"""P5: `python -m benchmarks.growth` shows how the overview's data (every unit and target, judged once) grows.

12 against 120 months of history, and 11 against 110 counties more than the city's; each in a database of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import make_engine, read_session, use_engine
from metrics.embedded import embedded_server
from metrics.migrating import migrate
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at

_ROUNDS = 5


def main(few: int = 11, many: int = 110) -> None:
    """Print the ratios with what is to be reached."""
    short, rows = _measured(few, 12)
    long, _ = _measured(few, 120)
    wide, wide_rows = _measured(many, 12)
    _say(f"P5 overview data of {few} counties, 120 months against 12: {long / short:.2f} (reach ≤ 1.2)")
    _say(
        f"P5 data of 12 months, {many} counties against {few}: {wide / short:.2f} for {wide_rows / rows:.2f} × "
        "the rows (reach: no faster than the rows)"
    )


def _measured(counties: int, months: int) -> tuple[float, int]:
    """Median seconds for every verdict of the newest month, and how many they are."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            write_history(load_scaled_plan(counties), months=months)
            taken = [_judged() for _ in range(_ROUNDS)]
            return median(seconds for seconds, _ in taken), taken[0][1]


def _judged() -> tuple[float, int]:
    with read_session() as session:
        begun = time.perf_counter()
        judged = progress_by_unit(session, view_at(session))
        return time.perf_counter() - begun, len(judged.progress)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
