"""P7: `python -m benchmarks.pages [COUNTIES] [MONTHS] [ROUNDS]`: how long the callback that draws each page takes, p95.

Without COUNTIES it is the city's demonstration. Every round asks for every page once, over HTTP, as the browser does;
the ratio is to a page that only says it does not exist, in the same rounds: what the window itself costs.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from sqlalchemy import text

from benchmarks.scaled import load_scaled_plan, write_history
from benchmarks.serving import add_account, serving, session_of
from dashboard.access import CALLBACKS, COOKIE
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import engine, make_engine, use_engine
from metrics.embedded import embedded_server
from metrics.migrating import migrate
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
)
_ROUNDS = 40
_REACH = 150  # milliseconds


def main(counties: int = 0, months: int = 24, rounds: int = _ROUNDS) -> int:
    """Print every page's median and p95 with its ratio; answer 1 if the city's pages miss the reach."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)):
            migrate(engine())
            if counties:
                write_history(load_scaled_plan(counties), months=months)
            else:
                load_plan_folder(CITY_PLAN, actor="benchmarks")
                load_demonstration(home)
            with engine().connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))
            add_account("benchmark", Role.REVIEWER)
            with serving(addresses.owner, BIAOCHI_HOME=str(home)) as site:
                taken = _taken(site, session_of("benchmark"), rounds)
    slow = [page for page in _PAGES if not _shown(page, taken[page], bare=median(taken[_BARE]))]
    return int(bool(slow) and not counties)


def _taken(site: str, secret: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of every call, by page; the first round only warms."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)
    taken: dict[str, list[float]] = {page: [] for page in _PAGES}
    for turn in range(rounds + 1):
        for page in _PAGES:
            seconds = _drawn(connection, page, secret)
            if turn:
                taken[page].append(seconds)
    connection.close()
    return taken


def _drawn(connection: http.client.HTTPConnection, page: str, secret: str) -> float:
    path, _, search = page.partition("?")
    body = {
        "output": "..frame.children...described.data..",
        "outputs": [{"id": "frame", "property": "children"}, {"id": "described", "property": "data"}],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": f"?{search}" if search else ""},
            {"id": "theme", "property": "data", "value": "light"},
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [],
        "changedPropIds": ["url.pathname"],
    }
    headers = {"Content-Type": "application/json", "Cookie": f"{COOKIE}={secret}"}
    begun = time.perf_counter()
    connection.request("POST", CALLBACKS, json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{page}: {answer.status}")
    return time.perf_counter() - begun


def _shown(page: str, taken: list[float], *, bare: float) -> bool:
    """Print the page's line; True if it is within reach."""
    late = quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    sys.stdout.write(
        f"P7 {page}: median {median(taken) * 1000:.0f} ms, p95 {late * 1000:.0f} ms, "
        f"{median(taken) / bare:.1f} × a bare page (reach: p95 ≤ {_REACH} ms with the city's data)\n"
    )
    return late * 1000 <= _REACH


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
