"""Every file of the corpus, cell for cell, against what a person reads in it. Nothing may be silently wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from metrics.errors import Invalid, cell_name
from metrics.intake.file_reading import FileReading
from metrics.intake.isolated_process import read_bytes
from metrics.intake.reading import reading_of
from metrics.intake.refusals import FileRefused, refuse_file
from tests.intake_corpus.outcomes import Reader
from tests.intake_corpus.saying import unsaid
from tests.workbooks import city_plan

CORPUS = Path(__file__).parents[2] / "intake_corpus"


@cache
def labels() -> dict[str, dict[str, Any]]:
    text = (CORPUS / "expected.yaml").read_text(encoding="utf-8")
    read: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: label for name, label in read.items() if not name.startswith(".")}


def read(name: str) -> FileReading:
    """The file, read in this process; how the other process is bounded has tests of its own."""
    content = (CORPUS / "files" / name).read_bytes()
    try:
        return reading_of(read_bytes(content), city_plan(), name=name, sha256="")
    except FileRefused as refused:
        raise refuse_file(refused.code, refused.about) from None


def refusals(name: str) -> list[str]:
    try:
        return [f"{problem.code} {problem.cell}".strip() for problem in read(name).problems]
    except Invalid as refused:
        return [refused.code]


@pytest.mark.parametrize("name", sorted(labels()))
def test_a_file_is_read_as_a_person_reads_it(name: str) -> None:
    label = labels()[name]
    if "refused" in label:
        assert refusals(name) == label["refused"]
        return
    found = read(name)
    assert found.problems == ()
    submissions = {sent.key: sent.values for sent in found.submissions}
    assert submissions == {key: {e: str(v) for e, v in values.items()} for key, values in label["returns"].items()}
    assert {str(change.place): change.recorded for change in found.changes} == label.get("changes", {})
    notices = [f"{n.code} {cell_name(n.sheet, n.row, n.column)}" for n in found.notices]
    assert notices == label.get("notices", [])


@pytest.mark.parametrize("name", sorted(name for name, label in labels().items() if "returns" in label))
def test_every_cell_is_recorded_as_read_or_said_to_be_changed(name: str) -> None:
    found = read(name)
    changed = {change.place: change for change in found.changes if change.about == "value"}
    for sent in found.submissions:
        for cell in sent.cells:
            change = changed.pop(cell.place, None)
            assert (cell.read == cell.recorded) is (change is None), cell
            assert change is None or (change.read, change.recorded) == (cell.read, cell.recorded)
    assert changed == {}


@pytest.mark.parametrize("name", sorted(name for name, label in labels().items() if "refused" in label))
def test_a_refusal_says_where_what_stood_there_and_what_to_do(name: str) -> None:
    outcome = Reader(name, (CORPUS / "files" / name).read_bytes()).outcome()
    assert outcome.problems
    assert [fault for problem in outcome.problems for fault in unsaid(problem, kind=outcome.kind)] == []


def test_the_corpus_is_large_enough_and_labelled_whole() -> None:
    files = {path.name for path in (CORPUS / "files").iterdir()}
    assert files == set(labels())
    assert len(files) >= 60
    cells = sum(len(values) for label in labels().values() for values in label.get("returns", {}).values())
    refused = sum(len(label.get("refused", [])) for label in labels().values())
    print(f"{len(files)} files, {cells} figures and {refused} refused places labelled")  # noqa: T201  asked for
    assert cells + refused >= 500
