"""What tests of backups look at: every row of a database, and what a restore that failed says of the place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import text

from metrics.backups.tables import data_tables
from metrics.settings import settings
from tests.databases import Database

CUT = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
UNDONE, COMMITTING, STAYS = "Nothing was restored", "may be there or not", "were restored and stay"
DONE = "All was restored"


def point_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in database.environment().items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def rows(database: Database) -> Mapping[str, list[str]]:
    """Every row of every table, as text."""
    with database.as_owner() as connection:
        return {
            table.name: list(connection.scalars(text(f"select t::text from {table.quoted} t order by 1")))
            for table in data_tables(connection)
        }
