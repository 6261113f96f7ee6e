"""Keeping a file that records of a unit can carry (附件). The same bytes are kept once for each unit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, TooMany
from metrics.ledger.entry import append, next_place
from metrics.models import AttachedFile, LedgerEntry
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.supervision.bodies import body_problems
from metrics.supervision.file_kinds import LARGEST_ATTACHMENT, attachment_too_large, look_at
from metrics.value_types import Hash, Moment

MOST_A_DAY = 100  # files of one unit
LARGEST_A_DAY = 400 * 1024 * 1024  # bytes of one unit
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is kept: `seq` is the number by which a record carries it. `recorded` false: it was there before."""

    seq: int
    unit: str
    name: str
    media_type: str
    size: int
    sha256: Hash
    recorded_at: Moment
    leaf_hash: str
    recorded: bool


def attach_file(
    session: WriteSession,
    *,
    principal: Principal,
    unit: str,
    name: str,
    content: bytes,
    simulated_at: datetime | None = None,
) -> Attached:
    """Keep a file for `unit`; bytes that the unit has already keep their number and their name.

    `simulated_at` dates a file of the synthetic demonstration. Raises Forbidden for a unit that is not the principal's,
    Invalid for an unknown unit and for a file of no kind that is taken, TooLarge, TooMany.
    """
    principal.require_unit(unit)
    if problems := body_problems(plan_at(session), unit):
        raise Invalid(problems[0].code, problems[0].message, problems)
    if len(content) > LARGEST_ATTACHMENT:
        raise attachment_too_large()
    looked_at = look_at(name, content)
    sha256 = hashlib.sha256(content).digest()
    standing = _standing(session, unit, sha256)
    if standing is not None:
        return _attached(session, standing, recorded=False)
    place = next_place(session, simulated=simulated_at)
    standing = _standing(session, unit, sha256)  # another may have come while this one waited
    if standing is not None:
        return _attached(session, standing, recorded=False)
    _require_room(session, unit, size=len(content), now=place.recorded_at)
    said = {"name": looked_at.name, "media_type": looked_at.kind.media_type, "size": len(content)}
    label = {} if simulated_at is None else {"synthetic": True}
    entry = {"unit": unit, "sha256": sha256.hex(), "actor": principal.username, **said, **label}
    append(session, kind="attachment", place=place, content=entry)
    row = AttachedFile(
        seq=place.seq,
        unit_code=unit,
        sha256=sha256,
        content=content,
        actor=principal.username,
        recorded_at=place.recorded_at,
        **said,
    )
    session.add(row)
    session.flush()
    return _attached(session, row, recorded=True)


def _standing(session: WriteSession, unit: str, sha256: bytes) -> AttachedFile | None:
    asked = select(AttachedFile).where(AttachedFile.unit_code == unit, AttachedFile.sha256 == sha256)
    return session.scalars(asked).one_or_none()


def _require_room(session: WriteSession, unit: str, *, size: int, now: datetime) -> None:
    """What is kept stays for ever, whether a record carries it or not: a unit sends only so much a day."""
    asked = select(func.count(), func.coalesce(func.sum(AttachedFile.size), 0)).where(
        AttachedFile.unit_code == unit, AttachedFile.recorded_at > now.astimezone(UTC) - _DAY
    )
    count, held = session.execute(asked).one()
    if count >= MOST_A_DAY or held + size > LARGEST_A_DAY:
        most = LARGEST_A_DAY // 1024**2
        message = Message(
            f"一个单位 24 小时内最多上传 {MOST_A_DAY} 个附件、共 {most} MB,请明天再传。",
            f"A unit uploads at most {MOST_A_DAY} attachments, {most} MiB together, in 24 hours. Go on tomorrow.",
        )
        raise TooMany("attachments_too_many_today", message, retry_after=3600)


def _attached(session: WriteSession, row: AttachedFile, *, recorded: bool) -> Attached:
    entry = session.get_one(LedgerEntry, row.seq)
    return Attached(
        seq=row.seq,
        unit=row.unit_code,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        recorded_at=row.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
    )
