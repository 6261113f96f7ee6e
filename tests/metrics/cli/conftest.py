"""Commands, run in this process on a database of the test's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metrics.cli.main import main
from metrics.database import Sessions
from metrics.settings import settings
from tests.databases import Database, Server
from tests.memories import memory_of
from tests.one_of_each import record_one_of_each
from tests.people import PASSWORD, second_factor
from tests.posting import post

Run = Callable[..., tuple[int, str, str]]
Backup = Callable[[], tuple[Path, Path]]


@pytest.fixture
def run_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """Runs one command as `run` does; no database is named, and the home is a folder that is not there."""
    for name in ("BIAOCHI_DATABASE_URL", "BIAOCHI_MIGRATION_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIAOCHI_HOME", str(tmp_path / "home"))
    yield _runner(monkeypatch, capsys)
    settings.cache_clear()


@pytest.fixture
def run(clean_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs one command, with `typed` on its standard input; answers its exit code, output and errors."""
    for name, value in clean_database.environment().items():
        monkeypatch.setenv(name, value)  # not in a context of its own: undone first, it would come back with the test's
    yield _runner(monkeypatch, capsys)
    settings.cache_clear()


def _runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        settings.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return run_command


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The keys of this test alone."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_LEDGER_KEY", str(tmp_path / "keys" / "ledger.key"))
        patch.setenv("BIAOCHI_SECOND_FACTOR_KEY", str(tmp_path / "keys" / "second-factor.key"))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def backup(run: Run, own_keys: None, clean_database: Database, tmp_path: Path) -> Backup:
    """A database with a row of nearly everything is backed up: the archive of data, and that of keys."""
    with Sessions(clean_database.engine).write() as session:
        post(session)
        record_one_of_each(session)
        second_factor(session, "han")
    assert run("user", "add", "chen", "--role", "reviewer", "--password-stdin", typed=PASSWORD)[0] == 0
    assert run("ledger", "checkpoint")[0] == 0

    def back_up() -> tuple[Path, Path]:
        data, keys = tmp_path / "data", tmp_path / "apart"
        code, said, errors = run("backup", "--to", str(data), "--keys-to", str(keys))
        assert (code, errors) == (0, ""), errors
        (archive,), (saved,) = data.glob("*.zip"), keys.glob("*.zip")
        assert str(archive) in said
        return archive, saved

    return back_up


@pytest.fixture
def elsewhere(server: Server) -> Iterator[Database]:
    """An empty database."""
    with server.empty_database() as database:
        yield database
        memory_of(database.name).unlink(missing_ok=True)
