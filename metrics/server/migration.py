"""Bringing a database to the present schema, and giving the application's role just what it may do."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from metrics.commands.derive_rates import parts_to_rebuild, rebuild_formulas, rebuild_rates
from metrics.database import WriteSession
from metrics.errors import Message, NotFound, Unavailable
from metrics.models.grants import GRANTS, OPEN_SCHEMA, OPEN_TABLES
from metrics.server.open_reader import OPEN_READERS
from metrics.server.schema_lock import hold_versions, holders, locks_in_time, schema_busy

log = structlog.get_logger(__name__)

_AT_HEAD_MILLISECONDS = 1_000  # for whoever holds a table, where there is nothing to change
_ROOT = Path(__file__).resolve().parents[2]
_MAY_READ_LEDGER = text("select has_table_privilege(:role, 'ledger_entries', 'select')")
_MAY_MAKE_ROLES = text("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
_MAY_TAKE = text(
    "select datname, pg_has_role(current_user, datdba, 'member'), rolsuper,"
    " (select pg_has_role(current_user, nspowner, 'member') from pg_namespace where nspname = 'public')"
    " from pg_database, pg_roles where datname = current_database() and rolname = current_user"
)
# Of a table in which only the database numbers rows: the columns that are given. A number that the service takes for
# itself is one on which a row after it fails.
_GIVEN = text(
    "select relname, string_agg(quote_ident(attname), ', ' order by attnum) filter (where attidentity <> 'a') as given"
    " from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped"
    " where relnamespace = 'public'::regnamespace group by relname having bool_or(attidentity = 'a')"
)
# What runs with its owner's rights.
_OWNERS_FUNCTIONS = text(
    "select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
)
# Large objects; locks that fill the room for all locks; and what is written to the log of changes for nobody to read.
_EVERYBODYS = text(
    "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace"
    " and (proname like 'lo\\_%' or proname like 'pg\\_%advisory%' or proname in ('loread', 'lowrite',"
    " 'pg_logical_emit_message')) and has_function_privilege('public', oid, 'execute')"
)


def migrate(engine: Engine, *, revision: str = "head", application_role: str | None = None) -> None:
    """Upgrade the database behind `engine` to `revision`, in one transaction, under a lock.

    At the newest migration nobody is waited for: rights are given anew unless others hold a table, which is logged
    of a role that had them, and refused of one that never had.
    Elsewhere others are waited for by a limit, and named. Raises Unavailable `schema_busy`; nothing is changed then.

    `application_role` names the role the service connects with; where it is not the owner it is granted what
    :data:`metrics.models.grants.GRANTS` says, and nothing else.
    Derived tables that are new are filled.
    """
    try:
        with engine.connect() as connection, locks_in_time(connection):
            stands = revision == "head" and is_current(connection)
        if stands:
            return _renew_rights(engine, role=application_role)
        with engine.begin() as connection:
            hold_versions(connection)
            require_not_newer(connection)
            require_known_revision(connection, revision)
            with locks_in_time(connection):
                command.upgrade(alembic_config(connection), revision)
                _fill_and_grant(connection, application_role)
    except Unavailable as busy:
        if busy.code != "schema_busy":
            raise
        raise schema_busy(holders(engine)) from busy


def _renew_rights(engine: Engine, *, role: str | None) -> None:
    """Rights are given anew where nobody has to be waited for. A role that never had them is not left so in silence."""
    try:
        with engine.begin() as connection:
            hold_versions(connection, milliseconds=_AT_HEAD_MILLISECONDS)
            with locks_in_time(connection, milliseconds=_AT_HEAD_MILLISECONDS):
                _fill_and_grant(connection, role)
    except Unavailable as busy:
        if busy.code != "schema_busy" or (role is not None and not _had_rights(engine, role)):
            raise
        log.warning("rights_not_renewed", held_by=holders(engine).en.strip())


def _had_rights(engine: Engine, role: str) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(_MAY_READ_LEDGER, {"role": role}))


def _fill_and_grant(connection: Connection, role: str | None) -> None:
    _fill(connection)
    if role is not None:
        grant(connection, role=role)


def _fill(connection: Connection) -> None:
    """Fill the derived tables where they have just been made in a database that has submissions."""
    if connection.scalar(
        text("select to_regclass('stored_formulas') is null or not exists (select from plan_records)")
    ):
        return
    if connection.scalar(text("select exists (select from stored_formulas)")):
        return
    with WriteSession(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        rebuild_formulas(session)
        for units in parts_to_rebuild(session):
            rebuild_rates(session, units=units)


class SchemaAge(StrEnum):
    """How the database's schema stands to the one that this program makes."""

    CURRENT = "current"
    BEHIND = "behind"
    NEWER = "newer"


