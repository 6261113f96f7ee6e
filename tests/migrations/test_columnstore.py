"""Old months in TimescaleDB's columnstore: corrections land in them, and nothing that holds elsewhere is given up.

On a server without it (BIAOCHI_TEST_DATABASE_URL of tests/conftest.py names one that has it) the same is held of the
plain table.
"""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from metrics.database import Sessions, database_url, use_sessions
from metrics.guards.objects import object_differences
from metrics.ledger.checking.walk import check_ledger
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database, Server
from tests.metrics.publish.pulling import pulled
from tests.metrics.queries.test_views import post

BEFORE = "0087"
ADD = (
    "insert into observations select unit_code, period, element_code, {revision}, value, seq, submission_id,"
    " recorded_at from observations where unit_code = '441202' limit 1"
)
_MOVE = text("select count(compress_chunk(chunk)) from show_chunks('observations') chunk")
_MOVED = text(
    "select count(*) from timescaledb_information.chunks where hypertable_name = 'observations' and is_compressed"
)


@pytest.fixture
def old_months(server: Server, clean_database: Database) -> Database:
    """Two units over months of two years, all of them moved where there is a place to move them to."""
    with use_sessions(sessions := Sessions(clean_database.engine)), sessions.write() as session:
        for unit in ("441202", "441203"):
            for period in ("2018-03", "2019-08", "2019-09"):
                post(session, unit, period)
    if server.timescale:
        with clean_database.as_owner() as owner:
            assert owner.scalar(_MOVE) == owner.scalar(_MOVED) == 2
    return clean_database


def test_a_correction_lands_in_an_old_month_and_is_pulled_with_its_history(
    server: Server, old_months: Database
) -> None:
    sessions = Sessions(old_months.engine)
    with use_sessions(sessions):
        with sessions.write() as session:
            post(session, "441203", "2018-03", items_trip0=410, items_trip1=540)
        with sessions.read() as session:
            assert list(check_ledger(session)) == []
            before = pulled(session, "observations", history="true")
        with old_months.as_owner() as owner:
            assert list(object_differences(owner)) == []
            assert not server.timescale or owner.scalar(_MOVE)
        with sessions.read() as session:
            assert list(check_ledger(session)) == []
            assert pulled(session, "observations", history="true") == before


@pytest.mark.parametrize(
    ("role", "statement", "refusal"),
    [
        ("system", "update observations set value = 5", "append-only"),
        ("system", "delete from observations where unit_code = '441203'", "append-only"),
        ("system", "truncate observations", "append-only"),
        ("system", ADD.format(revision=1), "duplicate key"),
        ("clerk", ADD.format(revision=9), "may not write"),
    ],
)
def test_what_is_refused_elsewhere_is_refused_there(
    old_months: Database, role: str, statement: str, refusal: str
) -> None:
    with old_months.as_owner() as owner:
        owner.exec_driver_sql(f"set local biaochi.role = '{role}'")
        with pytest.raises(DBAPIError, match=refusal):
            owner.exec_driver_sql(statement)
        owner.rollback()


def test_they_come_back_out_with_the_migration(server: Server, old_months: Database) -> None:
    owner = create_engine(database_url(old_months.owner_url))
    downgrade(owner, revision=BEFORE)
    with owner.connect() as connection:
        assert not server.timescale or connection.scalar(_MOVED) == 0
        assert connection.scalar(text("select count(distinct (unit_code, period)) from observations")) == 6
    migrate(owner)
    with owner.connect() as connection:
        assert list(object_differences(connection)) == []
    owner.dispose()
