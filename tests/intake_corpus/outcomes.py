"""What the reader makes of a file, held against the answers that are right."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from metrics.errors import Invalid, Problem
from metrics.intake.file_questions import Opened
from metrics.intake.file_reading import FileReading, Question
from metrics.intake.grid import Grid
from metrics.intake.isolated_process import read_bytes
from metrics.intake.reading import reading_of
from metrics.intake.refusals import FileRefused, refuse_file
from tests.intake_corpus.labels import Asks, Reads, Refuses, Right, Submissions
from tests.workbooks import city_plan

_MOST_ANSWERS = 64  # sets of answers that are tried


@dataclass(frozen=True)
class Outcome:
    """`submissions` are what would be stored; `kind` csv or xlsx."""

    submissions: Submissions
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    kind: str

    @property
    def word(self) -> str:
        return "refused" if self.problems else "asked" if self.questions else "read"

    def __str__(self) -> str:
        if self.problems:
            return "refused: " + ", ".join(f"{p.code} {p.cell}" for p in self.problems[:6])
        asked = "asked: " + ", ".join(f"{q.code} {q.place}" for q in self.questions[:6]) if self.questions else "read"
        return f"{asked}: " + "; ".join(f"{key} {len(values)} figures" for key, values in self.submissions.items())


class Reader:
    """One file, taken apart once, read with as many answers as are tried. In this process: how the other one is
    bounded has tests of its own."""

    def __init__(self, name: str, content: bytes, opened: Opened | None = None) -> None:
        self._name, self._opened = name, opened
        self._grid: Grid | None = None
        self._refused: Invalid | None = None
        self._kind = "xlsx" if content.startswith(b"PK") else "csv"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as the child process does
            try:
                self._grid = read_bytes(content)
            except FileRefused as refused:
                self._refused = refuse_file(refused.code, refused.about)

    def reading(self, answers: Mapping[str, str] | None = None) -> FileReading:
        assert self._grid is not None
        return reading_of(
            self._grid, city_plan(), name=self._name, sha256="", answers=answers or {}, opened=self._opened
        )

    def outcome(self, answers: Mapping[str, str] | None = None) -> Outcome:
        """What is made of it with `answers`; without any it is read once, and said as often as it is asked."""
        return self._outcome(answers) if answers else self._unanswered

    @cached_property
    def _unanswered(self) -> Outcome:
        return self._outcome(None)

    def _outcome(self, answers: Mapping[str, str] | None) -> Outcome:
        try:
            if self._refused is not None:
                raise self._refused
            found = self.reading(answers)
        except Invalid as refused:
            problems = tuple(refused.problems) or (Problem(refused.code, refused.message),)
            return Outcome({}, problems, (), self._kind)
        submissions = {
            sent.key: {element: value for element, value in sent.values.items() if value is not None}
            for sent in found.submissions
        }
        return Outcome(submissions, found.problems, found.open_questions, found.kind)

    def after_every_answer(self, asked: Sequence[Question]) -> list[Outcome]:
        """The outcomes of every choice of every question, follow-up questions answered by their first choice."""
        outcomes = []
        choices = itertools.product(*([(q.id, choice.value) for choice in q.choices] for q in asked))
        for answers in itertools.islice(choices, _MOST_ANSWERS):
            given = dict(answers)
            outcome = self.outcome(given)
            for _ in range(5):
                if not outcome.questions or outcome.problems:
                    break
                given |= {q.id: q.choices[0].value for q in outcome.questions}
                outcome = self.outcome(given)
            outcomes.append(outcome)
        return outcomes


def faults(right: Sequence[Right], reader: Reader) -> list[str]:
    """Why the outcome is none of the right answers; empty if it is one. Nearest answers first."""
    outcome = reader.outcome()
    if outcome.word == "read" and not any(isinstance(answer, Reads) for answer in right):
        return [f"SILENT: {outcome}"]
    why = [_against(answer, outcome, reader) for answer in right]
    if any(not found for found in why):
        return []
    silent = "SILENT: " if outcome.word == "read" else ""
    return [f"{silent}{outcome} | " + " | ".join("; ".join(found) for found in why)]


def _against(answer: Right, outcome: Outcome, reader: Reader) -> list[str]:
    if isinstance(answer, Reads):
        return _not_read(answer, outcome)
    if isinstance(answer, Refuses):
        return _not_refused(answer, outcome)
    return _not_asked(answer, outcome, reader)


def _not_read(answer: Reads, outcome: Outcome) -> list[str]:
    if outcome.word != "read":
        return [f"to be read, was {outcome.word}"]
    return differences(answer.submissions, outcome.submissions)


def differences(right: Submissions, found: Submissions) -> list[str]:
    """Figures that differ, each said as `441225/2021-02 items_total: 759, read 760`."""
    said = []
    for key in sorted(right.keys() | found.keys()):
        wanted, there = right.get(key, {}), found.get(key, {})
        said += [
            f"{key} {element}: {wanted.get(element, 'nothing')}, read {there.get(element, 'nothing')}"
            for element in sorted(wanted.keys() | there.keys())
            if wanted.get(element) != there.get(element)
        ]
    return said


def _not_refused(answer: Refuses, outcome: Outcome) -> list[str]:
    if not outcome.problems:
        return [f"to be refused at {sorted(answer.cells)}"]
    places = {problem.cell for problem in outcome.problems}
    said = [f"refused at {place or 'the whole file'}" for place in sorted(places - answer.cells)]
    if answer.each:
        said += [f"not refused at {place}" for place in sorted(answer.cells - places)]
    words = " ".join(p.message.zh + p.message.en + (p.expected.zh if p.expected else "") for p in outcome.problems)
    return said + [f"does not say {text}" for text in answer.says if text not in words]


def _not_asked(answer: Asks, outcome: Outcome, reader: Reader) -> list[str]:
    if outcome.problems or not outcome.questions:
        return [f"to be asked about at {sorted(answer.cells)}"]
    places = {str(question.place) for question in outcome.questions}
    said = [] if places & answer.cells else [f"asked at {sorted(places)}, not at {sorted(answer.cells)}"]
    words = " ".join(
        q.message.zh + q.given + "".join(choice.value + choice.label.zh for choice in q.choices)
        for q in outcome.questions
    )
    said += [f"the question does not show {text}" for text in answer.shows if text not in words]
    if answer.readings:
        for after in reader.after_every_answer(outcome.questions):
            if not after.problems and after.submissions not in answer.readings:
                said += ["after an answer: " + ", ".join(differences(answer.readings[0], after.submissions)[:5])]
    return said
