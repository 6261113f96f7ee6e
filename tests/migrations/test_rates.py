"""A database of an earlier program gets its stored rates with the migration."""

from __future__ import annotations

import random

from sqlalchemy import create_engine

from metrics.database import Sessions, database_url
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database
from tests.metrics.commands.test_derive_rates import rows
from tests.metrics.queries.test_views import disturb

BEFORE = "0015"


def test_rates_of_what_was_submitted_before_are_filled(clean_database: Database) -> None:
    chance = random.Random("filled")
    with Sessions(clean_database.engine).write() as session:
        for _ in range(6):
            disturb(session, chance)
        written = rows(session)
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision=BEFORE)
    migrate(owner)
    with Sessions(owner).write() as session:
        assert rows(session) == written != []
    owner.dispose()
