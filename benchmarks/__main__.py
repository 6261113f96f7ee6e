"""`make bench`: the benchmarks at sizes that take a few minutes, each in databases of its own; prints its ratios."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import growth, pages, rendering, submitting, target_page
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import make_engine, use_engine
from metrics.embedded import embedded_server
from metrics.migrating import migrate
from seed.demonstration.load import load_demonstration


def main() -> None:
    """Print what each benchmark measures, and what is to be reached."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            load_plan_folder(CITY_PLAN, actor="benchmarks")
            load_demonstration(home)
            sys.stdout.write(f"{rendering.NAME}: {rendering.ratio():.2f}   reach {rendering.REACH}\n")
    growth.main(("11x12", "11x120"))
    target_page.main(11, 24)
    submitting.main(4, 3)
    pages.main(0, 0, 5)


if __name__ == "__main__":
    main()
