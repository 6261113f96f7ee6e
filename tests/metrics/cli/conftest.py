"""Commands, run in this process on a database of the test's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metrics.cli.main import main
from metrics.settings import settings
from tests.databases import Database

Run = Callable[..., tuple[int, str, str]]


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
