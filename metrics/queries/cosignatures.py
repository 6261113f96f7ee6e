"""What witnesses signed: checkpoints with their cosignatures, and how far each witness saw the ledger come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.ledger.keys import is_signed
from metrics.ledger.verifying.cosignature import Cosignature, read_cosignatures
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.policy import Policy
from metrics.ledger.witnessing.asking import WitnessFault
from metrics.ledger.witnessing.known import asked_witnesses
from metrics.models import LedgerCheckpoint, LedgerCosignature, LedgerKey, WitnessTrouble

_MOST_LOOKED_AT = 200  # sizes: beyond these a checkpoint is not what somebody wants who asks for the newest


@dataclass(frozen=True, slots=True)
class KnownCheckpoint:
    """A checkpoint that was signed; `note` with the newest cosignature of each witness, `by` those."""

    size: int
    root: bytes
    note: str
    by: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """A witness that is asked: the largest checkpoint that it signed, when it did so last, and what is amiss with it.

    `told` says the `fault` in words; `since` is when it was met first.
    """

    name: str
    verifier_key: str
    size: int | None
    signed_at: datetime | None
    fault: WitnessFault | None = None
    told: Message | None = None
    since: datetime | None = None


def newest_checkpoint(session: ReadSession) -> KnownCheckpoint | None:
    """The newest one that was signed, None before the first. Nothing is signed for it."""
    return next(_checkpoints(session), None)


def checkpoint_over(session: ReadSession, seq: int) -> str | None:
    """The note of the first checkpoint that was signed over entry `seq`, None if there is none yet."""
    return session.scalar(
        select(LedgerCheckpoint.note).where(LedgerCheckpoint.size >= seq).order_by(LedgerCheckpoint.size).limit(1)
    )


def with_cosignatures(session: ReadSession, *, size: int, root: bytes, note: str) -> KnownCheckpoint:
    """The checkpoint with what witnesses signed under just this note; nothing that is not their signature."""
    rows = session.execute(
        select(LedgerCosignature.verifier_key, LedgerCosignature.line)
        .where(LedgerCosignature.size == size)
        .order_by(LedgerCosignature.signed_at.desc())
    )
    found: dict[str, Cosignature] = {}
    for key, line in rows:
        if key not in found and (signed := _signed(note, key, line)) is not None:
            found[key] = signed
    return KnownCheckpoint(size, root, note + "".join(one.line for one in found.values()), tuple(found.values()))


def witnessed_checkpoint(session: ReadSession, policy: Policy | None) -> KnownCheckpoint:
    """The newest checkpoint with the cosignatures that the policy's quorum asks for, at least one.

    Raises NotFound if there is none among the newest.
    """
    for found in _checkpoints(session, limit=_MOST_LOOKED_AT):
        if found.by and (policy is None or policy.is_met([one.key for one in found.by])):
            return found
    raise NotFound(
        code="checkpoint_unwitnessed",
        message=Message(
            "近期没有见证人签够的检查点。", "No recent checkpoint has the cosignatures of enough witnesses."
        ),
    )


def standings(session: ReadSession, policy: Policy | None) -> list[WitnessStanding]:
    """How each witness that is asked stands, in the policy's order."""
    found, asked = [], asked_witnesses(policy)
    if not asked:
        return []
    troubles = {row.verifier_key: row for row in session.scalars(select(WitnessTrouble))}
    for name, witness in asked.items():
        size, signed_at = last_cosigned(session, witness.key) or (None, None)
        trouble = troubles.get(witness.key)
        fault = None if trouble is None else WitnessFault(trouble.fault)
        amiss = () if trouble is None or fault is None else (fault, fault.told, trouble.since)
        found.append(WitnessStanding(name, witness.key, size, signed_at, *amiss))
    return found


def last_cosigned(session: ReadSession, key: str) -> tuple[int, datetime] | None:
    """The largest size that the witness with this verifier key signed, and when it did so last; None if never."""
    row = session.execute(
        select(LedgerCosignature.size, LedgerCosignature.signed_at)
        .where(LedgerCosignature.verifier_key == key)
        .order_by(LedgerCosignature.size.desc(), LedgerCosignature.signed_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.size, row.signed_at)


def _checkpoints(session: ReadSession, *, limit: int = 1) -> Iterator[KnownCheckpoint]:
    """The newest ones, each size once, by the key that was in use last."""
    rows = session.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.root, LedgerCheckpoint.note)
        .join(LedgerKey, LedgerKey.key_id == LedgerCheckpoint.key_id)
        .order_by(LedgerCheckpoint.size.desc(), LedgerKey.since.desc())
        .limit(limit)
    ).all()
    for row in rows:
        yield with_cosignatures(session, size=row.size, root=row.root, note=row.note)


def _signed(note: str, key: str, line: str) -> Cosignature | None:
    try:
        return next(iter(read_cosignatures(f"{note}{line}".encode(), [key], is_signed=is_signed)), None)
    except Wrong:  # another note of this size, or a row that somebody changed
        return None
