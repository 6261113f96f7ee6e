"""Engines and sessions. A transaction starts in :func:`write_session` or :func:`read_session` and nowhere else.

The type of a session says what it may be used for: queries take a `ReadSession`, commands a `WriteSession`;
a `WriteSession` can also read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine, TextClause, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, SessionTransaction

from metrics.asked_ahead import Asking, ask_ahead
from metrics.authority import NOBODY, SAY, SYSTEM, Authority
from metrics.connections import again_if_ended, leave, listen_for_connections
from metrics.errors import Message, Unavailable
from metrics.settings import settings
from metrics.with_commit import listen_for_commit

Found = TypeVar("Found")
_WAITS = "4s"  # then 503 with Retry-After: better told to come back than left waiting (decision 26)
_ONE_STATE: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
SNAPSHOT, _AFTER = "snapshot", "after commit"  # in a session's own notes


class ReadSession(Session):
    """A session for queries. One snapshot of the database from its first statement to its end."""


class WriteSession(ReadSession):
    """A session for commands. Only :func:`write_session` commits it."""


def database_url(url: str) -> URL:
    """`url` with the psycopg 3 driver, whatever way PostgreSQL was spelt."""
    return make_url(url).set(drivername="postgresql+psycopg")


def make_engine(url: str, *, pool_size: int = 10, patience: int = 3) -> Engine:
    """An engine that notices dead connections and waits 3 s for a place in its pool, `patience` s for a connection."""
    engine = create_engine(
        database_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=3,
        hide_parameters=True,
        connect_args={"connect_timeout": patience, "application_name": "biaochi"},
    )
    listen_for_connections(engine)
    listen_for_commit(engine)
    return engine


class Sessions:
    """Where sessions come from: an engine. `standing`: who acts in them unless it is said otherwise."""

    def __init__(self, engine: Engine, *, standing: Authority = SYSTEM) -> None:
        self.engine = engine
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._aside: Engine | None = None
        self._watching: Engine | None = None
        self._making = Lock()
        self.standing = standing

    @contextmanager
    def read(self, by: Authority | None = None) -> Iterator[ReadSession]:
        """A read-only transaction that sees one state of the database throughout, in which `by` acts."""
        session = ReadSession(self.engine, expire_on_commit=False)
        try:
            _begin(session, _saying(by or self.standing), **_ONE_STATE)
            session.info[SNAPSHOT] = {}
            yield session
        finally:
            leave(session)

    def glance(self, find: Callable[[ReadSession], Found]) -> Found:
        """What `find` reads in statements in which nobody acts, each a transaction of its own."""

        def look() -> Found:
            with ReadSession(self._at_once, expire_on_commit=False) as session:
                return find(session)

        return again_if_ended(look)

    @contextmanager
    def write(
        self, by: Authority | None = None, *, said: Mapping[str, str] = {}, ahead: Sequence[Asking] = ()
    ) -> Iterator[WriteSession]:
        """A transaction in which `by` acts, committed when the block ends well and rolled back otherwise; `said`: its
        settings, `ahead`: what is going to be asked in it and is asked as it begins. It waits at most 4 s for a lock:
        whoever finds the service that busy is told to come back.
        """
        saying = _saying(by or self.standing, {"lock_timeout": _WAITS, **said})
        with WriteSession(self.engine, expire_on_commit=False) as session, _begin(session, saying, ahead):
            yield session
        for act in acts_after_commit(session):
            act(self)

    @contextmanager
    def aside(self) -> Iterator[WriteSession]:
        """As :meth:`write`, over two connections of its own: also for whoever holds one and would wait for another."""
        with self._making:
            if self._aside is None:
                self._aside = make_engine(self.engine.url.render_as_string(hide_password=False), pool_size=1)
        with Sessions(self._aside, standing=self.standing).write() as session:
            yield session

    @contextmanager
    def watch(self) -> Iterator[ReadSession]:
        """As :meth:`read` by the program, over a connection of its own, for one at a time: also while every other is in
        use, and while whoever wants one waits."""
        with self._making:
            if self._watching is None:
                self._watching = make_engine(self.engine.url.render_as_string(hide_password=False), pool_size=1)
        with Sessions(self._watching).read(SYSTEM) as session:
            yield session

    def close_aside(self) -> None:
        """Close the connections that only `aside` and `watch` use."""
        with self._making:
            for beside in (self._aside, self._watching):
                if beside is not None:
                    beside.dispose()
            self._aside = self._watching = None


def after_commit(session: WriteSession, act: Callable[[Sessions], None]) -> None:
    """Have `act` called once `session` is committed, before anything is answered; with where it came from."""
    session.info.setdefault(_AFTER, []).append(act)


def acts_after_commit(session: WriteSession) -> list[Callable[[Sessions], None]]:
    """What is to be called now that `session` is committed; nothing the next time."""
    found: list[Callable[[Sessions], None]] = session.info.pop(_AFTER, [])
    return found


def once_a_snapshot(session: ReadSession, key: Hashable, find: Callable[[], Found]) -> Found:
    """What `find` answers, found once in the snapshot that `session` sees: a page asks the same of many.

    `key` says what is asked, by whom and with which values. A session that may write sees no snapshot: there it is
    found every time.
    """
    known: dict[Hashable, Any] | None = session.info.get(SNAPSHOT)
    if known is None:
        return find()
    if key not in known:
        known[key] = find()
    found: Found = known[key]
    return found


_statement_seconds: ContextVar[float | None] = ContextVar("statement_seconds", default=None)


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """While the block lasts, no statement of a transaction begun in it, or in a thread of it, takes longer."""
    before = _statement_seconds.set(seconds)
    try:
        yield
    finally:
        _statement_seconds.reset(before)


def _begin(session: ReadSession, saying: Asking, ahead: Sequence[Asking] = (), **options: Any) -> SessionTransaction:
    """Begin a transaction with `saying`, and `ahead` along with it.

    Nothing of it is kept before the transaction ends well: over a connection that had ended it is begun again.
    """

    def begin() -> SessionTransaction:
        session.close()  # what was begun over the one that had ended
        transaction = session.begin()
        session.connection(execution_options=options)
        if ahead:
            ask_ahead(session, (saying, *ahead))
        else:
            session.execute(saying.statement, saying.values)
        return transaction

    return again_if_ended(begin)


def _saying(by: Authority, limits: Mapping[str, str] = {}) -> Asking:
    """Who acts, and how long anything may wait until the transaction ends, by one statement."""
    if (seconds := _statement_seconds.get()) is not None:
        limits = {**limits, "statement_timeout": str(int(seconds * 1000))}
    return Asking(_said(tuple(limits)), {**by.said, **limits})


@cache
def _said(limits: tuple[str, ...]) -> TextClause:
    return text(SAY + "".join(f", set_config('{name}', :{name}, true) as {name}" for name in limits))


_in_use: Sessions | None = None
_beside: ContextVar[Callable[[WriteSession], None] | None] = ContextVar("beside", default=None)


@contextmanager
def use_sessions(sessions: Sessions) -> Iterator[None]:
    """Make `sessions` those of this process, in all its threads, for as long as the block lasts."""
    global _in_use
    before, _in_use = _in_use, sessions
    try:
        yield
    finally:
        _in_use = before
        sessions.close_aside()


@contextmanager
def use_engine(engine: Engine, *, standing: Authority = SYSTEM) -> Iterator[Engine]:
    """Make `engine` that of this process for as long as the block lasts; its connections are closed afterwards.

    `standing`: who acts where nobody is named: the program itself, or nobody where strangers are served.
    """
    try:
        with use_sessions(Sessions(engine, standing=standing)):
            yield engine
    finally:
        engine.dispose()


def present_sessions() -> Sessions:
    """The sessions in use; without a choice, those of the address in the settings, kept from then on.

    Raises Unavailable if there is no address: the embedded server's is known to whoever started it only.
    """
    global _in_use
    if _in_use is None:
        address = settings().database_url
        if address is None:
            raise Unavailable(
                code="database_closed",
                message=Message(
                    "未打开数据库:请通过 biaochi serve 启动,或设置 BIAOCHI_DATABASE_URL。",
                    "No database is open: start with biaochi serve, or set BIAOCHI_DATABASE_URL.",
                ),
            )
        _in_use = Sessions(make_engine(address.get_secret_value(), pool_size=settings().pool_size), standing=NOBODY)
    return _in_use


def engine() -> Engine:
    """The engine of this process. Raises Unavailable if no database is open."""
    return present_sessions().engine


@contextmanager
def read_session(by: Authority | None = None) -> Iterator[ReadSession]:
    """A read-only transaction that sees one state of the database throughout, in which `by` acts.

    None: whoever stands for this process: the program in commands, nobody in the service.
    """
    with present_sessions().read(by) as session:
        yield session


@contextmanager
def write_session(
    by: Authority | None = None, *, said: Mapping[str, str] = {}, ahead: Sequence[Asking] = ()
) -> Iterator[WriteSession]:
    """A transaction that is committed when the block ends well and rolled back otherwise; `by` as for reading, `said`
    what is set for it, `ahead` what is asked as it begins.

    What :func:`beside_every_change` was given is called just before it is committed.
    """
    with present_sessions().write(by, said=said, ahead=ahead) as session:
        yield session
        beside = _beside.get()
        if beside is not None:
            beside(session)


@contextmanager
def aside_session() -> Iterator[WriteSession]:
    """As :func:`write_session`, over connections of its own; nothing is called before it is committed."""
    with present_sessions().aside() as session:
        yield session


@contextmanager
def beside_every_change(write: Callable[[WriteSession], None]) -> Iterator[None]:
    """Have `write` called at the end of every transaction for writing that the block, or what it calls, begins."""
    before = _beside.set(write)
    try:
        yield
    finally:
        _beside.reset(before)
