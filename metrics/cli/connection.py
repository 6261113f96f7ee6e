"""The database of a command: the one in the settings, or the embedded one, started for as long as the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from metrics.errors import Message, Unavailable


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """`application` is the address the service uses, `owner` the one that may change the schema; they may be equal."""

    application: str
    owner: str
    embedded: bool


@contextmanager
def opened_database(*, current_schema: bool = True) -> Iterator[OpenedDatabase]:
    """The database, with `metrics.database` set to it for the block.

    Raises Unavailable if the schema is not the newest, unless `current_schema` is False; if the embedded server cannot
    be had; and if no server answers, then or while the block lasts.
    """
    import psycopg
    from sqlalchemy.exc import OperationalError

    from metrics.server.embedded import EmbeddedServerRefused

    try:
        with _started(current_schema=current_schema) as opened:
            yield opened
    except EmbeddedServerRefused as refused:
        message = Message("内置数据库无法启动。", str(refused))
        raise Unavailable(code="embedded_server_refused", message=message) from refused
    except (OperationalError, psycopg.OperationalError) as refused:
        reason = refused.orig if isinstance(refused, OperationalError) else refused
        message = Message("无法连接数据库。", f"The database cannot be reached: {str(reason).strip()}")
        raise Unavailable(code="database_unreachable", message=message) from refused


@contextmanager
def _started(*, current_schema: bool) -> Iterator[OpenedDatabase]:
    from metrics.server.embedded import embedded_server
    from metrics.settings import settings

    configured = settings()
    if configured.database_url is not None:
        application = configured.database_url.get_secret_value()
        owner = configured.migration_url.get_secret_value() if configured.migration_url else application
        with _in_use(OpenedDatabase(application, owner, embedded=False), current_schema=current_schema) as opened:
            yield opened
        return
    with embedded_server(configured.home) as addresses:
        found = OpenedDatabase(addresses.application, addresses.owner, embedded=True)
        with _in_use(found, current_schema=current_schema) as opened:
            yield opened


@contextmanager
def _in_use(opened: OpenedDatabase, *, current_schema: bool) -> Iterator[OpenedDatabase]:
    from metrics.auditing.writing import note_done, note_error
    from metrics.commands.record_audit import record_change
    from metrics.database import beside_every_change, make_engine, use_engine
    from metrics.errors import BiaochiError
    from metrics.settings import settings

    with (
        use_engine(make_engine(opened.application, pool_size=settings().pool_size)),
        beside_every_change(record_change),
    ):
        if current_schema:
            _require_current_schema()
        try:
            yield opened
        except BiaochiError as refused:
            note_error(refused)
            raise
        note_done()


def _require_current_schema() -> None:
    from metrics.database import engine
    from metrics.server.migration import is_current

    with engine().connect() as connection:
        if not is_current(connection):
            raise Unavailable(
                code="schema_outdated",
                message=Message(
                    "数据库结构不是最新版本:请先执行 biaochi migrate。",
                    "The database's schema is not the newest: run biaochi migrate first.",
                ),
            )
