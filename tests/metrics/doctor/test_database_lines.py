"""Each fault is made in a transaction of the owner's that is rolled back, and looked at as a plain role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from metrics.commands.change_account import disable_user
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.tokens import issue_token
from metrics.database import WriteSession, database_url
from metrics.doctor import server_lines as server_module
from metrics.doctor.account_lines import account_lines
from metrics.doctor.guard_lines import guard_lines
from metrics.doctor.line import DoctorLine, Grade
from metrics.doctor.role_lines import role_lines
from metrics.doctor.server_lines import server_lines
from metrics.ledger.keys import make_key_file
from metrics.models.access import User
from metrics.models.second_factors import SecondFactor
from metrics.principal import Role
from metrics.server.migration import grant
from metrics.settings import Settings, settings
from tests.databases import Database
from tests.people import NOW, person

ROLE = "doctor_looks_at_this"


def graded(lines: tuple[DoctorLine, ...]) -> dict[str, Grade]:
    return {line.name: line.grade for line in lines}


@pytest.fixture
def owner(shared_database: Database) -> Iterator[Connection]:
    """A connection of the owner's, with a role as `biaochi migrate` makes it; nothing of it stays."""
    engine = create_engine(database_url(shared_database.owner_url))
    with engine.connect() as connection:
        transaction = connection.begin()
        connection.execute(text(f"create role {ROLE}"))
        grant(connection, role=ROLE)
        yield connection
        transaction.rollback()
    engine.dispose()


def looked_at(owner: Connection, *faults: str) -> dict[str, Grade]:
    for fault in faults:
        owner.execute(text(fault))
    owner.execute(text(f"set local role {ROLE}"))
    return graded(role_lines(owner))


def test_the_role_that_migrate_makes_is_fine(owner: Connection) -> None:
    found = looked_at(owner)
    assert set(found) == {"role", "ownership", "create", "leavings", "neighbours", "grants"}
    of_the_server = {"leavings", "neighbours"}  # not always ours to change
    assert {name for name, grade in found.items() if grade is not Grade.OK} <= of_the_server


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (f"alter role {ROLE} bypassrls", "role"),
        (f"alter role {ROLE} createrole", "role"),
        (f"alter role {ROLE} superuser", "role"),
        (f"alter table drafts owner to {ROLE}", "ownership"),
        (f"grant create on schema public to {ROLE}", "create"),
        (f"grant truncate on submissions to {ROLE}", "grants"),
        (f"grant update on observations to {ROLE}", "grants"),
        (f"grant delete on ledger_entries to {ROLE}", "grants"),
        (f"create table left_over (); grant select on left_over to {ROLE}", "grants"),
        (f"revoke insert on submissions from {ROLE}", "grants"),
        (f"grant insert on audit to {ROLE}", "grants"),
        (f"grant update (value) on figures, observations to {ROLE}", "grants"),
    ],
)
def test_a_role_that_may_more_or_less_than_it_needs_is_named(owner: Connection, fault: str, name: str) -> None:
    assert looked_at(owner, fault)[name] is Grade.BAD


def guarded(owner: Connection, *faults: str) -> dict[str, DoctorLine]:
    for fault in faults:
        owner.execute(text(fault))
    owner.execute(text(f"set local role {ROLE}"))
    return {line.name: line for line in guard_lines(owner)}


def test_guards_as_the_migrations_made_them_are_fine(owner: Connection) -> None:
    assert {name: line.grade for name, line in guarded(owner).items()} == {
        "guards": Grade.OK,
        "row-security": Grade.OK,
    }


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("alter table ledger_entries disable trigger user", "ledger_entries_append_only"),
        ("set local session_replication_role = replica", "session_replication_role"),
        ("alter table figures drop constraint pk_figures", "pk_figures"),
    ],
)
def test_a_guard_that_is_off_or_gone_is_named(owner: Connection, fault: str, named: str) -> None:
    found = guarded(owner, fault)
    assert (found["guards"].grade, named in found["guards"].found.en) == (Grade.BAD, True)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("drop policy drafts_read on drafts", "drafts.drafts_read"),
        ("alter policy drafts_read on drafts using (true)", "drafts.drafts_read"),
        ("alter policy submissions_added on submissions with check (true)", "submissions.submissions_added"),
        (f"alter policy drafts_read on drafts to {ROLE}", "drafts.drafts_read"),
        ("create policy open on figures using (true)", "figures.open"),
        ("alter table figures disable row level security", "figures"),
        ("drop trigger observations_acting on observations", "observations_acting"),
    ],
)
def test_row_security_that_was_changed_is_named(owner: Connection, fault: str, named: str) -> None:
    line = guarded(owner, fault)["row-security"]
    assert (line.grade, named in line.found.zh, named in line.found.en) == (Grade.BAD, True, True)


def test_on_another_release_conditions_are_not_compared_and_what_is_gone_is_still_named(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.guards.objects.PRINTED_BY", 17)
    line = guarded(owner, "alter policy drafts_read on drafts using (true)")["row-security"]
    assert (line.grade, "not comparable" in line.found.en) == (Grade.WARN, True)
    owner.execute(text("reset role"))
    line = guarded(owner, "drop policy drafts_read on drafts", "create policy open on figures using (true)")[
        "row-security"
    ]
    assert line.grade is Grade.BAD
    assert "drafts.drafts_read, figures.open" in line.found.en


def test_a_role_that_makes_temporary_tables_is_named(owner: Connection) -> None:
    database = owner.engine.url.database
    assert looked_at(owner, f'grant temporary on database "{database}" to {ROLE}')["leavings"] is Grade.WARN


def test_other_databases_that_the_role_may_enter_are_named(owner: Connection) -> None:
    owner.execute(text("revoke all on database postgres, template1 from public"))
    owner.execute(text(f"set local role {ROLE}"))
    before = next(line for line in role_lines(owner) if line.name == "neighbours")
    owner.execute(text("reset role"))
    owner.execute(text("grant connect on database postgres to public"))
    owner.execute(text(f"set local role {ROLE}"))
    line = next(line for line in role_lines(owner) if line.name == "neighbours")
    assert "postgres" not in before.found.en
    assert line.grade is Grade.WARN
    assert line.advice is not None
    assert all("postgres" in said for said in (line.found.zh, line.found.en, line.advice.en, line.advice.zh))


def test_a_server_as_the_service_wants_it_is_fine(owner: Connection) -> None:
    found = graded(server_lines(owner, Settings(), embedded=False))
    assert {name for name, grade in found.items() if grade is not Grade.OK} <= {"server-settings"}


@pytest.mark.parametrize(
    ("fault", "name", "grade"),
    [
        ("set local synchronous_commit = off", "durability", Grade.BAD),
        ("update alembic_version set version_num = 'earlier'", "schema", Grade.BAD),
        ("set local log_statement = 'all'", "server-settings", Grade.WARN),
        ("set local log_parameter_max_length_on_error = -1", "server-settings", Grade.WARN),
        ("set local log_min_duration_statement = 0", "server-settings", Grade.WARN),
        ("set local password_encryption = 'md5'", "server-settings", Grade.WARN),
        (
            "set local session_replication_role = replica;"  # no trigger asks who acts
            " insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)"
            " values (1000000, 'method', now() + interval '1 hour', '{}', '\\x00')",
            "clock",
            Grade.BAD,
        ),
    ],
)
def test_a_server_that_may_lose_or_tell_something_is_named(
    owner: Connection, fault: str, name: str, grade: Grade
) -> None:
    owner.execute(text(fault))
    assert graded(server_lines(owner, Settings(), embedded=False))[name] is grade


@pytest.mark.parametrize(("seconds", "grade"), [(0, Grade.OK), (-20, Grade.WARN), (20, Grade.WARN), (-120, Grade.BAD)])
def test_a_clock_apart_from_the_database_s_is_named(
    owner: Connection, monkeypatch: pytest.MonkeyPatch, seconds: int, grade: Grade
) -> None:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            there = datetime.now(tz) + timedelta(seconds=seconds)
            return cls.fromtimestamp(there.timestamp(), tz)

    monkeypatch.setattr(server_module, "datetime", Shifted)
    assert graded(server_lines(owner, Settings(), embedded=False))["clock"] is grade


def test_an_old_server_and_a_bare_way_to_it_are_named(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "OLDEST_SERVER", 99)
    monkeypatch.setattr(server_module, "_WAY", text("select false as encrypted, true as far"))
    found = graded(server_lines(owner, Settings(), embedded=False))
    assert (found["versions"], found["database-tls"]) == (Grade.BAD, Grade.WARN)


@pytest.mark.parametrize(
    ("mode", "archived", "failed", "grade"),
    [
        ("off", "null", "null", Grade.OK),
        ("on", "null", "null", Grade.BAD),
        ("on", "now() - interval '1 hour'", "null", Grade.OK),
        ("on", "now() - interval '3 hours'", "now()", Grade.BAD),
        ("on", "now() - interval '3 days'", "null", Grade.BAD),
    ],
)
def test_archiving_that_fails_or_stopped_is_named(
    owner: Connection, monkeypatch: pytest.MonkeyPatch, mode: str, archived: str, failed: str, grade: Grade
) -> None:
    asked = server_module._setting
    monkeypatch.setattr(server_module, "_setting", lambda c, name: mode if name == "archive_mode" else asked(c, name))
    row = f"select cast({archived} as timestamptz) last_archived_time, cast({failed} as timestamptz) last_failed_time"
    monkeypatch.setattr(server_module, "_ARCHIVER", text(row))
    assert graded(server_lines(owner, Settings(), embedded=False))["archiving"] is grade


def told(session: WriteSession, *, demo: bool = False) -> dict[str, Grade]:
    session.flush()
    return graded(account_lines(session, Settings(demo=demo), now=NOW))


def test_accounts_that_are_missing_or_should_not_be_there_are_named(session: WriteSession) -> None:
    assert told(session)["administrators"] is Grade.WARN
    person(session, "wang", role=Role.ADMIN)
    assert told(session) | {"ledger-key": Grade.OK} == {
        "plan": Grade.OK,
        "ledger-key": Grade.OK,
        "ledger": Grade.OK,
        "administrators": Grade.OK,
        "demo-accounts": Grade.OK,
        "second-factors": Grade.WARN,
        "tokens": Grade.OK,
    }
    session.query(User).where(User.username == "wang").update({"demonstration": True})
    found = told(session)
    assert (found["administrators"], found["demo-accounts"]) == (Grade.WARN, Grade.BAD)
    assert told(session, demo=True)["demo-accounts"] is Grade.WARN
    disable_user(session, "wang", now=NOW)
    assert told(session)["demo-accounts"] is Grade.OK


def test_people_without_a_second_factor_are_named(session: WriteSession) -> None:
    person(session)
    session.flush()
    assert told(session)["second-factors"] is Grade.WARN
    line = next(line for line in account_lines(session, Settings(), now=NOW) if line.name == "second-factors")
    assert "chen" in line.found.en
    user = session.query(User).where(User.username == "chen").one()
    session.add(SecondFactor(user_id=user.id, sealed=b"sealed", created_at=NOW, confirmed_at=NOW))
    assert told(session)["second-factors"] is Grade.OK


def test_a_token_without_an_end_is_named_until_it_is_revoked(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session)
    monkeypatch.setenv("BIAOCHI_ENDLESS_TOKENS", "1")
    settings.cache_clear()
    issue_token(session, "chen", name="monthly", now=NOW, expires_at=None)
    assert told(session)["tokens"] is Grade.WARN
    disable_user(session, "chen", now=NOW)
    assert told(session)["tokens"] is Grade.OK


def test_a_key_that_is_not_the_ledger_s_is_named(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.key"
    monkeypatch.setenv("BIAOCHI_LEDGER_KEY", str(path))
    settings.cache_clear()
    assert told(session)["ledger-key"] is Grade.OK  # none was needed yet
    issue_checkpoint(session)
    assert told(session)["ledger-key"] is Grade.OK
    path.rename(tmp_path / "ledger.key.next")  # as a rotation leaves it that died when the key was in use already
    assert told(session)["ledger-key"] is Grade.OK
    (tmp_path / "ledger.key.next").rename(tmp_path / "away")
    assert told(session)["ledger-key"] is Grade.BAD  # there is none
    make_key_file("biaochi")
    assert told(session)["ledger-key"] is Grade.BAD  # another one
    path.write_text("no key", encoding="ascii")
    assert told(session)["ledger-key"] is Grade.BAD
    settings.cache_clear()
