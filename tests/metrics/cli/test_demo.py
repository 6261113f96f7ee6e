"""`biaochi demo`: a short history stands in for the two years."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from metrics.cli import demo
from metrics.database import Sessions
from metrics.errors import Conflict, Forbidden
from metrics.models import LedgerEntry, Submission
from metrics.settings import settings
from seed.demonstration import load
from tests.databases import Database


@pytest.fixture(autouse=True)
def home(clean_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings name a database and a folder of the test's own."""
    whole = load._history
    monkeypatch.setattr(load, "_history", lambda plan: whole(plan)[:4])  # the first four acts, submissions all
    with monkeypatch.context() as patch:
        for name, value in {**clean_database.environment(), "BIAOCHI_HOME": str(tmp_path)}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield tmp_path
    settings.cache_clear()


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(demo.app, arguments, input=typed)


def submissions(database: Database) -> int:
    with Sessions(database.engine).read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_load_says_what_it_did_and_where_the_accounts_are(clean_database: Database, home: Path) -> None:
    result = run("load")
    assert result.exit_code == 0, result.output
    assert (
        "Loaded synthetic data: 4 submissions, 0 reviews, 0 task reports, 0 assessments, 0 records of people, "
        "17 accounts." in result.stdout
    )
    assert str(home / "demo-accounts.json") in result.stdout
    assert submissions(clean_database) == 4


def test_a_second_load_is_refused() -> None:
    run("load")
    assert isinstance(run("load").exception, Conflict)


def test_a_terminal_sees_a_progress_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr("rich.console.Console", lambda **_: Console(file=shown, force_terminal=True, width=100))
    assert run("load").exit_code == 0
    assert "4/4" in shown.getvalue()


def test_remove_asks_first(clean_database: Database, home: Path) -> None:
    run("load")
    assert run("remove", typed="n\n").exit_code == 1
    assert submissions(clean_database) == 4
    result = run("remove", typed="y\n")
    assert result.exit_code == 0, result.output
    assert submissions(clean_database) == 0
    assert not (home / "demo-accounts.json").exists()


def test_remove_leaves_the_plan_only(clean_database: Database) -> None:
    run("load")
    result = run("remove", "--yes")
    assert "Removed 4 submissions (0 of them real) and 17 accounts" in result.stdout
    with Sessions(clean_database.engine).read() as session:
        assert session.execute(select(LedgerEntry.seq, LedgerEntry.kind)).all() == [(1, "plan")]


def test_remove_without_a_demonstration_is_refused() -> None:
    assert isinstance(run("remove", "--yes").exception, Conflict)


def test_remove_without_the_owners_address_is_refused_in_a_sentence(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("load")
    monkeypatch.delenv("BIAOCHI_MIGRATION_URL")
    settings.cache_clear()
    refused = run("remove", "--yes").exception
    assert isinstance(refused, Forbidden)
    assert "BIAOCHI_MIGRATION_URL" in refused.message.en
    assert "BIAOCHI_MIGRATION_URL" in refused.message.zh
    assert submissions(clean_database) == 4
