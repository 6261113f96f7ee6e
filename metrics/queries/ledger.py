"""The ledger as others read it: its entries, proofs about its tree, the keys that sign it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, NotFound, Problem
from metrics.ledger.entry import newest_seq
from metrics.ledger.epochs import EPOCH
from metrics.ledger.hand_overs import handed_over
from metrics.ledger.tiles import stored_tree
from metrics.models import LedgerEntry, LedgerKey
from metrics.principal import Principal
from metrics.value_types import Hash

_PUBLISHED = frozenset({"key", EPOCH, "release"})  # open to anyone who may read at all
_OF_THE_PLAN = frozenset(
    {"plan", "target", "weights", "method", "settings"}
)  # open to everyone who signed in; every other kind names people and reasons


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `leaf` is None where the reader may know its hash only."""

    seq: int
    leaf_hash: bytes
    leaf: str | None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`path`, lowest sibling first, leads from `leaf_hash` to `root` (RFC 9162, 2.1.3); the leaf's index is seq - 1."""

    seq: int
    size: int
    leaf_hash: Hash
    path: list[Hash]
    root: Hash


@dataclass(frozen=True, slots=True)
class Consistency:
    """`path` shows that the tree of `second` entries continues that of `first` entries (RFC 9162, 2.1.4)."""

    first: int
    second: int
    first_root: Hash
    second_root: Hash
    path: list[Hash]


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key as C2SP signed-note writes it; without `until` it signs now.

    `handed_over`: whether the key before it signed that this one takes its place; None for the first.
    """

    key_id: str
    verifier_key: str
    since: datetime
    until: datetime | None
    handed_over: bool | None


def ledger_entries(session: ReadSession, *, principal: Principal | None, start: int, end: int) -> list[Entry]:
    """The entries from sequence number `start` to `end`, both included, as `principal` may see them."""
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.leaf_hash, LedgerEntry.kind, LedgerEntry.leaf)
        .where(LedgerEntry.seq >= start, LedgerEntry.seq <= end)
        .order_by(LedgerEntry.seq)
    )
    return [
        Entry(seq, leaf_hash, leaf if may_read_leaf(principal, kind, leaf) else None)
        for seq, leaf_hash, kind, leaf in rows
    ]


def may_read_leaf(principal: Principal | None, kind: str, leaf: str) -> bool:
    """Clerk and leader read their own units' leaves and the plan's, an anonymous reader those of releases; others all.

    An assessment's leaf, with what the assessor noted, is not for the unit that was assessed. By those of releases an
    anonymous reader can check a release's files, which is all that is open to them.
    """
    if kind in _PUBLISHED:
        return True
    if principal is None:
        return False
    if kind in _OF_THE_PLAN:
        return True
    if not principal.is_bound_to_units:
        return True
    return kind != "assessment" and json.loads(leaf).get("unit") in principal.units


def inclusion(session: ReadSession, *, seq: int, size: int | None) -> Inclusion:
    """The proof that entry `seq` is among the first `size` (None: all).

    Raises BadRequest for a size that the ledger does not have, NotFound for an entry that is not among them.
    """
    size = _known_size(session, size, parameter="size")
    if not 1 <= seq <= size:
        raise NotFound(
            code="entry_unknown",
            message=Message(f"账本前 {size} 条中没有第 {seq} 条。", f"There is no entry {seq} in the first {size}."),
        )
    tree = stored_tree(session, size=size)
    leaf_hash = session.scalars(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq)).one()
    return Inclusion(seq, size, leaf_hash, tree.inclusion(seq - 1), tree.root())


def consistency(session: ReadSession, *, first: int, second: int | None) -> Consistency:
    """The proof that the first `second` entries (None: all) begin with the first `first`.

    Raises BadRequest for sizes that the ledger does not have, or in the wrong order.
    """
    second = _known_size(session, second, parameter="to")
    first = _known_size(session, first, parameter="from", newest=second)
    tree = stored_tree(session, size=second)
    earlier = stored_tree(session, size=first).root()
    return Consistency(first, second, earlier, tree.root(), tree.consistency(first))


def ledger_hash(session: ReadSession, seq: int) -> str:
    """The root of the tree over the first `seq` entries, hexadecimal: what a checkpoint over them states."""
    return stored_tree(session, size=seq).root().hex()


def known_keys(session: ReadSession) -> list[KnownKey]:
    """Every key that ever signed checkpoints, oldest first."""
    rows = session.execute(
        select(LedgerKey.key_id, LedgerKey.verifier_key, LedgerKey.since).order_by(LedgerKey.since)
    ).all()
    ends: list[Any] = [row.since for row in rows[1:]] + [None]
    signed_for = handed_over(session)
    return [
        KnownKey(row.key_id, row.verifier_key, row.since, end, signed_for.get(row.key_id))
        for row, end in zip(rows, ends, strict=False)
    ]


def _known_size(session: ReadSession, size: int | None, *, parameter: str, newest: int | None = None) -> int:
    newest = newest_seq(session) if newest is None else newest
    if size is None:
        return newest
    if not 1 <= size <= newest:
        message = Message(
            f"{parameter} 须在 1 与 {newest} 之间。", f"{parameter} is between 1 and {newest}, the number of entries."
        )
        problem = Problem("size_unknown", message, f"?{parameter}", given=str(size))
        raise BadRequest(code="size_unknown", message=message, problems=[problem])
    return size
