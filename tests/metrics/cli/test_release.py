"""`biaochi release create`: what `POST /releases` publishes, from the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from metrics.database import use_engine, write_session
from metrics.models import LedgerCheckpoint, LedgerEntry, Release, ReleaseFile
from metrics.principal import Role
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.metrics.queries.test_views import post
from tests.people import person

CREATE = ("release", "create", "--notes", "三季度", "--as")


@pytest.fixture
def accounts(clean_database: Database) -> Database:
    """A reviewer and a clerk, and a submission to release."""
    with use_engine(clean_database.engine), write_session() as session:
        person(session, "chen", role=Role.REVIEWER)
        person(session, "wang", role=Role.CLERK)
        post(session)
    return clean_database


def stored(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        tables = (Release, ReleaseFile, LedgerCheckpoint, LedgerEntry)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_dry_run_says_what_a_release_would_be_and_stores_nothing(run: Run, accounts: Database) -> None:
    before = stored(accounts)
    code, looked, errors = run(*CREATE, "chen", "--dry-run")
    assert (code, errors, stored(accounts)) == (0, "", before)
    code, made, errors = run(*CREATE, "chen")
    assert (code, errors, stored(accounts)[0]) == (0, "", 1)
    assert "release 1" in looked
    assert "release 1" in made
    rates = [line for line in made.splitlines() if line.endswith("  rates.csv")]
    assert rates == [line for line in looked.splitlines() if line.endswith("  rates.csv")]


def test_what_is_refused_ends_in_1(run: Run, accounts: Database) -> None:
    before = stored(accounts)
    for arguments in ((*CREATE, "wang"), (*CREATE, "nobody"), (*CREATE, "chen", "--basis", "verified")):
        code, output, errors = run(*arguments)
        assert (code, output, "拒绝" in errors) == (1, "", True), arguments
    assert run("release", "create", "--notes", " ", "--as", "chen")[0] == 1
    assert stored(accounts) == before


def test_wrong_usage_ends_in_2(run: Run) -> None:
    assert run("release", "create", "--as", "chen")[0] == 2
    assert run("release", "create", "--notes", "x")[0] == 2
    assert run(*CREATE, "chen", "--basis", "guessed")[0] == 2
