"""A file of any layout but the template and a machine's CSV is stored only once somebody confirmed what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.post_file import post_file
from metrics.commands.posted_file import FileRequest, LookedOver, PostedFile
from metrics.commands.withdraw_layout import withdraw_layout
from metrics.database import Sessions, WriteSession
from metrics.errors import BiaochiError, Forbidden, Invalid, Message, NotFound, Unconfirmed
from metrics.intake.file_reading import CellPlace, Choice, FileReading, Question
from metrics.intake.reading import read_file
from metrics.models import ConfirmedLayout, Submission
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.confirmed_layouts import confirmed_layouts
from tests.builders import UNIT
from tests.metrics.commands.test_submissions_together import all_at_once, sessions
from tests.posting import CLERK, REVIEWER
from tests.workbooks import city_plan, csv_bytes, tidy_rows, wide_rows

__all__ = ["sessions"]  # the fixture

OTHER = "441203"
NOW = datetime(2019, 11, 5, 1, tzinfo=UTC)
NEIGHBOUR = Principal(3, "he", "何", Role.CLERK, frozenset({OTHER}))
READER = Principal(4, "han", "韩", Role.EVALUATOR)
CHOICES = (Choice("keep", Message("计入", "It counts")), Choice("leave", Message("不计", "It does not")))


def wide(*units: str, period: str = "2019-09", title: str = "", **changes: int) -> FileReading:
    """A wide file, under a `title` if there is one."""
    rows = wide_rows(units or (UNIT,), period, **changes)
    return read_file("九月.csv", csv_bytes([[title], *rows] if title else rows), city_plan())


def turned() -> FileReading:
    """The same figures for October in another order of columns."""
    return read_file("十月.csv", csv_bytes([row[:2] + row[:1:-1] for row in wide_rows(period="2019-10")]), city_plan())


def asking(reading: FileReading, answer: str | None = None) -> FileReading:
    question = Question("look@D2", "look", CellPlace(None, 2, 4), Message("划去", "Struck out"), "98", CHOICES, answer)
    return replace(reading, questions=(question,))


def post(session: WriteSession, reading: FileReading, request: FileRequest | None = None, **given: Any) -> PostedFile:
    principal = given.pop("principal", CLERK)
    given = {"now": NOW} | given
    return post_file(session, plan=plan_at(session), principal=principal, reading=reading, request=request, **given)


def look_over(session: WriteSession, reading: FileReading, **given: Any) -> LookedOver:
    looked_over = post(session, reading, dry_run=True, **given).looked_over
    assert looked_over is not None
    return looked_over


def confirm(session: WriteSession, reading: FileReading, **given: Any) -> PostedFile:
    digest = look_over(session, reading, **given).digest
    return post(session, reading, FileRequest(reading=digest), **given)


def refused(session: WriteSession, reading: FileReading, request: FileRequest | None = None, **given: Any) -> Invalid:
    before = session.scalar(select(func.count()).select_from(Submission))
    with pytest.raises(Invalid) as found:
        post(session, reading, request, **given)
    assert session.scalar(select(func.count()).select_from(Submission)) == before
    return found.value


def test_another_layout_is_stored_with_the_digest_only(session: WriteSession) -> None:
    reading = wide()
    error = refused(session, reading)
    assert (type(error), error.code, error.questions) == (Unconfirmed, "reading_unconfirmed", [])
    looked_over = look_over(session, reading)
    assert (looked_over.confirmation.needed, looked_over.confirmation.because) == (True, "layout_new")
    digest = looked_over.digest
    assert refused(session, wide(items_instant=351), FileRequest(reading=digest)).code == "reading_of_other_file"
    late = NOW + timedelta(hours=24, seconds=1)
    assert refused(session, reading, FileRequest(reading=digest), now=late).code == "reading_stale"
    assert post(session, reading, FileRequest(reading=digest)).recorded


def test_a_machine_s_file_needs_none_and_a_wrong_one_is_refused_all_the_same(session: WriteSession) -> None:
    reading = read_file("九月.csv", csv_bytes(tidy_rows()), city_plan())
    looked_over = look_over(session, reading)
    assert (looked_over.confirmation.needed, looked_over.confirmation.because) == (False, "tidy")
    digest = look_over(session, wide()).digest
    assert refused(session, reading, FileRequest(reading=digest)).code == "reading_of_other_file"
    assert post(session, reading).recorded
    assert confirmed_layouts(session, principal=CLERK) == ()


def test_what_is_wrong_in_a_file_is_said_before_it_is_to_be_confirmed(session: WriteSession) -> None:
    error = refused(session, wide(items_total=7))
    assert (error.code, type(error)) == ("file_invalid", Invalid)


def test_figures_stand_beside_last_month_s(session: WriteSession) -> None:
    confirm(session, wide(period="2019-08"))
    cells = {cell.element: cell for cell in look_over(session, wide(items_instant=351)).cells[f"{UNIT}/2019-09"]}
    instant = cells["items_instant"].as_dict()
    assert (instant["written"], instant["read"], instant["last"], instant["difference"]) == ("351", "351", "350", "1")
    assert (instant["row"], instant["name"]["zh"]) == (2, "即办件事项数")
    assert cells["startup_days"].as_dict()["difference"] == "0"
    confirm(session, wide(OTHER), principal=REVIEWER)
    assert {cell.last for cell in look_over(session, wide(OTHER), principal=REVIEWER).cells[f"{OTHER}/2019-09"]} == {
        None
    }


def test_a_file_waits_for_every_answer(session: WriteSession) -> None:
    opened, answered = asking(wide()), asking(wide(), "keep")
    looked_over = look_over(session, opened)
    assert (looked_over.confirmation.needed, looked_over.confirmation.because) == (True, "questions")
    with_digest = FileRequest(reading=looked_over.digest)
    for request in (None, with_digest):
        error = refused(session, opened, request)
        assert [(p.code, p.row, p.column, p.given) for p in error.problems] == [("question_open", 2, "D", "98")]
        assert [question["id"] for question in error.questions] == ["look@D2"]
    keep = {"look@D2": "keep"}
    assert refused(session, answered, FileRequest(answers=keep)).code == "reading_unconfirmed"
    kept = look_over(session, answered, request=FileRequest(answers=keep)).digest
    left = FileRequest(reading=kept, answers={"look@D2": "leave"})
    assert refused(session, asking(wide(), "leave"), left).code == "reading_of_other_answers"
    request = replace(with_digest, answers=keep)
    assert post(session, answered, request, unanswered=opened).recorded


def test_the_digest_of_the_answers_holds_too(session: WriteSession) -> None:
    answered = asking(wide(), "keep")
    digest = look_over(session, answered).digest
    assert post(session, answered, FileRequest(reading=digest, answers={"look@D2": "keep"})).recorded


def test_a_confirmed_layout_needs_no_confirmation_next_month(session: WriteSession) -> None:
    confirm(session, wide())
    october = wide(period="2019-10")
    confirmation = look_over(session, october).confirmation
    assert (confirmation.needed, confirmation.because) == (False, "layout_confirmed")
    assert (confirmation.confirmed_by, confirmation.confirmed_at) == ("chen", NOW)
    assert refused(session, turned()).code == "reading_unconfirmed"
    assert refused(session, wide(OTHER, period="2019-10"), principal=REVIEWER).code == "reading_unconfirmed"
    both = wide(UNIT, OTHER, period="2019-10")
    assert refused(session, both, principal=REVIEWER).code == "reading_unconfirmed"
    assert refused(session, asking(october, "keep")).code == "reading_unconfirmed"  # what is asked is looked at
    assert post(session, october).recorded


def test_a_title_that_names_the_new_month_is_the_same_layout(session: WriteSession) -> None:
    confirm(session, wide(title="端州区2019年9月报送表"))
    october = look_over(session, wide(title="端州区2019年10月报送表", period="2019-10")).confirmation
    assert october.because == "layout_confirmed"
    left_over = wide(title="端州区2019年9月报送表", period="2019-10")
    assert look_over(session, left_over).confirmation.because == "questions"
    assert [problem.code for problem in refused(session, left_over).problems] == ["question_open"]


def test_a_withdrawn_layout_is_confirmed_anew(session: WriteSession) -> None:
    confirm(session, wide())
    (row,) = confirmed_layouts(session, principal=CLERK)
    assert (row.unit, row.confirmed_by, row.headings[:2]) == (UNIT, "chen", ("填报单位", "报告期"))
    later = NOW + timedelta(days=1)
    withdrawn = withdraw_layout(session, row.id, principal=CLERK, now=later)
    again = withdraw_layout(session, row.id, principal=REVIEWER, now=later + timedelta(days=1))
    assert withdrawn == again
    assert (again.withdrawn_by, again.withdrawn_at, again.holds) == ("chen", later, False)
    october = wide(period="2019-10")
    assert refused(session, october).code == "reading_unconfirmed"
    confirm(session, october)
    assert [each.holds for each in confirmed_layouts(session, principal=CLERK)] == [True, False]


def test_layouts_are_the_unit_s_own(session: WriteSession) -> None:
    confirm(session, wide(UNIT, OTHER), principal=REVIEWER)
    assert {row.unit for row in confirmed_layouts(session, principal=REVIEWER)} == {UNIT, OTHER}
    (own,) = confirmed_layouts(session, principal=CLERK)
    assert confirmed_layouts(session, principal=REVIEWER, unit=UNIT) == (own,)
    acts: list[tuple[type[BiaochiError], Any]] = [
        (Forbidden, lambda: confirmed_layouts(session, principal=CLERK, unit=OTHER)),
        (Forbidden, lambda: confirmed_layouts(session, principal=READER)),
        (Forbidden, lambda: withdraw_layout(session, own.id, principal=NEIGHBOUR, now=NOW)),
        (Forbidden, lambda: withdraw_layout(session, own.id, principal=READER, now=NOW)),
        (NotFound, lambda: withdraw_layout(session, own.id + 1000, principal=REVIEWER, now=NOW)),
    ]
    for kind, act in acts:
        with pytest.raises(kind):
            act()
    assert confirmed_layouts(session, principal=CLERK) == (own,)


def test_a_refused_file_leaves_no_layout_behind(session: WriteSession) -> None:
    digest = look_over(session, wide()).digest
    refused(session, wide(items_total=7), FileRequest(reading=digest))
    refused(session, wide())
    assert confirmed_layouts(session, principal=CLERK) == ()


def test_a_layout_confirmed_by_many_at_once_is_confirmed_once(sessions: Sessions) -> None:
    """Files of the bureau with the same layout for two units, in either order, sent together."""
    months = [f"2019-{month:02d}" for month in range(5, 11)]
    readings = [wide(*((UNIT, OTHER)[:: 1 if n % 2 else -1]), period=month) for n, month in enumerate(months)]

    def store(number: int) -> bool:
        with sessions.write() as session:
            return confirm(session, readings[number], principal=REVIEWER, now=datetime.now(UTC)).recorded

    assert all_at_once(len(months), store) == [True] * len(months)
    with sessions.read() as session:
        known = session.execute(select(ConfirmedLayout.unit_code, ConfirmedLayout.fingerprint)).all()
    assert sorted(map(tuple, known)) == [(UNIT, readings[0].fingerprint), (OTHER, readings[0].fingerprint)]
