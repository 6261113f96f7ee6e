import os
import subprocess
import sys

import pytest
import typer

from metrics.database import read_session, use_engine
from metrics.queries.accounts import AccountListed, accounts
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.people import PASSWORD


def kept(database: Database) -> tuple[AccountListed, ...]:
    with use_engine(database.engine), read_session() as session:
        return accounts(session)


def test_a_clerk_is_added_with_a_password_from_standard_input(run: Run, clean_database: Database) -> None:
    arguments = ("--role", "clerk", "--unit", "441202", "--unit", "441203", "--name", "陈", "--password-stdin")
    code, output, errors = run("user", "add", "Chen", *arguments, typed=PASSWORD + "\r\n")
    assert (code, errors) == (0, "")
    assert "chen" in output
    assert PASSWORD not in output
    (account,) = kept(clean_database)
    assert (account.username, account.display_name, account.units) == ("chen", "陈", ("441202", "441203"))


def test_the_password_is_asked_for_twice_when_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def prompt(text: str, **how: object) -> str:
        asked.append(how)
        return PASSWORD

    monkeypatch.setattr(typer, "prompt", prompt)
    assert run("user", "add", "li", "--role", "admin")[0] == 0
    assert [(how["hide_input"], bool(how["confirmation_prompt"])) for how in asked] == [(True, True)]


def test_without_a_terminal_no_password_is_asked_for(run: Run, clean_database: Database) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "metrics.cli.main", "user", "add", "li", "--role", "admin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=os.environ | clean_database.environment(),
    ) as command:
        said, _ = command.communicate(f"{PASSWORD}\n{PASSWORD}\n")
    assert command.returncode == 2
    assert "--password-stdin" in said
    assert "getpass" not in said
    assert kept(clean_database) == ()


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (("--role", "clerk"), PASSWORD, "units_missing"),
        (("--role", "clerk", "--unit", "441200"), PASSWORD, "unit_unknown"),  # the city: adds up, never reports
        (("--role", "admin", "--unit", "441202"), PASSWORD, "units_not_allowed"),
        (("--role", "admin"), "short", "password_short"),
        (("--role", "admin"), "", "password_short"),
    ],
)
def test_what_is_refused_ends_in_1_with_the_reason_in_both_languages(
    run: Run, clean_database: Database, arguments: tuple[str, ...], typed: str, code: str
) -> None:
    ended, output, errors = run("user", "add", "chen", *arguments, "--password-stdin", typed=typed)
    assert (ended, output) == (1, "")
    assert code in errors
    assert "账号信息不符合要求" in errors
    assert "cannot be added" in errors
    assert kept(clean_database) == ()


def test_wrong_usage_ends_in_2(run: Run) -> None:
    assert run("user", "add", "chen", "--role", "mayor")[0] == 2
    assert run("user", "add")[0] == 2


def test_a_disabled_account_is_listed_as_such(run: Run) -> None:
    run("user", "add", "wang", "--role", "reviewer", "--password-stdin", typed=PASSWORD)
    assert "wang\treviewer\tactive\t\twang\tno\t" in run("user", "list")[1].splitlines()
    assert run("user", "disable", "wang")[0] == 0
    assert "wang\treviewer\tdisabled\t\twang\tno\t" in run("user", "list")[1].splitlines()


def test_disabling_nobody_is_refused(run: Run) -> None:
    code, _, errors = run("user", "disable", "nobody")
    assert code == 1
    assert "没有用户" in errors
    assert "There is no user" in errors


def test_a_password_is_reset_to_one_that_is_printed_once(run: Run, clean_database: Database) -> None:
    assert run("user", "add", "li", "--role", "admin", "--password-stdin", typed=PASSWORD)[0] == 0
    code, output, errors = run("user", "reset-password", "li")
    assert code == 0
    (secret,) = output.split()
    assert len(secret) == 23
    assert secret not in errors
    (account,) = kept(clean_database)
    assert account.password_until is not None
    assert run("user", "reset-password", "li", "--link")[0] == 1  # no address is recorded
    assert run("user", "email", "li", "li@example.org")[0] == 0
    assert "no_mail_channel" not in run("user", "reset-password", "li", "--link")[1]
    assert run("user", "reset-password", "nobody")[0] == 1


def test_an_account_changes_its_role_units_and_state(run: Run, clean_database: Database) -> None:
    arguments = ("--role", "clerk", "--unit", "441202", "--password-stdin")
    assert run("user", "add", "chen", *arguments, typed=PASSWORD)[0] == 0
    assert run("user", "units", "chen", "441203", "441204")[0] == 0
    assert kept(clean_database)[0].units == ("441203", "441204")
    assert run("user", "units", "chen", "999999")[0] == 1
    assert run("user", "role", "chen", "reviewer", "--unit", "441202")[0] == 1
    assert run("user", "role", "chen", "reviewer")[0] == 0
    assert (kept(clean_database)[0].role.value, kept(clean_database)[0].units) == ("reviewer", ())
    assert run("user", "disable", "chen")[0] == 0
    assert not kept(clean_database)[0].active
    assert run("user", "enable", "chen")[0] == 0
    assert kept(clean_database)[0].active
    assert run("user", "reset-second-factor", "chen")[0] == 0
    assert run("user", "sessions", "chen")[1] == "id\taddress\tstarted_at\tlast_seen_at\tagent\n"
    assert run("user", "sessions", "chen", "--end")[0] == 0
    assert "chen\treviewer\tactive\t\tchen\tno\t" in run("user", "list")[1]
