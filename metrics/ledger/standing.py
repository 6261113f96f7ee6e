"""What is asked of the ledger before anything is added to it, by one statement: a turn of the service's threads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import text

from metrics.asked_ahead import Asking, answer
from metrics.database import ReadSession
from metrics.ledger.tiles import stored_tree
from metrics.ledger.tree import DEPTH, TILE, Tree

_LEVELS = 4  # of tiles: 256^5 entries
_AT_THE_EDGE = " or ".join(
    f"level = {level} and index >= cast(:from{level} as bigint) and index < cast(:to{level} as bigint)"
    for level in range(_LEVELS)
)
_STANDING = text(f"""
select size, key,
    (select array_agg(leaf_hash order by seq) from ledger_entries
        where seq > cast(:full as bigint) and seq <= cast(:of as bigint)) as leaves,
    (select array_agg(root order by level, index) from ledger_tiles where {_AT_THE_EDGE}) as roots
from (select coalesce(max(seq), 0) as size from ledger_entries) as newest
left join (select verifier_key as key from ledger_keys order by since desc limit 1) as used on true
""")  # noqa: S608  ours


@dataclass(frozen=True, slots=True)
class Standing:
    """`size`: how many entries there are; `key`: the verifier's of the one that was taken into use last, None if none
    was.

    `edge`: the hashes at the growing edge of the tree over the first `of` entries, each level's from the lowest up.
    """

    size: int
    key: str | None
    of: int
    edge: tuple[bytes, ...]

    def root(self, session: ReadSession) -> bytes:
        """The root of the tree over the first `of` entries, of which there are so many."""
        if len(self.edge) == sum(_widths(self.of)):
            return _root(self.of, self.edge)
        return stored_tree(session, size=self.of).root()  # not every tile was stored yet, or some are gone


def standing(session: ReadSession, *, of: int) -> Standing:
    """How the ledger stands, and what the root over its first `of` entries is made of."""
    (found,) = answer(session, asked_of_standing(of=of))
    return Standing(found.size, found.key, of, (*(found.leaves or ()), *(found.roots or ())))


def asked_of_standing(*, of: int) -> Asking:
    """What :func:`standing` asks."""
    asked = {"full": of // TILE * TILE, "of": of}
    for level in range(_LEVELS):
        to = of >> (DEPTH * (level + 1))
        asked |= {f"from{level}": to // TILE * TILE, f"to{level}": to}
    return Asking(_STANDING, asked)


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
