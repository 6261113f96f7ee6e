"""The archive: a zip file that any program opens, whose last 64 bytes are the SHA-256 of all that stands before them.

Zip looks at most bytes of a file, but not at all of them; the digest in its comment (APPNOTE 4.3.16) leaves none out.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from metrics.backups.manifest import MANIFEST, ArchivePart, Manifest, manifest_of
from metrics.errors import BiaochiError, Invalid, Message, NotFound

AT_ONCE = 1 << 20  # bytes
_DIGEST = 64  # bytes
_LEVEL = 1  # packing better takes longer than the database takes to read


class Sink(Protocol):
    """Where the bytes of one part go."""

    def write(self, data: bytes, /) -> object: ...


class _Counted:
    """A sink that counts and digests what passes."""

    def __init__(self, below: IO[bytes]) -> None:
        self._below = below
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, data: bytes, /) -> None:
        self.size += len(data)
        self.digest.update(data)
        self._below.write(data)


class ArchiveWriter:
    """An archive that is being written to an open file, within a block; :meth:`finish` ends it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.parts: list[ArchivePart] = []

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            with suppress(OSError, ValueError, BiaochiError):  # what failed first is told
                self._zip.close()

    @contextmanager
    def part(self, name: str, *, table: str = "") -> Iterator[_OpenPart]:
        """The next file, written while the block lasts."""
        with self._zip.open(name, "w", force_zip64=True) as below:
            counted = _Counted(below)
            told = _OpenPart(counted)
            yield told
        self.parts.append(ArchivePart(name, counted.size, counted.digest.hexdigest(), table, told.rows))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the digest."""
        self._zip.writestr(MANIFEST, manifest.as_bytes())
        self._zip.comment = b"0" * _DIGEST
        self._zip.close()
        self._file.flush()
        end = self._file.tell()
        self._file.seek(0)
        said = _digest(self._file, end - _DIGEST)
        self._file.seek(end - _DIGEST)
        self._file.write(said)
        self._file.flush()


class _OpenPart:
    """`rows` is said by whoever writes it."""

    def __init__(self, sink: Sink) -> None:
        self.write = sink.write
        self.rows = 0


class Archive:
    """An archive that was found to be what it says it is, byte for byte."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = opened
        self.manifest = manifest

    def read(self, part: ArchivePart) -> Iterator[bytes]:
        """The content of `part`, a MiB at a time."""
        with self._zip.open(part.name) as file:
            while content := file.read(AT_ONCE):
                yield content


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """The archive at `path`, once every byte of it was read and found to be as written.

    Raises NotFound if there is none, Invalid for a file that cannot be read, is no archive, was cut or changed, or is
    of a newer program's form.
    """
    with _file(path) as file, _zip(file, path) as opened:
        archive = Archive(opened, _manifest(opened, path))
        _compare(archive, path)
        yield archive


def _file(path: Path) -> IO[bytes]:
    """The file, open for reading."""
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or a device: it may have no end
        said = Message(f"{path} 不是普通文件。", f"{path} is no ordinary file.")
        raise Invalid("archive_is_no_file", said)
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        said = Message(f"没有文件 {path}。", f"There is no file {path}.")
        raise NotFound("archive_missing", said) from error
    except IsADirectoryError as error:
        said = Message(f"{path} 是文件夹,不是备份文件。", f"{path} is a folder, not an archive.")
        raise Invalid("archive_is_folder", said) from error
    except PermissionError as error:
        raise Invalid("archive_unreadable", _unreadable(path)) from error


def _zip(file: IO[bytes], path: Path) -> zipfile.ZipFile:
    """The file as zip, once its digest was found to be right."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _DIGEST, 0))
    said = file.read()
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Invalid("archive_unknown", _unknown(path))
    file.seek(0)
    if size <= _DIGEST or _digest(file, size - _DIGEST) != said:
        raise Invalid("archive_damaged", _damaged(path))
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError) as error:  # somebody made a digest for what is no archive
        raise Invalid("archive_unknown", _unknown(path)) from error


def _manifest(opened: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        return manifest_of(opened.read(MANIFEST))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise Invalid("archive_unknown", _unknown(path)) from error


def _compare(archive: Archive, path: Path) -> None:
    """Hold every part against the manifest. Raises Invalid."""
    for part in archive.manifest.parts:
        size, digest = 0, hashlib.sha256()
        try:
            for content in archive.read(part):
                size += len(content)
                digest.update(content)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Invalid("archive_damaged", _damaged(path)) from error
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise Invalid("archive_damaged", _damaged(path))


def _digest(file: IO[bytes], length: int) -> bytes:
    """SHA-256 of the next `length` bytes, in hexadecimal."""
    digest = hashlib.sha256()
    while length and (content := file.read(min(AT_ONCE, length))):
        digest.update(content)
        length -= len(content)
    return digest.hexdigest().encode()


def _unreadable(path: Path) -> Message:
    return Message(
        f"无权读取 {path}。请以该文件的所有者运行,或复制一份给当前用户。",
        f"{path} may not be read by this user. Run this as its owner, or give this user a copy.",
    )


def _damaged(path: Path) -> Message:
    return Message(
        f"{path} 已损坏:被截断,或有字节改变。请改用另一份备份。",
        f"{path} is damaged: it was cut, or a byte of it changed. Use another archive.",
    )


def _unknown(path: Path) -> Message:
    return Message(
        f"{path} 不是本程序能读的备份文件(不是 biaochi backup 所写,或格式较新)。",
        f"{path} is no archive that this program reads: biaochi backup did not write it, or a newer one did.",
    )
