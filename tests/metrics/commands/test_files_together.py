"""Files that overlap, posted at once: no deadlock, whole files only, one winner a version.

Real threads, real commits, a database of its own for each test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from metrics.commands.idempotency_keys import Answer
from metrics.commands.post_file import post_file_once
from metrics.commands.posted_file import FileRequest, PostedFile
from metrics.commands.verify_submission import verify_submission
from metrics.database import Sessions
from metrics.errors import Conflict, Stale, VersionMissing
from metrics.intake.file_reading import FileReading
from metrics.intake.reading import read_file
from metrics.models import Figure, LedgerEntry, Submission, SubmissionEvent
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.builders import PERIOD
from tests.metrics.commands.test_submissions_together import BUREAU, all_at_once, sessions
from tests.people import person
from tests.posting import confirming, post_confirmed
from tests.workbooks import city_plan, csv_bytes, wide_rows

__all__ = ["sessions"]  # the fixture

COUNTIES = ("441202", "441203", "441204", "441284", "441223", "441226", "441225", "441224")


def file_of(units: Sequence[str], **changes: int) -> FileReading:
    """A file of the bureau's with one submission for each unit, in this order."""
    return read_file("九月.csv", csv_bytes(wide_rows(units, PERIOD, **changes)), city_plan())


def post(sessions: Sessions, reading: FileReading, request: FileRequest | None = None) -> PostedFile | None:
    """What became of the file; None if somebody else was quicker."""
    try:
        with sessions.write() as session:
            return post_confirmed(session, reading, request)
    except (Stale, VersionMissing):
        return None


def test_of_overlapping_first_files_each_unit_takes_one_and_each_file_is_whole(sessions: Sessions) -> None:
    """Neighbouring windows of units in either order; whoever meets one that is there by then stores nothing."""
    windows = [COUNTIES[start : start + 3][:: 1 if start % 2 else -1] for start in range(6)]
    readings = [file_of(window, items_instant=100 + number) for number, window in enumerate(windows)]

    posted = all_at_once(12, lambda number: post(sessions, readings[number % 6]))

    stored = [found for found in posted if found is not None and found.recorded]
    assert stored
    with sessions.read() as reading:
        figures = select(Figure.unit_code, Figure.value).where(Figure.element_code == "items_instant")
        values = {row.unit_code: int(row.value) for row in reading.execute(figures)}
        assert reading.scalar(select(func.count()).where(LedgerEntry.kind == "submission")) == 3 * len(stored)
        assert set(reading.scalars(select(Submission.revision))) == {1}
    whole = {number for number, window in enumerate(windows) if all(values.get(u) == 100 + number for u in window)}
    assert {value - 100 for value in values.values()} == whole
    assert len(whole) == len(stored)


def test_of_overlapping_revisions_one_file_wins_each_version_whole(sessions: Sessions) -> None:
    first = post(sessions, file_of(COUNTIES))
    assert first is not None
    versions = dict(first.versions)
    for round_ in (1, 2):
        readings = [file_of(COUNTIES[:: 1 if n % 2 else -1], items_instant=100 * round_ + n) for n in range(8)]
        request = FileRequest(reason="更正", versions=versions)

        posted = all_at_once(8, lambda n, readings=readings, request=request: post(sessions, readings[n], request))  # type: ignore[misc]

        winners = [found for found in posted if found is not None]
        assert len(winners) == 1
        assert {found.revision for found in winners[0].submissions} == {1 + round_}
        versions = dict(winners[0].versions)
        with sessions.read() as reading:
            values = reading.scalars(select(Figure.value).where(Figure.element_code == "items_instant")).all()
        assert len(values) == len(COUNTIES)
        assert len(set(values)) == 1


def test_files_single_checks_and_one_key_do_not_lock_each_other_out(sessions: Sessions) -> None:
    """A revision by file, with one key from many threads, while the same submissions are verified one by one."""
    with sessions.write() as session:
        sender = person(session, role=Role.REVIEWER)
    first = post(sessions, file_of(COUNTIES))
    assert first is not None
    request = FileRequest(reason="更正", versions=first.versions)
    revised = file_of(COUNTIES[::-1], items_instant=351)
    with sessions.read() as looking:
        confirmed = confirming(revised, plan_at(looking), request)
    numbers = [found.id for found in first.submissions]

    def revise(_: int) -> Answer | None:
        try:
            with sessions.write() as session:
                plan = plan_at(session)
                return post_file_once(
                    session, plan=plan, principal=sender, reading=revised, request=confirmed, key="september"
                )
        except Stale:
            return None

    def verify(number: int) -> int | None:
        submission = numbers[number]
        assert submission is not None
        try:
            with sessions.write() as session:
                return verify_submission(session, principal=BUREAU, submission_id=submission).seq
        except Conflict:
            return None

    everything = all_at_once(16, lambda n: revise(n) if n % 2 else verify(n // 2))

    answers = [found for found in everything if isinstance(found, Answer)]
    assert Counter(answer.replayed for answer in answers) in ({}, {False: 1, True: 7})
    with sessions.read() as reading:
        revisions = Counter(reading.scalars(select(Submission.revision)))
        entries = reading.scalar(select(func.count()).select_from(SubmissionEvent))
    assert revisions == {2 if answers else 1: len(COUNTIES)}
    verified = [found for found in everything if isinstance(found, int)]
    assert entries == len(COUNTIES) * (2 if answers else 1) + len(verified)
