"""A plan as a workbook and as the files of a folder, and back: exactly the same plan, its document included."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from metrics.cli.plan import SKELETON
from metrics.plan.files import read_plan, source_text
from metrics.plan.model import LinearForm, Term
from metrics.plan_workbook import field_texts
from metrics.plan_workbook.folder import plan_files, write_folder
from metrics.plan_workbook.reading import read_workbook
from metrics.plan_workbook.sums import read_sum, sum_text
from metrics.plan_workbook.tables import tables
from metrics.plan_workbook.writing import plan_workbook
from tests.plan_folders import LAKESIDE, SEED, plan_in, problems_of, source_in

TEAHOUSES = LAKESIDE.parent / "teahouses"


@pytest.mark.parametrize("folder", [SEED, LAKESIDE, TEAHOUSES, SKELETON], ids=lambda folder: folder.name)
def test_a_plan_comes_back_from_its_workbook_and_from_its_files_as_it_was(folder: Path, tmp_path: Path) -> None:
    plan, text = plan_in(folder), source_in(folder)
    assert read_workbook(plan_workbook(plan, text)) == (plan, text)
    write_folder(tmp_path / "new", plan_files(plan, text))
    assert read_plan(tmp_path / "new") == plan
    assert source_text(tmp_path / "new") == text


def test_the_skeleton_is_sound_as_it_stands() -> None:
    assert problems_of(SKELETON) == ()


def test_a_folder_is_written_over_only_where_that_is_asked_for(tmp_path: Path) -> None:
    plan, text = plan_in(LAKESIDE), source_in(LAKESIDE)
    files = plan_files(plan, text)
    (tmp_path / "phases.yaml").write_text("phases: []", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Exception, match="folder_not_empty"):
        write_folder(tmp_path, files)
    write_folder(tmp_path, files, overwrite=True)
    assert read_plan(tmp_path) == plan
    assert {path.name for path in tmp_path.iterdir()} == {*files, "notes.txt"}  # its phases were another plan's


@pytest.mark.parametrize(
    ("written", "terms", "constant"),
    [
        ("a", {"a": 1}, 0),
        ("a-b + c", {"a-b": 1, "c": 1}, 0),  # a hyphen between letters belongs to the code
        ("- a + 2*b - 3", {"a": -1, "b": 2}, -3),
        ("a+b−c", {"a": 1, "b": 1, "c": -1}, 0),
        ("1*123 + 5", {"123": 1}, 5),
        ("0", {}, 0),
    ],
)
def test_a_sum_is_read_as_people_write_it(written: str, terms: dict[str, int], constant: int) -> None:
    read = read_sum(written)
    form = LinearForm.model_validate(read)
    assert {term.element: term.times for term in form.terms} == terms
    assert form.constant == constant
    assert LinearForm.model_validate(read_sum(sum_text(form))) == form


def test_a_new_folder_whose_disk_fills_is_not_left_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    (tmp_path / "there").mkdir()
    for name in ("new", "there"):
        with pytest.raises(OSError, match="No space left"):
            write_folder(tmp_path / name, {"plan.yaml": b"a"})
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


@pytest.mark.parametrize("written", ["", "a +", "a ? b", "+", "2*", "(a)"])
def test_what_is_no_sum_is_none(written: str) -> None:
    assert read_sum(written) is None


def test_times_nought_is_kept_for_the_check_to_name() -> None:
    form = LinearForm(terms=(Term(element="a", times=0), Term(element="b")))
    assert LinearForm.model_validate(read_sum(sum_text(form))) == form


def test_every_text_is_of_some_field() -> None:
    fields = {name for table in tables() for field in table.fields for name in field.path}
    fields |= {name for table in tables() for name in table.path} | {"zh", "en", "terms", "constant", "times"}
    assert {name.rpartition(".")[2] for name in field_texts._TEXTS} <= fields
