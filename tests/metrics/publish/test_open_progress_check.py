"""`open.progress` is held against the verdicts: whatever is changed in it is named, what the service wrote is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.database import Sessions, use_sessions
from metrics.publish.open_progress_check import open_progress_findings
from tests.databases import Database
from tests.metrics.queries.test_views import post

ROW = "unit_code = '441202' and target_code = 'TG-04A'"
PROGRESS = "open.progress"
NAMED = (PROGRESS, "unit_code=441202 target_code=TG-04A")


@pytest.fixture
def kept(clean_database: Database) -> Iterator[Database]:
    """A database with a submission, whose verdicts the service wrote for other tools."""
    with use_sessions(Sessions(clean_database.engine)):
        with Sessions(clean_database.engine).write() as session:
            post(session)
        bring_open_progress_up_to_date()
        yield clean_database


def named(database: Database) -> set[tuple[str, str]]:
    with Sessions(database.engine).read() as session:
        return {(found.table, found.key) for found in open_progress_findings(session)}


def test_each_change_is_named_and_what_was_written_is_not(kept: Database) -> None:
    assert named(kept) == set()
    for change, expected in (
        (f"update open.progress set status = 'met', value = 99 where {ROW}", {NAMED}),
        (f"update open.progress set light = 'green' where {ROW}", {NAMED}),
        (f"delete from open.progress where {ROW}", {NAMED}),
        (
            f"update open.progress set target_code = 'TG-NONE' where {ROW}",
            {NAMED, (PROGRESS, "unit_code=441202 target_code=TG-NONE")},
        ),
        ("update open_refreshes set as_of_seq = 1000", {("open_refreshes", "relation=progress")}),
        ("delete from open_refreshes", {("open_refreshes", "relation=progress")}),
    ):
        with kept.as_owner() as owner:
            owner.execute(text(f"create table before as select * from open.progress; {change}"))
        assert named(kept) == expected, change
        with kept.as_owner() as owner:
            owner.execute(text("delete from open.progress; insert into open.progress select * from before"))
            owner.execute(text("drop table before; delete from open_refreshes"))
        bring_open_progress_up_to_date(always=True)
        assert named(kept) == set()


def test_what_is_late_is_right_as_of_its_place_and_what_is_of_another_day_is_left(kept: Database) -> None:
    with Sessions(kept.engine).write() as session:
        post(session, "441202", items_online=900)
    assert named(kept) == set()
    with kept.as_owner() as owner:
        day = owner.scalar(text("select day from open_refreshes"))
        assert day is not None
        owner.execute(text("update open_refreshes set day = :day"), {"day": day - timedelta(days=1)})
        owner.execute(text(f"update open.progress set status = 'met' where {ROW}"))
    assert named(kept) == set()
