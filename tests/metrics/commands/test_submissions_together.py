"""Many at once: one winner a version, nothing lost, nothing half, nothing twice.

Real threads, real commits, a database of its own for each test.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from metrics.commands.idempotency_keys import Answer, once
from metrics.commands.post_submission import post_submission
from metrics.database import Sessions, WriteSession, make_engine
from metrics.errors import Stale, VersionMissing
from metrics.models import LedgerEntry, Observation, Submission, SubmissionEvent
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import Posted, SubmissionRequest
from metrics.value_types import as_json_object
from tests.builders import PERIOD, UNIT, whole_values
from tests.databases import Database
from tests.people import person
from tests.serving import PATIENCE

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)
Result = TypeVar("Result")
TIMES_TO_COME_BACK = 20  # after 4 s each (metrics.database.Sessions.write)


@pytest.fixture
def sessions(clean_database: Database) -> Iterator[Sessions]:
    """Sessions enough for every thread to have one."""
    engine = make_engine(clean_database.url, pool_size=32)
    yield Sessions(engine)
    engine.dispose()


def post(session: WriteSession, *, if_match: str | None = None, period: str = PERIOD, **changes: Any) -> Posted:
    request = SubmissionRequest(UNIT, period, whole_values(**changes), reason="更正")
    return post_submission(session, plan=plan_at(session), principal=BUREAU, request=request, if_match=if_match)


def all_at_once(count: int, do: Callable[[int], Result]) -> list[Result]:
    """`do(0)` … `do(count - 1)` in as many threads, started together.

    Who is told that the service is busy comes back, as a client does after `Retry-After`; nothing is stored till then.
    """
    gate = threading.Barrier(count)

    def started(number: int) -> Result:
        gate.wait(PATIENCE)
        for _ in range(TIMES_TO_COME_BACK):
            try:
                return do(number)
            except OperationalError as busy:
                if not isinstance(busy.orig, LockNotAvailable):
                    raise
        raise AssertionError(f"thread {number} never had its turn")

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


def test_fifty_threads_with_one_key_post_once(sessions: Sessions) -> None:
    with sessions.write() as session:
        chen = person(session, role=Role.REVIEWER)
    for period in ("2019-07", "2019-08", "2019-09"):

        def attempt(_: int, period: str = period) -> Answer:
            with sessions.write() as session:
                return once(
                    session,
                    principal=chen,
                    key=f"key-{period}",
                    asked={"period": period},
                    do=lambda: as_json_object(post(session, period=period)),
                )

        answers = all_at_once(50, attempt)
        assert Counter(answer.replayed for answer in answers) == {False: 1, True: 49}
        assert len({answer.body["leaf_hash"] for answer in answers}) == 1
    with sessions.read() as reading:
        assert reading.scalar(select(func.count()).select_from(Submission)) == 3
        assert reading.scalar(select(func.count()).where(LedgerEntry.kind == "submission")) == 3


def test_of_many_first_submissions_one_is_first(sessions: Sessions) -> None:
    def attempt(number: int) -> Posted | None:
        try:
            with sessions.write() as session:
                return post(session, items_instant=number)
        except VersionMissing:
            return None

    recorded = [posted for posted in all_at_once(16, attempt) if posted is not None]
    assert [posted.revision for posted in recorded] == [1]


def test_thirty_two_writers_of_one_cell_have_one_winner_a_version(sessions: Sessions) -> None:
    with sessions.write() as session:
        newest = post(session)
    for version in range(2, 6):
        etag = newest.etag

        def attempt(number: int, etag: str | None = etag, version: int = version) -> Posted | None:
            try:
                with sessions.write() as session:
                    return post(session, if_match=etag, items_instant=100 * version + number)
            except Stale:
                return None

        winners = [posted for posted in all_at_once(32, attempt) if posted is not None]
        assert [posted.revision for posted in winners] == [version]
        newest = winners[0]
    with sessions.read() as reading:
        events = reading.execute(select(SubmissionEvent.revision, SubmissionEvent.detail).order_by(SubmissionEvent.seq))
        history = [(row.revision, row.detail["changed"]) for row in events]
        assert [revision for revision, _ in history] == [1, 2, 3, 4, 5]
        steps = [changed[0] for _, changed in history[1:]]
        assert [step["before"] for step in steps] == ["350", *(step["after"] for step in steps[:-1])]
        revisions = select(Observation.revision).where(Observation.element_code == "items_instant")
        assert sorted(reading.scalars(revisions)) == [1, 2, 3, 4, 5]


def test_a_reader_that_asks_for_what_came_after_misses_nothing(sessions: Sessions) -> None:
    """Writers hold their transactions open for random times before they commit; the reader polls all the while."""
    units = ["441202", "441203", "441204", "441284", "441223", "441226", "441225", "441224"]
    seen: list[int] = []
    done = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(number)
        for month in range(1, 7):
            time.sleep(chance.random() * 0.02)
            with sessions.write() as session:
                values = {"systems_due": 12, "systems_connected": number}
                request = SubmissionRequest(units[number], f"2019-{month:02d}", values)
                post_submission(session, plan=plan_at(session), principal=BUREAU, request=request)
                session.flush()
                time.sleep(chance.random() * 0.02)

    def read() -> None:
        after, last_round = 0, False
        while True:
            with sessions.read() as reading:
                found = reading.scalars(select(Observation.seq).where(Observation.seq > after)).all()
            seen.extend(found)
            after = max(found, default=after)
            if last_round:
                return
            last_round = done.is_set()

    reader = threading.Thread(target=read)
    reader.start()
    all_at_once(len(units), write)
    done.set()
    reader.join(PATIENCE)
    with sessions.read() as reading:
        everything = reading.scalars(select(Observation.seq)).all()
    assert len(everything) == 2 * 6 * len(units)
    assert sorted(seen) == sorted(everything)
    assert seen == sorted(seen)
