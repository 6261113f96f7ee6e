"""`python -m benchmarks.plans [COUNTIES] [MONTHS]`: how the database finds what a country's pages are drawn from.

Of each path the slowest statement with its plan (EXPLAIN ANALYZE, BUFFERS), as the server itself tells it of the very
statement that was sent, by the service's role and under row security; and beside it the plan of what the same path
asked before rates were stored: elements summed from figures, for every month there is (decision 137). Kept in
`build/plans.json`; `benchmarks.report` draws it.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from psycopg.errors import Diagnostic
from sqlalchemy import text

from benchmarks.databases import READER, own_database, settle
from benchmarks.measured import ROOT
from benchmarks.scaled import NEWEST, load_scaled_plan, write_history
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.database import ReadSession, Sessions, make_engine
from metrics.periods import Span, add_months
from metrics.plan.model import Indicator, Plan
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rate_frame import rate_frame
from metrics.queries.view import View, view_at
from metrics.server.embedded import APPLICATION

PLANS = ROOT / "build" / "plans.json"
_TARGET, _INDICATOR = "TG-05A", "online_rate"
_TOLD = (
    "load 'auto_explain'",
    "set auto_explain.log_min_duration = 0",
    "set auto_explain.log_analyze = on",
    "set auto_explain.log_buffers = on",
    "set auto_explain.log_level = notice",
)
# Only a superuser may have plans told; what is asked is then asked by the service's role, under row security.
_AS_SERVICE = f"set role {APPLICATION}"
_DURATION = re.compile(r"duration: ([\d.]+) ms\s+plan:\n")
_BEFORE = """
select s.unit_code, s.period, sums.place, sums.numerator, sums.denominator, s.state
from (
    select f.submission_id, p.place,
        sum(f.value * p.in_numerator) as numerator, sum(f.value * p.in_denominator) as denominator
    from figures f
    join unnest(cast(:places as int[]), cast(:codes as text[]), cast(:above as int[]), cast(:below as int[]))
        p(place, element_code, in_numerator, in_denominator) on p.element_code = f.element_code
    where f.period between :first and :last
    group by f.submission_id, p.place
) sums
join submissions s on s.id = sums.submission_id
"""


@dataclass(frozen=True, slots=True)
class PagePath:
    """What a page is drawn from; `indicators` (None: all) and `months` (None: all) are what it asked before."""

    name: str
    read: Callable[[ReadSession, View], Any]
    indicators: Sequence[str] | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The slowest statement of a path: milliseconds with their taking, and the plan; `before`: the same of then."""

    path: str
    size: str
    milliseconds: float
    plan: str
    milliseconds_before: float
    plan_before: str


PATHS = (
    PagePath("the overview, every unit and target judged", progress_by_unit),
    PagePath(
        "a target's page, every unit's whole course",
        lambda session, view: progress_by_unit(session, view, targets=[_TARGET], whole_courses=True),
        indicators=(_INDICATOR,),
    ),
    PagePath(
        "every rate of the newest month, as /flat and /data show them",
        lambda session, view: rate_frame(session, view, span=Span(NEWEST, NEWEST)),
        months=4,
    ),
)


def main(counties: int = 2850, months: int = 24) -> None:
    """Print every plan, and keep them."""
    found = list(of_counties(counties, months))
    PLANS.parent.mkdir(exist_ok=True)
    PLANS.write_text(json.dumps([asdict(told) for told in found], ensure_ascii=False, indent=1) + "\n", "utf-8")
    for told in found:
        sys.stdout.write(f"{told.path}, {told.size}: {told.milliseconds:.0f} ms\n{told.plan}\n")
        sys.stdout.write(f"before: {told.milliseconds_before:.0f} ms\n{told.plan_before}\n\n")


def of_counties(counties: int, months: int) -> Iterator[Told]:
    """The plans of each path in a database of that size."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        telling = Sessions(make_engine(addresses.owner), standing=READER)
        plan = load_scaled_plan(counties)
        write_history(plan, months=months)
        bring_far_past_up_to_date(always=True)
        settle(addresses)
        for path in PATHS:
            with telling.read() as session:
                path.read(session, view_at(session))  # what the pages of a running service find in memory
                ours = _slowest(session, lambda session: path.read(session, view_at(session)))  # noqa: B023  called here
                asked = _asked_before(plan, path, months=months)
                before = _slowest(session, lambda session: session.execute(text(_BEFORE), asked).all())  # noqa: B023
            yield Told(path.name, f"{counties:,} counties × {months} months", *ours, *before)


def _slowest(session: ReadSession, read: Callable[[ReadSession], Any]) -> tuple[float, str]:
    with _told(session) as told:
        read(session)
    return max(told)


@contextmanager
def _told(session: ReadSession) -> Iterator[list[tuple[float, str]]]:
    """Milliseconds and plan of every statement within the block, as the server tells them by notices."""
    told: list[tuple[float, str]] = []

    def hear(notice: Diagnostic) -> None:
        found = _DURATION.match(notice.message_primary or "")
        if found:
            told.append((float(found[1]), _plan_only((notice.message_primary or "")[found.end() :])))

    driver: Any = session.connection().connection.driver_connection
    for statement in (*_TOLD, _AS_SERVICE):
        session.execute(text(statement))
    driver.add_notice_handler(hear)
    try:
        yield told
    finally:
        # The server ends a statement, and tells of it, when the next one comes.
        for statement in ("reset role", "set auto_explain.log_min_duration = -1"):
            session.execute(text(statement))
        driver.remove_notice_handler(hear)


def _plan_only(told: str) -> str:
    """The plan without the statement's text, and without the long lists that were sent with it."""
    lines = told.splitlines()
    start = next((at for at, line in enumerate(lines) if re.search(r"\(cost=", line)), 0)
    return "\n".join(line if len(line) <= 160 else f"{line[:157]}…" for line in lines[start:])


def _asked_before(plan: Plan, path: PagePath, *, months: int) -> dict[str, Any]:
    rows = [
        (place, code, _times(indicator, code, above=True), _times(indicator, code, above=False))
        for place, indicator in enumerate(plan.indicators)
        if path.indicators is None or indicator.code in path.indicators
        for code in indicator.elements
    ]
    places, codes, above, below = (list(column) for column in zip(*rows, strict=True))
    first = add_months(NEWEST, 1 - (path.months or months))
    return {"places": places, "codes": codes, "above": above, "below": below, "first": first, "last": NEWEST}


def _times(indicator: Indicator, code: str, *, above: bool) -> int:
    form = indicator.numerator if above else indicator.denominator
    return sum(term.times for term in form.terms if term.element == code)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
