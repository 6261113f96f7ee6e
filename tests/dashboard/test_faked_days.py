"""Pages on days at which calendars turn: the last second and the first one, where the plan's units are."""

from __future__ import annotations

from datetime import date, datetime
from itertools import cycle
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.clock import Clock, turned
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.dashboard.shown_tables import body, seen
from tests.databases import Database
from tests.people import person

ZONE = ZoneInfo("Asia/Shanghai")
LAST, FIRST = "T23:59:59", "T00:00:01"
# A moment, how many units miss a month by then, and since October was due how many months and days, counted by hand.
MOMENTS: tuple[tuple[str, int, tuple[int, int] | None], ...] = (
    ("2019-10-05" + LAST, 0, None),  # September's last second
    ("2019-10-06" + FIRST, 10, None),
    ("2019-11-05" + LAST, 10, None),
    ("2019-11-06" + FIRST, 11, (1, 1)),
    ("2019-12-31" + LAST, 11, (2, 56)),
    ("2020-01-01" + FIRST, 11, (2, 57)),
    ("2020-01-05" + LAST, 11, (2, 61)),
    ("2020-01-06" + FIRST, 11, (3, 62)),
    ("2020-02-29" + LAST, 11, (4, 116)),
    ("2020-03-01" + FIRST, 11, (4, 117)),
)
PAGES = cycle(("/", "/targets", "/units", "/tasks", "/changes"))  # an odd count: each in both languages


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def heading(tree: object) -> str:
    (words,) = [said(node) for node in nodes(tree) if node["type"] == "H1"]
    return words


def test_days_are_those_of_the_plans_own_time_zone_to_the_second(
    client: TestClient, session: WriteSession, shared_database: Database
) -> None:
    """One unit of eleven has sent September 2019, nobody anything since."""
    clock = Clock(at("2019-10-03T10:00:00"))
    with turned(clock, shared_database.engine):
        person(session, "wang", role=Role.EVALUATOR)
        record(session, "441202", "2019-09", items_online=699)
        for moment, units, missing in MOMENTS:
            clock.now = at(moment)
            use_secret(client, signed_in(session, "wang"))
            tree = window(client, "/freshness", "?lang=en")
            said_so = heading(tree)
            assert said_so.startswith(f"{units} units have stopped" if units else "Nothing has stopped"), moment
            if missing is not None:
                first = [seen(cell) for cell in body(tree)[0]]
                assert tuple(map(int, first[-2:])) == missing, moment
            received = heading(window(client, "/periods", "?lang=en&month=2019-09"))
            late = clock.now.date() > date(2019, 10, 5)
            assert received == "Sep 2019: 1 of 11 submissions received" + (", 10 overdue" if late else ""), moment
            for language in ("zh", "en"):
                path = next(PAGES)
                shown = window(client, path, f"?lang={language}")
                assert heading(shown), (moment, path)
                assert not of_class(shown, "failed"), (moment, path)
