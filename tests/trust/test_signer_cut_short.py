"""A signer whose process dies between one step and the next, or that lacks what it needs, says so and goes on later."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from metrics.commands.issue_checkpoint import declare_restored, issue_checkpoint, rotate_key
from metrics.errors import Conflict, Unavailable
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.epochs import epochs
from metrics.ledger.memory import memory_file, read_memory
from tests.trust.installation import Installation, cut
from tests.trust.test_signer import _dies


def size_remembered() -> int | None:
    found = read_memory()
    return None if found is None else found.size


def test_a_first_start_that_dies_at_any_point_is_no_loss_of_memory(
    service: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError):
        _sign_and_fail(service)
    assert (service.look(), size_remembered()) == (None, 0)
    with monkeypatch.context() as patch:
        patch.setattr("metrics.commands.issue_checkpoint.write_memory", _dies)
        with pytest.raises(KeyboardInterrupt):
            service.sign()  # the key's entry is there, and what it signed was not remembered
    assert (service.look(), size_remembered()) == (None, 0)
    service.post()
    size = service.sign().size
    assert size_remembered() == size
    memory_file().unlink()
    assert service.look() == "ledger_memory_missing"


def _sign_and_fail(service: Installation) -> None:
    with service.sessions.write() as session:
        issue_checkpoint(session)
        raise ZeroDivisionError


@pytest.mark.parametrize("memory", ["there", "gone"])
def test_a_declaration_that_died_before_it_was_remembered_is_finished_not_repeated(
    service: Installation, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    for _ in range(3):
        service.post()
    service.sign()
    if memory == "gone":
        memory_file().unlink()
    else:
        cut(service, after=2)
    with monkeypatch.context() as patch:
        patch.setattr("metrics.commands.issue_checkpoint.write_memory", _dies)
        with pytest.raises(KeyboardInterrupt):
            _declared(service, "磁盘损坏")
    assert service.look() is not None  # nobody has said to the signer that it was
    _declared(service, "再次声明")
    assert service.look() is None
    with service.sessions.read() as session:
        assert [(epoch.number, epoch.reason) for epoch in epochs(session)] == [(2, "磁盘损坏")]
        assert list(check_ledger(session)) == [] or memory == "there"  # what was cut off is missing elsewhere
    service.post()
    memory_file().unlink()
    _declared(service, "又丢失")
    with service.sessions.read() as session:
        assert [epoch.number for epoch in epochs(session)] == [2, 3]
    with pytest.raises(Conflict, match="nothing_restored"):
        _declared(service, "x")


def _declared(service: Installation, reason: str) -> None:
    with service.sessions.write() as session:
        declare_restored(session, actor="biaochi ledger restored", reason=reason)


def test_without_its_key_nothing_is_taken_in_until_it_is_back_or_replaced(service: Installation, own_key: Path) -> None:
    service.post()
    service.sign()
    away = own_key.rename(own_key.with_name("away"))
    assert service.look() == "ledger_key_missing"
    for act in (service.sign, service.post):
        with pytest.raises(Unavailable, match="ledger_key_missing"):
            act()
    away.rename(own_key)
    assert service.look() is None
    service.post()
    own_key.write_text("no key")
    assert service.look() == "ledger_key_unreadable"
    own_key.unlink()
    with service.sessions.write() as session:
        rotate_key(session, actor="x", reason="丢失")
    assert service.look() is None
    service.post()


def test_a_memory_without_room_says_that_the_disk_is_full(
    service: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.post()
    service.sign()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("metrics.ledger.memory.private_file", full)
        service.post()
        with pytest.raises(Unavailable, match="disk_full"):
            service.sign()
        assert service.look() == "disk_full"
        with pytest.raises(Unavailable, match="disk_full"):
            service.post()
    assert service.look() is None
    service.post()


def test_what_cannot_be_remembered_is_not_taken_in_until_it_can(service: Installation, place: Path) -> None:
    service.post()
    service.sign()
    blocked = place / "ledger.key.head.new"
    blocked.mkdir()
    service.post()  # nobody knows yet
    with pytest.raises(Unavailable, match="ledger_memory_unwritable"):
        service.sign()
    assert service.look() == "ledger_memory_unwritable"
    with pytest.raises(Unavailable, match="ledger_memory_unwritable"):
        service.post()
    blocked.rmdir()
    assert service.look() is None
    service.post()
    service.sign()
