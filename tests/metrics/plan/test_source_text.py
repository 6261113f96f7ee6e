"""The source text beside a plan's files, against which its quotes are checked."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from metrics.plan.files import source_text
from metrics.plan.problems import PlanInvalid
from tests.plan_folders import LAKESIDE, replace_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small plan, for damaging."""
    return copytree(LAKESIDE, tmp_path / "plan")


@pytest.mark.parametrize("name", ["../notice.txt", "/etc/hostname", "..", "a/b.txt"])
def test_the_source_text_lies_in_the_folder(folder: Path, name: str) -> None:
    replace_in(folder / "document.yaml", "notice.txt", name)
    with pytest.raises(PlanInvalid) as refused:
        source_text(folder)
    assert refused.value.problems[0].place == "document.source_file"


def test_the_source_text_is_missed(folder: Path) -> None:
    (folder / "notice.txt").unlink()
    with pytest.raises(PlanInvalid) as refused:
        source_text(folder)
    assert refused.value.problems[0].pointer == "notice.txt"


def test_the_source_text_needs_a_readable_document(folder: Path) -> None:
    (folder / "document.yaml").write_text("document: [\n", encoding="utf-8")
    with pytest.raises(PlanInvalid):
        source_text(folder)
