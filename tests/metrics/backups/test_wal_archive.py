"""WAL that is missing from an archive is named before a restore; PostgreSQL would end there without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metrics.backups.wal_archive import first_segment, require_archive
from metrics.errors import Invalid

_END = "0000000100000001000000FE"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base backup that ends in the last but one file of its log."""
    ranges = [{"Timeline": 1, "Start-LSN": "1/FD000028", "End-LSN": "1/FE000158"}]
    (tmp_path / "backup_manifest").write_text(json.dumps({"WAL-Ranges": ranges}), encoding="utf-8")
    return tmp_path


def archive(base: Path, *names: str) -> Path:
    folder = base / "wal"
    folder.mkdir()
    for name in (*names, "00000001000000010000000A.00000028.backup", "of-somebody"):
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    "names",
    [
        (_END,),
        ("0000000100000001000000FF",),  # the file in which the backup ends is in the backup
        (_END, "0000000100000001000000FF", "000000010000000200000000", "000000010000000200000001"),
        ("000000010000000100000003", _END, "0000000100000001000000FF"),  # a gap before the backup
        (_END, "0000000200000001000000FE", "0000000200000001000000FF"),  # another timeline begins where it likes
    ],
)
def test_an_archive_that_goes_on_from_the_backup_is_whole(base: Path, names: tuple[str, ...]) -> None:
    require_archive(base, archive(base, *names), whole=True)
    assert first_segment(base) == "0000000100000001000000FD"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), _END),
        (("000000010000000100000003",), _END),
        (("000000010000000200000000",), _END),
        ((_END, "000000010000000200000000"), "000000010000000200000000"),
        ((_END, "0000000200000001000000FE", "000000020000000200000001"), "000000020000000200000001"),
    ],
)
def test_what_is_missing_is_named_unless_a_moment_was_asked_for(base: Path, names: tuple[str, ...], said: str) -> None:
    folder = archive(base, *names)
    with pytest.raises(Invalid) as refused:
        require_archive(base, folder, whole=True)
    assert refused.value.code == "wal_missing"
    assert (said in refused.value.message.zh, said in refused.value.message.en) == (True, True)
    require_archive(base, folder, whole=False)  # the server says by itself if it does not come to the moment


def test_an_archive_that_is_not_there_is_named(base: Path) -> None:
    (base / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(Invalid) as refused:
            require_archive(base, base / name, whole=False)
        assert refused.value.code == "no_wal_archive"
