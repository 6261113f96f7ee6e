"""P7: `python -m benchmarks.pages [COUNTIES] [MONTHS] [ROUNDS] [TREE] [HOME]`: p95 and bytes of what draws each page.

Without COUNTIES it is the city's demonstration. They hang directly below one root; with TREE 1 below the cities of a
nation's provinces. HOME, a folder, keeps the database: a run that finds one there measures it as it is. Every round
asks for every page once, over HTTP, as the browser does, for rows of the grid of all units, for slides, and for what a
revision would change (`benchmarks/asked_pages.py`); the ratio is to a page that only says it does not exist, in the
same rounds: what the window itself costs. *processor ms* are the service's and its database's together: what waiting
for other work on the machine does not add to.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from benchmarks.asked_pages import BARE, BELOW, answered, asked_of
from benchmarks.databases import own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from benchmarks.serving import add_account, memory_of_service, processor_seconds, serving, session_of
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.principal import Role
from seed.demonstration.load import load_demonstration

_OWN, _MADE = "441202", "900002"  # of the clerk and the leader: in the city, and of a country
_ROUNDS = 40
_CITY, _NATION = 150, 1000  # milliseconds
_MEGABYTE = 1_000_000


def measure(size: Size) -> Iterator[Measured]:
    """The city's pages, or those of 2,850 counties × 24 months, below one root and in a tree."""
    if size is not Size.NATION:
        yield from of_counties(rounds=20)
        return
    for tree in (0, 1):
        yield from of_counties(2850, rounds=3, tree=tree)


def of_counties(
    counties: int = 0, months: int = 24, rounds: int = _ROUNDS, tree: int = 0, *, kept: str = ""
) -> Iterator[Measured]:
    """Every page's p95 with its ratio to a bare page, and its bytes. `kept`: the folder of a database that stays."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(kept or folder) / "home"
        made = home.exists()
        with own_database(home) as addresses:
            if not made:
                _make(home, counties, months=months, tree=bool(tree))
                settle(addresses)
            with serving(addresses.application, BIAOCHI_HOME=str(home)) as site, memory_of_service() as held:
                taken = _taken(site, home, rounds, further=BELOW if tree else (), made=counties > 0)
    size = f"{counties} counties × {months} months" if counties else "the city's demonstration"
    size += ", in a tree" if tree else ""
    bare = median(each.seconds for each in taken[BARE])
    for page, each in taken.items():
        yield _page(page, size, each, bare=bare, at_most=_NATION if counties else _CITY)
    largest = max(taken, key=lambda page: taken[page][0].size)
    yield Measured(
        "P7",
        f"largest page ({largest})",
        size,
        taken[largest][0].size / _MEGABYTE,
        f"{taken[BARE][0].size / _MEGABYTE:.3f} MB of a bare page",
        unit="MB",
        at_most=1,
    )
    yield Measured(
        "P7", "most memory over idle, every page drawn", size, max(held) - held[0], "the service before it", unit="MB"
    )


def _make(home: Path, counties: int, *, months: int, tree: bool) -> None:
    """The history, whoever reads it, and what a running service and its database do with both within a minute."""
    if counties:
        write_history(load_scaled_plan(counties, tree=tree), months=months)
        bring_far_past_up_to_date(always=True)
    else:
        load_plan_folder(CITY_PLAN, actor="benchmarks")
        load_demonstration(home)
    for role in Role:
        add_account(role.value, role, units=[_MADE if counties else _OWN] if role in (Role.CLERK, Role.LEADER) else ())


def _page(page: str, size: str, taken: list[Taken], *, bare: float, at_most: float) -> Measured:
    seconds = [each.seconds for each in taken]
    late = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return Measured(
        "P7",
        f"p95 of {page}",
        size,
        late * 1000,
        "a page that only says it does not exist",
        unit="ms",
        at_most=at_most,
        beside={
            "median ms": median(seconds) * 1000,
            "× a bare page": median(seconds) / bare,
            "processor ms": sum(each.processor for each in taken) / len(taken) * 1000,
            "kB": taken[0].size / 1000,
        },
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer: how long it was waited for, what it took of the processors, the database's share too, its bytes."""

    seconds: float
    processor: float
    size: int


def _taken(site: str, home: Path, rounds: int, *, further: tuple[str, ...], made: bool) -> dict[str, list[Taken]]:
    """Every answer by what was asked for; the first round only warms."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)
    secrets = {role: session_of(role.value) for role in Role}
    asked = asked_of(connection, secrets[Role.EVALUATOR], further=further, made=made)
    taken: dict[str, list[Taken]] = {one.name: [] for one in asked}
    for turn in range(rounds + 1):
        for one in asked:
            with processor_seconds(home) as spent:
                begun = time.perf_counter()
                size = answered(connection, one, secrets[one.role])
                seconds = time.perf_counter() - begun
            if turn:
                taken[one.name].append(Taken(seconds, spent[0], size))
    connection.close()
    return taken


if __name__ == "__main__":
    numbers, folder = [int(argument) for argument in sys.argv[1:5]], "".join(sys.argv[5:6])
    sys.exit(show(of_counties(*numbers, kept=folder)))
