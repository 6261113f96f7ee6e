"""What stopped, by a day and as known then: submissions, blocks, task reports; never a gap that was passed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import WriteSession
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.methods import PRESENT
from metrics.models import Release
from metrics.periods import DueRule
from metrics.queries.freshness import freshness, freshness_day
from metrics.queries.view import View, view_at
from metrics.supervision.freshness import OwedSeries, Stopped, Stream, stopped
from metrics.task_reports import TaskState
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import BUREAU, post

RULE = DueRule(due_day=5, timezone="Asia/Shanghai")
MONTHS = [date(2019, month, 1) for month in range(5, 12)]


def test_what_was_left_out_before_something_newer_is_no_stop() -> None:
    def of(newest: date | None, on: date) -> Stopped | None:
        return stopped(OwedSeries(Stream.SUBMISSIONS, MONTHS, newest, "441202"), on=on, rule=RULE)

    assert of(date(2019, 9, 1), date(2019, 11, 5)) is None  # October is due that day, and in time all of it
    late = of(date(2019, 9, 1), date(2019, 11, 6))
    assert late is not None
    assert (late.since, late.due_on, late.periods, late.days) == (date(2019, 10, 1), date(2019, 11, 5), 1, 1)
    never = of(None, date(2019, 9, 6))
    assert never is not None
    assert (never.since, never.due_on, never.periods, never.days) == (date(2019, 5, 1), date(2019, 6, 5), 4, 93)


def found(session: WriteSession, view: View, on: date) -> dict[tuple[Stream, str | None, str], Stopped]:
    return {(row.stream, row.unit, row.part): row for row in freshness(session, view, on=on)}


def test_units_and_datasets_that_stopped_are_told_as_known_then(session: WriteSession) -> None:
    post(session, "441203", "2019-07")
    post(session, "441202", "2019-08", systems_due=None, systems_connected=None)
    known_then = newest_seq(session)
    post(session, "441203", "2019-10")
    now, day = view_at(session), date(2019, 12, 6)
    stands = found(session, now, day)
    whole = stands[Stream.SUBMISSIONS, None, ""]
    assert (whole.newest, whole.since, whole.periods, whole.days, whole.owing) == (
        date(2019, 10, 1),
        date(2019, 11, 1),
        1,
        1,
        11,
    )
    assert stands[Stream.SUBMISSIONS, "441203", ""].since == date(2019, 11, 1)  # August and September are gaps
    assert stands[Stream.SUBMISSIONS, "441202", ""].periods == 3
    assert stands[Stream.SUBMISSIONS, "441204", ""].newest is None
    assert (Stream.SUBMISSIONS, "ZQ-YUEGUI", "") not in stands  # may report, is not expected to
    block = stands[Stream.BLOCK, "441202", "systems"]
    assert (block.newest, block.since, block.periods) == (None, date(2019, 7, 1), 5)
    assert {part for stream, _, part in stands if stream is Stream.BLOCK} == {"systems"}
    before = found(session, view_at(session, as_of=known_then), day)
    assert before[Stream.SUBMISSIONS, None, ""].newest == date(2019, 8, 1)
    assert before[Stream.BLOCK, "441202", "systems"] == block
    assert not found(session, now, date(2019, 8, 5))  # nothing is late yet


def test_task_reports_stop_by_unit_and_finished_tasks_are_waited_for_no_longer(session: WriteSession) -> None:
    post(session, "441202", "2019-07")
    assert not {key for key in found(session, view_at(session), date(2019, 12, 6)) if key[0] is Stream.TASK_REPORTS}
    plan, both = view_at(session).plan, {"441202", "441203"}
    task = next(task for task in plan.tasks if not task.rolling and both <= set(plan.owing_units[task.number]))
    given = TaskReportGiven("441202", "2019-09", TaskState.DONE, "已完成", "")
    report_task(session, task.number, principal=BUREAU, given=given)
    stands = found(session, view_at(session), date(2019, 12, 6))
    one = stands[Stream.TASK_REPORTS, "441202", ""]
    assert (one.newest, one.since, one.periods) == (date(2019, 9, 1), date(2019, 10, 1), 2)
    other = stands[Stream.TASK_REPORTS, "441203", ""]
    assert (other.newest, other.since) == (None, date(2019, 9, 1))
    owed = [sum(unit in plan.owing_units[task.number] for task in plan.tasks) for unit in ("441202", "441203")]
    assert [one.owing, other.owing] == [owed[0] - 1, owed[1]]


def test_the_dataset_says_it_in_words_and_may_be_asked_for_a_day(session: WriteSession) -> None:
    post(session, "441202", "2019-08", systems_due=None, systems_connected=None)
    table = rows(pulled(session, "freshness", on="2019-10-06", unit="441202", lang="en"))
    told = ("stream", "unit_code", "owed", "since", "months", "days")
    assert [tuple(row[name] for name in told) for row in table] == [
        ("submissions", "", "Monthly submission of 11 units", "2019-09", "1", "1"),
        ("block", "441202", "The block “System connection” of the monthly submission", "2019-08", "2", "31"),
        ("submissions", "441202", "Monthly submission", "2019-09", "1", "1"),
    ]


def test_without_a_day_it_is_today_or_the_day_that_things_are_known_as_of(session: WriteSession) -> None:
    post(session)
    view = view_at(session)
    assert view.recorded_at is not None
    asked = datetime(2019, 10, 9, 18, tzinfo=UTC)
    assert freshness_day(view, as_of=asked) == date(2019, 10, 10)  # in the plan's time zone
    assert abs((freshness_day(view, as_of=None) - datetime.now(UTC).date()).days) <= 1
    assert freshness_day(view, as_of=view.seq) >= view.recorded_at.date()


def test_releases_stop_where_there_are_figures_that_none_holds(session: WriteSession) -> None:
    seq = post(session, "441202", "2019-08")
    assert not {key for key in found(session, view_at(session), date(2019, 12, 6)) if key[0] is Stream.RELEASES}
    place = next_place(session)
    append(session, kind="release", place=place, content={"number": 1})
    release = Release(
        number=1,
        seq=place.seq,
        stands_on=seq,
        basis="submitted",
        notes="",
        actor="bureau",
        recorded_at=place.recorded_at,
        method=PRESENT.number,
    )
    session.add(release)
    session.flush()
    assert (Stream.RELEASES, None, "") not in found(session, view_at(session), date(2019, 12, 6))
    post(session, "441202", "2019-10")
    row = found(session, view_at(session), date(2019, 12, 6))[Stream.RELEASES, None, ""]
    assert (row.newest, row.since, row.periods) == (date(2019, 8, 1), date(2019, 9, 1), 2)
