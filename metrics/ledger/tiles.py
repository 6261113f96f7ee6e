"""The tree's hashes in the database: full tiles as they were stored, the growing edge from the entries themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from metrics.database import ReadSession, WriteSession
from metrics.ledger.tree import TILE, Tree
from metrics.ledger.verifying.merkle import tree_root
from metrics.models import LedgerCheckpoint, LedgerEntry, LedgerTile

_HASH = 32
_AT_ONCE = 64  # tiles made at a time


class StoredTiles:
    """Hashes from `ledger_tiles`; what was not stored yet is computed, so that a proof never depends on it."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session

    def hashes(self, level: int, index: int, *, at_most: int) -> Sequence[bytes]:
        """The first `at_most` hashes of a tile; see :class:`metrics.ledger.tree.Tiles`."""
        if at_most == TILE:
            stored = self._session.scalar(
                select(LedgerTile.hashes).where(LedgerTile.level == level, LedgerTile.index == index)
            )
            if stored is not None:
                return [stored[at : at + _HASH] for at in range(0, len(stored), _HASH)]
        start, end = index * TILE, index * TILE + at_most
        return leaf_hashes(self._session, start, end) if level == 0 else self._roots(level - 1, start, end)

    def _roots(self, level: int, start: int, end: int) -> list[bytes]:
        """The roots of the tiles from `start` up to `end` of one level."""
        rows = self._session.execute(
            select(LedgerTile.index.label("place"), LedgerTile.root).where(
                LedgerTile.level == level, LedgerTile.index >= start, LedgerTile.index < end
            )
        )
        stored = {row.place: row.root for row in rows}
        return [stored.get(i) or tree_root(self.hashes(level, i, at_most=TILE)) for i in range(start, end)]


def leaf_hashes(session: ReadSession, start: int, end: int) -> list[bytes]:
    """The leaf hashes from index `start` up to `end`; the entry with sequence number 1 has index 0."""
    return list(
        session.scalars(
            select(LedgerEntry.leaf_hash)
            .where(LedgerEntry.seq > start, LedgerEntry.seq <= end)
            .order_by(LedgerEntry.seq)
        )
    )


def leaves_beyond_tiles(session: ReadSession, *, size: int) -> bytes:
    """The leaf hashes that a checkpoint over `size` entries keeps: those that no full tile and no earlier one has.

    Between 0 and 255 hashes of 32 bytes, the last that of entry `size`.
    """
    kept = select(func.max(LedgerCheckpoint.size)).where(
        LedgerCheckpoint.size < size, LedgerCheckpoint.leaves.is_not(None)
    )
    return b"".join(leaf_hashes(session, max(session.scalar(kept) or 0, size // TILE * TILE), size))


def stored_size(session: ReadSession) -> int:
    """How many entries there are: the newest sequence number, 0 for an empty ledger."""
    return session.scalar(select(func.coalesce(func.max(LedgerEntry.seq), 0))) or 0


def stored_tree(session: ReadSession, *, size: int) -> Tree:
    """The tree over the first `size` entries."""
    return Tree(StoredTiles(session), size=size)


def has_tile_to_store(session: ReadSession) -> bool:
    """True if the entries fill a tile more than are stored."""
    newest = session.scalar(select(func.max(LedgerTile.index)).where(LedgerTile.level == 0))
    return stored_size(session) // TILE > (0 if newest is None else newest + 1)


def store_full_tiles(session: WriteSession, *, size: int) -> None:
    """Write the tiles that the first `size` entries fill and that are not there yet. Twice is harmless."""
    level, full = 0, size // TILE
    while full:
        newest = session.scalar(select(func.max(LedgerTile.index)).where(LedgerTile.level == level))
        for rows in _made(session, level, 0 if newest is None else newest + 1, full):
            session.execute(insert(LedgerTile).values(rows).on_conflict_do_nothing())
        level, full = level + 1, full // TILE


def _made(session: ReadSession, level: int, start: int, end: int) -> Iterator[list[dict[str, object]]]:
    tiles = StoredTiles(session)
    for first in range(start, end, _AT_ONCE):
        rows: list[dict[str, object]] = []
        for index in range(first, min(first + _AT_ONCE, end)):
            hashes = tiles.hashes(level, index, at_most=TILE)
            rows.append({"level": level, "index": index, "hashes": b"".join(hashes), "root": tree_root(hashes)})
        yield rows
