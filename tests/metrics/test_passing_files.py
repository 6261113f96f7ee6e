"""What is uploaded lies under the home directory without a name, and what cannot be written is said."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from metrics import passing_files
from metrics.errors import Unavailable
from metrics.passing_files import passing_file
from metrics.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(passing_files, "settings", lambda: Settings(home=tmp_path / "home"))
    return tmp_path / "home"


def test_a_file_has_no_name_for_anybody_to_find_or_to_leave_behind(home: Path) -> None:
    with passing_file() as file:
        file.write(b"441202,2019-09,items_total,1000")
        file.flush()
        assert [path for path in home.rglob("*") if path.is_file()] == []
    assert [path.name for path in home.iterdir()] == ["uploads"]
    assert (home / "uploads").stat().st_mode & 0o777 == 0o700


def test_another_folder_may_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing_files, "settings", lambda: Settings(home=tmp_path / "home", uploads=tmp_path / "other"))
    with passing_file():
        assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_folder_that_cannot_be_made_is_said(home: Path) -> None:
    home.write_text("a file stands where the folder should")
    with pytest.raises(Unavailable) as refused, passing_file():
        pytest.fail("there is no such file")
    assert refused.value.code == "uploads_unwritable"


@pytest.mark.parametrize(("number", "raised"), [(errno.ENOSPC, Unavailable), (errno.EIO, OSError)])
def test_a_full_disk_is_said_and_nothing_else_is_taken_for_one(home: Path, number: int, raised: type) -> None:
    with pytest.raises(raised), passing_file():
        raise OSError(number, "as the system says it")
