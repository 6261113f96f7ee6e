"""What a file says: submissions, each cell with its place, and everything read otherwise than it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from metrics.errors import Message, Problem, cell_name
from metrics.forms import as_given
from metrics.intake.grid import Cell, column_letter
from metrics.intake.template.stamp import Stamp
from metrics.value_types import as_json_object


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell. `sheet` is None in a CSV file; `column` is a number, 1 for A."""

    sheet: str | None
    row: int
    column: int

    def __str__(self) -> str:
        return cell_name(self.sheet, self.row, column_letter(self.column))

    def as_dict(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": column_letter(self.column)}


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One figure. `read` is what stands in the file, `recorded` the plain decimal that would be recorded.

    `recorded` is None for a cell that is refused; one of the reading's problems then says why.
    """

    element: str
    place: CellPlace
    read: str
    recorded: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is recorded otherwise than it was written. `about`: value, unit or period."""

    about: Literal["value", "unit", "period"]
    place: CellPlace
    read: str
    recorded: str

    def as_dict(self) -> dict[str, Any]:
        return {"about": self.about, **self.place.as_dict(), "read": self.read, "recorded": self.recorded}


@dataclass(frozen=True, slots=True)
class FileNotice:
    """Something that was left out, or is worth a look; nothing is refused for it."""

    code: str
    sheet: str | None
    row: int | None
    column: str | None
    message: Message


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question takes; `value` is what is sent back."""

    value: str
    label: Message


@dataclass(frozen=True, slots=True)
class Question:
    """What only the sender can know: another month in a title, a correction column, a changed look.

    `id` names the question in the answers: `code@sheet!cell`, the same for the same file. `given` is what stands there,
    `answer` the choice that was taken, None while it is open. Nothing is stored while one is open.
    """

    id: str
    code: str
    place: CellPlace
    message: Message
    given: str
    choices: tuple[Choice, ...]
    answer: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "code": self.code,
            **self.place.as_dict(),
            "message": self.message.as_dict(),
            "given": self.given,
            "choices": [as_json_object(choice) for choice in self.choices],
            "answer": self.answer,
        }


@dataclass(frozen=True, slots=True)
class FileSubmission:
    """One submission (月报) in a file. `unit` is a code, `period` is `YYYY-MM`; `cells` stand in the form's order.

    `reason` is what the template's 更正原因 says.
    """

    unit: str
    period: str
    cells: tuple[ReadCell, ...]
    reason: str = ""

    @property
    def key(self) -> str:
        """How the parameter `versions` names this submission: `441202/2019-09`."""
        return f"{self.unit}/{self.period}"

    @property
    def values(self) -> dict[str, str | None]:
        """Element → plain decimal, None for a refused cell: :class:`metrics.submissions.SubmissionRequest` takes."""
        return {cell.element: cell.recorded for cell in self.cells}

    @property
    def cell_by_element(self) -> dict[str, ReadCell]:
        return {cell.element: cell for cell in self.cells}


@dataclass(frozen=True, slots=True)
class FileReading:
    """A whole file, read with one plan.

    `submissions`: those that could be placed, in the file's order; one with a refused cell has None for it in `values`.
    `changes`: every reading that differs from what was written. `notices`: what was left out.
    `problems`: why the file cannot be posted, each with sheet, row, column, given, expected; empty if it can.
    `named`: every unit that the file names figures of, hidden or refused ones included, and where first.
    `stamp`: what our template's hidden sheet says.
    `questions`: what is asked, answered ones included. `layout`: `template` if it is our stamped form, `tidy` if it is
    a machine's CSV of exactly `unit_code,period,element_code,value`, else `other`, which is confirmed before it counts.
    `fingerprint`: SHA-256 (hex) of headings, measures and order; the same next month, whatever months the words name.
    `headings`: the words in the rows of headings as they are written, each once: what people know a layout by.
    """

    name: str
    kind: Literal["csv", "xlsx"]
    encoding: str
    sha256: str
    submissions: tuple[FileSubmission, ...]
    changes: tuple[Change, ...]
    notices: tuple[FileNotice, ...]
    problems: tuple[Problem, ...]
    named: Mapping[str, CellPlace]
    stamp: Stamp | None
    questions: tuple[Question, ...] = ()
    layout: Literal["template", "tidy", "other"] = "other"
    fingerprint: str = ""
    headings: tuple[str, ...] = ()

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that nobody answered yet."""
        return tuple(question for question in self.questions if question.answer is None)


def place_of(sheet: str | None, cell: Cell) -> CellPlace:
    return CellPlace(sheet, cell.row, cell.column)


def problem_at(
    place: CellPlace, code: str, message: Message, *, given: str | None = None, expected: Message | None = None
) -> Problem:
    """A problem of one cell."""
    return Problem(
        code=code,
        message=message,
        row=place.row,
        column=column_letter(place.column),
        given=None if given is None else as_given(given),
        sheet=place.sheet,
        expected=expected,
    )
