"""P10: `python -m benchmarks.workers [CLIENTS] [PASSES]`: reads of many clients at once, by one process and by two.

Two services answer from one database with the city's demonstration, one in one process and one in two
(`BIAOCHI_WORKERS`); they take turns. Every client reads pages and data one after the other, PASSES times all of them in
each round, and connects anew for each pass. On four cores and more two processes have to give 1.7 times the reads a
second. Below that the clients and the database take what the second process would have, so only what a read takes of
the processors, the database's share among it, is held against one process.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.asked_pages import PageAsked, answered, read_of
from benchmarks.databases import own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.serving import ANY_NUMBER, add_account, processor_seconds, serving_as_installed, session_of
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.principal import Role
from seed.demonstration.load import load_demonstration

_ROUNDS = 5
_MANY_CORES = 4
_READS = (
    *map(read_of, ("/", "/units/441202", "/targets/TG-05A", "/leaderboard", "/reporting", "/data")),
    *(
        PageAsked(path, path=path)
        for path in (
            "/api/v1/periods",
            "/api/v1/units.csv",
            "/api/v1/submissions?unit=441202",
            "/api/v1/rates.csv?unit=441202&period=2020-11",
            "/api/v1/progress.csv?unit=441202",
            "/api/v1/observations.csv?unit=441202",
        )
    ),
)


@dataclass(frozen=True, slots=True)
class _Round:
    """What one service did in one round: reads a second, and seconds of the processors for each of them."""

    speed: float
    processor: float


def measure(size: Size) -> Iterator[Measured]:
    """8 clients, each through all reads once or five times a round."""
    yield from of_clients(passes=1 if size is Size.SMALL else 5)


def of_clients(clients: int = 8, passes: int = 5) -> Iterator[Measured]:
    """Reads a second, and processor time of a read: two processes over one."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home) as addresses:
            load_plan_folder(CITY_PLAN, actor="benchmark")
            load_demonstration(home)
            add_account("reader", Role.EVALUATOR)
            settle(addresses)
            secret = session_of("reader")
            with (
                serving_as_installed(addresses, home=home, BIAOCHI_WORKERS="1", **ANY_NUMBER) as one,
                serving_as_installed(addresses, home=home, BIAOCHI_WORKERS="2", **ANY_NUMBER) as two,
            ):
                sites = {1: one, 2: two}
                rounds = [
                    {workers: _read(site, home, secret, clients, passes) for workers, site in sites.items()}
                    for _ in range(_ROUNDS + 1)
                ]
    yield from _measured(rounds[1:], f"{clients} clients × {passes * len(_READS)} reads")  # the first only warms


def _measured(rounds: Sequence[Mapping[int, _Round]], size: str) -> Iterator[Measured]:
    cores = len(os.sched_getaffinity(0))
    many = cores >= _MANY_CORES
    speeds = {f"reads/s of {workers}": median(each[workers].speed for each in rounds) for workers in (1, 2)}
    times = {f"ms of {workers}": median(each[workers].processor for each in rounds) * 1000 for workers in (1, 2)}
    yield Measured(
        "P10",
        "reads a second by two processes",
        size,
        median(each[2].speed / each[1].speed for each in rounds),
        "one process",
        at_least=1.7 if many else None,
        beside=speeds | {"cores": cores},
    )
    yield Measured(
        "P10",
        "processor time of a read by two processes",
        size,
        median(each[2].processor / each[1].processor for each in rounds),
        "one process",
        at_most=None if many else 1.15,
        beside=times,
    )


def _read(site: str, home: Path, secret: str, clients: int, passes: int) -> _Round:
    def client(number: int) -> None:
        begin = number * len(_READS) // clients
        for _ in range(passes):
            connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)
            for asked in (*_READS[begin:], *_READS[:begin]):
                answered(connection, asked, secret)
            connection.close()

    with ThreadPoolExecutor(clients) as pool, processor_seconds(home) as spent:
        begun = time.perf_counter()
        list(pool.map(client, range(clients)))
        seconds = time.perf_counter() - begun
    reads = clients * passes * len(_READS)
    return _Round(reads / seconds, spent[0] / reads)


if __name__ == "__main__":
    sys.exit(show(of_clients(*(int(argument) for argument in sys.argv[1:]))))
