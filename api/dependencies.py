"""Sessions for routes. The write session commits before the answer is sent: a failed commit is never a 2xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from metrics.database import ReadSession, WriteSession, engine, read_session, write_session
from metrics.plan.store import has_shown_plan, require_plan


def provide_read_session() -> Iterator[ReadSession]:
    """One read-only snapshot for the whole request, kept open while the answer streams."""
    with read_session() as session:
        yield session


def provide_write_session() -> Iterator[WriteSession]:
    """One transaction for the whole request."""
    with write_session() as session:
        yield session


ReadDatabase = Annotated[ReadSession, Depends(provide_read_session)]
WriteDatabase = Annotated[WriteSession, Depends(provide_write_session, scope="function")]


def refuse_without_plan() -> None:
    """Raise PlanMissing before anything else is said, also to who did not sign in."""
    if not has_shown_plan(engine()):
        with read_session() as session:
            require_plan(session)
