"""Releases taken while eight writers revise: each is one state of the ledger, and no other.

Real threads, real commits, a database of its own.
"""

from __future__ import annotations

import threading
from itertools import count

from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from metrics.commands.create_release import create_release
from metrics.database import ReadSession, Sessions
from metrics.plan.store import plan_at
from metrics.publish.release_files import RELEASED
from metrics.queries.releases import Published, file_bytes
from metrics.results import Basis
from tests.metrics.commands.test_submissions_together import BUREAU, sessions
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post
from tests.serving import PATIENCE

__all__ = ["sessions"]  # the fixture

UNITS = ["441202", "441203", "441204", "441223", "441224", "441225", "441226", "441284"]
RELEASES = 2


def released_among_writers(sessions: Sessions) -> list[Published]:
    """Releases made while each unit's submission is revised over and over."""
    done, writing = threading.Event(), threading.Barrier(len(UNITS) + 1)

    def write(unit: str) -> None:
        for number in count():
            try:
                with sessions.write() as session:
                    post(session, unit, items_online=500 + number % 300)
            except OperationalError as refused:
                if not isinstance(refused.orig, LockNotAvailable):
                    raise
            if number == 0:
                writing.wait(PATIENCE)
            if done.is_set():
                return

    writers = [threading.Thread(target=write, args=(unit,)) for unit in UNITS]
    for writer in writers:
        writer.start()
    try:
        writing.wait(PATIENCE)
        return [made(sessions, number) for number in range(RELEASES)]
    finally:
        done.set()
        for writer in writers:
            writer.join(PATIENCE)


def made(sessions: Sessions, number: int) -> Published:
    while True:
        try:
            with sessions.write() as session:
                return create_release(session, principal=BUREAU, notes=f"{number}", basis=Basis.SUBMITTED)
        except OperationalError as refused:
            if not isinstance(refused.orig, LockNotAvailable):
                raise


def test_a_release_among_eight_writers_is_one_state_of_the_ledger(sessions: Sessions) -> None:
    releases = released_among_writers(sessions)
    assert [release.number for release in releases] == [1, 2]
    assert any(release.seq > release.stands_on + 1 for release in releases), "nobody wrote meanwhile"
    with sessions.read() as reading:
        for release in releases:
            for name in RELEASED:
                content = b"".join(file_bytes(reading, release.number, release.file(f"{name}.csv")))
                if name != "observations":
                    assert content == pulled(reading, name, as_of=str(release.stands_on)), (release.number, name)
                else:
                    known = rows(content)
                    assert known == observed(reading, release.stands_on)
                    assert known != observed(reading, max(int(row["seq"]) for row in known) - 1)


def observed(reading: ReadSession, seq: int) -> list[dict[str, str]]:
    """The observations known at `seq` as they are released: of counts that rates are made of, without reasons."""
    published = plan_at(reading).published_elements
    known = rows(pulled(reading, "observations", as_of=str(seq)))
    return [row | {"reason": ""} for row in known if row["element_code"] in published]
