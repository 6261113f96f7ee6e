"""Families of files as offices make them, each file against what a person reads in it. Nothing may be silently wrong.

The labels stand where the files are made (tests/intake_corpus/families), never taken from the reader.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module

import pytest

from tests.intake_corpus.labels import Case
from tests.intake_corpus.outcomes import Outcome, Reader, faults
from tests.intake_corpus.saying import unsaid

FAMILIES = (
    *("forms", "wordings", "headings", "measures", "looks", "formulas", "elsewhere", "tables", "values", "packages"),
    *("beneath", "traps", "meanings", "sayings"),
)


@cache
def cases(family: str) -> tuple[Case, ...]:
    return tuple(import_module(f"tests.intake_corpus.families.{family}").cases())


@cache
def judged(family: str) -> tuple[list[str], list[tuple[str, Outcome]]]:
    """What is not right, and every file's outcome."""
    wrong, outcomes = [], []
    for case in cases(family):
        reader = Reader(case.name, case.content, case.opened)
        wrong += [f"{case.kind} / {case.name}: {fault}" for fault in faults(case.right, reader)]
        outcomes.append((case.name, reader.outcome()))
    return wrong, outcomes


@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_is_read_as_a_person_reads_it_or_refused_or_asked_about(family: str) -> None:
    wrong, _ = judged(family)
    assert wrong == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_refusal_says_where_what_stood_there_and_what_to_do(family: str) -> None:
    said = [
        f"{name}: {problem.code} {problem.cell}: {fault}"
        for name, outcome in judged(family)[1]
        for problem in outcome.problems
        for fault in unsaid(problem, kind=outcome.kind)
    ]
    assert said == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_question_says_where_and_offers_answers(family: str) -> None:
    for name, outcome in judged(family)[1]:
        for question in outcome.questions:
            assert question.message.zh != question.message.en, name
            assert question.given, name
            assert len({choice.value for choice in question.choices}) == len(question.choices) > 0, name
            assert (question.place.sheet is None) == (outcome.kind == "csv"), name


def test_the_families_are_many_and_labelled_whole() -> None:
    every = [case for family in FAMILIES for case in cases(family)]
    assert len({case.name for case in every}) == len(every), Counter(case.name for case in every).most_common(3)
    assert all(case.right and case.cells for case in every)
    kinds = Counter(case.kind for case in every)
    cells = sum(case.cells for case in every)
    print(f"{len(every)} files of {len(kinds)} kinds, {cells} cells labelled")  # noqa: T201  asked for
    assert len(every) >= 300
    assert cells >= 5000
