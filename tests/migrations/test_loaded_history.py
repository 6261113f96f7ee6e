"""What was received before the migration keeps the moment at which it was recorded; going back loses none unasked."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import create_engine, select

from metrics.database import Sessions, database_url
from metrics.errors import Conflict
from metrics.models import Submission
from metrics.models.base import MADE_ANEW
from metrics.server.downgrading import downgrade, is_beyond
from metrics.server.migration import is_current, migrate
from tests.databases import Database
from tests.metrics.queries.test_views import disturb


def test_submissions_that_are_there_were_received_when_they_were_recorded(clean_database: Database) -> None:
    chance = random.Random("received")
    with Sessions(clean_database.engine).write() as session:
        for _ in range(4):
            disturb(session, chance)
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision="0016")
    migrate(owner)
    with Sessions(owner).read() as session:
        found = session.execute(select(Submission.first_received_at, Submission.first_recorded_at)).all()
    owner.dispose()
    assert found
    assert all(received == recorded for received, recorded in found)


def test_going_back_names_what_would_be_lost_and_loses_it_only_if_told(clean_database: Database) -> None:
    """Loaded history says another moment, or that nobody knows it: both have no place in the earlier schema."""
    chance = random.Random("lost")
    with Sessions(clean_database.engine).write() as session:
        for _ in range(8):
            disturb(session, chance)
    clean_database.engine.dispose()
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql(
            "update submissions set first_received_at = nullif(first_received_at - id * interval '1 day', (select"
            " first_received_at - id * interval '1 day' from submissions order by id limit 1)) where id in (select id"
            " from submissions order by id limit 2)"
        )
    owner = create_engine(database_url(clean_database.owner_url))
    with pytest.raises(Conflict) as refused:
        downgrade(owner, revision="0016")
    assert [(problem.pointer, problem.message.en) for problem in refused.value.problems] == [
        ("submissions.first_received_at", "submissions.first_received_at: 2 rows")
    ]
    with pytest.raises(Conflict) as refused:
        downgrade(owner, revision="base")
    named = {str(problem.pointer) for problem in refused.value.problems}
    assert {"ledger_entries", "submissions", "observations", "plan_records"} <= named
    assert not named & set(MADE_ANEW)
    with owner.connect() as connection:
        assert is_current(connection)
    downgrade(owner, revision="0016", lose_data=True)
    with owner.connect() as connection:
        assert is_beyond(connection, "0015")
        assert not is_beyond(connection, "0017")
    migrate(owner)
    owner.dispose()
