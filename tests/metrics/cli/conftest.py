"""Commands, run in this process on a database of the test's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest

from metrics.cli.main import main
from metrics.settings import settings
from tests.databases import Database

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(clean_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs one command, with `typed` on its standard input; answers its exit code, output and errors."""

    def run_command(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    with monkeypatch.context() as patch:
        for name, value in clean_database.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield run_command
    settings.cache_clear()