def schema_age(connection: Connection) -> SchemaAge:
    """Where the database stands; NEWER if a migration that this program does not know has run in it."""
    heads = MigrationContext.configure(connection).get_current_heads()
    if heads == (migrations().get_current_head(),):
        return SchemaAge.CURRENT
    known = {one.revision for one in migrations().walk_revisions()}
    return SchemaAge.BEHIND if set(heads) <= known else SchemaAge.NEWER


def is_current(connection: Connection) -> bool:
    """True if the database stands at the newest migration."""
    return schema_age(connection) is SchemaAge.CURRENT


def schema_refusal(connection: Connection) -> Unavailable | None:
    """Why this program cannot work with the database's schema and what to do; None if it can."""
    return None if (age := schema_age(connection)) is SchemaAge.CURRENT else _refused(connection, age)


def require_not_newer(connection: Connection) -> None:
    """Raise Unavailable if a newer version of the program has been at work in the database."""
    if schema_age(connection) is SchemaAge.NEWER:
        raise _refused(connection, SchemaAge.NEWER)


def revisions(connection: Connection) -> tuple[str, str]:
    """At which migration the database says that it stands, and the newest of this program."""
    said = MigrationContext.configure(connection).get_current_heads()
    return ", ".join(said) or "–", str(migrations().get_current_head())


def _refused(connection: Connection, age: SchemaAge) -> Unavailable:
    """With what the database says it stands at, and what this program makes."""
    stands, made = revisions(connection)
    if age is SchemaAge.BEHIND:
        message = Message(
            f"数据库结构不是最新版本(它写着 {stands},本程序为 {made}):请先执行 biaochi migrate。",
            f"The database's schema is not the newest (it says {stands}, this program makes {made}): run biaochi "
            "migrate first.",
        )
        return Unavailable("schema_outdated", message)
    message = Message(
        f"数据库已由较新版本的程序升级(它写着 {stands},本程序为 {made}),本版本不认识其结构:请换用该版本或更新的程序。",
        f"A newer version of the program has brought this database's schema up to date (it says {stands}, this one "
        f"makes {made}), and this one does not know it: run that version or a later one.",
    )
    return Unavailable("schema_newer", message)


def require_known_revision(connection: Connection, revision: str) -> None:
    """Raise NotFound if `revision` is neither `head` nor `base` nor the whole number of a migration of this program.

    What Alembic would take besides, parts of a number and steps from here, means another migration to each database.
    """
    known = {"head", "base", *(one.revision for one in migrations().walk_revisions())}
    if revision not in known:
        raise NotFound(
            "revision_unknown",
            Message(
                f"没有数据库结构版本“{revision}”;版本号为 migrations/versions 中文件名的前四位,如 0016。",
                f"There is no migration {revision!r}; each is called by the first four digits of its file in "
                "migrations/versions, as 0016.",
            ),
        )


