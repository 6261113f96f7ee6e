"""Whoever asks for what came after the last number read misses nothing and gets nothing twice, whoever else writes."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

from psycopg.errors import LockNotAvailable
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from metrics.database import make_engine, read_session, use_engine, write_session
from metrics.models import Observation
from tests.databases import Database
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post

WRITERS, SUBMISSIONS = 16, 4
MONTHS = [f"2019-{month:02d}" for month in range(1, 13)]
UNITS = ["441202", "441203", "441204", "441223", "441224", "441225", "441226", "441284"]


def test_a_reader_beside_sixteen_writers_misses_nothing(clean_database: Database) -> None:
    done = threading.Event()
    with use_engine(make_engine(clean_database.url, pool_size=WRITERS + 1)):
        writers = [threading.Thread(target=_write, args=(number,)) for number in range(WRITERS)]
        found: Counter[tuple[str, str]] = Counter()
        reader = threading.Thread(target=_read, args=(found, done))
        for thread in (*writers, reader):
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
        with read_session() as session:
            written = {
                (str(seq), code) for seq, code in session.execute(select(Observation.seq, Observation.element_code))
            }
    assert len({seq for seq, _ in written}) == WRITERS * SUBMISSIONS
    assert set(found) == written
    assert set(found.values()) == {1}


def _write(number: int) -> None:
    """Submissions of cells nobody else writes, each committed after a wait of its own."""
    draw = random.Random(number)
    for turn in range(SUBMISSIONS):
        while not _written(draw, UNITS[number % len(UNITS)], MONTHS[(number // len(UNITS)) * SUBMISSIONS + turn]):
            time.sleep(draw.random())


def _written(draw: random.Random, unit: str, month: str) -> bool:
    """Post one submission; False if the others kept the ledger for so long that nothing was stored."""
    try:
        with write_session() as session:
            time.sleep(draw.random() / 100)
            post(session, unit, month)
            time.sleep(draw.random() / 100)
    except OperationalError as refused:
        if isinstance(refused.orig, LockNotAvailable):
            return False
        raise
    return True


def _read(found: Counter[tuple[str, str]], done: threading.Event) -> None:
    """Poll until the writers are done, and once more."""
    last, more = 0, True
    while more:
        more = not done.is_set()
        with read_session() as session:
            content = pulled(session, "observations", history="true", after_seq=str(last))
        for row in rows(content):
            found[row["seq"], row["element_code"]] += 1
            last = max(last, int(row["seq"]))
