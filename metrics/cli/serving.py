"""A running service: everything that it needs, in order, and everything stopped again at its end.

This is the one place in `metrics` that names the floors above it, by their names as text: the web application that
uvicorn imports, and the demonstration data. Nothing here imports them.
"""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pkgutil import resolve_name

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_done, service_noted
from metrics.authority import NOBODY, SYSTEM
from metrics.cli.answering import answer_until_stopped
from metrics.cli.backing_up import backing_up
from metrics.cli.connection import OpenedDatabase, opened_database
from metrics.cli.keeping import keeping_up_to_date, sign_ledger
from metrics.cli.listening import taken_port
from metrics.cli.migrate import bring_up_to_date
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.cli.workers import workers
from metrics.database import Sessions, engine, read_session, statements_within, use_sessions
from metrics.database_faults import database_fault
from metrics.errors import Conflict, PlanMissing, Unavailable
from metrics.ledger.witnessing.known import service_policy
from metrics.logging import begin_logging, say
from metrics.plan.boundaries import boundaries, require_known
from metrics.plan.store import plan_at
from metrics.present_act import doing
from metrics.reminders.schedule import reminding
from metrics.server.durability import require_durability
from metrics.server.embedded import EmbeddedServerRefused, revive
from metrics.server.home import has_cluster
from metrics.server.schema_lock import holders, locks_in_time, schema_busy
from metrics.server.sign_of_life import gives_sign_of_life
from metrics.server.starting import Starting
from metrics.settings import settings
from metrics.watch.traces import require_traces

log = structlog.get_logger(__name__)

_ACTOR = "biaochi serve"
_ANSWERS_WITHIN = 60.0  # seconds, as the embedded server has to begin
_LOOKS_EVERY = 1.0  # seconds between looks at the embedded server
DEMONSTRATION = "seed.demonstration.load:load_demonstration"


def serve_until_stopped() -> None:
    """Serve as the settings say until SIGINT or SIGTERM. Raises Unavailable, Conflict and PlanInvalid if it cannot."""
    configured = settings()
    begin_logging(configured.log_format)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            taken_port(configured.host, configured.port) as listener,
            closing(Starting(listener)) as starting,
            _announced_database() as opened,
            _kept_running(opened),
            _undisturbed_end(),
        ):
            _prepare(opened)
            # From here on strangers are served: nobody acts unless it is said who.
            served = Sessions(engine(), standing=NOBODY)
            with service_noted(), reminding(), keeping_up_to_date(), backing_up(), use_sessions(served):
                _answer_until_stopped(listener, opened, starting)
    except KeyboardInterrupt:
        pass
    say("已停止。", "Stopped.")  # also where SIGINT is ignored, as in a script's background, and nothing is raised


def _prepare(opened: OpenedDatabase) -> None:
    service_policy()  # said before anything begins, if it is none
    if settings().traces_to:
        require_traces()
    _wait_while_silent()
    with engine().connect() as connection:
        require_durability(connection, embedded=opened.embedded)
    say("升级数据库结构……", "Bringing the schema up to date …")
    bring_up_to_date(opened)
    say("表结构已就绪,载入程序……", "The schema is in place; loading the program …")
    if not _any("plan_records"):
        _load_plan()
    if settings().demo and _is_untouched():
        _make_demonstration()
    if _any("plan_records"):
        with statements_within(_ANSWERS_WITHIN), read_session(SYSTEM) as session:
            require_known(boundaries(), set(plan_at(session).unit_by_code))
    _sign_ledger()


def _wait_while_silent() -> None:
    """Give a database a minute that takes connections and does not answer yet: on a busy disk that is how it begins.

    One that cannot be reached, or that refuses, is told at once by whoever asks next.
    """
    limit = time.monotonic() + _ANSWERS_WITHIN
    while not gives_sign_of_life() and time.monotonic() < limit:
        log.warning("database_silent")


def _load_plan() -> None:
    """Load the plan that the settings name, the city's own for a demonstration; without either say how to load one."""
    folder = settings().plan or (CITY_PLAN if settings().demo else None)
    if folder is None:
        message = PlanMissing().message
        say(message.zh, message.en)
        return
    say(f"载入方案:{folder}……", "Loading the plan …")
    with doing(AuditAction.LOAD_PLAN, str(folder)):
        load_plan_folder(folder, actor=_ACTOR)


