"""`python -m benchmarks.plan_load [COUNTIES] [MONTHS]`: a country's plan loaded, then one with another formula.

A plan with another formula writes the rates of every submission anew. Beside it somebody asks for the ledger again and
again, as whoever posts does: the longest of these waits is how long the plan keeps others from posting. The reference
writes the same rows of rates as they are, by one statement of the owner's, into a table with the same indexes.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks.databases import own_database, settle
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.commands.load_plan import load_plan
from metrics.database import write_session
from metrics.ledger.entry import hold_ledger
from metrics.plan.model import Plan

_BETWEEN = 0.05  # seconds
_AS_THEY_ARE = "insert into copied select * from unit_rates where formulas = (select max(number) from stored_formulas)"
_LONGEST = 1  # second for which nobody can post


def measure(size: Size) -> Iterator[Measured]:
    """110, or 2,850 counties × 24 months."""
    yield from of_counties(2850 if size is Size.NATION else 110)


def of_counties(counties: int = 110, months: int = 24) -> Iterator[Measured]:
    """Seconds of the plan itself, then those of another formula with the longest wait for the ledger."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        begun = time.perf_counter()
        load_scaled_plan(0)
        city = time.perf_counter() - begun
        plan = load_scaled_plan(counties)
        country = time.perf_counter() - begun - city
        write_history(plan, months=months)
        settle(addresses)
        with _asking() as waits:
            begun = time.perf_counter()
            with write_session() as session:
                load_plan(session, _with_another_formula(plan), actor="benchmark")
            taken = time.perf_counter() - begun
        copied, rows = _copied(addresses.owner)
    yield Measured(
        "plan", "a country's plan loaded", f"{counties:,} counties", country, f"{city:.3g} s of the city's", unit="s"
    )
    size = f"{counties:,} counties × {months} months"
    yield Measured(
        "plan",
        "a plan with another formula loaded",
        size,
        taken / copied,
        "the same rates written as they are",
        beside={"s": taken, "rates of submissions": rows},
    )
    yield Measured(
        "plan",
        "longest wait for the ledger beside it",
        size,
        max(waits),
        f"{len(waits)} times asked",
        unit="s",
        at_most=_LONGEST,
    )


def _with_another_formula(plan: Plan) -> Plan:
    """The plan with the first indicator's numerator counted twice."""
    first = plan.indicators[0]
    terms = tuple(term.model_copy(update={"times": 2 * term.times}) for term in first.numerator.terms)
    changed = first.model_copy(update={"numerator": first.numerator.model_copy(update={"terms": terms})})
    return plan.model_copy(update={"indicators": (changed, *plan.indicators[1:])})


@contextmanager
def _asking() -> Iterator[list[float]]:
    """Seconds of each wait for the ledger while the block lasts; who asks waits as long as it takes."""
    waits: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(_BETWEEN):
            with write_session() as session:
                session.execute(text("set local lock_timeout = 0"))
                begun = time.perf_counter()
                hold_ledger(session)
                waits.append(time.perf_counter() - begun)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        done.set()
        thread.join()


def _copied(owner: str) -> tuple[float, int]:
    """Seconds of the reference, and how many submissions got rates by the newest plan."""
    with psycopg.connect(owner) as connection:
        connection.execute("create table copied (like unit_rates including indexes)")
        begun = time.perf_counter()
        written = connection.execute(_AS_THEY_ARE).rowcount
        connection.commit()
        return time.perf_counter() - begun, written


if __name__ == "__main__":
    sys.exit(show(of_counties(*(int(argument) for argument in sys.argv[1:]))))
