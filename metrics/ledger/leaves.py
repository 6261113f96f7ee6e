"""Whether what is stored of the tree is what the entries say: asked of the leaves themselves, tile by tile.

Roots and proofs are computed from stored tiles. Whoever rewrites entries and leaves the tiles alone changes no root:
the service looks through the whole ledger, some tiles at a time, and through all that is new before it signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.tiles import leaf_hashes, stored_size
from metrics.ledger.tree import TILE
from metrics.ledger.verifying.merkle import leaf_hash, tree_root
from metrics.models import LedgerEntry, LedgerTile


@dataclass(frozen=True, slots=True)
class TilePlace:
    """A tile's place in the tree: of level 0 over 256 entries, of every next one over 256 times as many."""

    level: int
    index: int

    def entries(self, *, size: int) -> tuple[int, int]:
        """The first and the last sequence number that it stands for, of `size` entries."""
        width = TILE ** (self.level + 1)
        return self.index * width + 1, min(size, (self.index + 1) * width)


def first_wrong_tile(session: ReadSession, *, after: int, size: int, at_most: int | None = None) -> TilePlace | None:
    """The first tile over the entries beyond `after`, up to `size`, that is not made of them; None if there is none.

    Where `after` falls within a tile all of it is looked at. `at_most` limits the tiles of level 0.
    """
    first, end = after // TILE, -(-size // TILE)
    end = end if at_most is None else min(end, first + at_most)
    for index in range(first, end):
        for place in _completed_by(index):
            if not is_right(session, place, size=size):
                return place
    return None


def is_right(session: ReadSession, place: TilePlace, *, size: int | None = None) -> bool:
    """True if the tile has the hashes of its entries, or of the tiles below it, and their root.

    Of one that is not full, or not stored yet, the entries' own hashes are held against the entries.
    """
    size = stored_size(session) if size is None else size
    hashes = _of_leaves(session, place, size=size) if place.level == 0 else _of_tiles(session, place)
    if hashes is None:
        return False
    stored = session.execute(
        select(LedgerTile.hashes, LedgerTile.root).where(
            LedgerTile.level == place.level, LedgerTile.index == place.index
        )
    ).one_or_none()
    if stored is None or len(hashes) < TILE:
        return True
    return bool(stored.hashes == b"".join(hashes) and stored.root == tree_root(hashes))


def _completed_by(index: int) -> Iterator[TilePlace]:
    """The tile of level 0, and those above whose last one it is."""
    level = 0
    yield TilePlace(level, index)
    while index % TILE == TILE - 1:
        level, index = level + 1, index // TILE
        yield TilePlace(level, index)


def _of_leaves(session: ReadSession, place: TilePlace, *, size: int) -> list[bytes] | None:
    """The hashes of the entries, computed from what they say; None where an entry has another, or one is missing."""
    first, last = place.entries(size=size)
    leaves = session.scalars(
        select(LedgerEntry.leaf).where(LedgerEntry.seq >= first, LedgerEntry.seq <= last).order_by(LedgerEntry.seq)
    )
    computed = [leaf_hash(leaf.encode()) for leaf in leaves]
    whole = len(computed) == last - first + 1 and computed == leaf_hashes(session, first - 1, last)
    return computed if whole else None


def _of_tiles(session: ReadSession, place: TilePlace) -> list[bytes]:
    """The roots of the tiles below, as they are stored; those were looked at themselves."""
    start = place.index * TILE
    below = select(LedgerTile.root).where(
        LedgerTile.level == place.level - 1, LedgerTile.index >= start, LedgerTile.index < start + TILE
    )
    return list(session.scalars(below.order_by(LedgerTile.index)))
