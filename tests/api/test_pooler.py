"""The service behind a pooler in transaction mode: nothing it does hangs on a connection being the same as before."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.database import Sessions, make_engine, use_engine
from metrics.principal import Role
from tests.builders import whole_submission
from tests.databases import Database
from tests.people import bearer, person, token
from tests.poolers import transaction_pooler

V1 = "/api/v1"


@pytest.fixture
def pooled(clean_database: Database) -> Iterator[str]:
    """The address of a pooler before the test's own database, whose own time zone is not the one we read in."""
    with clean_database.as_owner() as owner:
        owner.execute(text(f"alter database {clean_database.name} set timezone = 'Asia/Shanghai'"))
    with transaction_pooler(clean_database.url) as address:
        yield address


def test_a_program_that_keeps_something_in_its_connection_loses_it(pooled: str) -> None:
    """The pooler takes away whatever may not be counted on: what the program does behind it says something."""
    plain = pooled.replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="options"):
        psycopg.connect(plain, options="-c timezone=UTC")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("set lock_timeout = 4242")
        assert connection.execute("show lock_timeout").fetchone() == ("0",)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            connection.execute("select 1", prepare=True)


def test_it_works_behind_a_pooler(pooled: str, application: FastAPI) -> None:
    engine = make_engine(pooled, pool_size=5)
    with use_engine(engine), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        with Sessions(engine).write() as session:
            for name, role in (("chen", Role.CLERK), ("bureau", Role.REVIEWER)):
                person(session, name, role=role)
            clerk, bureau = (bearer(token(session, name).secret) for name in ("chen", "bureau"))
        for month in range(1, 9):  # more often than a statement is run before it is prepared
            form = whole_submission() | {"period": f"2019-{month:02d}"}
            answer = client.post(f"{V1}/submissions", json=form, headers=clerk | {"Idempotency-Key": f"{month}"})
            assert answer.status_code == 201, answer.text
            again = client.get(f"{V1}/observations.csv?period=2019-{month:02d}", headers=bureau)
            assert again.status_code == 200, again.text
        for kind in ("csv", "json", "parquet", "xlsx"):
            assert client.get(f"{V1}/rates.{kind}", headers=bureau).status_code == 200, kind
    for _ in range(8):  # nothing is rolled back in between, so that a statement would stay prepared
        with Sessions(engine).write() as session:
            assert session.scalar(text("select current_setting('timezone')")) == "UTC"
    engine.dispose()
