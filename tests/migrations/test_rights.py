"""What the service's role may do in the database, and what nobody may: the second lock behind the commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from metrics.database import database_url
from metrics.models import Base
from metrics.models.base import APPEND_ONLY, AUDIT, WITNESSED
from metrics.models.grants import GRANTS, SCHEMA_VERSION, VIEWS
from tests.databases import Database

CHANGES = {
    "update": "update {table} set {column} = {column}",
    "delete": "delete from {table}",
    "truncate": "truncate {table} cascade",
}
ADDED_TO = (*APPEND_ONLY, *AUDIT, *WITNESSED)
OF_AUDIT = "at, until, count, channel, actor, role, token, address, action, subject, outcome, code, request_id"
IN_AUDIT = "{at}, {until}, 1, 'api', '', '', '', '', 'look', '', 'refused', 'x', ''"
ROWS = (
    "select set_config('biaochi.role', 'system', true)",
    "insert into ledger_entries values (1000000, 'test', now(), '{}', '\\x00')",
    "insert into plan_records values ('unit', 'x', 1, 1000000, 'plan', '{}', false)",
    "insert into submissions (id, unit_code, period, revision, state, seq, first_recorded_at)"
    " values (1000000, 'x', '2019-09-01', 1, 'submitted', 1000000, now())",
    "insert into submission_events values (1000000, 1000000, 'submit', 1, 'x', '', '', '{}', now())",
    "insert into period_events values (1000000, '2019-09-01', 'lock', null, null, 'x', '', now())",
    "insert into light_overrides values (1000000, 'x', 'y', '2019-09-01', 'red', 'green', 'z', 'x', now())",
    "insert into task_reports values (1000000, 11, 'x', '2019-09-01', 1, 'done', 'y', '', '', 'x', now())",
    "insert into attached_files values (1000000, 'x', 'y.pdf', 'application/pdf', 1, '\\x00', '\\x00', 'x', now())",
    "insert into announcements values (1000000, null, 'announce', 'release', null, 'x', '2019-10-12', '', 'x', now())",
    "insert into task_sanctions values (1000000, 31, 'x', 'mark', null, '', 'y', 'x', now())",
    "insert into task_checks values (1000000, 11, 'x', '2019-09-01', 1, '', 'review', 'confirm', '', 'x', now())",
    "insert into inspection_findings values (1000000, 1000000, 'x', 'x', 'y', null, 'minor', 'x', now(), 'x', now())",
    "insert into rectifications values (1000000, 1, 'x', 'answer', 'x', '', '{}', null, 'x', now())",
    "insert into self_assessments values (1000000, 'x', 'x', 1, 'submit', 1, '2019-09-01', '', '[]', '{}', '', 'x',"
    " now())",
    "insert into score_rules values (1000000, '2019-09-01', '{}', '{}', '', 'x', 'x', now())",
    "insert into inquiry_scores values (1000000, 39, 'x', '2019', 'y', 1, 1, 2, '2019-09-01', '', '{}', '', '', 'x',"
    " now())",
    "insert into gate_rules values (1000000, 'due_date', 'x', 'x', now())",
    "insert into work_plans values (1000000, 'x', 2020, 1, '', '[]', '{}', '', 'x', now())",
    "insert into fundings values (1000000, 'x', 2020, 'city', 1, 1, 1, '', '', 'x', now())",
    "insert into material_records values (1000000, 1000000, 'x', '2019-09-01', 'send', 1, '', '', '', '{}', '{}', '',"
    " '{}', 'x', now())",
    "insert into slip_acts values (1000000, '2019-1', 'issue', 'x', null, '', '', 'x', 'x', '2019-10-31', 'by_hand',"
    " '', null, null, '', '', '{}', 'x', now())",
    "insert into people_records values (1000000, 'x', 'leader', 'y', '', '2019-09-01', 'x', '', now())",
    "insert into observations values ('x', '2019-09-01', 'y', 1, 1, 1000000, 1000000, now())",
    "insert into releases values (1000000, 1000000, 1, 'submitted', 'x', 'x', now(), 1)",
    "insert into users values (1000000, 'x', 'x', 'assessor', '{}', 'x', true, false, now(), '', now())",
    "insert into assessments values (1000000, 1, 1000000, 'x', '2019-09-01', 'y', 1, 2, null, 'interview', null,"
    " '', '', '', false, 1000000, 'x', now())",
    "insert into samples values (1000000, 1000000, 1, 'x', 1, '{}', '{}', '{}', 1000000, 'x', now())",
    "insert into sample_findings values (1000000, 'x', 1000000, 'confirmed', null, '', false, 'x', now())",
    "insert into release_files values (1000000, 'x', 0, 'text/csv', 0, 0, '\\x00', 0, 0)",
    "insert into release_parts values (1000000, 'x', 0, '\\x00')",
    "insert into bulletin_acts values (1000000, '2019-09-01', 'issue', 1, 1000000, '', '', null, '', 'x', now())",
    "insert into bulletin_files values (1000000, 'x', 'text/html', 0, '\\x00', '\\x00')",
    "set constraints all immediate",  # with deferred checks pending, a table cannot be truncated for another reason
    "insert into ledger_tiles values (9, 0, '\\x00', '\\x00')",
    "insert into ledger_keys values ('00000000', 'x', now(), 'x')",
    f"insert into audit ({OF_AUDIT}) values ({IN_AUDIT.format(at='now()', until='now()')})",
    "insert into ledger_cosignatures values (1000000, '00000000', now(), 'x', 'x')",
    "insert into ledger_checkpoints values (1000000, '00000000', '\\x00', 'x')",
)


@pytest.fixture
def service(shared_database: Database) -> Iterator[Connection]:
    """A connection of the service's role, with a row in every append-only table; rolled back."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        for row in ROWS:
            connection.exec_driver_sql(row)
        yield connection
        transaction.rollback()


