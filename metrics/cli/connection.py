"""The database of a command: the one in the settings, or the embedded one, started for as long as the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from metrics.database import engine, make_engine, use_engine
from metrics.embedded import embedded_server
from metrics.errors import Message, Unavailable
from metrics.migrating import is_current
from metrics.settings import settings


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """`application` is the address the service uses, `owner` the one that may change the schema; they may be equal."""

    application: str
    owner: str
    embedded: bool


@contextmanager
def opened_database(*, current_schema: bool = True) -> Iterator[OpenedDatabase]:
    """The database, with `metrics.database` set to it for the block.

    Raises Unavailable if the schema is not the newest, unless `current_schema` is False; EmbeddedServerRefused if
    the embedded server cannot be had; sqlalchemy's OperationalError if no server answers.
    """
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
    with use_engine(make_engine(opened.application, pool_size=settings().pool_size)):
        if current_schema:
            _require_current_schema()
        yield opened


def _require_current_schema() -> None:
    with engine().connect() as connection:
        if not is_current(connection):
            raise Unavailable(
                code="schema_outdated",
                message=Message(
                    "数据库结构不是最新版本:请先执行 biaochi migrate。",
                    "The database's schema is not the newest: run biaochi migrate first.",
                ),
            )
