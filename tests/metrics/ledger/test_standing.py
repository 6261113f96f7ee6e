"""How the ledger stands, by one statement: its size, its key, and the root over what the signer remembers."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text

from metrics.database import WriteSession
from metrics.ledger.standing import standing
from metrics.ledger.tiles import store_full_tiles, stored_tree

SIZES = [0, 1, 255, 256, 257, 511, 512, 769, 1025, 65535, 65536, 65537, 66049]
_FILLED = text(
    "insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash) select seq, 'submission', now(), leaf,"
    " sha256(cast('\\x00' as bytea) || convert_to(leaf, 'utf8')) from (select seq, cast(json_build_object('seq', seq)"
    " as text) as leaf from generate_series((select coalesce(max(seq), 0) + 1 from ledger_entries), :last) seq) rows"
)


@pytest.mark.parametrize(("last", "stored"), [(66049, 66049), (1025, 512), (1025, 0)])
def test_the_root_is_that_of_the_tree_whatever_its_size_and_how_much_of_it_is_stored(
    session: WriteSession, last: int, stored: int
) -> None:
    session.execute(_FILLED, {"last": last})
    store_full_tiles(session, size=stored)
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    for size in (size for size in SIZES if size <= last):
        asked.clear()
        found = standing(session, of=size)
        root = found.root(session)
        assert found.size == last
        assert len(asked) == 1 or size > max(stored, 255)  # beyond that, hashes of tiles have to be made
        assert root == stored_tree(session, size=size).root(), size
