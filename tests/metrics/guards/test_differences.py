"""T6: whatever a superuser takes away from the guards in the database is named; what the migrations made is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from metrics.database import database_url
from metrics.errors import Message
from metrics.guards.beside import beside_differences
from metrics.guards.catalog import present_objects
from metrics.guards.objects import is_of_another_version, object_differences
from metrics.guards.rights import right_differences
from metrics.guards.server_settings import setting_differences
from metrics.guards.system_rights import system_right_differences
from metrics.server.migration import migrations
from metrics.server.open_reader import let_in
from tests.databases import Database
from tests.matrices import WHOLE
from tests.metrics.guards.given_away import GIVEN_AWAY
from tests.metrics.guards.mutations import MUTATIONS, OWNER, READER, ROLE
from tests.migrations.guards import FILE, as_lines

ALL = MUTATIONS | GIVEN_AWAY
Differences = Callable[..., dict[str, Message]]  # messages by kind and name


@pytest.fixture
def owner(shared_database: Database) -> Iterator[Connection]:
    """A superuser's connection, with a role that `biaochi bi grant` let in; nothing of it stays."""
    engine = create_engine(database_url(shared_database.owner_url))
    with engine.connect() as connection:
        transaction = connection.begin()
        let_in(connection, role=READER, password="x", service=service(shared_database))
        yield connection
        transaction.rollback()
    engine.dispose()


@pytest.fixture
def differences(shared_database: Database, owner: Connection) -> Differences:
    """What is named after some statements of the superuser's, as the service's role sees it."""

    def found_after(*statements: str) -> dict[str, Message]:
        for statement in statements:
            owner.exec_driver_sql(statement.replace(ROLE, service(shared_database)))
        owner.exec_driver_sql(f"set local role {service(shared_database)}")
        found = [
            *object_differences(owner),
            *right_differences(owner),
            *system_right_differences(owner),
            *setting_differences(owner),
            *beside_differences(owner),
        ]
        owner.exec_driver_sql("reset role")
        return {called(f"{one.kind} {one.name}"): one.message for one in found}

    def called(named: str) -> str:
        keeper = str(make_url(shared_database.owner_url).username)
        return named.replace(service(shared_database), ROLE).replace(f" in {keeper}", f" in {OWNER}")

    return found_after


def service(database: Database) -> str:
    return str(make_url(database.url).username)


def test_a_database_that_was_just_migrated_is_as_the_reference_has_it(
    owner: Connection, differences: Differences
) -> None:
    """After a migration was added: `python -m tests.migrations.guards`."""
    assert as_lines(present_objects(owner)) == FILE.read_text(encoding="utf-8")
    assert differences() == {}


@pytest.mark.parametrize("kind", ALL)
def test_whatever_is_taken_away_added_or_changed_is_named_in_both_languages(
    owner: Connection, differences: Differences, kind: str
) -> None:
    """Several of a kind at once, of which each has a name of its own; each alone with MATRIX=whole."""
    missed = []
    for together in batches(kind):
        with owner.begin_nested() as undone:
            said = differences(*together.values())
            undone.rollback()
        missed += [
            (statements, named, sorted(said))
            for named, statements in together.items()
            if named not in said or not all(said[named].as_dict().values())
        ]
    assert missed == []
    assert differences() == {}


def batches(kind: str) -> list[dict[str, str]]:
    """What a superuser says by what is to be named: each in the first batch that has nothing of that name."""
    found: list[dict[str, str]] = []
    for statements, named in ALL[kind]:
        batch = next((each for each in found if named not in each), None)
        if WHOLE or batch is None:
            found.append({named: statements})
        else:
            batch[named] = statements
    return found


def test_an_extension_that_servers_usually_have_is_no_alarm(differences: Differences) -> None:
    assert list(differences("create extension pg_stat_statements")) == []


def test_what_belongs_to_a_table_that_is_gone_is_not_named_as_well(differences: Differences) -> None:
    said = differences("alter table follows rename to moved", "create view follows as select * from moved")
    assert said.keys() >= {"table follows", "view follows", "table moved"}
    assert [name for name in said if " follows." in name] == []


def test_on_another_release_what_it_prints_is_not_compared(
    differences: Differences, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.guards.objects.PRINTED_BY", 17)
    said = differences("alter policy drafts_read on drafts using (true)", "drop policy figures_read on figures")
    assert list(said) == ["policy figures.figures_read"]


def test_what_the_server_s_administrator_has_for_other_purposes_is_known_by_the_role(owner: Connection) -> None:
    owner.exec_driver_sql(
        "create role standby replication; create role pools; create schema pooler authorization pools;"
        " create role stranger bypassrls; create schema strange authorization stranger"
    )
    found = {f"{one.kind} {one.name}" for one in beside_differences(owner, known=("standby", "pools"))}
    assert found == {"role bypassrls of stranger", "schema strange"}


def test_a_version_that_was_changed_by_hand_is_told_with_both(differences: Differences) -> None:
    said = differences("update alembic_version set version_num = '0042'")["migration alembic_version"]
    head = str(migrations().get_current_head())
    assert f"它写着 0042,应为 {head}" in said.zh
    assert f"It says 0042; it is to be {head}" in said.en


@pytest.mark.parametrize(
    ("statement", "another"),
    [
        ("update alembic_version set version_num = '0042'", False),
        ("drop table alembic_version", False),
        ("update alembic_version set version_num = '0042'; drop table witness_troubles", True),
        ("drop table witness_troubles", False),
    ],
)
def test_a_database_of_another_version_also_looks_like_one(
    owner: Connection, differences: Differences, statement: str, *, another: bool
) -> None:
    said = differences(statement)  # of which a table that is gone breaks none
    assert is_of_another_version(owner) is another
    assert {name.partition(" for ")[0].rpartition(" ")[2] for name in said} <= {"alembic_version", "witness_troubles"}
