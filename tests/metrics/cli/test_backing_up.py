"""The service's own backups: made when due, by one instance, told when they fail, broken off at the end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from metrics.cli import backing_up as module
from metrics.cli.backing_up import NightlyBackup, back_up_daily, backing_up
from metrics.database import Sessions, use_engine
from metrics.locks import Lock, hold
from metrics.settings import Settings, settings
from tests.databases import Database

_TOUCHES = "import sys; from pathlib import Path; Path(sys.argv[1]).mkdir(); Path(sys.argv[2]).touch()"


@pytest.fixture
def configured(tmp_path: Path, shared_database: Database) -> Iterator[Settings]:
    with use_engine(shared_database.engine):
        yield Settings(home=tmp_path / "home", backup_to=tmp_path / "b", backups=True)


def command(configured: Settings) -> tuple[str, ...]:
    """What writes an archive far in the future, so that none is due after it."""
    folder = configured.backup_to
    assert folder is not None
    return (sys.executable, "-c", _TOUCHES, str(folder), str(folder / "biaochi-29991201T000000Z.zip"))


def test_one_is_made_when_it_is_due_and_by_one_instance(configured: Settings, shared_database: Database) -> None:
    nightly = NightlyBackup(configured, command(configured))
    folder = configured.backup_to
    assert folder is not None
    with Sessions(shared_database.engine).write() as session:
        hold(session, Lock.BACKUP)  # another instance is at it
        assert nightly()
        assert not folder.exists()
        session.rollback()
    assert nightly()
    assert len(list(folder.iterdir())) == 1
    assert nightly()  # the command would fail: its folder is there


def test_one_that_fails_is_told_in_the_log(configured: Settings) -> None:
    nightly = NightlyBackup(configured, (sys.executable, "-c", "raise SystemExit('the disk is full')"))
    with capture_logs() as logged:
        assert nightly()
    (failed,) = [line for line in logged if line["event"] == "backup_failed"]
    assert "the disk is full" in failed["reason"]


def test_the_end_of_the_service_breaks_it_off(configured: Settings) -> None:
    nightly = NightlyBackup(configured, ("sleep", "60"))
    looking = threading.Thread(target=nightly)
    with capture_logs() as logged:
        looking.start()
        while nightly.under_way is None:
            looking.join(0.01)
        nightly.end()
        looking.join(20)
    assert not looking.is_alive()
    assert "backup_failed" not in {line["event"] for line in logged}


def test_nothing_is_done_unless_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "kept", None)
    assert settings().backups is False
    with backing_up():
        pass


def test_a_process_of_its_own_does_it_until_it_is_stopped(
    configured: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the service is to do it or not."""
    looked = threading.Event()

    def look(nightly: NightlyBackup) -> bool:
        looked.set()
        return True

    def wait_for_the_signal() -> None:
        looked.wait(20)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(module, "settings", lambda: configured.model_copy(update={"backups": False}))
    monkeypatch.setattr(NightlyBackup, "__call__", look)
    monkeypatch.setattr("signal.pause", wait_for_the_signal)
    before = signal.getsignal(signal.SIGTERM)
    try:
        back_up_daily()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert looked.is_set()