def grant(connection: Connection, *, role: str) -> None:
    """Grant `role` what the application needs, and no more."""
    if role == connection.scalar(text("select current_user")):
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    there = set(connection.scalars(text("select relname from pg_class where relnamespace = 'public'::regnamespace")))
    connection.execute(text(f"revoke all on all tables in schema public from {quoted}"))
    connection.execute(text(f"revoke all on all sequences in schema public from {quoted}"))  # identities need none
    connection.execute(text(f"grant usage on schema public to {quoted}"))
    given = {row.relname: row.given for row in connection.execute(_GIVEN)}
    for table in GRANTS.keys() & there:
        rights = (
            f"{right} ({given[table]})" if right == "insert" and table in given else right
            for right in GRANTS[table].rights
        )
        connection.execute(text(f'grant {", ".join(rights)} on "{table}" to {quoted}'))
    for function in connection.scalars(_OWNERS_FUNCTIONS).all():
        connection.execute(text(f"revoke execute on function {function} from public"))
        connection.execute(text(f"grant execute on function {function} to {quoted}"))
    _grant_open_sql(connection, role=role)
    take_from_everybody(connection, role=role)


def _grant_open_sql(connection: Connection, *, role: str) -> None:
    """What the service keeps for other tools it may write; roles that were let in read what a migration added too."""
    if connection.scalar(text("select to_regnamespace(:schema)"), {"schema": OPEN_SCHEMA}) is None:
        return
    quote = connection.dialect.identifier_preparer.quote_identifier
    connection.execute(text(f"grant usage on schema {OPEN_SCHEMA} to {quote(role)}"))
    for table in OPEN_TABLES:
        connection.execute(text(f"grant select, insert, update, delete on {OPEN_SCHEMA}.{table} to {quote(role)}"))
    readers = connection.scalars(OPEN_READERS, {"schema": OPEN_SCHEMA, "service": role}).all()
    for reader in readers:
        connection.execute(text(f"grant select on all tables in schema {OPEN_SCHEMA} to {quote(reader)}"))


def take_from_everybody(connection: Connection, *, role: str) -> None:
    """Take temporary tables, large objects and advisory locks from everybody, which PostgreSQL lets anybody have.

    Only the database's owner can do the first and a superuser the others; another owner of the schema leaves them, and
    `biaochi doctor` says so.
    """
    name, owns, superuser, owns_schema = connection.execute(_MAY_TAKE).one()
    quote = connection.dialect.identifier_preparer.quote_identifier
    if owns:
        connection.execute(text(f"revoke all on database {quote(name)} from public"))
        connection.execute(text(f"grant connect on database {quote(name)} to {quote(role)}"))
    if owns_schema:  # names in it are for the service; another reader has a schema of its own
        connection.execute(text("revoke all on schema public from public"))
    if superuser:
        for function in connection.scalars(_EVERYBODYS).all():
            connection.execute(text(f"revoke execute on function {function} from public"))


def ensure_role(connection: Connection, *, url: str) -> None:
    """Create the role that `url` names, with its password, if the server does not know it.

    Raises Unavailable where whoever is connected may not make roles.
    """
    address = make_url(url)
    known = connection.scalar(
        text("select exists (select from pg_roles where rolname = :name)"), {"name": address.username}
    )
    if known or address.username is None:
        return
    if not connection.scalar(_MAY_MAKE_ROLES):
        raise Unavailable(
            "role_not_made",
            Message(
                f"没有数据库角色 {address.username},当前角色又无权创建:请数据库管理员先建好(deploy/roles.sql)。",
                f"There is no database role {address.username}, and this one may not make it: the database's "
                "administrator makes it first (deploy/roles.sql).",
            ),
        )
    quote = connection.dialect.identifier_preparer.quote_identifier
    password = (address.password or "").replace("'", "''")
    connection.exec_driver_sql(f"create role {quote(address.username)} login password '{password}'".replace("%", "%%"))


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, with the connection on which migrations run."""
    config = _configured()
    config.attributes["connection"] = connection
    return config


def _configured() -> Config:
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    return config


@cache
def migrations() -> ScriptDirectory:
    """The migrations of this program. Looking for them runs all of their files, and a service is asked every few
    seconds whether it is ready."""
    return ScriptDirectory.from_config(_configured())
