"""Releases: what was published, byte for byte, for ever; and which day was announced for what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class Release(Base):
    """One numbered snapshot. ``3 | 812 | 811 | verified | 2019年三季度 | bureau | 2019-10-12T… | 2 | 640``

    `seq` is its own entry in the ledger; `stands_on` the entry up to which it knows things; `method` the number of the
    method of calculation it was made by (:mod:`metrics.methods`). `announced`: the announcement that it keeps, if one.
    Numbers have no gaps.
    """

    __tablename__ = "releases"
    __table_args__ = (
        CheckConstraint("basis in ('submitted', 'verified')", name="basis"),
        Index("uq_releases_announced", "announced", unique=True),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), unique=True)
    stands_on: Mapped[Sequence]
    basis: Mapped[str]
    notes: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
    method: Mapped[int]
    announced: Mapped[Sequence | None] = mapped_column(ForeignKey("announcements.seq"))


class AnnouncementRecord(Base):
    """One act on what is announced to be published on which day. Append-only.

    ``640 | – | announce | release | 2019-09-01 | 2019年三季度数据 | 2019-10-12 | – | han | …``
    ``655 | 640 | move | release | 2019-09-01 | 2019年三季度数据 | 2019-10-15 | 三县补报未齐 | han | …``

    `announcement`: the entry of the first act, of those that follow. `due_on`: the local day announced from then on.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        CheckConstraint(
            "action = 'announce' and announcement is null "
            "or action in ('move', 'withdraw') and announcement is not null",
            name="action",
        ),
        CheckConstraint("what = 'release' or what = 'bulletin' and period is not null", name="what"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("ix_announcements_announcement", "announcement"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    announcement: Mapped[Sequence | None] = mapped_column(ForeignKey("announcements.seq"))
    action: Mapped[str]
    what: Mapped[str]
    period: Mapped[date | None]
    title: Mapped[str]
    due_on: Mapped[date]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class ReleaseFile(Base):
    """One file of a release. ``3 | rates.csv | text/csv; charset=utf-8 | 91234 | … | … | 2508``

    `sha256` and `crc32` are of the `size` bytes of the file; `packed_size` is the sum of its parts as stored. `rows`
    counts the rows of a table, the heading left out; it is 0 for other files.
    """

    __tablename__ = "release_files"
    __table_args__ = (
        # Parts are written before their file, and files before their release: the ledger is held as briefly as can be.
        ForeignKeyConstraint(
            ["number"], ["releases.number"], name="fk_release_files_number", deferrable=True, initially="DEFERRED"
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    media_type: Mapped[str]
    size: Mapped[Sequence]
    packed_size: Mapped[Sequence]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    crc32: Mapped[Sequence]
    rows: Mapped[Sequence]


class ReleasePart(Base):
    """One MiB of a file (the last part is shorter), deflated on its own, so that any part can be read alone.

    The parts of a file one after another, and an empty last block, are one deflate stream (RFC 1951): a zip archive
    of a release is put together from them without packing anything again.
    """

    __tablename__ = "release_parts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["number", "name"],
            ["release_files.number", "release_files.name"],
            name="fk_release_parts_number_name",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
