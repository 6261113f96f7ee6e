"""Bringing a database to the present schema, and giving the application's role just what it may do."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from metrics.models.base import APPEND_ONLY

_ROOT = Path(__file__).resolve().parent.parent


def migrate(engine: Engine, *, revision: str = "head", application_role: str | None = None) -> None:
    """Upgrade the database behind `engine` to `revision`, in one transaction, under a lock.

    `application_role` names the role the service connects with; where it is not the owner it is granted INSERT and
    SELECT on append-only tables and SELECT, INSERT, UPDATE, DELETE on the rest.
    """
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(1112493647)"))
        command.upgrade(_config(connection), revision)
        if application_role is not None:
            grant(connection, role=application_role)


def downgrade(engine: Engine, *, revision: str) -> None:
    """Take the database back to `revision` (`base`: to nothing)."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(connection: Connection) -> bool:
    """True if the database stands at the newest migration."""
    head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def grant(connection: Connection, *, role: str) -> None:
    """Grant `role` what the application needs, and no more."""
    if role == connection.scalar(text("select current_user")):
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    connection.execute(text(f"grant usage on schema public to {quoted}"))
    for table in tables:
        rights = "select" if table == "alembic_version" else "select, insert"
        if table not in (*APPEND_ONLY, "alembic_version"):
            rights = "select, insert, update, delete"
        connection.execute(text(f'grant {rights} on "{table}" to {quoted}'))
    connection.execute(text(f"grant usage on all sequences in schema public to {quoted}"))


def ensure_role(connection: Connection, *, url: str) -> None:
    """Create the role that `url` names, with its password, if the server does not know it."""
    address = make_url(url)
    known = connection.scalar(
        text("select exists (select from pg_roles where rolname = :name)"), {"name": address.username}
    )
    if known or address.username is None:
        return
    quote = connection.dialect.identifier_preparer.quote_identifier
    password = (address.password or "").replace("'", "''")
    connection.exec_driver_sql(f"create role {quote(address.username)} login password '{password}'".replace("%", "%%"))


def _config(connection: Connection) -> Config:
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config
