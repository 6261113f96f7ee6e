"""`make bench`: every benchmark on the demonstration data, in a database of its own."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import history, rendering
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import make_engine, use_engine
from metrics.embedded import embedded_server
from metrics.migrating import migrate
from seed.demonstration.load import load_demonstration


def main() -> None:
    """Print one line a benchmark: its name, the ratio measured, the ratio to reach."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            load_plan_folder(CITY_PLAN, actor="benchmarks")
            load_demonstration(home)
            for benchmark in (history, rendering):
                sys.stdout.write(f"{benchmark.NAME}: {benchmark.ratio():.2f}   reach {benchmark.REACH}\n")


if __name__ == "__main__":
    main()
