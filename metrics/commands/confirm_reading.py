"""Confirming what a file was read as, before it counts; the layout of a confirmed file is known from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.errors import Message, Problem, Unconfirmed
from metrics.forms import as_given
from metrics.intake.file_reading import FileReading, Question
from metrics.intake.grid import column_letter
from metrics.models import ConfirmedLayout
from metrics.principal import Principal
from metrics.queries.confirmed_layouts import ReadingConfirmation

_MOST_HEADINGS = 60  # of a layout that are kept, for people
_LONGEST_HEADING = 60  # characters


def open_questions(reading: FileReading) -> Unconfirmed:
    """The refusal of a file while a question about it is open: each with its cell."""
    problems = [
        Problem(
            code="question_open",
            message=question.message,
            row=question.place.row,
            column=column_letter(question.place.column),
            given=as_given(question.given),
            sheet=question.place.sheet,
            expected=_choices(question),
        )
        for question in reading.open_questions
    ]
    count = len(problems)
    message = Message(
        f"文件有 {count} 处须由您确认,回答之后才能入库;未保存任何内容。",
        f"The file raises {count} question{'s' if count > 1 else ''} that only you can answer; nothing was stored.",
    )
    return Unconfirmed("question_open", message, problems, questions=asked_of(reading))


def _choices(question: Question) -> Message:
    choices = question.choices
    return Message(
        "、".join(f"{choice.value}({choice.label.zh})" for choice in choices),
        ", ".join(f"{choice.value} ({choice.label.en})" for choice in choices),
    )


def unconfirmed(reading: FileReading, confirmation: ReadingConfirmation) -> Unconfirmed:
    """The refusal of a file whose reading nobody confirmed."""
    why = {
        "questions": ("文件中有须由您确认的内容", "The file raises questions"),
        "layout_new": ("这种版式尚未确认过", "This layout was not confirmed before"),
    }[confirmation.because]
    message = Message(
        f"{why[0]}:请先核对读出的每一个数(试运行),再带上核对码(reading)报送;未保存任何内容。",
        f"{why[1]}: look over every figure as it is read (a dry run), then send it with the digest (reading) that it "
        "answers; nothing was stored.",
    )
    problem = Problem("reading_unconfirmed", message, "/reading")
    return Unconfirmed("reading_unconfirmed", message, [problem], questions=asked_of(reading))


def asked_of(reading: FileReading) -> list[dict[str, object]]:
    """Every question of the file as JSON, answered ones included."""
    return [question.as_dict() for question in reading.questions]


def remember_layout(session: WriteSession, *, principal: Principal, reading: FileReading, now: datetime) -> None:
    """Keep that the units of `reading` know its layout from now on. One that is known already stays as it was."""
    if reading.layout != "other" or not reading.fingerprint:
        return
    headings = [heading[:_LONGEST_HEADING] for heading in reading.headings[:_MOST_HEADINGS]]
    for unit in sorted({sent.unit for sent in reading.submissions}):  # in one order, so that two files do not block
        session.execute(
            insert(ConfirmedLayout)
            .values(
                unit_code=unit,
                fingerprint=reading.fingerprint,
                headings=headings,
                confirmed_by=principal.username,
                confirmed_at=now,
            )
            .on_conflict_do_nothing(
                index_elements=["unit_code", "fingerprint"], index_where=text("withdrawn_at is null")
            )
        )
