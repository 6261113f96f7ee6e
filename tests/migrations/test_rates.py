"""A database of an earlier program gets its stored rates with the migration."""

from __future__ import annotations

import random

from sqlalchemy import create_engine

from metrics.commands.load_plan import load_plan
from metrics.database import Sessions, database_url
from metrics.plan.store import plan_at
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database
from tests.metrics.commands.test_derive_rates import rows, with_other_formula
from tests.metrics.queries.test_views import disturb

BEFORE = "0015"


def test_rates_of_what_was_submitted_before_are_filled(clean_database: Database) -> None:
    chance = random.Random("filled")
    with Sessions(clean_database.engine).write() as session:
        for step in range(8):
            disturb(session, chance)
            if step == 4:
                load_plan(session, with_other_formula(plan_at(session)), actor="tests")
        written = rows(session)
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision=BEFORE)
    migrate(owner)
    with Sessions(owner).write() as session:
        assert rows(session) == written != []
    owner.dispose()