@pytest.fixture
def owner(shared_database: Database) -> Iterator[Connection]:
    """A connection of the owner's, who is a superuser, with a row in every append-only table; rolled back."""
    engine = create_engine(database_url(shared_database.owner_url))
    with engine.connect() as connection:
        transaction = connection.begin()
        for row in ROWS:
            connection.exec_driver_sql(row)
        yield connection
        transaction.rollback()
    engine.dispose()


def settable(table: str) -> str:
    """The first column that a statement may set; a number that the database gives is refused for that reason."""
    return next(column.name for column in Base.metadata.tables[table].columns if column.identity is None)


def rights(connection: Connection) -> dict[str, set[str]]:
    rows = connection.execute(
        text(
            "select relname, privilege from pg_class,"
            " unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
            " and (has_table_privilege(pg_class.oid, privilege) or privilege in ('SELECT', 'INSERT', 'UPDATE',"
            " 'REFERENCES') and has_any_column_privilege(pg_class.oid, privilege))"
        )
    )
    found: dict[str, set[str]] = {}
    for table, right in rows:
        found.setdefault(table, set()).add(right)
    return found


def test_the_service_may_do_what_it_needs_and_no_more(service: Connection) -> None:
    assert rights(service) == {table: {right.upper() for right in grant.rights} for table, grant in GRANTS.items()}
    assert GRANTS.keys() == {*Base.metadata.tables, *VIEWS, SCHEMA_VERSION}
    sequences = (
        "select count(*) from pg_sequences where schemaname = 'public'"
        " and has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'usage')"
    )
    assert service.scalar(text(sequences)) == 0


def test_the_service_gives_no_number_that_only_the_database_gives(service: Connection) -> None:
    """It could take the next ones, and every row after it would fail."""
    withheld = service.execute(
        text(
            "select relname, attname from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0"
            " where relnamespace = 'public'::regnamespace and not attisdropped"
            " and has_any_column_privilege(pg_class.oid, 'insert')"
            " and not has_column_privilege(pg_class.oid, attnum, 'insert')"
        )
    )
    assert {tuple(row) for row in withheld} == {("audit", "id"), ("follows", "id"), ("followed_turns", "id")}
    row = IN_AUDIT.format(at="now()", until="now()")
    taken = f"insert into audit (id, {OF_AUDIT}) overriding system value values (1000000, {row})"
    with pytest.raises(DBAPIError, match="permission denied"):
        service.exec_driver_sql(taken)


def test_what_the_service_writes_into_the_audit_is_of_the_present(service: Connection) -> None:
    """Of the last five minutes, for what was counted, by the database's clock: no row is past its days at once."""
    clock = "select clock_timestamp()"
    for at, until in (
        ("'2020-01-01'", "'2020-01-01'"),
        ("'2020-01-01'", "now()"),
        ("'-infinity'", "'infinity'"),
        ("now() + interval '1 hour'", "now() + interval '1 day'"),
    ):
        before = service.exec_driver_sql(clock).scalar_one()
        written = f"insert into audit ({OF_AUDIT}) values ({IN_AUDIT.format(at=at, until=until)}) returning at, until"
        row = service.exec_driver_sql(written).one()
        after = service.exec_driver_sql(clock).scalar_one()
        assert before - timedelta(minutes=5) <= row.at <= row.until <= after, (at, until)
    at, until = "now() - interval '2 minutes'", "now() - interval '1 minute'"
    values = IN_AUDIT.format(at=at, until=until)
    kept = f"insert into audit ({OF_AUDIT}) values ({values}) returning at = {at} and until = {until}"
    assert service.exec_driver_sql(kept).scalar_one()


def test_the_service_is_an_ordinary_role_that_owns_nothing(service: Connection) -> None:
    powers = service.execute(
        text("select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user")
    ).one()
    assert tuple(powers) == (False, False, False, False)
    owned = service.scalar(text("select count(*) from pg_tables where tableowner = current_user"))
    assert owned == 0


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (a integer)",
        "alter table observations disable trigger all",
        "drop trigger observations_append_only on observations",
        "drop table observations",
        "create or replace function refuse_change() returns trigger language sql as 'select 1'",
        "set session_replication_role = replica",
        "create temporary table mine (a integer)",
        "select lo_create(0)",
        "select lo_from_bytea(0, '\\x00')",
        "alter table submissions disable row level security",
        "drop policy figures_read on figures",
        "set role pg_write_all_data",
    ],
)
def test_the_service_cannot_take_the_locks_off(service: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner|not owner"):
        service.exec_driver_sql(statement)


@pytest.mark.parametrize("table", ADDED_TO)
@pytest.mark.parametrize("change", CHANGES)
def test_the_service_cannot_change_what_was_recorded(service: Connection, table: str, change: str) -> None:
    column = settable(table)
    with pytest.raises(DBAPIError, match="permission denied"):
        service.exec_driver_sql(CHANGES[change].format(table=table, column=column))


@pytest.mark.parametrize("table", ADDED_TO)
def test_not_even_the_owner_can_change_what_was_recorded(owner: Connection, table: str) -> None:
    column = settable(table)
    for statement in CHANGES.values():
        attempt = owner.begin_nested()
        with pytest.raises(DBAPIError, match="append-only"):
            owner.exec_driver_sql(statement.format(table=table, column=column))
        attempt.rollback()
