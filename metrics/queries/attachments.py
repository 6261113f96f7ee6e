"""Files that are attached to records: what a record carries, and the bytes of one.

A record of a unit names the files it carries by their numbers, and its entry in the ledger says each with its hash:

    files = files_to_carry(session, numbers, unit=unit)          # refuses what is not the unit's
    append(session, …, content={…, "attachments": as_recorded(files)})
    Material(…, attachments=[file.seq for file in files])
    attachments_of(session, row.attachments)                     # when it is shown
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.models import AttachedFile
from metrics.principal import Principal, Scope
from metrics.value_types import Hash, Moment

MOST_ATTACHMENTS = 10  # of one record


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is kept, without its bytes. `seq` is its number; `size` in bytes."""

    seq: int
    unit: str
    name: str
    media_type: str
    size: int
    sha256: Hash
    actor: str
    recorded_at: Moment


def files_to_carry(
    session: ReadSession, numbers: Sequence[int], *, unit: str, pointer: str = "/attachments"
) -> list[Attachment]:
    """The files that a record of `unit` is to carry, in the order given, each once.

    Raises Invalid `attachments_too_many`, or `attachment_unknown` for a number that is no file of that unit's; the
    pointer is that of the list in what was sent.
    """
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST_ATTACHMENTS:
        message = Message(
            f"一条记录最多附 {MOST_ATTACHMENTS} 个文件。", f"A record carries at most {MOST_ATTACHMENTS} files."
        )
        raise Invalid("attachments_too_many", message, [Problem("attachments_too_many", message, pointer)])
    found = {file.seq: file for file in attachments_of(session, wanted) if file.unit == unit}
    problems = [
        Problem("attachment_unknown", _unknown(number), f"{pointer}/{place}", given=str(number))
        for place, number in enumerate(wanted)
        if number not in found
    ]
    if problems:
        raise Invalid("attachment_unknown", problems[0].message, problems)
    return [found[number] for number in wanted]


def as_recorded(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """What the ledger's entry of a record says of the files that it carries."""
    return [{"file": file.seq, "name": file.name, "size": file.size, "sha256": file.sha256.hex()} for file in files]


def attachments_of(session: ReadSession, numbers: Iterable[int]) -> list[Attachment]:
    """Files by their numbers, in that order; what the one who acts may not see is left out."""
    wanted = list(numbers)
    if not wanted:
        return []
    rows = {row.seq: row for row in session.scalars(select(AttachedFile).where(AttachedFile.seq.in_(wanted)))}
    return [_told(rows[number]) for number in wanted if number in rows]


def attachments_of_unit(session: ReadSession, unit: str, *, since: datetime) -> list[Attachment]:
    """What was uploaded for `unit` from `since` on, newest first: what its next record can carry."""
    asked = select(AttachedFile).where(AttachedFile.unit_code == unit, AttachedFile.recorded_at >= since)
    return [_told(row) for row in session.scalars(asked.order_by(AttachedFile.seq.desc()))]


def attachment_content(session: ReadSession, number: int, *, principal: Principal) -> tuple[Attachment, bytes]:
    """One file with its bytes. Raises NotFound for one that the principal may not see."""
    principal.require(Scope.READ)
    asked = select(AttachedFile, AttachedFile.content).where(AttachedFile.seq == number)
    found = session.execute(asked).one_or_none()
    if found is None or not principal.may_see_submissions_of(found.AttachedFile.unit_code):
        raise NotFound("attachment_unknown", _unknown(number))
    return _told(found.AttachedFile), found.content


def _unknown(number: int) -> Message:
    return Message(f"没有编号为 {number} 的附件。", f"There is no attachment {number}.")


def _told(row: AttachedFile) -> Attachment:
    return Attachment(
        seq=row.seq,
        unit=row.unit_code,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )
