"""deploy/roles.sql: roles that an administrator makes, with which Biaochi needs no right to make any."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import psycopg
import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from metrics.database import make_engine
from metrics.doctor.line import Grade
from metrics.doctor.role_lines import role_lines
from metrics.errors import Unavailable
from metrics.guards.beside import beside_differences
from metrics.guards.objects import object_differences
from metrics.guards.rights import right_differences
from metrics.server.migration import ensure_role
from metrics.server.open_reader import disturbances
from tests.databases import Server
from tests.metrics.cli.conftest import Run, run_alone
from tests.serving import ROOT

FILE = ROOT / "deploy" / "roles.sql"
ROLES = ("biaochi_owner", "biaochi_app", "biaochi_bi")
_PASSWORD = "of-the-administrator"
__all__ = ["run_alone"]  # a fixture


def as_psql_would(text: str, superuser: str) -> None:
    """Run the file: what begins with a backslash is psql's own, of which two are known."""
    first, connect, second = re.split(r"^(\\connect .*)$", text, flags=re.MULTILINE)
    for database, part in (("postgres", first), (connect.split()[1], second)):
        statements = re.sub(r"^\\password (\w+)$", rf"alter role \1 password '{_PASSWORD}';", part, flags=re.MULTILINE)
        assert "\\" not in re.sub(r"'[^']*'", "", statements)
        with psycopg.connect(superuser, dbname=database, autocommit=True) as connection:
            for statement in re.findall(r"(?:[^;$]|\$\$.*?\$\$)+;", re.sub(r"--.*", "", statements), re.DOTALL):
                connection.execute(statement.encode())


@pytest.fixture
def addresses(server: Server) -> Iterator[dict[str, str]]:
    """The file's roles by their names in it, each as an address; in the file run, they and the database have others."""
    with server.empty_database() as other:
        superuser = make_url(other.owner_url).set(drivername="postgresql")
        mark = secrets.token_hex(4)
        text = re.sub(r"\bbiaochi(_owner|_app|_bi)?\b(?= |,|;|$)", rf"biaochi\1_{mark}", FILE.read_text(), flags=re.M)
        whole = superuser.render_as_string(hide_password=False)
        try:
            as_psql_would(text, whole)
            mine = superuser.set(database=f"biaochi_{mark}", password=_PASSWORD)
            yield {role: mine.set(username=f"{role}_{mark}").render_as_string(hide_password=False) for role in ROLES}
        finally:
            with psycopg.connect(whole, autocommit=True) as connection:
                connection.execute(f"drop database if exists biaochi_{mark} with (force)".encode())
                for role in ROLES:
                    connection.execute(f"drop role if exists {role}_{mark}".encode())


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    engine = make_engine(address, pool_size=1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def test_with_them_everything_is_done_without_the_right_to_make_roles(
    server: Server, addresses: dict[str, str], run_alone: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, service, reader = (addresses[role] for role in ROLES)
    monkeypatch.setenv("BIAOCHI_MIGRATION_URL", owner)
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", service)
    assert run_alone("migrate")[0] == 0
    assert run_alone("plan", "load", str(ROOT / "seed" / "plan"))[0] == 0
    name = str(make_url(reader).username)
    code, _, said = run_alone("bi", "grant", name)
    assert (code, "--existing" in said) == (1, True)
    assert run_alone("bi", "grant", name, "--existing")[:2] == (0, "")
    with psycopg.connect(reader) as connection:
        assert connection.execute("select count(*) > 0 from targets").fetchone() == (True,)
    with connected(service) as asked:
        lines = {line.name: line.grade for line in role_lines(asked) if line.name != "neighbours"}  # of other tests
        assert (set(lines.values()), "readers" in lines) == ({Grade.OK}, True)
        found = (
            object_differences(asked),
            right_differences(asked),
            beside_differences(asked, known=(server.administrator,)),
        )
        assert list(chain(*found)) == []  # no false alarm
    with connected(owner) as asked:
        tables = "select count(*) from timescaledb_information.hypertables where hypertable_name = 'observations'"
        assert not server.timescale or asked.exec_driver_sql(tables).scalar_one() == 1
        assert disturbances(asked, role=name) == []
        with pytest.raises(Unavailable) as refused:
            ensure_role(asked, url="postgresql://somebody_else:x@127.0.0.1/x")
        assert refused.value.code == "role_not_made"
    assert run_alone("bi", "revoke", name, "--existing")[0] == 0
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select count(*) from open.targets")
