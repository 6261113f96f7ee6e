from datetime import UTC, datetime, timedelta

import pytest

from metrics.database import read_session, use_engine, write_session
from metrics.errors import Unauthenticated
from metrics.principal import Principal, Scope
from metrics.queries.accounts import TokenListed, issued_tokens
from metrics.queries.principals import principal_by_token
from metrics.settings import settings
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.people import person


@pytest.fixture(autouse=True)
def chen(clean_database: Database) -> None:
    """A clerk who posts for 441202 and 441203."""
    with use_engine(clean_database.engine), write_session() as session:
        person(session, units={"441202", "441203"})


def principal(database: Database, secret: str) -> Principal:
    with use_engine(database.engine), read_session() as session:
        return principal_by_token(session, secret)


def only_token(database: Database) -> TokenListed:
    with use_engine(database.engine), read_session() as session:
        (found,) = issued_tokens(session)
        return found


def test_the_secret_alone_goes_to_standard_output(run: Run, clean_database: Database) -> None:
    code, output, errors = run("token", "issue", "chen", "--name", "nightly")
    assert code == 0
    secret = output.removesuffix("\n")
    assert secret.startswith("biaochi_")
    assert secret not in errors
    found = principal(clean_database, secret)
    assert found.units == {"441202", "441203"}
    assert found.scopes == frozenset({Scope.READ, Scope.POST_SUBMISSION, Scope.ANSWER_SLIP})


def test_scopes_units_and_days_are_taken(run: Run, clean_database: Database) -> None:
    arguments = ("--name", "pull", "--scope", "read", "--unit", "441203", "--days", "7")
    found = principal(clean_database, run("token", "issue", "chen", *arguments)[1].strip())
    assert (found.scopes, found.units) == (frozenset({Scope.READ}), frozenset({"441203"}))
    expires_at = only_token(clean_database).expires_at
    assert expires_at is not None
    assert timedelta(days=6, hours=23) < expires_at - datetime.now(UTC) <= timedelta(days=7)


def test_a_token_expires_after_90_days_unless_its_issuer_may_say_never_and_is_warned(
    run: Run, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("token", "issue", "chen", "--name", "nightly")[2].count("Warning") == 0
    expires_at = only_token(clean_database).expires_at
    assert expires_at is not None
    assert timedelta(days=89, hours=23) < expires_at - datetime.now(UTC) <= timedelta(days=90)
    monkeypatch.setenv("BIAOCHI_ENDLESS_TOKENS", "1")
    settings.cache_clear()
    errors = run("token", "issue", "chen", "--name", "machine", "--no-expiry")[2]
    assert "Warning: this token never expires" in errors
    assert "永不过期" in errors
    assert run("token", "list")[1].count("\tnever\t") == 1


def test_a_revoked_token_is_refused_and_listed_as_revoked(run: Run, clean_database: Database) -> None:
    secret = run("token", "issue", "chen", "--name", "nightly")[1].strip()
    number = str(only_token(clean_database).id)
    assert f"{number}\tchen\tactive\t" in run("token", "list")[1]
    assert run("token", "revoke", number)[0] == 0
    with pytest.raises(Unauthenticated, match="token_revoked"):
        principal(clean_database, secret)
    listed = run("token", "list")[1]
    assert f"{number}\tchen\trevoked\t" in listed
    assert secret not in listed


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("issue", "nobody", "--name", "x"), 1, "没有用户"),
        (("issue", "chen", "--name", "x", "--scope", "verify"), 1, "scope_not_allowed"),
        (("issue", "chen", "--name", "x", "--unit", "441204"), 1, "unit_forbidden"),
        (("revoke", "999999"), 1, "There is no token"),
        (("issue", "chen", "--name", "x", "--scope", "everything"), 2, ""),
        (("issue", "chen", "--name", "x", "--no-expiry"), 1, "BIAOCHI_ENDLESS_TOKENS"),
        (("issue", "chen", "--name", "x", "--days", "0"), 2, ""),
        (("issue", "chen", "--name", "x", "--days", "9", "--no-expiry"), 2, "--no-expiry"),
        (("issue", "chen"), 2, ""),
        (("revoke", "99999999999"), 2, ""),
    ],
)
def test_refusals_end_in_1_and_wrong_usage_in_2(run: Run, arguments: tuple[str, ...], code: int, reason: str) -> None:
    ended, output, errors = run("token", *arguments)
    assert (ended, output) == (code, "")
    assert reason in errors
