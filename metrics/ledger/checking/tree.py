"""The tree: stored tiles and signed checkpoints against the hashes of the leaves as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.checkpoints import known_keys, open_issued
from metrics.ledger.checking.entries import gap
from metrics.ledger.checking.finding import ENTRIES, Finding, entry_key, missing, unaccounted
from metrics.ledger.tree import TILE
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import node_hash, tree_root
from metrics.models import LedgerCheckpoint, LedgerTile

_HASH = 32


class Confirmed(Enum):
    """Whether the tree's stored copy of a leaf's hash is the leaf's."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # the tile is not full yet, or is itself not right


class Growing:
    """A tree that leaves are added to: the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes) -> None:
        depth = 0
        while self._peaks and self._peaks[-1][0] == depth:
            hashed = node_hash(self._peaks.pop()[1], hashed)
            depth += 1
        self._peaks.append((depth, hashed))

    def root(self) -> bytes:
        peaks = [peak for _, peak in self._peaks]
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root


class TreeCheck:
    """Grows the tree beside the entries and holds it against every tile and every checkpoint."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._tree = Growing()
        self._block: list[bytes] = []
        self._roots: list[list[bytes]] = [[]]  # of full tiles, by level
        self._tile: tuple[list[bytes], bytes] | None = None
        self._sound = False  # its hashes have the root that is stored of it
        self._explained: set[int] = set()  # entries that were named already
        self._whole = True  # no entry is missing so far
        self._right_until = 0  # the largest checkpoint that held
        self._copied_until = 0  # the largest checkpoint so far that keeps copies of leaf hashes
        self.newest = 0
        self._checkpoints: dict[int, list[LedgerCheckpoint]] = {}
        for checkpoint in session.scalars(select(LedgerCheckpoint)):
            self._checkpoints.setdefault(checkpoint.size, []).append(checkpoint)
        self._keys = known_keys(session)

    def skip(self, seq: int) -> None:
        """The entry is missing: roots from here on cannot be known."""
        self._whole = False

    def entry(self, seq: int, hashed: bytes, *, named: bool) -> tuple[Confirmed, list[Finding]]:
        """Add a leaf. `named`: something is known to be wrong with the entry already."""
        self.newest = seq
        if named:
            self._explained.add(seq)
        if not self._whole:
            return Confirmed.UNKNOWN, []
        place = (seq - 1) % TILE
        if place == 0:
            self._tile = self._stored(0, (seq - 1) // TILE)
            self._sound = self._tile is not None and tree_root(self._tile[0]) == self._tile[1]
            self._block = []
        self._tree.add(hashed)
        self._block.append(hashed)
        findings = list(self._against_tile((seq - 1) // TILE)) if place == TILE - 1 else []
        findings += self._against_checkpoints(seq)
        if any(checkpoint.leaves is not None for checkpoint in self._checkpoints.get(seq, ())):
            self._copied_until = seq
        return self._confirmed(place, hashed), findings

    def end(self) -> Iterator[Finding]:
        """Tiles that should be there, tiles that should not, and checkpoints beyond the newest entry."""
        beyond = max(self._checkpoints, default=0)
        if beyond > self.newest:
            yield from gap(self.newest + 1, beyond)
        if self._whole:
            yield from self._all_tiles()
        for size in [size for size in self._checkpoints if size > self.newest]:
            yield from self._unsigned(size)

    def _confirmed(self, place: int, hashed: bytes) -> Confirmed:
        if self._tile is None or not self._sound or place >= len(self._tile[0]):
            return Confirmed.UNKNOWN
        return Confirmed.YES if self._tile[0][place] == hashed else Confirmed.NO

    def _against_tile(self, index: int) -> Iterator[Finding]:
        root = tree_root(self._block)
        self._roots[0].append(root)
        if self._tile is None or (self._block, root) == self._tile:
            return
        hashes, stored_root = self._tile
        odd = [
            index * TILE + i + 1 for i, pair in enumerate(zip(self._block, hashes, strict=False)) if pair[0] != pair[1]
        ]
        explained = bool(odd) and self._explained.issuperset(odd)
        if not explained or not self._sound:
            yield _not_of_leaves(0, index)
        if root != stored_root:
            yield from self._named(odd)

    def _named(self, seqs: Iterable[int]) -> Iterator[Finding]:
        """Findings for the entries whose hashes are not those that the tree kept, once for each."""
        for seq in seqs:
            if seq not in self._explained:
                self._explained.add(seq)
                yield Finding(
                    ENTRIES,
                    entry_key(seq),
                    Message("条目及其哈希与树中留存的不同。", "The entry, with its hash, is not the one in the tree."),
                )

    def _against_checkpoints(self, size: int) -> Iterator[Finding]:
        for checkpoint in self._checkpoints.get(size, ()):
            unsigned = list(self._unsigned(size, only=checkpoint))
            if unsigned:
                yield from unsigned
                continue
            copied = self._copied(checkpoint)
            if checkpoint.root == self._tree.root():
                self._right_until = size
                yield from self._against_copy(checkpoint, copied)
                continue
            yield from self._named(seq for seq, hashed in copied if self._block[(seq - 1) % TILE] != hashed)
            if not any(self._right_until < seq <= size for seq in self._explained):
                yield Finding(
                    ENTRIES,
                    f"seq={self._right_until + 1}…{size}",
                    Message(
                        f"与已签名的检查点({size})不符:这一段账本被改写。",
                        f"Not what the signed checkpoint over {size} says: this part of the ledger was rewritten.",
                    ),
                )

    def _copied(self, checkpoint: LedgerCheckpoint) -> list[tuple[int, bytes]]:
        """The copies of leaf hashes that a checkpoint keeps, with their entries' numbers."""
        copy = (checkpoint.leaves or b"")[-_HASH * len(self._block) :]
        hashes = [copy[at : at + _HASH] for at in range(0, len(copy), _HASH)]
        return list(enumerate(hashes, checkpoint.size - len(hashes) + 1))

    def _against_copy(self, checkpoint: LedgerCheckpoint, copied: list[tuple[int, bytes]]) -> Iterator[Finding]:
        """The copies beside a checkpoint that holds, and the one before it, which they go on from."""
        size, leaves = checkpoint.size, checkpoint.leaves
        right = b"".join(self._block[len(self._block) - len(copied) :])
        if right != leaves and (leaves is not None or self._copied_until):
            yield Finding(
                "ledger_checkpoints",
                _checkpoint_key(checkpoint),
                Message("与账本各条的哈希不符。", "The hashes beside it are not those that the entries have."),
            )
        elif leaves is not None and size - len(copied) > max(self._copied_until, size // TILE * TILE):
            yield missing("ledger_checkpoints", f"size={size - len(copied)}")

    def _unsigned(self, size: int, *, only: LedgerCheckpoint | None = None) -> Iterator[Finding]:
        for checkpoint in self._checkpoints[size]:
            if only is not None and checkpoint is not only:
                continue
            try:
                said, key_id = open_issued(checkpoint.note, self._keys)
                holds = (said.size, said.root, key_id) == (checkpoint.size, checkpoint.root, checkpoint.key_id)
            except Wrong:
                holds = False
            if not holds:
                yield Finding(
                    "ledger_checkpoints",
                    _checkpoint_key(checkpoint),
                    Message("签名不符,或与所签内容不同。", "Its signature is false, or it is not what was signed."),
                )

    def _stored(self, level: int, index: int) -> tuple[list[bytes], bytes] | None:
        row = self._session.execute(
            select(LedgerTile.hashes, LedgerTile.root).where(LedgerTile.level == level, LedgerTile.index == index)
        ).one_or_none()
        if row is None:
            return None
        return [row.hashes[at : at + _HASH] for at in range(0, len(row.hashes), _HASH)], row.root

    def _all_tiles(self) -> Iterator[Finding]:
        rows = self._session.execute(select(LedgerTile.level, LedgerTile.index.label("place")))
        there = {(row.level, row.place) for row in rows}
        promised, level = max(self._checkpoints, default=0) // TILE, 0
        while self._roots[level]:
            hashes, above = self._roots[level], []
            for index in range(len(hashes) // TILE):
                block = hashes[index * TILE : (index + 1) * TILE]
                above.append(tree_root(block))
                stored = self._stored(level + 1, index)
                if stored is not None and stored != (block, above[-1]) and not self._explained:
                    yield _not_of_leaves(level + 1, index)
            wanted = {(level, index) for index in range(min(promised, len(hashes)))}
            yield from (missing("ledger_tiles", _tile_key(*tile)) for tile in sorted(wanted - there))
            there -= {(level, index) for index in range(len(hashes))}
            self._roots.append(above)
            promised, level = promised // TILE, level + 1
        yield from (unaccounted("ledger_tiles", _tile_key(*tile)) for tile in sorted(there))


def _not_of_leaves(level: int, index: int) -> Finding:
    message = Message("与账本各条的哈希不符。", "Not made of the hashes that the entries have.")
    return Finding("ledger_tiles", _tile_key(level, index), message)


def _checkpoint_key(checkpoint: LedgerCheckpoint) -> str:
    return f"size={checkpoint.size} key_id={checkpoint.key_id}"


def _tile_key(level: int, index: int) -> str:
    return f"level={level} index={index}"
