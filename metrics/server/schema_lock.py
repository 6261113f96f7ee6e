"""Changing the schema: one program at a time, and whoever holds what it needs is waited for by a limit and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import DuplicateTable, LockNotAvailable, UniqueViolation
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from metrics.errors import Message, Unavailable
from metrics.logging import say

LOCK_MILLISECONDS = 10_000  # for a table that others hold
VERSIONS_MILLISECONDS = 60_000  # for another program that changes the schema
_AT_ONCE_MILLISECONDS = 1_000  # before it is said that another is waited for
_MOST_NAMED = 3
# One migration at a time: nobody but the owner has the right to hold this table against others.
_VERSIONS = text("select to_regclass('alembic_version')")
_MAKE_VERSIONS = text(
    "create table alembic_version (version_num varchar(32) not null constraint alembic_version_pkc primary key)"
)
_MAY_WRITE_VERSIONS = text("select has_table_privilege('alembic_version', 'update')")
_HOLD_VERSIONS = text("lock table alembic_version in share row exclusive mode")
_WAITS_FOR = text("select set_config('lock_timeout', :long, true)")
# Of another role that this one does not see into, number and name are still told.
_HOLDERS = text(
    """
    select a.pid, coalesce(a.usename, '?') as role, coalesce(nullif(a.application_name, ''), '?') as program,
        coalesce(a.state, '?') as state, coalesce(extract(epoch from now() - a.xact_start), 0)::int as seconds
    from pg_stat_activity a
    where a.datname = current_database() and a.pid <> pg_backend_pid() and exists (
        select from pg_locks l join pg_class c on c.oid = l.relation
        where l.pid = a.pid and l.granted and c.relkind in ('r', 'p')
            and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'open')))
    order by a.xact_start nulls last, a.pid
    """
)


@contextmanager
def locks_in_time(connection: Connection, *, milliseconds: int | None = None) -> Iterator[None]:
    """While the block lasts, the transaction waits only some seconds for a table: everybody later waits
    behind it. Raises Unavailable `schema_busy`; nothing is changed then. Moments are read in UTC."""
    connection.execute(_WAITS_FOR, {"long": f"{milliseconds or LOCK_MILLISECONDS}ms"})
    connection.execute(text("set local timezone = 'UTC'"))
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise schema_busy() from error


def hold_versions(connection: Connection, *, milliseconds: int | None = None) -> None:
    """Let nobody else migrate until the transaction ends. The table is Alembic's own, made here if there is none.

    A role that may not write it may not migrate either: it is told so where there is anything to do. Another that
    migrates is waited for, which is said. Raises Unavailable `schema_busy` where that takes too long.
    """
    longest = milliseconds or VERSIONS_MILLISECONDS
    if _held_within(connection, min(_AT_ONCE_MILLISECONDS, longest)):
        return
    if longest > _AT_ONCE_MILLISECONDS:
        who = named_holders(connection)
        say(
            f"另一程序正在升级表结构,最多等 {longest // 1000} 秒{who.zh}……",
            f"Another program changes the schema: waiting for it, {longest // 1000} s at most{who.en} …",
        )
        if _held_within(connection, longest):
            return
    raise schema_busy()


def _held_within(connection: Connection, milliseconds: int) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(_WAITS_FOR, {"long": f"{milliseconds}ms"})
            _hold(connection)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return False
    return True


def _hold(connection: Connection) -> None:
    if connection.scalar(_VERSIONS) is None:
        try:
            with connection.begin_nested():
                connection.execute(_MAKE_VERSIONS)
        except (IntegrityError, ProgrammingError) as error:  # two at once: the second waits for the first
            if not isinstance(error.orig, (UniqueViolation, DuplicateTable)):
                raise
    if connection.scalar(_MAY_WRITE_VERSIONS):
        connection.execute(_HOLD_VERSIONS)


def schema_busy(who: Message | None = None) -> Unavailable:
    """Others hold what has to be changed; `who`: as :func:`named_holders` says."""
    zh, en = (who.zh, who.en) if who is not None else ("", "")
    message = Message(
        f"数据库结构没有改动:有表正被他人使用{zh}。请停下服务和其他连接,再执行一次。",
        f"The schema was not changed: others hold a table that has to be{en}. Stop the service and whoever else is "
        "connected, and run this again.",
    )
    return Unavailable("schema_busy", message)


def holders(engine: Engine) -> Message:
    """As :func:`named_holders`, over a connection of its own: the one that waited can ask nothing more."""
    with engine.connect() as connection:
        return named_holders(connection)


def named_holders(connection: Connection) -> Message:
    """Who holds tables here, the longest first, in brackets; nothing if nobody is seen."""
    rows = connection.execute(_HOLDERS).all()[:_MOST_NAMED]
    if not rows:
        return Message("", "")
    zh = ";".join(f"进程 {row.pid},{row.role},{row.program},{row.state},{row.seconds} 秒" for row in rows)
    en = "; ".join(f"process {row.pid}, {row.role}, {row.program}, {row.state} for {row.seconds} s" for row in rows)
    return Message(f"({zh})", f" ({en})")
