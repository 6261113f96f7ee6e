"""R6: `python -m benchmarks.watermark [SUBMISSIONS] [SEED]`: an `after_seq` reader beside 16 writers misses nothing.

Each writer posts or revises submissions of its own, one transaction each, with random waits before and after the
ledger's place is taken; the reader pulls what came after the last number it saw, over and over. Exit code 1 if a row
was missed, came twice, or came out of order.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from psycopg.errors import LockNotAvailable
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from benchmarks.databases import READER, own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.database import read_session, write_session
from metrics.models import Observation
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import SubmissionRequest
from tests.metrics.publish.pulling import pulled, rows

WRITERS = 16
UNITS = ("441202", "441203", "441204", "441223", "441224", "441225", "441226", "441284")
_BUREAU = Principal(1, "bureau", "局", Role.REVIEWER)
_LONGEST_WAIT = 0.008  # seconds


@dataclass
class Reader:
    """What was pulled: how often each row came, and whether numbers ever went back."""

    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    pulls: int = 0
    backwards: int = 0

    def read_until(self, done: threading.Event) -> None:
        """Pull until the writers are done, and once more."""
        last, more = 0, True
        while more:
            more = not done.is_set()
            with read_session(READER) as session:
                found = rows(pulled(session, "observations", history="true", after_seq=str(last)))
            for row in found:
                self.seen[row["seq"], row["element_code"]] += 1
                self.backwards += int(row["seq"]) < last
                last = max(last, int(row["seq"]))
            self.pulls += 1


def main(submissions: int = 5000, seed: int = 1) -> int:
    """Write, read, compare, and print the score."""
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(Path(folder) / "home", pool_size=WRITERS + 2),
    ):
        load_plan_folder(CITY_PLAN, actor="benchmarks")
        reader, refused = _campaign(submissions, seed=seed)
        with read_session(READER) as session:
            keys = select(Observation.seq, Observation.element_code)
            written = {(str(seq), code) for seq, code in session.execute(keys)}
    missed, strange = written - set(reader.seen), set(reader.seen) - written
    doubled = [row for row, times in reader.seen.items() if times > 1]
    stored = len({seq for seq, _ in written})
    sys.stdout.write(
        f"R6 {stored} submissions by {WRITERS} writers ({refused} tried again after a lock), {len(written)} rows,"
        f" {reader.pulls} pulls: {len(missed)} missed, {len(doubled)} doubled, {len(strange)} unknown,"
        f" {reader.backwards} out of order\n"
    )
    return 1 if missed or doubled or strange or reader.backwards or stored < submissions else 0


def _campaign(submissions: int, *, seed: int) -> tuple[Reader, int]:
    reader, done, refused = Reader(), threading.Event(), Counter[int]()
    each = -(-submissions // WRITERS)

    def write(number: int) -> None:
        draw = random.Random(seed * 1000 + number)
        for turn in range(each):
            while not _posted(draw, number, turn):
                refused[number] += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    reading = threading.Thread(target=reader.read_until, args=(done,))
    for thread in (*writers, reading):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reading.join()
    return reader, refused.total()


def _posted(draw: random.Random, writer: int, turn: int) -> bool:
    """One submission or revision, committed; False if the others kept the ledger too long for it to be stored."""
    unit, month = UNITS[writer % len(UNITS)], turn % 12
    period = date(2019 + writer // len(UNITS), 1 + month, 1)  # nobody else writes these
    sent = {"systems_due": 1 + turn, "systems_connected": draw.randrange(turn + 1)}
    try:
        with write_session() as session:
            time.sleep(draw.random() * _LONGEST_WAIT)
            standing = find_version(session, unit=unit, period=period)
            request = SubmissionRequest(unit, f"{period:%Y-%m}", sent, reason="" if standing is None else "更正")
            etag = None if standing is None else standing.etag
            post_submission(session, plan=plan_at(session), principal=_BUREAU, request=request, if_match=etag)
            session.flush()
            time.sleep(draw.random() * _LONGEST_WAIT)
    except OperationalError as refused:
        if isinstance(refused.orig, LockNotAvailable):
            return False
        raise
    return True


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
