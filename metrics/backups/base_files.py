"""The files of a base backup: what PostgreSQL's own programs make of them, and whether they are whole."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from metrics.backups.archive import AT_ONCE
from metrics.backups.manifest import MANIFEST
from metrics.errors import Invalid, Message, Unavailable
from metrics.server.programs import major_version, program_path

WAL_FILE = "pg_wal.tar.gz"
UNFINISHED = ".unfinished"
_PACKED_VERIFIED = 18  # the first version whose pg_verifybackup reads what is packed


def verified(place: Path) -> None:
    """Hold the files against PostgreSQL's manifest of them. Raises Invalid, OSError for one that cannot be read."""
    try:
        if major_version() >= _PACKED_VERIFIED:
            _pg_verifybackup(place)
        else:
            with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}{UNFINISHED}") as name:
                unpacked = Path(name)
                unpack_into(place, "base.tar.gz", unpacked)
                shutil.copy(place / "backup_manifest", unpacked)
                _pg_verifybackup(unpacked)
    except (Unavailable, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as refused:
        raise Invalid("base_backup_damaged", damaged(place, _words(refused))) from refused
    try:
        with gzip.open(place / WAL_FILE) as packed:  # not in that manifest, and packed with a checksum of its own
            while packed.read(AT_ONCE):
                pass
    except (FileNotFoundError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Invalid("base_backup_damaged", damaged(place, f"{WAL_FILE}: {error}")) from error


def _pg_verifybackup(place: Path) -> None:
    run_quietly("pg_verifybackup", "--no-parse-wal", "--exit-on-error", "--quiet", f"--ignore={MANIFEST}", str(place))


def _words(error: Exception) -> str:
    return error.message.en if isinstance(error, Unavailable) else str(error)


def unpack_into(base: Path, name: str, place: Path) -> None:
    """Unpack the file `name` of the backup into the folder `place`, with who owns what.

    Raises tarfile.TarError where something in it is neither a file nor a folder, or would lie elsewhere.
    """
    with tarfile.open(base / name) as packed:
        # Looked at here and not by a filter of the library's: the Python of Debian 12 is 3.11.2 and has none yet.
        packed.extraction_filter = lambda member, _: member
        packed.extractall(place, members=_within(packed))  # noqa: S202  each is looked at


def _within(packed: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in packed:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
            raise tarfile.ExtractError(f"{member.name} does not belong into a base backup")
        yield member


def run_quietly(program: str, *arguments: str, variables: Mapping[str, str] | None = None) -> None:
    """Run one of PostgreSQL's programs. Raises OSError where its disk is full, else Unavailable with what it said last.

    What it said of the disk is not the last: it tells afterwards that it removes what it wrote.
    """
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"} | dict(variables or {})
    done = subprocess.run(
        [program_path(program), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        if os.strerror(errno.ENOSPC) in done.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        said = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise Unavailable("base_backup_failed", Message(f"{program} 失败:{said[0]}", f"{program} failed: {said[0]}"))


def on_the_disk(*paths: Path) -> None:
    """What files hold, and what stands in folders, is on the disk."""
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def damaged(base: Path, why: str) -> Message:
    """That the backup is damaged, and what to do."""
    return Message(
        f"物理备份 {base} 已损坏({why})。请改用另一份。",
        f"The base backup {base} is damaged ({why}). Use another one.",
    )
