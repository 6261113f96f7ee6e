"""P7: `python -m benchmarks.pages [COUNTIES] [MONTHS] [ROUNDS] [TREE] [HOME]`: p95 and bytes of what draws each page.

Without COUNTIES it is the city's demonstration. They hang directly below one root; with TREE 1 below the cities of a
nation's provinces. HOME, a folder, keeps the database: a run that finds one there measures it as it is. Every round
asks for every page once, over HTTP, as the browser does, and for rows of the grid of all units; the ratio is to a page
that only says it does not exist, in the same rounds: what the window itself costs.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from benchmarks.databases import own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from benchmarks.serving import add_account, memory_of_service, serving, session_of
from dashboard.window.access import COOKIE
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from seed.demonstration.load import load_demonstration

_BARE = "/nowhere"
_PAGES = (
    _BARE,
    "/",
    "/?targets=all",
    "/targets",
    "/targets/TG-05A",
    "/units",
    "/units/441202",
    "/units/441200",
    "/tasks",
    "/leaderboard",
    "/review",
    "/periods",
    "/assess",
    "/data",
    "/releases",
    "/flat",
)
_ROWS = "rows of /flat, by value"  # the grid's own callback
_BELOW = ("/?under=700000", "/?under=800000", "/targets?under=700000", "/review?under=800000")  # levels of the tree
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
            with serving(addresses.application, BIAOCHI_HOME=str(home)) as site:
                pages = (*_PAGES, _ROWS, *(_BELOW if tree else ()))
                with memory_of_service() as held:
                    taken = _taken(site, session_of("benchmark"), rounds, pages=pages)
    size = f"{counties} counties × {months} months" if counties else "the city's demonstration"
    size += ", in a tree" if tree else ""
    bare = median(seconds for seconds, _ in taken[_BARE])
    for page in pages:
        yield _page(page, size, taken[page], bare=bare, at_most=_NATION if counties else _CITY)
    largest = max(pages, key=lambda page: taken[page][0][1])
    yield Measured(
        "P7",
        f"largest page ({largest})",
        size,
        taken[largest][0][1] / _MEGABYTE,
        f"{taken[_BARE][0][1] / _MEGABYTE:.3f} MB of a bare page",
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
    add_account("benchmark", Role.REVIEWER)


def _page(page: str, size: str, taken: list[tuple[float, int]], *, bare: float, at_most: float) -> Measured:
    seconds = [each for each, _ in taken]
    late = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return Measured(
        "P7",
        f"p95 of {page}",
        size,
        late * 1000,
        "a page that only says it does not exist",
        unit="ms",
        at_most=at_most,
        beside={"median ms": median(seconds) * 1000, "× a bare page": median(seconds) / bare, "kB": taken[0][1] / 1000},
    )


def _taken(site: str, secret: str, rounds: int, *, pages: tuple[str, ...]) -> dict[str, list[tuple[float, int]]]:
    """Seconds and bytes of every call, by page; the first round only warms."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)
    taken: dict[str, list[tuple[float, int]]] = {page: [] for page in pages}
    for turn in range(rounds + 1):
        for page in pages:
            drawn = _drawn(connection, page, secret)
            if turn:
                taken[page].append(drawn)
    connection.close()
    return taken


def _drawn(connection: http.client.HTTPConnection, page: str, secret: str) -> tuple[float, int]:
    body = _BY_VALUE if page == _ROWS else _window_asked(page)
    headers = {"Content-Type": "application/json", "Cookie": f"{COOKIE}={secret}"}
    begun = time.perf_counter()
    connection.request("POST", CALLBACKS, json.dumps(body), headers)
    answer = connection.getresponse()
    size = len(answer.read())
    if answer.status != 200:
        raise RuntimeError(f"{page}: {answer.status}")
    return time.perf_counter() - begun, size


def _window_asked(page: str) -> dict[str, Any]:
    """What the browser sends to have the window of an address drawn."""
    path, _, search = page.partition("?")
    return {
        "output": "..frame.children...drawn.data...described.data..",
        "outputs": [
            {"id": "frame", "property": "children"},
            {"id": "drawn", "property": "data"},
            {"id": "described", "property": "data"},
        ],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": f"?{search}" if search else ""},
            {"id": "theme", "property": "data", "value": "light"},
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [{"id": "drawn", "property": "data", "value": None}],
        "changedPropIds": ["url.pathname"],
    }


_BY_VALUE: dict[str, Any] = {
    "output": "..flat-grid.getRowsResponse...flat-printed.href..",
    "outputs": [{"id": "flat-grid", "property": "getRowsResponse"}, {"id": "flat-printed", "property": "href"}],
    "inputs": [
        {
            "id": "flat-grid",
            "property": "getRowsRequest",
            "value": {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "TG-05A-value", "sort": "asc"}]},
        }
    ],
    "state": [{"id": "url", "property": "search", "value": ""}],
    "changedPropIds": ["flat-grid.getRowsRequest"],
}


if __name__ == "__main__":
    numbers, folder = [int(argument) for argument in sys.argv[1:5]], "".join(sys.argv[5:6])
    sys.exit(show(of_counties(*numbers, kept=folder)))
