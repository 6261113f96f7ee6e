"""Releases as they were published, and the bytes of their files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.archives import PART_SIZE, unpacked
from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.models import Release, ReleaseFile, ReleasePart
from metrics.results import Basis


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of a release. `rows` is 0 for a file that is no table."""

    name: str
    media_type: str
    size: int
    packed_size: int
    sha256: bytes
    crc32: int
    rows: int

    @property
    def etag(self) -> str:
        return f'"{base64.urlsafe_b64encode(self.sha256).decode().rstrip("=")}"'

    @property
    def digest(self) -> str:
        """The value of a `Repr-Digest` header (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(self.sha256).decode()}:"


@dataclass(frozen=True, slots=True)
class Published:
    """One release. `stands_on`: the newest entry of the ledger that it knows; `seq`: its own entry.

    `method`: the number of the method of calculation it was made by; `announced`: the announcement it keeps, if one.
    """

    number: int
    seq: int
    stands_on: int
    basis: Basis
    notes: str
    actor: str
    recorded_at: datetime
    method: int
    files: tuple[PublishedFile, ...]
    announced: int | None = None

    def file(self, name: str) -> PublishedFile:
        """The file `name`. Raises NotFound."""
        found = next((file for file in self.files if file.name == name), None)
        if found is None:
            raise NotFound(
                code="release_file_unknown",
                message=Message(
                    f"第 {self.number} 号发布中没有此文件。", f"Release {self.number} holds no file of that name."
                ),
            )
        return found


def releases(session: ReadSession) -> tuple[Published, ...]:
    """Every release with its files, newest first."""
    return _published(session, None)


def release(session: ReadSession, number: int) -> Published:
    """One release. Raises NotFound `release_unknown`."""
    found = _published(session, number)
    if not found:
        raise NotFound(
            code="release_unknown",
            message=Message(f"没有第 {number} 号数据发布。", f"There is no release {number}."),
        )
    return found[0]


def newest_numbers(session: ReadSession, *, most: int) -> tuple[int, ...]:
    """The numbers of the newest releases, newest first."""
    return tuple(session.scalars(select(Release.number).order_by(Release.number.desc()).limit(most)))


def newest_release(session: ReadSession) -> Published | None:
    """The newest release, None before the first."""
    number = session.scalar(select(Release.number).order_by(Release.number.desc()).limit(1))
    return None if number is None else release(session, number)


def file_bytes(session: ReadSession, number: int, file: PublishedFile, *, start: int = 0) -> Iterator[bytes]:
    """The bytes of `file` from `start` to its end, a MiB at a time; the session stays in use until the last."""
    part = start // PART_SIZE
    skip = start - part * PART_SIZE
    for content in packed_bytes(session, number, file, first_part=part):
        yield unpacked(content)[skip:]
        skip = 0


def packed_bytes(session: ReadSession, number: int, file: PublishedFile, *, first_part: int = 0) -> Iterator[bytes]:
    """The parts of `file` as they are stored, one after another."""
    for part in range(first_part, -(-file.size // PART_SIZE)):
        yield session.execute(
            select(ReleasePart.content).where(
                ReleasePart.number == number, ReleasePart.name == file.name, ReleasePart.part == part
            )
        ).scalar_one()


def _published(session: ReadSession, number: int | None) -> tuple[Published, ...]:
    of_releases, of_files = select(Release), select(ReleaseFile)
    if number is not None:
        of_releases, of_files = (
            of_releases.where(Release.number == number),
            of_files.where(ReleaseFile.number == number),
        )
    files: dict[int, list[PublishedFile]] = {}
    for row in session.scalars(of_files.order_by(ReleaseFile.number, ReleaseFile.place)):
        file = PublishedFile(
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            packed_size=row.packed_size,
            sha256=row.sha256,
            crc32=row.crc32,
            rows=row.rows,
        )
        files.setdefault(row.number, []).append(file)
    return tuple(
        Published(
            number=row.number,
            seq=row.seq,
            stands_on=row.stands_on,
            basis=Basis(row.basis),
            notes=row.notes,
            actor=row.actor,
            recorded_at=row.recorded_at,
            method=row.method,
            files=tuple(files.get(row.number, ())),
            announced=row.announced,
        )
        for row in session.scalars(of_releases.order_by(Release.number.desc()))
    )
