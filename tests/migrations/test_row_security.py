"""The second lock: what a transaction may write and read of a unit, by who acts in it, asked of the database itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from metrics.authority import NOBODY, PUBLIC, SAY, SYSTEM, Authority
from metrics.database import ReadSession
from metrics.models import Base
from metrics.models.base import APPEND_ONLY
from metrics.plan.store import plan_at
from metrics.principal import BOUND_TO_UNITS, Role
from tests.databases import Database

OWN, OTHER = "441202", "441203"
# Tables that no unit's data is in; of accounts and what belongs to them each looks up its own before anybody acts.
WITHOUT_UNITS = {
    "alembic_version",
    "audit",
    "former_passwords",
    "password_links",
    "recovery_codes",
    "second_factors",
    "sign_in_steps",
    "ledger_checkpoints",
    "ledger_cosignatures",
    "ledger_keys",
    "ledger_tiles",
    "locks",
    "plan_records",
    "stored_formulas",
    "release_files",
    "release_parts",
    "releases",
    "sessions",
    "sign_in_failures",
    "tokens",
    "users",
    "witness_troubles",
}
# What the bureau decides; every reader is told.
BY_BUREAU = {"light_overrides", "period_events", "samples", "sample_findings", "gate_rules", "task_checks"}
BY_BUREAU |= {"task_sanctions", "score_rules", "announcements"}
UNITS_FILES = (
    "attached_files",
    "material_records",
    "work_plans",
    "fundings",
    "slip_acts",
    "inspection_findings",
    "rectifications",
    "self_assessments",
    "inquiry_scores",
)
BULLETINS = {"bulletin_acts", "bulletin_files"}
BY_TRIGGER = {"observations", "ledger_entries"}
ROWS = {  # one row a unit; `{n}` numbers it
    "ledger_entries": "values (100000{n}, 'submission', now(), '{{\"unit\": \"{unit}\"}}', '\\x00')",
    "submissions": "(id, unit_code, period, revision, state, seq, first_recorded_at)"
    " values (100000{n}, '{unit}', '2011-01-01', 1, 'submitted', 100000{n}, now())",
    "submission_events": "values (100000{n}, 100000{n}, 'submit', 1, 'x', '为何', '附注', '{{}}', now())",
    "observations": "values ('{unit}', '2011-01-01', 'exempt_site', 1, 1, 100000{n}, 100000{n}, now())",
    "figures": "values ('{unit}', '2011-01-01', 'exempt_site', 1, 1, 100000{n}, 100000{n}, now()),"
    " ('{unit}', '2011-01-01', 'items_total', 1, 1, 100000{n}, 100000{n}, now())",
    "unit_rates": "values ('{unit}', '2011-01-01', 100000{n}, null, 100000{n}, 'submitted', '{{}}', '{{}}', 1)",
    "drafts": "values ('{unit}', '2011-01-01', 1, 'x', 'x', '{{}}', now())",
    "confirmed_layouts": "(unit_code, fingerprint, headings, confirmed_by, confirmed_at)"
    " values ('{unit}', 'x', '{{}}', 'x', now())",
    "task_reports": "values (100000{n}, 1, '{unit}', '2011-01-01', 1, 'done', 'x', '', '', 'x', now())",
    "attached_files": "values (100000{n}, '{unit}', 'x.pdf', 'application/pdf', 1, '\\x0{n}', '\\x0{n}', 'x', now())",
    "work_plans": "values (100000{n}, '{unit}', 2011, 1, 'x', '[]', '{{}}', '', 'x', now())",
    "fundings": "values (100000{n}, '{unit}', 2011, 'city', 1, 1, 1, '', '', 'x', now())",
    "material_records": "values (100000{n}, 100000{n}, '{unit}', '2011-01-01', 'send', 1, 'x', 'x', 'x', '{{}}',"
    " '{{}}', '', '{{}}', 'x', now())",
    "slip_acts": "values (100000{n}, '2011-{n}', 'issue', '{unit}', null, '', '', 'x', 'x', '2011-01-31', 'by_hand',"
    " '', null, null, '', '', '{{}}', 'x', now())",
    "self_assessments": "values (100000{n}, 'x', '{unit}', 1, 'submit', 1, '2011-01-01', '', '[]', '{{}}', '', 'x',"
    " now())",
    "inquiry_scores": "values (100000{n}, 39, '{unit}', '2011', 'y', 1, 1, 2, '2011-01-01', '', '{{}}', '', '', 'x',"
    " now())",
    "inspection_findings": "values (100000{n}, 100000{n}, 'x', '{unit}', 'y', null, 'minor', 'x', now(), 'x', now())",
    "rectifications": "values (100000{n}, 100000{n}, '{unit}', 'answer', 'x', '', '{{}}', null, 'x', now())",
    "people_records": "values (100000{n}, '{unit}', 'leader', 'x', '', '2011-01-01', 'x', '', now())",
    "people_contacts": "values (100000{n}, '110', 'x@example.org')",
    "confirmations": "(token_hash, purpose, subject, revision, leaf_hash, person, address, asked_by, created_at,"
    " expires_at, failure) values ('\\x0{n}', 'submission_sign_off', 100000{n}, 1, '\\x00', 100000{n}, 'x', 'x', now(),"
    " now(), '')",
    "users": "values (100000{n}, 'x{n}', 'x', 'assessor', '{{}}', 'x', true, false, now(), '', now())",
    "assessments": "values (100000{n}, 1, 100000{n}, '{unit}', '2011-01-01', 'online_rate', 1, 2, null, 'x', null, '',"
    " '', '', false, 100000{n}, 'x', now())",
}


def says(connection: Connection, by: Authority) -> None:
    connection.execute(text(SAY), by.said)


def principal(role: Role, user_id: int = 1000001) -> Authority:
    return Authority(role.value, frozenset({OWN}) if role in BOUND_TO_UNITS else frozenset(), user_id)


@pytest.fixture
def service(shared_database: Database) -> Iterator[Connection]:
    """The service's role, with a row of two units in every table; nobody acts. Rolled back."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        says(connection, SYSTEM)
        for number, unit in enumerate((OWN, OTHER), start=1):
            for table, row in ROWS.items():
                connection.exec_driver_sql(f"insert into {table} {row}".format(n=number, unit=unit))
        says(connection, NOBODY)
        yield connection
        transaction.rollback()


