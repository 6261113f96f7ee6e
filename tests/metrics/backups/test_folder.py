"""Archives lie in their folder whole or not at all; old ones go, the newest never."""

from __future__ import annotations

import errno
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metrics.backups.folder import Retention, folder_held, kept_archives, path_of, remove_old, written_whole
from metrics.backups.manifest import ArchiveKind
from metrics.errors import Conflict, Unavailable

DATA = ArchiveKind.DATA
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def write(folder: Path, at: datetime = NOW, content: bytes = b"whole") -> Path:
    with folder_held(folder), written_whole(folder, DATA, at=at) as (file, _):
        file.write(content)
    return path_of(folder, DATA, at=at)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_an_archive_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "new" / "backups")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"whole", 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [kept.at for kept in kept_archives(path.parent)] == [NOW]


@pytest.mark.parametrize("length", [4, 1 << 20], ids=["at its end", "while it is written"])
def test_what_the_disk_refuses_leaves_nothing_and_says_why(tmp_path: Path, length: int) -> None:
    (tmp_path / f"{path_of(tmp_path, DATA, at=NOW).name}.unfinished").symlink_to("/dev/full")
    with pytest.raises(Unavailable) as refused, written_whole(tmp_path, DATA, at=NOW) as (file, _):
        file.write(b"x" * length)
    assert refused.value.code == "backup_not_written"
    assert os.strerror(errno.ENOSPC) in refused.value.message.en
    assert names(tmp_path) == set()


@pytest.mark.parametrize("own", [OSError(errno.ENOSPC, "of another file"), FileExistsError("another"), ValueError()])
def test_what_the_block_says_of_other_files_is_not_said_of_the_archive(tmp_path: Path, own: Exception) -> None:
    with pytest.raises(type(own)) as raised, written_whole(tmp_path, DATA, at=NOW):
        raise own
    assert (raised.value, names(tmp_path)) == (own, set())


def test_a_killed_backup_leaves_no_archive_and_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    child = os.fork()
    if not child:
        with folder_held(tmp_path), written_whole(tmp_path, DATA, at=NOW) as (file, _):
            file.write(b"half")
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert len(names(tmp_path)) == 1
    assert kept_archives(tmp_path) == []
    path = write(tmp_path, NOW + timedelta(days=1))
    assert names(tmp_path) == {path.name}


def test_two_backups_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    with folder_held(tmp_path), pytest.raises(Conflict) as refused, folder_held(tmp_path):
        pass
    assert refused.value.code == "backup_running"
    first = write(tmp_path)
    with pytest.raises(Conflict):
        write(tmp_path, content=b"another")
    assert first.read_bytes() == b"whole"


def test_a_folder_that_others_may_write_into_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(Unavailable) as refused, folder_held(tmp_path):
        pass
    assert refused.value.code == "backup_folder_open"


@pytest.mark.parametrize(
    ("keep", "stay"),
    [
        (Retention(3), {0, 1, 2}),
        (Retention(1), {0}),
        (Retention(0), {0}),  # the newest is never removed
        (Retention(2, days=3), {0, 1, 2, 3}),
        (Retention(5, days=1), {0, 1, 2, 3, 4}),
        (Retention(99), {0, 1, 2, 3, 4, 5}),
    ],
)
def test_which_archives_stay(tmp_path: Path, keep: Retention, stay: set[int]) -> None:
    paths = [write(tmp_path, NOW - timedelta(days=age)) for age in range(6)]
    other = tmp_path / "biaochi-20200101T000000Z.zip.copy"
    other.touch()
    gone = remove_old(tmp_path, DATA, keep=keep)
    assert names(tmp_path) == {paths[age].name for age in stay} | {other.name}
    assert len(gone) == 6 - len(stay)


def test_keys_and_data_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path)
    with written_whole(tmp_path, ArchiveKind.KEYS, at=NOW) as (file, _):
        file.write(b"keys")
    assert len(kept_archives(tmp_path)) == len(kept_archives(tmp_path, ArchiveKind.KEYS)) == 1
    assert kept_archives(tmp_path / "gone") == []
