"""P12: `python -m benchmarks.open_progress [COUNTIES] [MONTHS]`: how soon `open.progress` says what was committed.

The service's keeper runs beside; counties correct their figures one after another, and a tool that reads by SQL asks
until it is told of each. Beside it one look at all verdicts, and one after a correction, by the clock and in processor
time of this process. The reference is the file `progress.csv` of the same verdicts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

from benchmarks.databases import READER, own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import NEWEST, load_scaled_plan, write_history
from metrics.cli.keeping import keeping_up_to_date
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.database import make_engine, read_session, write_session
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.publish.dataset import Pull
from metrics.publish.progress import PROGRESS
from metrics.queries.view import view_at
from metrics.server.embedded import APPLICATION, Addresses
from metrics.server.open_reader import let_in
from metrics.submissions import SubmissionRequest
from tests.builders import whole_values

_ROUNDS = 5
_REACH = 10  # seconds
_LONGEST = 120.0
_BUREAU = Principal(1, "benchmark", "benchmark", Role.REVIEWER)
_TOLD = text("select as_of_seq from open.state where relation = 'progress'")


def measure(size: Size) -> Iterator[Measured]:
    """A country of two years, or a twentieth of it."""
    yield from of_counties(2850 if size is Size.NATION else 140)


def of_counties(counties: int = 2850, months: int = 24) -> Iterator[Measured]:
    """In a database of its own; the counties are below cities and provinces."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        plan = load_scaled_plan(counties, tree=True)
        write_history(plan, months=months)
        bring_far_past_up_to_date(always=True)
        settle(addresses)
        size = f"{counties:,} counties × {months} months"
        bring_open_progress_up_to_date(always=True)
        with write_session() as session:
            issue_checkpoint(session)  # a country's first one takes as long as its ledger is
        settle(addresses)
        csv, _ = _median(_as_csv)
        reference = f"{csv:.3g} s for progress.csv"
        look, processor = _median(lambda: bring_open_progress_up_to_date(always=True))
        yield Measured(
            "P12", "a look at every verdict", size, look, reference, unit="s", beside={"s of processor": processor}
        )
        few, processor = _median(bring_open_progress_up_to_date, before=lambda number: _correct(plan, number))
        yield Measured(
            "P12", "a look after a correction", size, few, reference, unit="s", beside={"s of processor": processor}
        )
        with _reader(addresses) as reader, keeping_up_to_date():
            waited = [_waited(reader, plan, number) for number in range(_ROUNDS, 3 * _ROUNDS)]
        yield Measured(
            "P12",
            "a correction is in open.progress, the longest of ten",
            size,
            max(waited),
            reference,
            unit="s",
            at_most=_REACH,
            beside={"s median": median(waited)},
        )


def _median(work: Callable[[], object], before: Callable[[int], object] = bool) -> tuple[float, float]:
    """Seconds by the clock and of this process's processor."""
    taken = []
    for number in range(_ROUNDS):
        before(number)
        clock, processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    return median(clock for clock, _ in taken), median(processor for _, processor in taken)


def _as_csv() -> int:
    with read_session(READER) as session:
        return sum(1 for _ in PROGRESS.rows(session, view_at(session), Pull()))


def _correct(plan: Plan, number: int) -> int:
    """One county's newest submission is revised; answers the entry's number."""
    unit = plan.reporting_units[-1 - number].code
    with write_session() as session:
        standing = find_version(session, unit=unit, period=NEWEST)
        request = SubmissionRequest(unit, format_period(NEWEST), whole_values(), reason="更正")
        etag = None if standing is None else standing.etag
        posted = post_submission(session, plan=plan_at(session), principal=_BUREAU, request=request, if_match=etag)
    return posted.seq or 0


@contextmanager
def _reader(addresses: Addresses) -> Iterator[Engine]:
    """Connections of a role for tools that read by SQL."""
    owner, role, password = make_engine(addresses.owner, pool_size=1), "biaochi_bi", "reads"
    with owner.begin() as connection:
        let_in(connection, role=role, password=password, service=APPLICATION)
    address = owner.url.set(username=role, password=password).render_as_string(hide_password=False)
    reader = make_engine(address, pool_size=1)
    try:
        yield reader
    finally:
        reader.dispose()
        owner.dispose()


def _waited(reader: Engine, plan: Plan, number: int) -> float:
    """Seconds from a correction's commit until the reader is told of it."""
    seq = _correct(plan, number)
    begun = time.perf_counter()
    while time.perf_counter() - begun < _LONGEST:
        with reader.connect() as connection:
            if (connection.scalar(_TOLD) or 0) >= seq:
                break
        time.sleep(0.05)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(show(of_counties(*(int(argument) for argument in sys.argv[1:]))))
