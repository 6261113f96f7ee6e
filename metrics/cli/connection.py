"""The database of a command: the one in the settings, or the embedded one, started for as long as the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.errors import BiaochiError, Forbidden, Message, Unavailable

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    from metrics.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """`application` is the address the service uses, `owner` the one that may change the schema; they may be equal."""

    application: str
    owner: str
    embedded: bool


@contextmanager
def opened_database(*, current_schema: bool = True, new: bool = False) -> Iterator[OpenedDatabase]:
    """The database, with `metrics.database` set to it for the block.

    An embedded one is made only with `new`. Raises Unavailable if there is none; if the schema is not the newest,
    unless `current_schema` is False; if the embedded server cannot be had; and if no server answers, then or while the
    block lasts.
    """
    import psycopg
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    from metrics.server.embedded import EmbeddedServerRefused

    try:
        with _started(current_schema=current_schema, new=new) as opened:
            yield opened
    except EmbeddedServerRefused as refused:
        raise Unavailable(code="embedded_server_refused", message=refused.message) from refused
    except (DBAPIError, PoolTimeout, psycopg.Error) as error:
        in_words = _in_words(error)
        if in_words is None:
            raise
        raise in_words from error


def _in_words(error: DBAPIError | PoolTimeout | psycopg.Error) -> BiaochiError | None:
    """What the database said as a refusal; None if it is a defect of ours."""
    from psycopg.errors import InsufficientPrivilege
    from sqlalchemy.exc import DBAPIError

    from metrics.database_faults import database_fault
    from metrics.server.at_the_door import advice_at_the_door

    reason = error.orig if isinstance(error, DBAPIError) else error
    said = str(reason).strip()
    if isinstance(reason, InsufficientPrivilege):
        return Forbidden(
            "not_the_owner",
            Message(
                "数据库角色无权执行本命令:请用 BIAOCHI_MIGRATION_URL 给出所有者的地址;是服务自己的角色缺少权利的,"
                f"以该地址执行 biaochi migrate。({said})",
                "The database's role may not do this: name the owner's address in BIAOCHI_MIGRATION_URL; where the "
                f"service's own role lacks its rights, run biaochi migrate with that address. ({said})",
            ),
        )
    fault = database_fault(error)
    if fault is None or fault.code != "database_away":
        return fault
    advice = advice_at_the_door(said)
    message = Message(f"无法连接数据库:{said}{advice.zh}", f"The database cannot be reached: {said}{advice.en}")
    return Unavailable("database_unreachable", message)


@contextmanager
def _started(*, current_schema: bool, new: bool) -> Iterator[OpenedDatabase]:
    from metrics.server.embedded import embedded_server
    from metrics.settings import settings

    configured = settings()
    if configured.database_url is not None:
        application = configured.database_url.get_secret_value()
        owner = configured.migration_url.get_secret_value() if configured.migration_url else application
        with _in_use(OpenedDatabase(application, owner, embedded=False), current_schema=current_schema) as opened:
            yield opened
        return
    with embedded_server(embedded_home(new=new)) as addresses:
        found = OpenedDatabase(addresses.application, addresses.owner, embedded=True)
        with _in_use(found, current_schema=current_schema) as opened:
            yield opened


def embedded_home(*, new: bool = False) -> Path:
    """Where the embedded database lies. Raises Unavailable if that is uncertain, or if there is none, unless `new`."""
    from metrics.server.home import has_cluster
    from metrics.settings import settings

    configured = settings()
    _refuse_another_home(configured)
    if not new and not has_cluster(configured.home):
        raise _no_database(configured.home)
    return configured.home


def _refuse_another_home(configured: Settings) -> None:
    """Raise Unavailable where no home is named and one lies in this folder that is not the program's own.

    Earlier versions made it wherever they were called; which of the two is meant only the caller knows.
    """
    from metrics.server.home import has_cluster

    here = Path(".data")
    if "home" in configured.model_fields_set or not has_cluster(here) or here.resolve() == configured.home:
        return
    raise Unavailable(
        code="home_unclear",
        message=Message(
            f"当前文件夹有一个数据库({here.resolve()}),而程序自己的数据目录是 {configured.home};"
            "请用 BIAOCHI_HOME 指明用哪一个。",
            f"There is a database in this folder ({here.resolve()}), and the program's own home is {configured.home}: "
            "say with BIAOCHI_HOME which of them is meant.",
        ),
    )


def _no_database(home: Path) -> Unavailable:
    return Unavailable(
        code="home_empty",
        message=Message(
            f"{home.resolve()} 中没有数据库,本命令不新建。数据在别处的,请用 BIAOCHI_HOME 指明;要新建,请执行 "
            "biaochi migrate 或 biaochi serve。",
            f"There is no database in {home.resolve()}, and this command makes none. If the data lie elsewhere, name "
            "the place with BIAOCHI_HOME; to begin a new one, run biaochi migrate or biaochi serve.",
        ),
    )


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
    from metrics.server.migration import schema_refusal

    with engine().connect() as connection:
        if (refusal := schema_refusal(connection)) is not None:
            raise refusal
