"""A checkpoint that was kept elsewhere against the ledger as it is now."""

from __future__ import annotations

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, Problem
from metrics.ledger.entry import newest_seq
from metrics.ledger.verify import Wrong, leaf_hash, open_checkpoint, tree_root
from metrics.models import LedgerEntry


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