def _make_demonstration() -> None:
    """The demonstration is of the city's form; a plan with another one is served without."""
    say("首次运行:生成演示数据(虚构)……", "First run: making demonstration data (synthetic) …")
    try:
        with doing(AuditAction.LOAD_DEMONSTRATION):
            resolve_name(DEMONSTRATION)(settings().home)
            note_done()
    except Conflict as unfit:
        if unfit.code != "form_unknown":
            raise
        say(unfit.message.zh, unfit.message.en)


def _sign_ledger() -> None:
    """At every start, so that even a ledger that nobody asks about has its signatures; else its watch makes up for it.

    It may be held by others, for as long as a load of history takes.
    """
    try:
        sign_ledger()
    except (Unavailable, SQLAlchemyError) as failure:
        fault = failure if isinstance(failure, Unavailable) else database_fault(failure)
        if fault is None:
            raise
        log.warning(fault.code, reason=fault.message.en)


def _answer_until_stopped(listener: socket.socket, opened: OpenedDatabase, starting: Starting) -> None:
    """Serve until SIGINT or SIGTERM, which end in KeyboardInterrupt. Raises Unavailable if the application fails."""
    if settings().workers == 1:
        answer_until_stopped(listener, ready=_announce, before=starting.close)
        return
    # Ignored in a script's background; where one process answers, uvicorn sets a handler of its own.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with workers(listener, opened.application, before=starting.close) as several:
        _announce()
        several.keep()


def _announce() -> None:
    configured = settings()
    say(f"就绪:{_address(configured.host, configured.port)}", "Ready. Ctrl-C stops everything.")
    accounts = configured.home.resolve() / "demo-accounts.json"
    if accounts.exists():
        say(f"演示账户:{accounts}", "Demonstration accounts are in that file.")


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  shown, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


@contextmanager
def _announced_database() -> Iterator[OpenedDatabase]:
    if settings().database_url is None:
        fresh = not has_cluster(settings().home)
        place = settings().home.resolve()
        say(
            f"{'创建并启动' if fresh else '启动'}内置 PostgreSQL:{place}",
            f"{'Creating and starting' if fresh else 'Starting'} the embedded PostgreSQL there …",
        )
    with opened_database(current_schema=False, new=True) as opened:
        yield opened


@contextmanager
def _kept_running(opened: OpenedDatabase) -> Iterator[None]:
    """While the block lasts, an embedded server that dies is started again; requests meanwhile are answered 503."""
    if not opened.embedded:
        yield
        return
    port = int(str(make_url(opened.owner).query["port"]))
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_LOOKS_EVERY):
            try:
                if revive(settings().home, port=port):
                    log.warning("embedded_server_revived")
            except EmbeddedServerRefused as refused:
                log.error("embedded_server_not_revived", reason=str(refused))

    watcher = threading.Thread(target=watch, name="embedded-server-watch")
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


@contextmanager
def _undisturbed_end() -> Iterator[None]:
    """Once the block is left, further Ctrl-C are ignored: the database is being stopped, and that is all there is."""
    try:
        yield
    finally:
        for received in (signal.SIGINT, signal.SIGTERM):
            signal.signal(received, signal.SIG_IGN)


def _is_untouched() -> bool:
    """True if nothing happened yet but this command's own loading of the plan: a removed demonstration stays away."""
    with _not_held_up() as connection:
        leaves = (
            connection.execute(text("select leaf from ledger_entries where kind <> 'key' order by seq limit 2"))
            .scalars()
            .all()
        )
    return len(leaves) == 1 and json.loads(leaves[0]).get("actor") == _ACTOR and not _any("users")


def _any(table: str) -> bool:
    """True if `table` has a row."""
    with _not_held_up() as connection:
        return bool(connection.scalar(text(f"select exists (select from {table})")))  # noqa: S608  names of this file


@contextmanager
def _not_held_up() -> Iterator[Connection]:
    """A connection on which a table that others hold is waited for by a limit and they are named: a start never ends
    in silence."""
    try:
        with engine().connect() as connection, locks_in_time(connection):
            yield connection
    except Unavailable as busy:
        if busy.code != "schema_busy":
            raise
        raise schema_busy(holders(engine())) from busy
