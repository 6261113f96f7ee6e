"""Publishing a release (数据发布): one place in the ledger, every file of it, or nothing at all."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from metrics.archives import packed_parts
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.signing_key import key_in_use
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.ledger.checking.proofs import PROOF_FILES
from metrics.ledger.entry import append, next_place
from metrics.locks import Lock, hold
from metrics.methods import PRESENT
from metrics.models import Release, ReleaseFile, ReleasePart
from metrics.principal import Principal, Scope
from metrics.publish.release_files import (
    IN_ENGLISH_TOO,
    RELEASED,
    NewFile,
    data_package,
    description_files,
    facts_file,
    proof_files,
    releasable_view,
    table_files,
)
from metrics.queries.announcements import open_announcement
from metrics.queries.releases import Published, release
from metrics.queries.view import View
from metrics.results import Basis

LONGEST_NOTES = 4000  # characters
# A table in Chinese, perhaps in English, and its schema; the method twice, data package, verifier, facts, both proofs.
FILE_COUNT = 2 * len(RELEASED) + len(IN_ENGLISH_TOO) + 2 + 1 + 1 + 1 + len(PROOF_FILES)


@dataclass(frozen=True, slots=True)
class _Stored:
    name: str
    size: int
    sha256: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _ReleaseSaid:
    """What a reviewer says of a release."""

    notes: str
    basis: Basis
    announced: int | None

    def kept(self, session: WriteSession) -> dict[str, int]:
        """What the release says of the announcement that it keeps: nothing without one. Raises NotFound, Conflict."""
        return {} if self.announced is None else {"announced": open_announcement(session, self.announced).seq}


def create_release(
    session: WriteSession,
    *,
    principal: Principal,
    notes: str,
    basis: Basis,
    announced: int | None = None,
    dry_run: bool = False,
    advance: Callable[[], None] = lambda: None,
    simulated_at: datetime | None = None,
) -> Published:
    """Publish what is known now, on `basis`. Submissions go on landing meanwhile: none of them is in the release.

    Every file is made from the entries up to the newest when it began, which can no longer change. The ledger is held
    only for the entry itself and the checkpoint over it, at the end.
    `announced`: the announcement that it keeps (:mod:`metrics.announcements`). A dry run does all of it and undoes it:
    it answers what a release made now would be. `advance` is called once for each of the :data:`FILE_COUNT` files.
    `simulated_at` dates one of the synthetic demonstration history.

    Raises Forbidden, Invalid without notes, Conflict `nothing_to_release` while there is no figure, NotFound
    or Conflict if there is no such announcement or it is over, Unavailable if the key that signs is not here.
    """
    principal.require(Scope.RELEASE)
    _check_notes(notes)
    said = _ReleaseSaid(notes, basis, announced)
    if not dry_run:
        return _create(session, principal, said, advance=advance, simulated_at=simulated_at)
    undone = session.begin_nested()
    try:
        return _create(session, principal, said, advance=advance, simulated_at=simulated_at)
    finally:
        undone.rollback()


def _create(
    session: WriteSession,
    principal: Principal,
    said: _ReleaseSaid,
    *,
    advance: Callable[[], None],
    simulated_at: datetime | None,
) -> Published:
    notes, basis = said.notes, said.basis
    hold(session, Lock.RELEASES)
    view = releasable_view(session, basis=basis)
    announced = said.kept(session)
    number = 1 + (session.scalar(select(func.max(Release.number))) or 0)
    stored = _store_all(session, number, table_files(session, view), first=0, advance=advance)
    others = _others(session, view, stored, number=number, notes=notes)
    stored += _store_all(session, number, others, first=len(stored), advance=advance)
    # The key's entry before the release's own, and the ledger not before every file is made (decisions 37 and 65).
    key_in_use(session, simulated_at=simulated_at)
    place = next_place(session, simulated=simulated_at)
    said.kept(session)  # it may have been withdrawn while the files were made
    content = {
        "number": number,
        "stands_on": view.seq,
        "basis": basis.value,
        "notes": notes,
        "actor": principal.username,
        "method": PRESENT.number,
        "files": [_as_said(file) for file in stored],
    } | announced
    label = {} if simulated_at is None else {"synthetic": True}
    append(session, kind="release", place=place, content=content | label)
    session.execute(
        insert(Release).values(
            number=number,
            seq=place.seq,
            stands_on=view.seq,
            basis=basis.value,
            notes=notes,
            actor=principal.username,
            recorded_at=place.recorded_at,
            method=PRESENT.number,
            **announced,
        )
    )
    issued = issue_checkpoint(session)
    proofs = proof_files(session, place.seq, size=issued.size, note=issued.note)
    _store_all(session, number, proofs, first=len(stored), advance=advance)
    return release(session, number)


def _others(
    session: WriteSession, view: View, stored: Iterable[_Stored], *, number: int, notes: str
) -> Iterable[NewFile]:
    """The files of a release beside its tables, which are `stored` already."""
    tables = [_as_said(file) | {"size": file.size} for file in stored]
    package = data_package(session, view, number=number, notes=notes, tables=tables)
    return [*description_files(session, view), facts_file(session, view), package]


def _check_notes(notes: str) -> None:
    if not notes.strip():
        message = Message("请写明本次发布的说明。", "A release needs its notes.")
        raise Invalid("notes_missing", message, [Problem("notes_missing", message, "/notes", given=notes[:100])])
    if len(notes) > LONGEST_NOTES:
        message = Message(
            f"发布说明不能超过 {LONGEST_NOTES} 字。", f"The notes are longer than {LONGEST_NOTES} characters."
        )
        raise Invalid("notes_too_long", message, [Problem("notes_too_long", message, "/notes")])


def _store_all(
    session: WriteSession, number: int, files: Iterable[NewFile], *, first: int, advance: Callable[[], None]
) -> list[_Stored]:
    stored = []
    for place, file in enumerate(files, start=first):
        with file.content:
            stored.append(_store(session, number, file, place=place))
        advance()
    return stored


def _store(session: WriteSession, number: int, file: NewFile, *, place: int) -> _Stored:
    digest, packed_size, crc, size = hashlib.sha256(), 0, 0, 0
    for part, packed in enumerate(packed_parts(file.content)):
        session.execute(insert(ReleasePart).values(number=number, name=file.name, part=part, content=packed.content))
        digest.update(packed.raw)
        size += len(packed.raw)
        packed_size += len(packed.content)
        crc = zlib.crc32(packed.raw, crc)
    session.execute(
        insert(ReleaseFile).values(
            number=number,
            name=file.name,
            place=place,
            media_type=file.media_type,
            size=size,
            packed_size=packed_size,
            sha256=digest.digest(),
            crc32=crc,
            rows=file.rows,
        )
    )
    return _Stored(file.name, size, digest.digest(), file.rows)


def _as_said(file: _Stored) -> dict[str, Any]:
    """The file as the ledger's entry names it."""
    return {"name": file.name, "bytes": file.size, "rows": file.rows, "sha256": file.sha256.hex()}
