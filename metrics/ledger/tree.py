"""The Merkle tree over the ledger's leaves (RFC 9162, section 2.1): roots and proofs. Pure.

The tree reads hashes in tiles of 256 (as C2SP tlog-tiles has it): a tile of level 0 holds leaf hashes, a tile of level
L+1 the roots of 256 tiles of level L. Whatever the size of the ledger, a proof looks into a few tiles only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from metrics.ledger.verifying.merkle import node_hash, tree_root

TILE = 256
DEPTH = 8  # a tile is a complete subtree of this depth


class Tiles(Protocol):
    """Where hashes come from. `at_most` of them are asked for: fewer than 256 for the ledger's growing edge."""

    def hashes(self, level: int, index: int, *, at_most: int) -> Sequence[bytes]:
        """The first `at_most` hashes of a tile."""


class Tree:
    """The tree over the first `size` leaves. Reads each tile once."""

    def __init__(self, tiles: Tiles, *, size: int) -> None:
        self.size = size
        self._tiles = tiles
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        """The tree's root; that of no leaves is the hash of nothing."""
        return self._range(0, self.size) if self.size else tree_root(())

    def inclusion(self, index: int) -> list[bytes]:
        """The path from the leaf at `index` to the root, lowest first (2.1.3.1). Raises IndexError outside the tree."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, first: int) -> list[bytes]:
        """The proof that this tree continues the one of size `first` (2.1.4.1). Raises IndexError outside the tree."""
        if not 0 < first <= self.size:
            raise IndexError(first)
        path: list[bytes] = []
        start, end, known = 0, self.size, True  # known: the reader has the root of all up to `first`
        while first < end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, known = middle, False
        return ([] if known else [self._range(start, end)]) + path[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` up to `end`, where `start` begins a subtree as large as that."""
        found: list[bytes] = []
        while start < end:
            depth = (end - start).bit_length() - 1
            found.append(self._subtree(depth, start >> depth))
            start += 1 << depth
        root = found.pop()
        while found:
            root = node_hash(found.pop(), root)
        return root

    def _subtree(self, depth: int, index: int) -> bytes:
        """The root of the complete subtree of 2^depth leaves that is the `index`-th of its kind."""
        level = depth // DEPTH
        width = 1 << (depth - level * DEPTH)
        tile, place = divmod(index * width, TILE)
        return tree_root(self._tile(level, tile)[place : place + width])

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        key = (level, index)
        if key not in self._read:
            there = (self.size >> (level * DEPTH)) - index * TILE
            self._read[key] = self._tiles.hashes(level, index, at_most=min(TILE, there))
        return self._read[key]


def _split(size: int) -> int:
    """The largest power of two below `size`: where RFC 9162 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)
