"""A digest holds for exactly one reading: change one thing of it and it is refused, saying which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.errors import Message, Unconfirmed
from metrics.intake.file_reading import CellPlace, Choice, FileReading, Question
from metrics.intake.reading import read_file
from metrics.intake.reading_digest import HOLDS_FOR, is_of_unanswered, reading_digest, require_digest
from tests.workbooks import city_plan, csv_bytes, wide_rows

MADE = datetime(2019, 10, 5, 1, 2, 3, 456789, tzinfo=UTC)
READ = read_file("九月.csv", csv_bytes(wide_rows(["441202", "441203"])), city_plan())
PLAN = city_plan().model_copy(update={"seq": 17})
unhurried = settings(suppress_health_check=[HealthCheck.too_slow])  # other work goes on beside
CHOICES = tuple(Choice(value, Message(value, value)) for value in ("keep", "leave"))


def asked(answers: Mapping[str, str | None], reading: FileReading = READ) -> FileReading:
    """`reading` with questions: id → answer, None for an open one."""
    return replace(
        reading,
        questions=tuple(
            Question(name, "look", CellPlace(None, 3, 4), Message("划去的数", "Struck out"), "98", CHOICES, answer)
            for name, answer in answers.items()
        ),
    )


def refused(digest: str, reading: FileReading, now: datetime = MADE, **given: FileReading) -> str:
    with pytest.raises(Unconfirmed) as found:
        require_digest(digest, reading, PLAN, now=now, **given)
    assert {problem.pointer for problem in found.value.problems} == {"/reading"}
    return found.value.code


_cells = st.integers(0, len(READ.submissions[0].cells) - 1)
_figures = st.one_of(
    st.tuples(st.just("recorded"), st.text("0123456789", min_size=1, max_size=6)),
    st.tuples(st.just("element"), st.sampled_from([element.code for element in PLAN.elements])),
    st.tuples(
        st.just("place"), st.builds(CellPlace, st.sampled_from([None, "甲"]), st.integers(1, 9), st.integers(1, 90))
    ),
)


@unhurried
@given(which=st.integers(0, 1), cell=_cells, change=_figures)
def test_a_figure_that_is_read_otherwise_is_refused(which: int, cell: int, change: tuple[str, object]) -> None:
    sent, (field, value) = READ.submissions[which], change
    if getattr(sent.cells[cell], field) == value:
        return
    cells = [*sent.cells]
    cells[cell] = replace(cells[cell], **{field: value})  # type: ignore[arg-type]  # the field's own kind
    submissions = [*READ.submissions]
    submissions[which] = replace(sent, cells=tuple(cells))
    assert (
        refused(reading_digest(READ, PLAN, made=MADE), replace(READ, submissions=tuple(submissions)))
        == "reading_differs"
    )


@pytest.mark.parametrize("change", [{"unit": "441204"}, {"period": "2019-08"}])
def test_another_unit_or_month_is_refused(change: dict[str, str]) -> None:
    other = replace(READ, submissions=(replace(READ.submissions[0], **change), READ.submissions[1]))  # type: ignore[arg-type]
    assert refused(reading_digest(READ, PLAN, made=MADE), other) == "reading_differs"


@unhurried
@given(st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda text: text != READ.sha256))
def test_another_file_is_refused(sha256: str) -> None:
    """Also one that is read the same; which of the two it is said to be rests on a few digits only."""
    code = refused(reading_digest(READ, PLAN, made=MADE), replace(READ, sha256=sha256))
    assert code == ("reading_differs" if sha256[:4] == READ.sha256[:4] else "reading_of_other_file")


def test_another_plan_is_refused() -> None:
    digest = reading_digest(READ, PLAN.model_copy(update={"seq": 18}), made=MADE)
    assert refused(digest, READ) == "reading_of_other_plan"


@pytest.mark.parametrize("answers", [{"a": "leave", "b": "keep"}, {"a": "keep", "b": None}, {"a": "keep"}, {}])
def test_other_answers_are_refused(answers: Mapping[str, str | None]) -> None:
    digest = reading_digest(asked({"a": "keep", "b": "keep"}), PLAN, made=MADE)
    require_digest(digest, asked({"b": "keep", "a": "keep"}), PLAN, now=MADE)
    assert refused(digest, asked(answers)) == "reading_of_other_answers"


def test_the_digest_that_came_with_the_questions_holds_for_answers_that_change_no_figure() -> None:
    opened, answered = asked({"a": None, "b": None}), asked({"a": "keep", "b": "leave"})
    digest = reading_digest(opened, PLAN, made=MADE)
    assert is_of_unanswered(digest)
    require_digest(digest, answered, PLAN, now=MADE, unanswered=opened)
    assert refused(digest, answered) == "reading_of_other_answers"
    in_part = reading_digest(asked({"a": "keep", "b": None}), PLAN, made=MADE)
    assert not is_of_unanswered(in_part)
    assert refused(in_part, answered, unanswered=opened) == "reading_of_other_answers"
    otherwise = replace(opened, submissions=READ.submissions[:1])
    assert refused(digest, answered, unanswered=otherwise) == "reading_of_other_answers"


def test_an_answer_that_makes_other_figures_count_needs_a_digest_of_its_own() -> None:
    opened = asked({"a": None})
    first = READ.submissions[0]
    corrected = replace(first, cells=(replace(first.cells[0], recorded="990"), *first.cells[1:]))
    answered = replace(asked({"a": "corrected"}), submissions=(corrected, *READ.submissions[1:]))
    digest = reading_digest(opened, PLAN, made=MADE)
    assert refused(digest, answered, unanswered=opened) == "reading_of_other_answers"
    require_digest(reading_digest(answered, PLAN, made=MADE), answered, PLAN, now=MADE, unanswered=opened)


def test_it_holds_for_a_day_and_not_before_it_was_made() -> None:
    digest, second = reading_digest(READ, PLAN, made=MADE), timedelta(seconds=1)
    for now in (MADE, MADE.replace(microsecond=0), MADE + HOLDS_FOR - second):
        require_digest(digest, READ, PLAN, now=now)
    assert refused(digest, READ, MADE + HOLDS_FOR) == "reading_stale"  # it counts from the second it was made in
    assert refused(digest, READ, MADE - second) == "reading_future"


def test_it_cannot_be_made_younger() -> None:
    old, new = (reading_digest(READ, PLAN, made=made) for made in (MADE, MADE + HOLDS_FOR))
    renewed = new.partition("-")[0] + "-" + old.partition("-")[2]
    assert refused(renewed, READ, MADE + HOLDS_FOR) == "reading_differs"


@unhurried
@given(st.text(max_size=80))
def test_what_is_no_digest_is_refused(text: str) -> None:
    assert refused(text, READ) == "reading_malformed"


@unhurried
@given(st.integers(0, 60), st.sampled_from("0123456789abcdef"))
def test_a_changed_character_is_refused(place: int, character: str) -> None:
    digest = reading_digest(READ, PLAN, made=MADE)
    changed = digest[:place] + character + digest[place + 1 :]
    if place < len(digest) and digest[place] != character:
        assert refused(changed, READ)
