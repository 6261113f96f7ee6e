"""What one transaction does while every other waits: rows of the table `locks`, held until the transaction ends.

They are rows, not advisory locks, which anybody may take who can connect: a row only the service's role can hold
(decision 235). One that is not there, as after a restore without it, is made.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from metrics.asked_ahead import Asking, answer
from metrics.with_commit import send_with_commit

_SLOTS = 1024  # of a lock that is held for a key each; two keys in one slot wait for each other
# A row that is there is locked by the conflict, and not changed.
_HELD = text(
    "insert into locks (name) values (:name) on conflict (name) do update set name = excluded.name where false"
)
_HELD_IF_FREE = text("select 1 from locks where name = :name for update skip locked")
_THERE = text("select 1 from locks where name = :name")
_WAITS = text("select current_setting('lock_timeout')")
_WAITS_FOR = text("select set_config('lock_timeout', :long, true)")
_MADE = text("insert into locks (name) values (:name) on conflict do nothing returning 1")


class Lock(StrEnum):
    """Whatever is done by one at a time."""

    LEDGER = "ledger"
    SIGNING_KEY = "signing key"
    PLAN = "plan"
    FAR_PAST = "far past"
    OPEN_PROGRESS = "open.progress"
    REMINDERS = "reminders"
    BACKUP = "backup"
    RELEASES = "releases"
    BULLETINS = "bulletins"
    ASSESSMENTS = "assessments"
    SAMPLES = "samples"
    FINDINGS = "findings of a sample"
    IDEMPOTENCY_KEY = "idempotency key"
    SIGN_IN = "sign-in"


def hold(session: Session | Connection, lock: Lock, *, key: object = None) -> None:
    """Hold `lock` until the transaction ends; with a `key`, only against those who hold it for the same.

    Waits as long as the session waits for locks.
    """
    asked = holding(lock, key=key)
    if isinstance(session, Session):
        answer(session, asked)
    else:
        session.execute(asked.statement, asked.values)


def holding(lock: Lock, *, key: object = None) -> Asking:
    """What :func:`hold` asks."""
    return Asking(_HELD, {"name": _name(lock, key)})


def hold_with_commit(session: Session, lock: Lock) -> None:
    """As :func:`hold`, together with the session's COMMIT, for what is sent with it afterwards."""
    send_with_commit(session, _HELD, {"name": _name(lock, None)})


def hold_if_free(session: Session | Connection, lock: Lock) -> bool:
    """True if nobody held `lock`; then it is this transaction's until that ends. Waits for nobody."""
    named = {"name": _name(lock, None)}
    if session.scalar(_HELD_IF_FREE, named) is not None:
        return True
    return session.scalar(_THERE, named) is None and _made_at_once(session, named)


def _made_at_once(session: Session | Connection, named: dict[str, str]) -> bool:
    """Make the row that was not there, unless somebody else is about to, who then holds it."""
    waits = session.scalar(_WAITS)
    try:
        with session.begin_nested():
            session.execute(_WAITS_FOR, {"long": "50ms"})
            made = session.scalar(_MADE, named) is not None
            session.execute(_WAITS_FOR, {"long": waits})
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return made


def _name(lock: Lock, key: object) -> str:
    if key is None:
        return lock.value
    digest = hashlib.sha256(str(key).encode()).digest()
    return f"{lock.value} {int.from_bytes(digest[:4]) % _SLOTS}"
