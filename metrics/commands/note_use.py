"""When a session or a token was last used: noted at most once a minute, never at the cost of the request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.database import WriteSession, aside_session
from metrics.models import Session, Token
from metrics.principal import Credential, Principal

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=1)


def note_use(principal: Principal) -> None:
    """Note that the principal's session or token was used, in a transaction of its own, where a minute has passed.

    Nothing waits: not for a lock (somebody else notes the same just then), nor for the disk. Where nothing can be
    written, as on a replica, it is not noted, and whoever asked is served all the same.
    """
    credential, now = principal.credential, datetime.now(UTC)
    if credential is None or (credential.used_at is not None and credential.used_at > now - EVERY):
        return
    try:
        with aside_session() as session:  # no act of its own: the audit has nothing to say of it
            session.execute(text("set local synchronous_commit = off"))
            _note(session, credential, now=now)
    except (DBAPIError, PoolTimeout) as error:
        log.info("use_not_noted", kind=credential.kind, error=type(error).__name__)


def _note(session: WriteSession, credential: Credential, *, now: datetime) -> None:
    if credential.kind == "token":
        due = or_(Token.last_used_at.is_(None), Token.last_used_at <= now - EVERY)
        found = select(Token.id).where(Token.id == credential.id, due).with_for_update(skip_locked=True)
        session.execute(update(Token).where(Token.id.in_(found)).values(last_used_at=now))
        return
    due = Session.last_seen_at <= now - EVERY
    found = select(Session.id).where(Session.id == credential.id, due).with_for_update(skip_locked=True)
    session.execute(update(Session).where(Session.id.in_(found)).values(last_seen_at=now))
