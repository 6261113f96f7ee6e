"""The role for other tools, by the operator: made with a password shown once, given another, removed."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.databases import Database
from tests.metrics.cli.conftest import Run


def test_a_role_is_let_in_and_shut_out(run: Run, clean_database: Database) -> None:
    role = f"bi_of_{clean_database.name}"
    code, first, said = run("bi", "grant", role)
    assert (code, role in said) == (0, True)
    address = make_url(clean_database.url).set(drivername="postgresql", username=role)

    def count(password: str) -> int:
        here = address.set(password=password.strip()).render_as_string(hide_password=False)
        with psycopg.connect(here, connect_timeout=5) as connection:
            found = connection.execute("select count(*) from targets").fetchone()
        return 0 if found is None else int(found[0])

    assert count(first) == 75
    assert run("bi", "grant", role, "--password-stdin", typed="another\n")[:2] == (0, "")
    assert count("another") == 75
    with pytest.raises(psycopg.OperationalError):
        count(first)
    assert run("bi", "revoke", role)[0] == 0
    with pytest.raises(psycopg.OperationalError):
        count("another")
    code, _, said = run("bi", "revoke", role)
    assert (code, "no role that was let in" in said) == (1, True)


@pytest.mark.parametrize("role", ["", "pg_reader", "public", "a\nb", "长" * 22])
@pytest.mark.parametrize("command", ["grant", "revoke"])
def test_a_name_that_no_role_can_have_is_wrong_usage(run: Run, command: str, role: str) -> None:
    code, _, errors = run("bi", command, "--", role)
    assert code == 2
    assert "63 个字节" in errors
    assert "63 bytes" in errors


def test_the_address_of_a_role_with_a_blank_in_its_name_is_one_that_libpq_takes(
    run: Run, clean_database: Database
) -> None:
    role = f"读者 of {clean_database.name} 50%+"
    code, password, said = run("bi", "grant", role)
    assert code == 0
    address = next(line for line in said.splitlines() if line.startswith("postgresql://"))
    with psycopg.connect(address.replace("PASSWORD", password.strip()), connect_timeout=5) as connection:
        assert connection.execute("select current_user").fetchone() == (role,)
    assert run("bi", "revoke", role)[0] == 0
