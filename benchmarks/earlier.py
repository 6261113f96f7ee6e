"""P8: `python -m benchmarks.earlier [COUNTIES] [MONTHS]`: the overview as known before every figure was corrected.

Against the same now, in turns: every unit and target judged, the past once with what a service kept of it along the
way, and once with only what is kept afterwards, as where none ran: then also halfway through the corrections.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.databases import READER, own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, revise_everything, write_history
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.database import read_session, write_session
from metrics.ledger.entry import newest_seq
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at

_ROUNDS = 9
_REACH = 2
_MOST_KEPT = 50  # calls; the keeper of a service makes one a minute


def measure(size: Size) -> Iterator[Measured]:
    """A ninth of a million later revisions, or a million."""
    yield from of_counties(186 if size is Size.NATION else 20)


def of_counties(counties: int = 186, months: int = 120) -> Iterator[Measured]:
    """The past against now, in a database of its own."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        plan = load_scaled_plan(counties)
        rows = write_history(plan, months=months)
        bring_far_past_up_to_date(always=True)
        with read_session(READER) as session:
            before = newest_seq(session)
        revise_everything(plan)
        bring_far_past_up_to_date(always=True)
        settle(addresses)
        size = f"{rows:,} later revisions of {counties} counties × {months} months"
        yield _against_now("before them", size, before)
        with write_session() as session:
            for table in ("far_past", "unit_turns", "rolled_up_rates"):
                session.execute(text(f"delete from {table}"))  # noqa: S608  names of our own schema
        bring_far_past_up_to_date(always=True)
        yield _against_now("before them, kept only afterwards, at once", size, before, reached=False)
        kept = sum(1 for _ in range(_MOST_KEPT) if bring_far_past_up_to_date())
        yield _against_now(f"before them, kept only afterwards, {kept} minutes on", size, before)
        yield _against_now("halfway through them", size, before + counties * months // 2)


def _against_now(when: str, size: str, seq: int, *, reached: bool = True) -> Measured:
    taken = [(_judged(None), _judged(seq)) for _ in range(_ROUNDS + 1)][1:]
    now = median(now for now, _ in taken)
    return Measured(
        "P8",
        f"every unit and target judged as known {when}",
        size,
        median(then / now for now, then in taken),
        "the same now",
        at_most=_REACH if reached else None,
        beside={"ms now": now * 1000, "ms then": median(then for _, then in taken) * 1000},
    )


def _judged(seq: int | None) -> float:
    """Seconds for every verdict of the newest month."""
    with read_session(READER) as session:
        begun = time.perf_counter()
        table = progress_by_unit(session, view_at(session, as_of=seq)).table
        if table is not None:
            _ = table.status, table.light, table.value, table.regressed, table.denominator_watch
        return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(show(of_counties(*(int(argument) for argument in sys.argv[1:]))))
