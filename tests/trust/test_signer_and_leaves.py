"""What is signed is what the entries say, not what is stored of the tree; however many there are."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text

from metrics.cli.keeping import LedgerWatch
from metrics.database import use_sessions
from metrics.errors import Message, Unavailable
from metrics.ledger.continuation import look, look_further, require_continuation
from metrics.ledger.entry import append_all, canonical, new_salt, next_place
from metrics.ledger.leaves import first_wrong_tile
from metrics.ledger.memory import read_memory
from metrics.ledger.tiles import stored_size
from metrics.ledger.tree import TILE
from metrics.ledger.verifying.merkle import tree_root
from tests.trust.installation import Installation
from tests.trust.test_tampering import REHASH

SEQ = 5


def filled(service: Installation, entries: int) -> None:
    """As many more entries, of one kind, so that a tile is full."""
    with service.sessions.write() as session:
        place = next_place(session)
        at = place.recorded_at.isoformat()
        leaves = (
            canonical({"kind": "settings", "seq": place.seq + number, "recorded_at": at, "salt": new_salt()})
            for number in range(entries)
        )
        append_all(session, kind="settings", place=place, leaves=leaves)


@pytest.fixture
def full(service: Installation) -> Installation:
    """A service with a full tile, and entries beyond it, all signed."""
    filled(service, TILE + 40)
    service.sign()
    return service


def by_hand(service: Installation, *statements: str) -> None:
    with service.database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


LEAF = f"update ledger_entries set leaf = replace(leaf, '\"kind\":', '\"kind\" :') where seq = {SEQ}"
CHANGED: dict[str, tuple[str, ...]] = {
    "a leaf with its hash": (LEAF, REHASH.format(seq=SEQ)),
    "a leaf alone": (LEAF,),
    "a hash alone": (f"update ledger_entries set leaf_hash = sha256(leaf_hash) where seq = {SEQ}",),
    "an entry taken away": (f"delete from ledger_entries where seq = {SEQ}",),
    "a tile's hashes with their root kept": (
        "update ledger_tiles set hashes = sha256(hashes) || substr(hashes, 33) where level = 0 and index = 0",
    ),
    "a leaf too new for a tile": (LEAF.replace(f"seq = {SEQ}", f"seq = {TILE + 9}"),),
}


def test_what_changes_no_root_is_found_by_looking_through_the_leaves(full: Installation) -> None:
    with full.database.as_owner() as connection:
        connection.execute(text("create table kept as select * from ledger_entries"))
        connection.execute(text("create table kept_tiles as select * from ledger_tiles"))
    for change, statements in CHANGED.items():
        assert full.look() is None, change
        by_hand(full, *statements)
        with use_sessions(full.sessions):
            look_further(0)
            found = look()
        assert found is not None, change
        assert found.code == "ledger_rewritten"
        for act in (full.sign, full.post):
            with pytest.raises(Unavailable, match="ledger_rewritten"):
                act()
        by_hand(full, "delete from ledger_entries", "insert into ledger_entries select * from kept")
        by_hand(full, "delete from ledger_tiles", "insert into ledger_tiles select * from kept_tiles")
    assert full.look() is None
    full.post()


@pytest.mark.parametrize(
    "drawn_together",
    [
        (
            "update ledger_entries one set leaf_hash = one.leaf_hash || next.leaf_hash from ledger_entries next"
            f" where one.seq = {4 * TILE + 9} and next.seq = {4 * TILE + 10}",
            f"delete from ledger_entries where seq = {4 * TILE + 10}",
        ),
        (
            "update ledger_tiles one set root = one.root || next.root from ledger_tiles next"
            " where one.level = 0 and next.level = 0 and one.index = 1 and next.index = 2",
            "delete from ledger_tiles where level = 0 and index = 2",
        ),
    ],
    ids=["entries", "tiles"],
)
def test_two_hashes_are_not_drawn_together_unseen(full: Installation, drawn_together: tuple[str, str]) -> None:
    filled(full, 3 * TILE)
    full.sign()
    filled(full, 1)
    assert full.look() is None
    by_hand(full, *drawn_together)
    with full.sessions.write() as session, pytest.raises(Unavailable, match="ledger_"):
        require_continuation(session)


def test_a_flood_is_not_signed_again_at_once_where_it_could_not_be(
    full: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refused() -> int:
        tried.append(1)
        raise Unavailable(code="ledger_memory_busy", message=Message("忙", "busy"))

    with use_sessions(full.sessions):
        watch = LedgerWatch(stated=True)
        watch()
        filled(full, TILE)
        monkeypatch.setattr("metrics.cli.keeping._sign", refused)
        for _ in range(6):
            with suppress(Unavailable):
                watch()
        assert len(tried) == 1


def test_a_running_service_comes_round_the_whole_ledger(full: Installation) -> None:
    filled(full, 5 * TILE)
    full.sign()
    by_hand(full, *(part.replace(f"seq = {SEQ}", f"seq = {5 * TILE}") for part in CHANGED["a leaf with its hash"]))
    with use_sessions(full.sessions):
        watch = LedgerWatch(stated=True)  # what fills the ledger here states no settings
        watch()
        assert (watch.refused, watch.place) == (None, 4)
        watch()
        assert (watch.refused, watch.place) == ("ledger_rewritten", 0)


def test_what_comes_in_a_flood_is_signed_before_every_post_works_all_its_hashes_out(full: Installation) -> None:
    def under_a_signature() -> tuple[int, int]:
        """Entries that there are, and full tiles that are stored of them."""
        with full.sessions.read() as session:
            tiles = session.scalar(text("select count(*) from ledger_tiles where level = 0")) or 0
            return stored_size(session), tiles

    def remembered() -> int:
        head = read_memory()
        return 0 if head is None else head.size

    with use_sessions(full.sessions):
        watch = LedgerWatch(stated=True)
        watch()
        filled(full, 3 * TILE)
        watch()
        size, tiles = under_a_signature()
        assert (watch.refused, tiles, remembered()) == (None, size // TILE, size)
        filled(full, TILE - size % TILE - 1)
        watch()
        assert (under_a_signature(), remembered()) == (((tiles + 1) * TILE - 1, tiles), (tiles + 1) * TILE - 1)
        filled(full, 1)
        watch()  # it is not remembered, for posts to be held against, before its tile is there
        assert (under_a_signature(), remembered()) == (((tiles + 1) * TILE, tiles + 1), (tiles + 1) * TILE)


def test_a_tile_that_lies_there_before_its_entries_is_not_signed(full: Installation) -> None:
    """Somebody puts in what a later tile is to be: roots over it would be theirs."""
    theirs = [bytes([number]) * 32 for number in range(TILE)]
    with full.database.as_owner() as connection:
        connection.execute(
            text("insert into ledger_tiles values (0, 1, :hashes, :root)"),
            {"hashes": b"".join(theirs), "root": tree_root(theirs)},
        )
    assert full.look() is None
    filled(full, TILE)
    with pytest.raises(Unavailable, match="ledger_rewritten"):
        full.sign()


def test_what_is_new_is_signed_only_as_it_says(full: Installation) -> None:
    filled(full, TILE)
    by_hand(full, CHANGED["a leaf alone"][0].replace(f"seq = {SEQ}", "seq = 400"))
    with pytest.raises(Unavailable, match="ledger_rewritten"):
        full.sign()


def test_nothing_is_recorded_on_what_was_rewritten_just_now(service: Installation) -> None:
    """Not even in the moment after a look that found all right."""
    service.post()
    service.post()
    service.sign()
    assert service.look() is None
    by_hand(service, LEAF.replace(f"seq = {SEQ}", "seq = 3"), REHASH.format(seq=3))
    with pytest.raises(Unavailable, match="ledger_rewritten"):
        service.post()


def test_every_size_of_a_ledger_is_right_untouched(service: Installation) -> None:
    filled(service, TILE - 4)
    for _ in range(4):
        filled(service, 1)
        size = service.sign().size
        with service.sessions.read() as session:
            assert first_wrong_tile(session, after=0, size=size) is None, size
    assert size > TILE