def units_seen(connection: Connection, table: str) -> set[str]:
    """The units of the rows of `table` that are seen; those of a submission or a person where it names none."""
    columns = Base.metadata.tables[table].columns
    unit = "unit_code"
    if "unit_code" not in columns:
        number = {"submission_events": "seq", "people_contacts": "seq", "confirmations": "subject"}[table]
        unit = f"case {number} when 1000001 then '{OWN}' else '{OTHER}' end"
    return set(connection.scalars(text(f"select {unit} from {table} where {unit} in ('{OWN}', '{OTHER}')")))


def refused(connection: Connection, statement: str) -> bool:
    """True if the statement is refused, or touches nothing."""
    attempt = connection.begin_nested()
    try:
        return connection.exec_driver_sql(statement).rowcount == 0
    except DBAPIError as error:
        if "row-level security" in str(error) or "may not write this row" in str(error):
            return True
        raise
    finally:
        attempt.rollback()


def test_every_table_with_a_units_data_is_protected(service: Connection) -> None:
    """A table that is added has to be protected, or said here to hold no unit's data."""
    protected = set(
        service.scalars(
            text("select relname from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity")
        )
    )
    triggered = set(
        service.scalars(
            text(
                "select relname from pg_trigger join pg_class on pg_class.oid = tgrelid"
                " where relnamespace = 'public'::regnamespace and tgname like '%\\_acting'"
            )
        )
    )
    assert triggered == BY_TRIGGER
    assert protected | BY_TRIGGER | WITHOUT_UNITS >= Base.metadata.tables.keys()
    assert not protected & (BY_TRIGGER | WITHOUT_UNITS)


def test_nobody_sees_and_writes_nothing_of_a_unit(service: Connection) -> None:
    for table in (
        "figures",
        "submission_events",
        "drafts",
        "confirmed_layouts",
        "people_contacts",
        "assessments",
        *UNITS_FILES,
    ):
        assert units_seen(service, table) == set()
    assert refused(service, "update figures set value = 2")
    assert refused(service, "update submissions set state = 'verified'")
    for table, row in ROWS.items():
        if table != "users":
            assert refused(service, f"insert into {table} {row}".format(n=3, unit=OWN)), table


@pytest.mark.parametrize("role", sorted(BOUND_TO_UNITS), ids=str)
def test_clerk_and_leader_see_their_own_units_alone(service: Connection, role: Role) -> None:
    says(service, principal(role))
    for table in ("submission_events", "people_contacts", "confirmations", "assessments", "drafts", *UNITS_FILES):
        assert units_seen(service, table) == {OWN}, table
    counts = service.execute(text("select unit_code, element_code from figures where period = '2011-01-01'")).all()
    assert {tuple(row) for row in counts} == {(OWN, "exempt_site"), (OWN, "items_total"), (OTHER, "items_total")}
    hidden = service.scalars(text("select distinct reason || note from submission_events where seq > 1000000")).all()
    assert hidden == ["为何附注"]
    turns = service.scalars(text("select seq from submission_turns where seq > 1000000")).all()
    assert len(turns) == 2


