"""Signed checkpoints: those the database keeps, checked fast and to the last byte, and one that was kept elsewhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, Problem
from metrics.ledger.entry import newest_seq
from metrics.ledger.keys import is_signed
from metrics.ledger.verifying.checkpoint import Checkpoint, open_checkpoint, read_key
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, tree_root
from metrics.models import LedgerEntry, LedgerKey

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)\n")


def known_keys(session: ReadSession) -> list[str]:
    """The public keys there are. What is none is named where it is held against the entry that took it into use."""
    found = []
    for key in session.scalars(select(LedgerKey.verifier_key)):
        try:
            read_key(key)
        except Wrong:
            continue
        found.append(key)
    return found


def open_issued(note: str, keys: Iterable[str]) -> tuple[Checkpoint, str]:
    """What a checkpoint of ours says, and the id of the key in use when it was issued, which signs first.

    Others may add their signatures to a checkpoint that they were given; in the database there are none but ours.
    Raises Wrong.
    """
    found = open_checkpoint(note.encode(), list(keys), is_signed=is_signed)
    lines = note.rpartition("\n\n")[2]
    known = {tuple(key.split("+")[:2]) for key in keys}
    signatures = [(name, base64.b64decode(encoded)) for name, encoded in _SIGNATURE.findall(lines)]
    written = "".join(f"— {name} {base64.b64encode(signature).decode()}\n" for name, signature in signatures)
    if written != lines or any((name, signature[:4].hex()) not in known for name, signature in signatures):
        raise Wrong("检查点不是签发时的样子。", "The checkpoint is not as it was issued.")
    return found, signatures[0][1][:4].hex()


def kept_checkpoint(session: ReadSession, note: bytes, *, keys: list[str], name: str) -> list[Problem]:
    """What is wrong: its signature, or that the first entries are no longer those it was signed over. Empty: nothing.

    The root is computed from the leaves themselves, not from what is stored of the tree.
    """
    try:
        found = open_checkpoint(note, keys)
    except Wrong as wrong:
        zh, _, en = str(wrong).partition("\n")
        return [Problem("checkpoint_false", Message(zh, en), name)]
    if found.size > newest_seq(session):
        message = Message(
            f"检查点涵盖 {found.size} 条,账本已不足此数。", f"It covers {found.size} entries; the ledger has fewer now."
        )
        return [Problem("checkpoint_beyond", message, name)]
    leaves = session.scalars(
        select(LedgerEntry.leaf)
        .where(LedgerEntry.seq <= found.size)
        .order_by(LedgerEntry.seq)
        .execution_options(yield_per=500)
    )
    if tree_root([leaf_hash(leaf.encode()) for leaf in leaves]) != found.root:
        message = Message(
            f"账本前 {found.size} 条已不是当时签名的内容:账本被改写。",
            f"The first {found.size} entries are no longer what was signed: the ledger was rewritten.",
        )
        return [Problem("ledger_rewritten", message, name)]
    return []
