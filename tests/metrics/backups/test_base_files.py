"""What is unpacked of a base backup, also by a Python whose library looks at nothing."""

from __future__ import annotations

import errno
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from metrics.backups import base_files
from metrics.backups.base_files import run_quietly, unpack_into

FOLDER, LINK = tarfile.DIRTYPE, tarfile.SYMTYPE


@pytest.fixture(params=["this Python", "Python 3.11.2"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Debian 12 has: `extractall` without `filter`, and nobody who asks `extraction_filter`."""
    if request.param == "Python 3.11.2":
        extract_all = tarfile.TarFile.extractall

        def earlier(
            self: tarfile.TarFile, path: Any = ".", members: Any = None, *, numeric_owner: bool = False
        ) -> None:
            whatever: dict[str, Any] = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
            extract_all(self, path, members, numeric_owner=numeric_owner, **whatever)

        monkeypatch.setattr(tarfile.TarFile, "extractall", earlier)


def packed(folder: Path, *members: tuple[str, bytes]) -> None:
    with tarfile.open(folder / "base.tar.gz", "w:gz") as archive:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.mode = kind, 2 * (kind == tarfile.REGTYPE), 0o700
            member.linkname = "/etc/passwd" if kind == LINK else ""
            archive.addfile(member, io.BytesIO(b"18"))


def test_files_and_folders_are_unpacked(tmp_path: Path) -> None:
    packed(tmp_path, ("base", FOLDER), ("base/PG_VERSION", tarfile.REGTYPE))
    unpack_into(tmp_path, "base.tar.gz", tmp_path / "place")
    assert (tmp_path / "place" / "base" / "PG_VERSION").read_bytes() == b"18"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("base/../../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("outside", LINK),
        ("outside", tarfile.FIFOTYPE),
    ],
)
def test_what_would_lie_elsewhere_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    packed(tmp_path, (name, kind))
    with pytest.raises(tarfile.TarError, match="outside"):
        unpack_into(tmp_path, "base.tar.gz", tmp_path / "place")
    assert {path.name for path in tmp_path.rglob("*")} <= {"base.tar.gz", "place"}


def test_a_disk_that_fills_is_told_as_such_and_not_what_is_removed_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_basebackup"
    program.write_text(
        "#!/bin/sh\n(echo 'error: No space left on device'; echo 'removing data directory') >&2; exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(base_files, "program_path", lambda _: str(program))
    with pytest.raises(OSError, match="No space left") as full:
        run_quietly("pg_basebackup")
    assert full.value.errno == errno.ENOSPC
