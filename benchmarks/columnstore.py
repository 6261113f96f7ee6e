"""P12: `python -m benchmarks.columnstore [COUNTIES] [MONTHS]`: TimescaleDB's columnstore, beside plain PostgreSQL.

The same history is loaded into the embedded server and into a database of the server that BIAOCHI_TEST_DATABASE_URL
names, whose superuser that is; there every chunk is moved into the columnstore. Then submissions are corrected in both,
and both are read in turns, and pages drawn by a service of each. Where no server with the extension is named nothing is
measured, and the benchmark says so.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from sqlalchemy import Engine, text

from benchmarks.asked_pages import PageAsked, answered, read_of
from benchmarks.databases import READER, own_database
from benchmarks.measured import MILLION, Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from benchmarks.serving import add_account, serving, session_of
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.database import Sessions, make_engine, use_sessions
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.pull import parse_pull
from metrics.publish.rendering import render
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.databases import Server

_ROUNDS = 5
_CORRECTED = 40  # submissions
_PAGES = ("/", "/units/900002", "/targets/TG-05A")
_HISTORY = {"history": ["true"]}
_MOVE = text("select count(compress_chunk(chunk, if_not_compressed => true)) from show_chunks('observations') chunk")
_PLAIN, _STORED = "select pg_total_relation_size('observations')", "select hypertable_size('observations')"
_SOME = text("select unit_code, period from submissions order by md5(unit_code || period) limit :some")
_CORRECT = text(
    "insert into observations select unit_code, period, element_code, 2, value + 1, seq, submission_id, recorded_at"
    " from observations where unit_code = :unit and period = :period and revision = 1"
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One database; `owner` may move chunks and ask for sizes."""

    service: Engine
    owner: Engine


def measure(size: Size) -> Iterator[Measured]:
    """60 counties × 24 months, or a country's fifteen million observations."""
    yield from beside_plain(2850, 120) if size is Size.NATION else beside_plain()


def beside_plain(counties: int = 60, months: int = 24) -> Iterator[Measured]:
    """Disk, a correction's rows, the pull of the whole history, and every verdict: columnstore over plain."""
    address = os.environ.get("BIAOCHI_TEST_DATABASE_URL")
    server = Server(address) if address else None
    if server is None or not server.timescale:
        sys.stdout.write("P12 not run: no TimescaleDB (BIAOCHI_TEST_DATABASE_URL names no server that has it)\n")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(Path(folder) / "home") as addresses,
        server.database(plan=False) as database,
    ):
        plain = _Kept(make_engine(addresses.application), make_engine(addresses.owner, pool_size=1))
        stored = _Kept(database.engine, make_engine(database.owner_url, pool_size=1))
        for kept in (plain, stored):
            _fill(kept, counties=counties, months=months)
        rows = _asked(plain, "select count(*) from observations")
        with stored.owner.begin() as owner:
            owner.execute(_MOVE)
        size = f"{rows:,} observations"
        yield from _compared(plain, stored, size=size, whole=rows >= MILLION)
        yield from _drawn(plain, stored, size=size, folder=Path(folder))
        for engine in (plain.service, plain.owner, stored.owner):
            engine.dispose()
    server.close()


def _compared(plain: _Kept, stored: _Kept, *, size: str, whole: bool) -> Iterator[Measured]:
    reference = "a plain table of the same rows and keys"
    bytes_of = _asked(plain, _PLAIN), _asked(stored, _STORED)
    yield Measured(
        "P12",
        "observations in the columnstore: disk saved",
        size,
        100 * (1 - bytes_of[1] / bytes_of[0]),
        reference,
        unit="%",
        at_least=90 if whole else None,
        beside={"MB": bytes_of[1] / 1e6, "plain MB": bytes_of[0] / 1e6},
    )
    corrected = _corrected(plain), _corrected(stored)
    yield Measured(
        "P12",
        "a correction's rows land in an old month",
        size,
        corrected[1] / corrected[0],
        reference,
        beside={"ms": corrected[1] * 1000, "plain ms": corrected[0] * 1000},
    )
    for work, asked, reach in (
        ("the whole history pulled", _pulled, 1.2 if whole else None),
        ("every unit and target judged", _judged, None),
    ):
        taken = [(asked(stored), asked(plain)) for _ in range(_ROUNDS)]
        ratio = median(ours / theirs for ours, theirs in taken)
        beside = {"ms": median(ours for ours, _ in taken) * 1000}
        yield Measured("P12", work, size, ratio, reference, at_most=reach, beside=beside)


