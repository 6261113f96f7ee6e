"""What the database refuses is told without what was sent."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metrics.database import Sessions, make_engine, statements_within
from metrics.driver import driver_cursor
from tests.databases import Database

SECRET = "biaochi_secret-40817"


@pytest.mark.parametrize(
    "statement",
    [
        "insert into users (username, display_name, role, units, password_hash, active, demonstration, created_at) "
        "values (:value, 'x', 'no role', '{}', :value, true, false, now())",
        "select cast(:value as integer)",
        "select cast(:value as date)",
        "insert into tokens (secret_hash, user_id, name, scopes, units, created_at) "
        "values ('\\x00', :number, :value, '{}', '{}', now())",
        "select :value from nowhere",
        "insert into users (username) values (:value)",
    ],
)
def test_no_refusal_holds_what_was_sent(
    shared_database: Database, caplog: pytest.LogCaptureFixture, statement: str
) -> None:
    engine = make_engine(shared_database.url, pool_size=1)
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execute(
                text(statement), {"value": SECRET, "number": 40817} if ":number" in statement else {"value": SECRET}
            )
        with caplog.at_level(logging.WARNING):
            logging.getLogger("any").error("failed", exc_info=refused.value)
    finally:
        engine.dispose()
    said = f"{refused.value} {refused.value.orig} {refused.value!r} {caplog.text}"
    assert SECRET not in said
    assert "40817" not in said
    assert refused.value.orig is not None
    assert getattr(refused.value.orig, "sqlstate", "") in str(refused.value.orig)


def test_a_refusal_names_the_constraint(shared_database: Database) -> None:
    engine = make_engine(shared_database.url, pool_size=1)
    twice = "insert into plan_records (kind) values (null)"
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execute(text(twice))
    finally:
        engine.dispose()
    assert str(refused.value.orig) == "23502 table plan_records, column kind"


def test_a_refused_copy_holds_nothing_either(shared_database: Database) -> None:
    def copied() -> None:
        with Sessions(engine).write() as session, driver_cursor(session) as cursor:
            cursor.execute("create temporary table taken (value integer)")
            with cursor.copy("copy taken from stdin") as copy:
                copy.write(SECRET.encode())

    engine = make_engine(shared_database.url, pool_size=1)
    try:
        with pytest.raises(DBAPIError) as refused:
            copied()
    finally:
        engine.dispose()
    assert SECRET not in f"{refused.value} {refused.value.orig}"


def test_a_statement_has_its_time_and_the_next_transaction_its_own(shared_database: Database) -> None:
    engine = make_engine(shared_database.url, pool_size=1)
    try:
        with statements_within(0.05), Sessions(engine).read() as session, pytest.raises(DBAPIError) as stopped:
            session.execute(text("select pg_sleep(5)"))
        with Sessions(engine).read() as session:
            assert session.scalar(text("show statement_timeout")) == "0"
    finally:
        engine.dispose()
    assert getattr(stopped.value.orig, "sqlstate", "") == "57014"
