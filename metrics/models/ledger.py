"""The ledger: one row for everything that ever became known, in the order in which it was committed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class LedgerEntry(Base):
    """One event: a submission, a verification, a change of the plan.

    ``seq 17 | submission | 2019-10-04T02:11:09Z | {"kind":"submission","unit":"441202",…} | 5c1f…``

    `seq` has no gaps and grows in commit order; `leaf` is canonical JSON (RFC 8785) and holds everything that
    the event says, and a `salt`, which entries of earlier versions lack; `leaf_hash` is SHA-256 of 0x00 and the leaf
    (RFC 9162, 2.1.1).
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index("ix_ledger_entries_recorded_at", "recorded_at"),
        Index("ix_ledger_entries_method", "seq", postgresql_where=text("kind = 'method'")),
        Index("ix_ledger_entries_signer", "seq", postgresql_where=text("kind in ('key', 'epoch')")),
    )

    seq: Mapped[Sequence] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    recorded_at: Mapped[Instant]
    leaf: Mapped[str]
    leaf_hash: Mapped[bytes]


class LedgerTile(Base):
    """256 neighbouring hashes of the tree over the leaves. Append-only.

    ``0 | 3 | (8192 bytes: the leaf hashes of entries 769 to 1024) | a07e…``

    A tile of level 0 holds leaf hashes, one of level L+1 the roots of 256 tiles of level L. Written when a checkpoint
    is issued, only for tiles that are full; a copy of the hashes, by which a changed entry is found.
    """

    __tablename__ = "ledger_tiles"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[Sequence] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]
    root: Mapped[bytes]


class LedgerKey(Base):
    """A key that signs checkpoints, from the moment it was taken into use until the next one was. Append-only.

    ``7b1f02aa | zhaoqing.example/biaochi+7b1f02aa+AekyeRrm… | 2019-10-01T00:00:00Z | admin``

    Only the public key is here; the private one is a file (`metrics/ledger/keys.py`).
    """

    __tablename__ = "ledger_keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    verifier_key: Mapped[str]
    since: Mapped[Instant]
    actor: Mapped[str]


class LedgerCheckpoint(Base):
    """One signed tree head that was handed out. Append-only.

    ``612 | 7b1f02aa | 9f3c… | zhaoqing.example/biaochi\\n612\\n…\\n\\n— … | (1,600 bytes: entries 563 to 612)``

    `leaves` are the leaf hashes of the entries since the checkpoint before, as far as no full tile holds them: a copy,
    by which a changed entry is found. None: issued by a version that kept none.
    """

    __tablename__ = "ledger_checkpoints"
    __table_args__ = (PrimaryKeyConstraint("size", "key_id"),)

    size: Mapped[Sequence]
    key_id: Mapped[str] = mapped_column(ForeignKey("ledger_keys.key_id"))
    root: Mapped[bytes]
    note: Mapped[str]
    leaves: Mapped[bytes | None]


class LedgerCosignature(Base):
    """A witness's signature under a checkpoint, with the moment that it names. Append-only.

    ``612 | 94e1a122 | 2026-12-01T06:29:00Z | audit.example/w1+94e1a122+BHeX… | — audit.example/w1 lOGhIg…``

    Others can check it by themselves; the ledger says nothing of it.
    """

    __tablename__ = "ledger_cosignatures"
    __table_args__ = (PrimaryKeyConstraint("size", "key_id", "signed_at"),)

    size: Mapped[Sequence]
    key_id: Mapped[str]
    signed_at: Mapped[Instant]
    verifier_key: Mapped[str]
    line: Mapped[str]


class WitnessTrouble(Base):
    """What a witness is at fault for now, and since when; no row while it signs.

    ``audit.example/w1+94e1a122+BHeX… | slow | 2026-12-01T06:29:00Z``

    Every process that answers reads it; those that ask write it.
    """

    __tablename__ = "witness_troubles"

    verifier_key: Mapped[str] = mapped_column(primary_key=True)
    fault: Mapped[str]
    since: Mapped[Instant]


class LockRow(Base):
    """A row that is locked while something is done that only one may do at a time (:mod:`metrics.locks`).

    ``ledger``
    """

    __tablename__ = "locks"

    name: Mapped[str] = mapped_column(primary_key=True)
