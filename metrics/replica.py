"""Pulls from a copy of the database that follows it (`BIAOCHI_READ_DATABASE_URL`), and never of less than was known.

A pull is read from the copy only where that has the newest entry of the ledger that the database itself has when the
pull begins, by number and by hash. Entries are committed in order, so it then has everything that was recorded before.
Where it is behind, away, or follows another history, the database itself is read. Who asks, and what they may, is
always found in the database itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from metrics.authority import SYSTEM, Authority
from metrics.database import ReadSession, Sessions, make_engine, read_session
from metrics.settings import settings

log = structlog.get_logger(__name__)

RESTS = 10.0
"""Seconds for which a copy that failed is not asked again: one that is away would else cost every pull three."""
_NEWEST = text("select seq, leaf_hash from ledger_entries order by seq desc limit 1")
_LAST = text("select max(seq) from ledger_entries")
_FIRST_AFTER = text("select recorded_at from ledger_entries where seq > :seq order by seq limit 1")
_READ_FROM = "pulls are read from"  # in a session's own notes
_KNOWN = text("select true from ledger_entries where seq = :seq and leaf_hash = :leaf_hash")


class CopyStanding(StrEnum):
    """How the copy stood when it was asked."""

    IN_USE = "in use"
    BEHIND = "behind"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class CopyState:
    """How the copy stands now; `behind_seconds`: since when it lacks an entry that the database has, None if away."""

    standing: CopyStanding
    behind_seconds: float | None


_failed: dict[str, float] = {}  # address -> when, by a clock that never goes back


@contextmanager
def pull_session(by: Authority, *, note: Callable[[str], None] | None = None) -> Iterator[ReadSession]:
    """A snapshot in which `by` acts, of the copy where it will do, else of the database.

    `note` is told how the copy stood, where there is one.
    """
    address = settings().read_database_url
    if address is None:
        with read_session(by) as session:
            yield session
        return
    with ExitStack() as opened:
        standing, copy = _opened(opened, address.get_secret_value(), by)
        if note is not None:
            note(standing)
        session = opened.enter_context(read_session(by)) if copy is None else copy
        session.info[_READ_FROM] = "database" if copy is None else "copy"
        yield session


def read_from(session: ReadSession) -> str | None:
    """`copy` or `database`, whichever a pull's `session` is of; None where there is no copy."""
    found: str | None = session.info.get(_READ_FROM)
    return found


def copy_state() -> CopyState | None:
    """How the copy stands, which is asked for it; None where there is none."""
    address = settings().read_database_url
    if address is None:
        return None
    with ExitStack() as opened:
        standing, copy = _opened(opened, address.get_secret_value(), SYSTEM)
    if standing is CopyStanding.AWAY:
        return CopyState(standing, None)
    return CopyState(standing, 0.0 if copy is not None else _behind(address.get_secret_value()))


def _behind(address: str) -> float | None:
    """For how many seconds the copy has lacked an entry; None if it fails, or lacks none and has another history."""
    try:
        with _copy(address).read(SYSTEM) as copy:
            last = copy.scalar(_LAST) or 0
    except SQLAlchemyError as error:
        _note(address, error)
        return None
    with read_session(SYSTEM) as session:
        since: datetime | None = session.scalar(_FIRST_AFTER, {"seq": last})
    return None if since is None else max(0.0, (datetime.now(UTC) - since).total_seconds())


def _opened(opened: ExitStack, address: str, by: Authority) -> tuple[CopyStanding, ReadSession | None]:
    """How the copy stands, and a session of it where it will do, which lasts until `opened` is closed."""
    if time.monotonic() - _failed.get(address, -RESTS) < RESTS:
        return CopyStanding.AWAY, None
    with read_session(by) as session:
        newest = session.execute(_NEWEST).one_or_none()
    with ExitStack() as asking:
        try:
            copy = asking.enter_context(_copy(address).read(by))
            known = newest is not None and copy.scalar(_KNOWN, newest._asdict()) is not None
        except SQLAlchemyError as error:
            _note(address, error)
            return CopyStanding.AWAY, None
        if not known:
            return CopyStanding.BEHIND, None
        opened.enter_context(asking.pop_all())
    opened.enter_context(_noted(address))
    return CopyStanding.IN_USE, copy


@contextmanager
def _noted(address: str) -> Iterator[None]:
    """What fails while the copy is read fails for whoever asked (503); the next pull is read from the database."""
    try:
        yield
    except SQLAlchemyError as error:
        _note(address, error)
        raise


def _note(address: str, error: SQLAlchemyError) -> None:
    _failed[address] = time.monotonic()
    log.warning("replica_away", reason=str(error).splitlines()[0])


@lru_cache(maxsize=1)
def _copy(address: str) -> Sessions:
    return Sessions(make_engine(address, pool_size=settings().pool_size))
