"""An archive is as it was written, to the last byte, or it is refused in a sentence."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrics.backups.archive import ArchiveWriter, opened_archive
from metrics.backups.manifest import MANIFEST, ArchiveKind, Manifest
from metrics.errors import Invalid, NotFound

MADE = Manifest(ArchiveKind.DATA, datetime(2026, 12, 1, tzinfo=UTC), "0.1.0", (), migration="0049", entries=2)
CONTENTS = (b"unit,value\n441202,0.5\n", b"seq,leaf\n" + bytes(range(256)) * 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A small archive."""
    place = tmp_path / "biaochi.zip"
    with place.open("w+b") as file, ArchiveWriter(file) as archive:
        for number, content in enumerate(CONTENTS):
            with archive.part(f"tables/t{number}.csv", table=f"t{number}") as part:
                part.write(content)
                part.rows = number
        archive.finish(replace(MADE, parts=tuple(archive.parts)))
    return place


def refusal(path: Path) -> str:
    """The code with which the file is refused; both languages name it."""
    with pytest.raises((Invalid, NotFound)) as refused, opened_archive(path):
        pass
    assert str(path) in refused.value.message.zh
    assert str(path) in refused.value.message.en
    return refused.value.code


def test_what_was_written_is_read(path: Path) -> None:
    with opened_archive(path) as archive:
        assert [b"".join(archive.read(part)) for part in archive.manifest.parts] == list(CONTENTS)
        assert archive.manifest == replace(MADE, parts=archive.manifest.parts)
        assert archive.manifest.rows == {"t0": 0, "t1": 1}
    with zipfile.ZipFile(path) as for_any_program:
        found = {member.filename: member.compress_type for member in for_any_program.infolist()}
    assert found == dict.fromkeys((MANIFEST, "tables/t0.csv", "tables/t1.csv"), zipfile.ZIP_DEFLATED)


def test_every_changed_byte_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    codes = set()
    with path.open("r+b", buffering=0) as file:  # written anew, each file would wait for the disk
        for place, byte in enumerate(whole):
            for put in (byte ^ 1 << place % 8, byte):
                file.seek(place)
                file.write(bytes([put]))
                if put != byte:
                    codes.add(refusal(path))
    assert path.read_bytes() == whole
    assert codes == {"archive_damaged", "archive_unknown"}  # the second where the first four bytes are no zip's


def test_every_cut_and_every_addition_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in reversed(range(len(whole))):
        os.truncate(path, length)
        assert refusal(path) in ("archive_damaged", "archive_unknown")
    path.write_bytes(whole + b"0")
    assert refusal(path) == "archive_damaged"


def test_a_part_that_the_manifest_does_not_know_so_is_refused(path: Path) -> None:
    """Whoever makes the digest anew is met by the manifest, and whoever changes that too, by the ledger's check."""
    packed = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"0.5", b"0.6"))
        new.comment = b"0" * 64
    body = packed.read_bytes()[:-64]
    packed.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
    assert refusal(packed) == "archive_damaged"


@pytest.mark.parametrize(
    "own", [FileNotFoundError("another"), PermissionError("another"), IsADirectoryError("another")]
)
def test_what_the_block_says_of_other_files_is_not_said_of_the_archive(path: Path, own: OSError) -> None:
    with pytest.raises(type(own)) as raised, opened_archive(path):
        raise own
    assert raised.value is own


def test_what_is_no_archive_is_refused(path: Path, tmp_path: Path) -> None:
    packed = tmp_path / "other.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", "b")
        archive.comment = b"0" * 64
    body = packed.read_bytes()[:-64]
    packed.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
    assert refusal(packed) == "archive_unknown"
    assert refusal(tmp_path) == "archive_is_folder"
    assert refusal(tmp_path / "gone.zip") == "archive_missing"
