"""T2: who changes the ledger, with the key or without: the service does not go on, and who kept a checkpoint sees it.

Whoever has the key, the database and what the signer remembers gets the service to go on; a reader sees that as well.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from metrics.commands.issue_checkpoint import Issued
from metrics.errors import Unavailable
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.memory import memory_file, read_memory, write_memory
from metrics.ledger.tiles import stored_tree
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.merkle import is_consistent
from metrics.queries.ledger import consistency
from tests.databases import Server
from tests.trust.installation import Installation, cut, head_of, restored
from tests.trust.test_tampering import REHASH, rewrite


def forge(service: Installation) -> None:
    """A figure is rewritten wherever it stands, and every hash made to fit."""
    with service.database.as_owner() as connection:
        rewrite(connection, seq=2)


def exchange(service: Installation) -> None:
    """Another entry of the same number, whatever else."""
    with service.database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("update ledger_entries set leaf = replace(leaf, '漏计', '漏记') where seq = 3"))
        connection.execute(text("update ledger_entries set leaf = leaf || ' ' where seq = 3"))
        connection.execute(text(REHASH.format(seq=3)))


ATTACKS: dict[str, tuple[Callable[[Installation], None], str, str]] = {
    "the end is cut off": (lambda service: cut(service, after=4), "ledger_set_back", "checkpoint_beyond"),
    "nothing is left but the plan": (lambda service: cut(service, after=1), "ledger_set_back", "checkpoint_beyond"),
    "a figure is rewritten with all its hashes": (forge, "ledger_rewritten", "ledger_rewritten"),
    "an entry is exchanged": (exchange, "ledger_rewritten", "ledger_rewritten"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_without_the_key_nothing_of_it_is_signed_or_gone_on_from(service: Installation, attack: str) -> None:
    tamper, code, seen = ATTACKS[attack]
    for _ in range(4):
        service.post()
    kept, keys = service.sign(), service.keys()
    assert service.look() is None
    remembered = read_memory()
    tamper(service)
    assert service.look() == code
    with pytest.raises(Unavailable) as unsigned:
        service.sign()
    with pytest.raises(Unavailable) as untaken:
        service.post()
    assert {unsigned.value.code, untaken.value.code} == {code}
    assert read_memory() == remembered
    assert service.held_against(kept, keys) == [seen]


def test_a_restored_backup_is_noticed_whether_it_is_shorter_or_has_grown_since(
    service: Installation, server: Server
) -> None:
    service.post()
    early = service.sign()
    with server.database(template=service.backup()) as backup:
        for _ in range(3):
            service.post()
        kept, keys = service.sign(), service.keys()
        after = restored(service, backup)
        assert after.look() == "ledger_set_back"
        with pytest.raises(Unavailable, match="ledger_set_back"):
            after.post()
        assert after.held_against(kept, keys) == ["checkpoint_beyond"]
        away = memory_file().rename(memory_file().with_name("away"))  # somebody lets it grow all the same
        write_memory(head_of(early))
        for _ in range(5):
            after.post()
        away.replace(memory_file())
        assert after.look() == "ledger_rewritten"
        with pytest.raises(Unavailable, match="ledger_rewritten"):
            after.sign()
        assert after.held_against(kept, keys) == ["ledger_rewritten"]
        assert after.held_against(early, keys) == []


def test_with_the_key_too_the_service_does_not_go_on_and_a_reader_sees_it(service: Installation) -> None:
    """Only who has what the signer remembers as well gets the service to go on; the reader still sees it."""
    for _ in range(3):
        service.post()
    kept, keys = service.sign(), service.keys()
    forge(service)
    honest = memory_file().read_bytes()
    with service.sessions.read() as session:
        write_memory(head_of(Issued(kept.size, stored_tree(session, size=kept.size).root(), "")))
    service.post()
    forged = service.sign()
    assert open_checkpoint(forged.note.encode(), keys).root != kept.root  # signed, and right by itself
    with service.sessions.read() as session:
        assert list(check_ledger(session)) == []
        proof = consistency(session, first=kept.size, second=forged.size)
    assert not is_consistent(
        first=kept.size, second=forged.size, first_root=kept.root, second_root=forged.root, path=proof.path
    )
    assert service.held_against(kept, keys) == ["ledger_rewritten"]
    memory_file().write_bytes(honest)
    assert service.look() == "ledger_rewritten"
    with pytest.raises(Unavailable, match="ledger_rewritten"):
        service.sign()
