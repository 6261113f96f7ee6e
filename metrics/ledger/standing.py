"""What is asked of the ledger before anything is added to it, by one statement: a turn of the service's threads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from metrics.database import ReadSession
from metrics.ledger.key_held import NEWEST
from metrics.ledger.tiles import stored_tree
from metrics.ledger.tree import DEPTH, TILE, Tree
from metrics.models import LedgerEntry, LedgerKey, LedgerTile

_LEVELS = 4  # of tiles: 256^5 entries
_NEWEST_OR_NONE = NEWEST.subquery()
_SIZE = select(func.coalesce(func.max(LedgerEntry.seq), 0).label("size")).subquery()
_LEAVES = (
    select(func.array_agg(aggregate_order_by(LedgerEntry.leaf_hash, LedgerEntry.seq)))
    .where(LedgerEntry.seq > bindparam("full"), LedgerEntry.seq <= bindparam("of"))
    .scalar_subquery()
)
_ROOTS = (
    select(func.array_agg(aggregate_order_by(LedgerTile.root, LedgerTile.level, LedgerTile.index)))
    .where(
        or_(
            *(
                and_(
                    LedgerTile.level == level,
                    LedgerTile.index >= bindparam(f"from{level}"),
                    LedgerTile.index < bindparam(f"to{level}"),
                )
                for level in range(_LEVELS)
            )
        )
    )
    .scalar_subquery()
)
_STANDING = select(_SIZE.c.size, aliased(LedgerKey, _NEWEST_OR_NONE), _LEAVES, _ROOTS).select_from(
    _SIZE.outerjoin(_NEWEST_OR_NONE, true())
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`size`: how many entries there are; `key`: the one that was taken into use last, None if none was.

    `edge`: the hashes at the growing edge of the tree over the first `of` entries, each level's from the lowest up.
    """

    size: int
    key: LedgerKey | None
    of: int
    edge: tuple[bytes, ...]

    def root(self, session: ReadSession) -> bytes:
        """The root of the tree over the first `of` entries, of which there are so many."""
        if len(self.edge) == sum(_widths(self.of)):
            return _root(self.of, self.edge)
        return stored_tree(session, size=self.of).root()  # not every tile was stored yet, or some are gone


def standing(session: ReadSession, *, of: int) -> Standing:
    """How the ledger stands, and what the root over its first `of` entries is made of."""
    asked = {"full": of // TILE * TILE, "of": of}
    for level in range(_LEVELS):
        to = of >> (DEPTH * (level + 1))
        asked |= {f"from{level}": to // TILE * TILE, f"to{level}": to}
    size, key, leaves, roots = session.execute(_STANDING, asked).one()
    return Standing(size, key, of, (*(leaves or ()), *(roots or ())))


def _widths(size: int) -> list[int]:
    """How many hashes of each level lie at the edge of a tree of so many leaves."""
    return [(size >> (DEPTH * level)) % TILE for level in range(_LEVELS + 1)]


@lru_cache(maxsize=16)
def _root(size: int, edge: tuple[bytes, ...]) -> bytes:
    """Post after post holds the same against what is remembered: the same hashes have the same root."""
    return Tree(_Edge(size, edge), size=size).root()


class _Edge:
    """Tiles of which only those at the edge are asked for, as a root does."""

    def __init__(self, size: int, edge: tuple[bytes, ...]) -> None:
        self._widths, self._edge = _widths(size), edge

    def hashes(self, level: int, index: int, *, at_most: int) -> tuple[bytes, ...]:
        """The hashes of the last, growing tile of a level; see :class:`metrics.ledger.tree.Tiles`."""
        begins = sum(self._widths[:level])
        assert at_most == self._widths[level], (level, index)  # noqa: S101  a root asks for nothing else
        return self._edge[begins : begins + at_most]
