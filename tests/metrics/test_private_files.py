"""What is for one reader alone is that reader's, whoever ran the command that made it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metrics.ledger.keys import make_key_file, make_next_key
from metrics.ledger.memory import Head, memory_held, write_memory
from metrics.private_files import private_file, put_in_place
from metrics.second_factor import seal
from metrics.server.home import users_lock, write_secrets
from metrics.settings import settings
from seed.demonstration.accounts import write_accounts

IS_ROOT = os.geteuid() == 0
SERVICE = (4711, 4712) if IS_ROOT else (os.geteuid(), os.getegid())  # user and group; only root gives anything away


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for key, memory and all else, two levels of it not made yet, where everything is the service's."""
    os.chown(tmp_path, *SERVICE)
    folder = tmp_path / "var" / "home"
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_HOME", str(folder))
        for name in ("BIAOCHI_LEDGER_KEY", "BIAOCHI_SECOND_FACTOR_KEY"):
            patch.delenv(name, raising=False)
        patch.setenv("BIAOCHI_LEDGER_MEMORY", str(folder / "ledger.key.head"))
        settings.cache_clear()
        yield folder
    settings.cache_clear()


def remember(_: Path) -> None:
    with memory_held():
        write_memory(Head(1, bytes(32), 1, ""))


MADE: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "the key": (lambda home: make_key_file("x.example/log"), ("ledger.key",)),
    "the next key": (lambda home: make_next_key("x.example/log", present=None), ("ledger.key.next",)),
    "the memory": (remember, ("ledger.key.head", "ledger.key.head.lock")),
    "the key of second factors": (lambda home: seal("A" * 32, user_id=1), ("second-factor.key",)),
    "the database's passwords": (write_secrets, ("postgres.json",)),
    "the demonstration's accounts": (lambda home: write_accounts(home, []), ("demo-accounts.json",)),
}


@pytest.mark.parametrize("what", MADE)
def test_what_root_makes_belongs_to_the_owner_of_the_folder(home: Path, what: str) -> None:
    make, names = MADE[what]
    make(home)
    assert sorted(path.name for path in home.iterdir()) == sorted(names)
    for path in (home.parent, home, *home.iterdir()):
        found = path.stat()
        assert (found.st_uid, found.st_gid) == SERVICE, path
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


def test_what_takes_a_files_place_is_its_owners_and_what_was_left_lying_is_not_used(tmp_path: Path) -> None:
    path, fresh = tmp_path / "key", tmp_path / "key.new"
    path.write_text("old")
    os.chown(path, *SERVICE)
    fresh.write_text("left by a process that died, for everybody to read")
    fresh.chmod(0o666)
    file = private_file(fresh, instead_of=path)
    file.write("new")
    put_in_place(file, path)
    found = path.stat()
    assert (path.read_text(), found.st_mode & 0o777, found.st_uid, found.st_gid) == ("new", 0o600, *SERVICE)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("made", [*(make for make, _ in MADE.values()), lambda home: users_lock(home).close()])
def test_a_home_is_not_listed_to_others(home: Path, made: Callable[[Path], object]) -> None:
    made(home)
    assert home.stat().st_mode & 0o066 == 0
