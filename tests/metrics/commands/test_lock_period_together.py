"""A lock and submissions at the same time, on real connections: each is before the lock in the ledger, or refused."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from sqlalchemy import select

from metrics.commands.except_unit import grant_exception
from metrics.commands.lock_period import lock_period, unlock_period
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.database import Sessions, WriteSession, make_engine
from metrics.errors import Conflict
from metrics.models import PeriodEvent, SubmissionEvent
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import Posted, SubmissionRequest
from tests.builders import whole_values
from tests.databases import Database
from tests.serving import PATIENCE

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)
SEPTEMBER = date(2019, 9, 1)
UNITS = ("441202", "441203", "441204", "441284", "441223", "441226", "441225", "441224")


def post(session: WriteSession, unit: str) -> Posted:
    request = SubmissionRequest(unit, "2019-09", whole_values())
    return post_submission(session, plan=plan_at(session), principal=BUREAU, request=request)


def lock(session: WriteSession) -> int:
    return lock_period(session, SEPTEMBER, plan=plan_at(session), principal=BUREAU).seq


def test_a_submission_that_was_on_its_way_when_the_lock_came_is_refused(clean_database: Database) -> None:
    """The lock commits after the submission has been read and checked, and before it takes its place in the ledger."""
    sessions = Sessions(clean_database.engine)
    outcome: list[str] = []

    def late() -> None:
        try:
            with sessions.write() as session:
                post(session, UNITS[0])
        except Conflict as refused:
            outcome.append(refused.code)

    with sessions.write() as locking:
        lock(locking)  # holds the ledger: the submission below gets past its first look and waits for its place
        posting = threading.Thread(target=late)
        posting.start()
        until_somebody_waits(sessions)
    posting.join(PATIENCE)
    assert outcome == ["period_locked"]
    with sessions.read() as reading:
        assert reading.scalars(select(SubmissionEvent.seq)).all() == []


def test_a_lock_waits_for_a_submission_that_has_its_place(clean_database: Database) -> None:
    sessions = Sessions(clean_database.engine)
    seqs: list[int] = []

    def locking() -> None:
        with sessions.write() as session:
            seqs.append(lock(session))

    with sessions.write() as session:
        posted = post(session, UNITS[0])
        other = threading.Thread(target=locking)
        other.start()
        until_somebody_waits(sessions)
        assert seqs == []
    other.join(PATIENCE)
    assert posted.seq is not None
    assert seqs == [posted.seq + 1]


def test_of_many_submissions_and_locks_none_slips_through(clean_database: Database) -> None:
    engine = make_engine(clean_database.url, pool_size=len(UNITS) + 1)
    sessions = Sessions(engine)
    gate, over = threading.Barrier(len(UNITS) + 1), threading.Event()
    with ThreadPoolExecutor(len(UNITS) + 1) as pool:
        done = [pool.submit(_bureau, sessions, gate, over)]
        done += [pool.submit(_clerk, sessions, gate, over, unit) for unit in UNITS]
        for future in done:
            future.result()
    with sessions.read() as reading:
        events = reading.execute(select(PeriodEvent.seq, PeriodEvent.action).where(PeriodEvent.unit_code.is_(None)))
        happened = [(seq, action) for seq, action in events]
        happened += [(seq, "return") for seq in reading.scalars(select(SubmissionEvent.seq))]
        excepted = reading.scalars(select(PeriodEvent.seq).where(PeriodEvent.unit_code.is_not(None))).all()
    engine.dispose()
    assert len(happened) >= 10 + len(UNITS)
    assert len(excepted) == 1  # the same exception again is not another one
    locked = False
    for _, action in sorted(happened):
        if action == "return":
            assert not locked
        else:
            locked = action == "lock"


def _clerk(sessions: Sessions, gate: threading.Barrier, over: threading.Event, unit: str) -> None:
    """Post and revise one unit's submission for as long as the bureau is at it, and once when the period is open."""
    gate.wait(PATIENCE)
    number = 0
    while not over.is_set():
        number += 1
        with suppress(Conflict):  # locked just now
            _post_again(sessions, unit, number)
    _post_again(sessions, unit, number + 1)


def _post_again(sessions: Sessions, unit: str, number: int) -> None:
    with sessions.write() as session:
        request = SubmissionRequest(unit, "2019-09", whole_values(items_instant=number), reason="更正")
        etag = _etag(session, unit)
        post_submission(session, plan=plan_at(session), principal=BUREAU, request=request, if_match=etag)


def _bureau(sessions: Sessions, gate: threading.Barrier, over: threading.Event) -> None:
    """Lock, except a unit that posts nothing, unlock, again and again."""
    gate.wait(PATIENCE)
    for _ in range(5):
        with sessions.write() as session:
            lock(session)
        time.sleep(0.01)
        with sessions.write() as session:
            plan = plan_at(session)
            grant_exception(
                session, SEPTEMBER, plan=plan, principal=BUREAU, unit="ZQ-NEW", until="2999-12-31", reason="故障"
            )
        with sessions.write() as session:
            unlock_period(session, SEPTEMBER, principal=BUREAU, reason="补报")
        time.sleep(0.01)
    over.set()


def _etag(session: WriteSession, unit: str) -> str | None:
    version = find_version(session, unit=unit, period=SEPTEMBER)
    return None if version is None else version.etag


def until_somebody_waits(sessions: Sessions) -> None:
    """Until a connection of this database waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with sessions.read() as reading:
            waiting = reading.connection().exec_driver_sql(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if waiting.scalar():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