def test_a_link_for_material_is_its_own_units(service: Connection) -> None:
    says(service, SYSTEM)
    row = ROWS["confirmations"].replace("submission_sign_off", "material_sign_off").replace("x0{n}", "x1{n}")
    for number, unit in enumerate((OWN, OTHER), start=1):
        service.exec_driver_sql(f"insert into confirmations {row}".format(n=number, unit=unit))
    found = "select subject from confirmations where purpose = 'material_sign_off'"
    for role in sorted(BOUND_TO_UNITS):
        says(service, principal(role))
        assert service.scalars(text(found)).all() == [1000001]
    says(service, principal(Role.CLERK))
    more = row.replace("x1{n}", "x2{n}")
    assert refused(service, f"insert into confirmations {more}".format(n=2, unit=OTHER))
    assert not refused(service, f"insert into confirmations {more}".format(n=1, unit=OWN))


def test_a_public_reader_sees_the_counts_of_rates_and_no_reason(service: Connection) -> None:
    says(service, PUBLIC)
    assert set(service.scalars(text("select element_code from figures where seq > 1000000"))) == {"items_total"}
    for table in ("submission_events", "drafts", "people_contacts", "confirmations", "assessments", *UNITS_FILES):
        assert units_seen(service, table) == set()


@pytest.mark.parametrize("role", Role, ids=str)
def test_each_role_writes_for_the_units_it_is_there_for(service: Connection, role: Role) -> None:
    says(service, principal(role))
    posts = {Role.CLERK: {OWN}, Role.REVIEWER: {OWN, OTHER}}.get(role, set())
    for unit in (OWN, OTHER):
        written = f"update figures set value = 2 where unit_code = '{unit}'"
        added = f"values ('{unit}', '2011-01-01', 'items_online', 1, 1, 1000001, 1000001, now())"
        assert refused(service, written) == (unit not in posts)
        assert refused(service, f"insert into figures {added}") == (unit not in posts)
        assert refused(service, f"insert into observations {added}") == (unit not in posts)
        assert refused(service, f"delete from drafts where unit_code = '{unit}'") == (unit not in posts)
        signs = posts | ({OWN} if role is Role.LEADER else set())
        assert refused(service, f"update submissions set seq = 2 where unit_code = '{unit}'") == (unit not in signs)
    entry = "insert into ledger_entries values (1000009, 'x', now(), '{{\"unit\": \"{}\"}}', '\\x00')"
    assert refused(service, entry.format(OTHER)) == (role in BOUND_TO_UNITS)
    assert not refused(service, entry.format(OWN))


def test_what_is_kept_for_a_retry_and_refused_files_are_their_owners(service: Connection) -> None:
    says(service, SYSTEM)
    for user in (1000001, 1000002):
        service.exec_driver_sql(f"insert into idempotency_keys values ({user}, 'k', '\\x00', '{{}}', now())")
        service.exec_driver_sql(
            "insert into refused_files (user_id, name, kind, content, problems, recorded_at)"
            f" values ({user}, 'x', 'csv', '\\x00', '[]', now())"
        )
    says(service, principal(Role.CLERK))
    assert service.scalars(text("select user_id from idempotency_keys where user_id > 1000000")).all() == [1000001]
    assert service.scalars(text("select user_id from refused_files where user_id > 1000000")).all() == [1000001]


def test_only_refused_files_past_their_days_are_forgotten(service: Connection) -> None:
    """By whoever asks, whosever they are; no age is asked for, since a younger one would take everybody's."""
    says(service, SYSTEM)
    for name, minutes in (("past", 1), ("kept", -1)):
        service.exec_driver_sql(
            "insert into refused_files (user_id, name, kind, content, problems, recorded_at) values"
            f" (1000001, '{name}', 'csv', '\\x00', '[]', now() - interval '7 days' - interval '1 minute' * {minutes})"
        )
    says(service, principal(Role.CLERK, 1000002))
    service.exec_driver_sql("select forget_refused_files()")
    says(service, SYSTEM)
    assert service.scalars(text("select name from refused_files where user_id = 1000001")).all() == ["kept"]
    ways = (
        "select pg_get_function_arguments(oid) from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    )
    assert set(service.scalars(text(ways))) == {""}


def test_a_connection_that_is_used_again_has_forgotten_who_acted(shared_database: Database) -> None:
    """As in a pool of our own or PgBouncer's: what was said is said for one transaction."""
    with shared_database.engine.connect() as connection:
        with connection.begin():
            says(connection, SYSTEM)
            assert connection.scalar(text("select acting_role()")) == "system"
        with connection.begin():
            assert connection.scalar(text("select acting_role()")) is None
            assert connection.scalar(text("select cardinality(acting_units())")) == 0
            assert refused(connection, f"insert into drafts {ROWS['drafts']}".format(unit=OWN))


def test_what_the_database_takes_for_published_is_what_the_plan_says(service: Connection) -> None:
    plan = plan_at(ReadSession(service))
    assert set(service.scalar(text("select published_elements()")) or ()) == plan.published_elements
    assert plan.published_elements < plan.element_by_code.keys()


def test_what_is_recorded_is_protected_too(service: Connection) -> None:
    assert set(APPEND_ONLY) - WITHOUT_UNITS <= {*ROWS, *BY_BUREAU, *BULLETINS}
