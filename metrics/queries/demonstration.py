"""Whether the synthetic demonstration data is loaded; if so every page and every export says it."""

from __future__ import annotations

from sqlalchemy import select

from metrics.database import ReadSession, once_a_snapshot
from metrics.models import User

_LOADED = select(select(User.id).where(User.demonstration).exists())


def is_demonstration_loaded(session: ReadSession) -> bool:
    """True while the demonstration's accounts exist; they come and go with its figures."""
    return once_a_snapshot(session, "is_demonstration_loaded", lambda: bool(session.scalar(_LOADED)))
