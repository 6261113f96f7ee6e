"""A server on which `biaochi migrate` has not done its work yet: what refuses a command names it, in both languages."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from metrics.cli.connection import OpenedDatabase
from metrics.cli.migrate import bring_up_to_date
from metrics.server.at_the_door import advice_at_the_door
from tests.databases import Database, Server
from tests.ports import free_port
from tests.serving import PATIENCE, environment, fork_program

# How the server stands: whether it was migrated for another role, and what the service's own is made with; none: it is
# not made at all.
STATES = {
    "nothing was done": (False, None),
    "migrated for another role": (True, None),
    "the role may not log in": (True, "create role {role} nologin"),
    "the role was made, the database not migrated": (False, "create role {role} login password 'secret'"),
    "the role may not enter": (True, "create role {role} login password 'secret'"),
    "the role has no rights": (
        True,
        "create role {role} login password 'secret'; grant connect on database {database} to {role}",
    ),
}


@pytest.fixture
def elsewhere(server: Server) -> Iterator[Database]:
    with server.empty_database() as database:
        yield database


@pytest.fixture
def role(elsewhere: Database) -> Iterator[str]:
    """The name of a role that only the test makes; gone with what it owns and may do."""
    name = f"biaochi_door_{secrets.token_hex(4)}"
    yield name
    with elsewhere.as_owner() as owner:
        if owner.scalar(text("select exists (select from pg_roles where rolname = :name)"), {"name": name}):
            owner.execute(text(f"drop owned by {name}"))
            owner.execute(text(f"drop role {name}"))


@pytest.mark.parametrize("owner_named", [False, True], ids=["without the owner's address", "with it"])
@pytest.mark.parametrize("state", STATES)
def test_every_refusal_says_that_migrate_comes_first(
    state: str, owner_named: bool, elsewhere: Database, role: str, tmp_path: Path
) -> None:
    migrated, made = STATES[state]
    if migrated:
        bring_up_to_date(OpenedDatabase(elsewhere.url, elsewhere.owner_url, embedded=False))
    if made is not None:
        with elsewhere.as_owner() as owner:
            owner.execute(text(made.format(role=role, database=elsewhere.name)))
    address = make_url(elsewhere.url).set(username=role, password="secret")
    commands = [["user", "list"]] if owner_named and may_enter(state) else [["user", "list"], ["serve"]]
    for command in commands:  # a service with both addresses does itself what is missing where its role may enter
        said = refusal(command, address, elsewhere.owner_url if owner_named else None, home=tmp_path)
        assert all("biaochi migrate" in line for line in said), (command, said)
        assert all("BIAOCHI_MIGRATION_URL" in line or "run biaochi migrate first" in said[1] for line in said), said
        assert "secret" not in "".join(said)


@pytest.mark.parametrize("command", [["user", "list"], ["serve"], ["migrate"]], ids=" ".join)
def test_a_database_that_is_not_there_is_made_before_it_is_migrated(
    command: list[str], elsewhere: Database, tmp_path: Path
) -> None:
    address = make_url(elsewhere.url).set(database=f"{elsewhere.name}_not_there")
    said = refusal(command, address, None, home=tmp_path)
    assert all("deploy/roles.sql" in line and "biaochi migrate" in line for line in said), said


@pytest.mark.parametrize(
    "said",
    [
        "connection failed: Connection refused",
        "FATAL:  sorry, too many clients already",
        "FATAL:  the database system is starting up",
        'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "x", database "y", no encryption',
    ],
)
def test_what_migrating_does_not_mend_has_no_such_advice(said: str) -> None:
    assert advice_at_the_door(said).en == ""


@pytest.mark.parametrize(
    "said",
    ['FATAL:  password authentication failed for user "x"', "FATAL:  no such user: x", "FATAL:  no such database: y"],
)
def test_a_server_that_asks_for_a_password_and_a_pooler_are_understood(said: str) -> None:
    advice = advice_at_the_door(said)
    assert "biaochi migrate" in advice.zh
    assert "biaochi migrate" in advice.en


def may_enter(state: str) -> bool:
    """True where the service's role has a connection, so that a service with the owner's address brings itself up."""
    return state in {"the role was made, the database not migrated", "the role has no rights"}


def refusal(command: list[str], service: URL, owner: str | None, *, home: Path) -> tuple[str, str]:
    """What the command says as it ends with exit code 1: in Chinese, and in English."""
    addresses = {"BIAOCHI_DATABASE_URL": service.render_as_string(hide_password=False)}
    if owner is not None:
        addresses["BIAOCHI_MIGRATION_URL"] = owner
    variables = environment(home, **addresses, BIAOCHI_PORT=str(free_port()), BIAOCHI_DEMO="0")
    place = home / "said"
    place.write_text("", encoding="utf-8")
    assert fork_program(command, variables=variables, place=str(place)).wait(PATIENCE) == 1
    said = place.read_text(encoding="utf-8")
    (zh,) = [line for line in said.splitlines() if line.startswith("拒绝:")]
    return zh, said.partition("\nRefused: ")[2]