def _drawn(plain: _Kept, stored: _Kept, *, size: str, folder: Path) -> Iterator[Measured]:
    """Pages as the browser has them drawn, now and as half of the history was known, by two services in turns.

    The first round only warms.
    """
    half = _asked(plain, "select max(seq) / 2 from ledger_entries")
    pages = {name: read_of(page) for page in _PAGES for name, page in _now_and(page, half)}
    with _serving(plain, folder / "plain") as beside, _serving(stored, folder / "stored") as ours:
        rounds = [{name: (ours(page), beside(page)) for name, page in pages.items()} for _ in range(_ROUNDS + 1)][1:]
    for name in pages:
        taken = [one[name] for one in rounds]
        yield Measured(
            "P12",
            f"page {name} drawn",
            size,
            median(seconds / plainly for seconds, plainly in taken),
            "the same page over the plain table",
            beside={"ms": median(seconds for seconds, _ in taken) * 1000},
        )


def _now_and(page: str, seq: int) -> Iterator[tuple[str, str]]:
    """The page and the page as of `seq`, each by its name and its address."""
    yield page, page
    yield f"{page} as of half the ledger", f"{page}?as_of={seq}"


@contextmanager
def _serving(kept: _Kept, home: Path) -> Iterator[Callable[[PageAsked], float]]:
    """How long a service of that database takes for a page, in seconds."""
    home.mkdir()
    with use_sessions(Sessions(kept.service)):
        add_account("reader", Role.EVALUATOR)
        secret = session_of("reader")
    with serving(kept.service.url.render_as_string(hide_password=False), BIAOCHI_HOME=str(home)) as site:
        connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)

        def draw(page: PageAsked) -> float:
            begun = time.perf_counter()
            answered(connection, page, secret)
            return time.perf_counter() - begun

        yield draw
        connection.close()


def _fill(kept: _Kept, *, counties: int, months: int) -> None:
    with use_sessions(Sessions(kept.service)):
        write_history(load_scaled_plan(counties), months=months)
        bring_far_past_up_to_date(always=True)
    with kept.owner.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))


def _asked(kept: _Kept, statement: str) -> int:
    with kept.owner.connect() as connection:
        return int(connection.scalar(text(statement)) or 0)


def _corrected(kept: _Kept) -> float:
    """Seconds that a correction's rows take; they stay. Median of some submissions, one transaction each."""
    taken = []
    with kept.owner.connect() as connection:
        some = connection.execute(_SOME, {"some": _CORRECTED}).all()
    for unit, period in some:
        with kept.owner.begin() as connection:
            connection.execute(text("set local biaochi.role = 'system'"))
            begun = time.perf_counter()
            connection.execute(_CORRECT, {"unit": unit, "period": period})
            taken.append(time.perf_counter() - begun)
    return median(taken)


def _pulled(kept: _Kept) -> float:
    dataset = DATASETS["observations"].asked(_HISTORY)
    pull = parse_pull(dataset, _HISTORY, timezone=lambda: "Asia/Shanghai")
    with Sessions(kept.service).read(READER) as session:
        begun = time.perf_counter()
        render(dataset, session=session, view=view_at(session), pull=pull, form="csv").file.close()
        return time.perf_counter() - begun


def _judged(kept: _Kept) -> float:
    with Sessions(kept.service).read(READER) as session:
        begun = time.perf_counter()
        table = progress_by_unit(session, view_at(session)).table
        if table is not None:
            _ = table.status, table.light, table.value, table.regressed, table.denominator_watch
        return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(show(beside_plain(*(int(argument) for argument in sys.argv[1:]))))
