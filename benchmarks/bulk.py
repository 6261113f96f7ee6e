"""P1: `python -m benchmarks.bulk [COUNTIES] [MONTHS]`: history loaded over HTTP while a clerk posts beside it.

The reference is `COPY` of every row that the load wrote (entries, submissions, events, observations, figures, rates)
into tables of the same columns and primary keys. The load checks and hashes all of it, and keeps the other indexes.
Memory is the service's, over what it held before the file came; the clerk posts one submission after another.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks.databases import own_database
from benchmarks.made_history import write_file
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import NEWEST, load_scaled_plan
from benchmarks.serving import add_account, memory_of_service, serving, token_of
from metrics.periods import add_months, format_period
from metrics.principal import Role
from tests.builders import whole_values

_CLERK = "441202"
_BETWEEN = 0.2  # seconds
_ROUNDS = 3
_KEYS = {
    "ledger_entries": "seq",
    "submissions": "id",
    "submission_events": "seq",
    "observations": "unit_code, period, element_code, revision",
    "figures": "unit_code, period, element_code",
    "unit_rates": "unit_code, period, formulas, seq",
}


def measure(size: Size) -> Iterator[Measured]:
    """65,000 figures, or a million."""
    yield from of_history(60, 24) if size is Size.SMALL else of_history(926, 24)


def of_history(counties: int = 60, months: int = 24) -> Iterator[Measured]:
    """The load's rows a second over the reference's, the service's memory, and the clerk's latency."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        plan = load_scaled_plan(counties)
        units = [unit.code for unit in plan.reporting_units][-counties:]
        add_account("bureau", Role.REVIEWER)
        add_account("clerk", Role.CLERK, units=[_CLERK])
        bureau, clerk = token_of("bureau"), token_of("clerk")
        path = Path(folder) / "history.csv"
        rows = write_file(path, plan, units, first=add_months(NEWEST, 1 - months), last=NEWEST)
        with serving(addresses.application, BIAOCHI_HOME=folder) as site:
            _Posting(site, clerk, last=date(2010, 12, 1)).once()  # warms
            with _beside(site, clerk) as posting, memory_of_service() as held:
                begun = time.perf_counter()
                loaded = _load(site, bureau, path)
                taken = time.perf_counter() - begun
        copied = [_copied(addresses.owner) for _ in range(_ROUNDS)]
    yield _rows_a_second(f"{rows:,} figures", rows=rows, taken=taken, loaded=loaded, copied=copied)
    yield Measured(
        "P1",
        "memory of a load over idle",
        f"{rows:,} figures",
        max(held) - held[0],
        "the service before it",
        unit="MB",
        at_most=300,
    )
    yield Measured(
        "P1",
        "p95 of a clerk's post beside a load",
        f"{rows:,} figures",
        quantiles(posting.taken, n=20)[-1] * 1000,
        f"{len(posting.taken)} posts",
        unit="ms",
        at_most=500,
        beside={"median ms": median(posting.taken) * 1000, "longest hold of the ledger ms": loaded["longest_hold"]},
    )


def _rows_a_second(
    size: str, *, rows: int, taken: float, loaded: dict[str, Any], copied: list[dict[str, float]]
) -> Measured:
    alone = median(tables["observations"] for tables in copied)
    return Measured(
        "P1",
        "history loaded, rows a second",
        size,
        median(sum(tables.values()) for tables in copied) / taken,
        "COPY of every row it writes",
        at_least=0.5,
        beside={"rows/s": rows / taken, "× COPY of the observations alone": alone / taken, "parts": loaded["parts"]},
    )


def _load(site: str, secret: str, path: Path) -> dict[str, Any]:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=3600)
    headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {secret}"}
    with path.open("rb") as body:
        connection.request("POST", "/api/v1/observations/bulk", body, headers | {"Content-Length": _size(path)})
    answer = connection.getresponse()
    said: dict[str, Any] = json.loads(answer.read())
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {str(said)[:500]}")
    return said


def _size(path: Path) -> str:
    return str(path.stat().st_size)


@dataclass
class _Posting:
    """A clerk who posts one submission after another, of months up to `last` backwards; `taken` are their seconds."""

    site: str
    secret: str
    last: date
    taken: list[float] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def once(self) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.site).netloc, timeout=60)
        body = json.dumps({"unit": _CLERK, "period": format_period(self.last), "values": whole_values()})
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": f"beside-{self.last}",
        }
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/submissions", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        self.taken.append(time.perf_counter() - begun)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {said[:500]!r}")
        self.last = add_months(self.last, 1)
        connection.close()

    def until_done(self) -> None:
        while not self.done.wait(_BETWEEN):
            self.once()


@contextmanager
def _beside(site: str, secret: str) -> Iterator[_Posting]:
    posting = _Posting(site, secret, last=date(2011, 1, 1))
    thread = threading.Thread(target=posting.until_done)
    thread.start()
    try:
        yield posting
    finally:
        posting.done.set()
        thread.join()


def _copied(address: str) -> dict[str, float]:
    """Seconds that COPY takes for each table's rows into an empty one of the same columns and primary key."""
    taken = {}
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for table, key in _KEYS.items():
            cursor.execute(f"create table copied (like {table}); alter table copied add primary key ({key})")
            with tempfile.TemporaryFile() as file:
                with cursor.copy(f"copy {table} to stdout") as rows:
                    for block in rows:
                        file.write(block)
                connection.commit()
                file.seek(0)
                begun = time.perf_counter()
                with cursor.copy("copy copied from stdin") as copy:
                    while block := file.read(1 << 20):
                        copy.write(block)
                connection.commit()
                taken[table] = time.perf_counter() - begun
            cursor.execute("drop table copied")
    return taken


if __name__ == "__main__":
    sys.exit(show(of_history(*(int(argument) for argument in sys.argv[1:]))))
