"""What reading a file's tables comes upon, row by row, before it is put together to submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.intake import limits
from metrics.intake.file_reading import CellPlace, Change, Choice, FileNotice, Question, problem_at
from metrics.intake.grid import Cell, column_letter

AS_READ = Choice("as_read", Message("核对无误,按读出的报送", "Checked: record it as it was read"))


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One place for a figure: `cell` is None where it was left empty.

    `table`: which table of the file it stands in; `unread`: column → what stands in the row and is read as nothing.
    """

    unit: str
    period: date
    element: str
    place: CellPlace
    cell: Cell | None
    table: int = 0
    unread: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of a row that adds up others. `period` is None where the row does not say one."""

    period: date | None
    element: str
    cell: Cell
    place: CellPlace


@dataclass(slots=True)
class Findings:
    """Collected in the file's order. Nothing is said twice of the same place.

    `answers`: question id → choice, as the sender gave them. `tables`: how each looked, for the fingerprint.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    tables: list[list[str]] = field(default_factory=list)
    entries: list[FigureEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[FileNotice] = field(default_factory=list)
    named: dict[str, CellPlace] = field(default_factory=dict)
    reasons: dict[tuple[str, date], str] = field(default_factory=dict)
    headings: dict[str, None] = field(default_factory=dict)  # as a set that keeps its order
    _said: set[object] = field(default_factory=set)
    _refused: set[CellPlace] = field(default_factory=set)
    _asked: dict[str, Question] = field(default_factory=dict)
    _numbered: int = 0

    def refuse(
        self,
        place: CellPlace,
        code: str,
        message: Message,
        *,
        given: str | None = None,
        expected: Message | None = None,
    ) -> None:
        if self._first((code, place)):
            self._refused.add(place)
            self.problems.append(problem_at(place, code, message, given=given, expected=expected))

    def refused_at(self, place: CellPlace) -> bool:
        """True if something was refused at this cell already."""
        return place in self._refused

    def ask(
        self, place: CellPlace, code: str, message: Message, *, given: str, choices: Sequence[Choice]
    ) -> str | None:
        """The sender's answer, None while there is none. What is asked twice of one place is one question."""
        name = f"{code}@{place}"
        asked = self._asked.get(name)
        if asked is None and len(self.questions) >= limits.MOST_QUESTIONS:
            self._refuse_more(place, given)
            return None
        if asked is None:
            answer = self.answers.get(name)
            known = answer if answer in [choice.value for choice in choices] else None
            asked = Question(name, code, place, message, as_given(given), tuple(choices), known)
            self.questions.append(asked)
            self._asked[name] = asked
        return asked.answer

    def _refuse_more(self, place: CellPlace, given: str) -> None:
        """Nobody answers a hundred questions with care: the file is mended instead."""
        if self._first("too many questions"):
            most = limits.MOST_QUESTIONS
            message = Message(
                f"文件中要问的地方超过 {most} 处(从这里起)。请在文件里改正标题、备注后重新上传,或分成几个文件。",
                f"More than {most} places of the file would have to be asked about (from here on). Correct titles and "
                "remarks, or split it.",
            )
            self.refuse(place, "file_too_many_questions", message, given=given)

    def next_table(self) -> int:
        """The number of the next table of the file."""
        self._numbered += 1
        return self._numbered

    def notice(self, sheet: str | None, code: str, message: Message, *, row: int = 0, column: int = 0) -> None:
        """A notice about a sheet, a row of it, or a cell."""
        if self._first((code, sheet, row, column)):
            letter = column_letter(column) or None
            self.notices.append(FileNotice(code, sheet, row or None, letter, message))

    def change(self, about: Literal["unit", "period"], place: CellPlace, *, read: str, recorded: str) -> None:
        """A unit or period that was written otherwise; each way of writing it is said once, with its first place."""
        if self._first((about, read)):
            self.changes.append(Change(about, place, read, recorded))

    def name(self, unit: str, place: CellPlace) -> None:
        self.named.setdefault(unit, place)

    def once(self, key: object) -> bool:
        """True the first time it is asked with `key`."""
        return self._first(("once", key))

    def _first(self, key: object) -> bool:
        if key in self._said:
            return False
        self._said.add(key)
        return True
