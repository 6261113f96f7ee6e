"""Sessions for routes. The write session commits before the answer is sent: a failed commit is never a 2xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from metrics.authority import NOBODY, SYSTEM, Authority
from metrics.database import ReadSession, WriteSession, engine, read_session, write_session
from metrics.plan.store import has_shown_plan, require_plan
from metrics.replica import pull_session


def acts_for(request: Request) -> Authority:
    """Who acts in the request's transactions: whoever :mod:`api.security.dependencies` found, else nobody."""
    found: Authority = getattr(request.state, "authority", NOBODY)
    return found


def provide_read_session(request: Request) -> Iterator[ReadSession]:
    """One read-only snapshot for the whole request, kept open while the answer streams."""
    with read_session(acts_for(request)) as session:
        yield session


def provide_pull_session(request: Request) -> Iterator[ReadSession]:
    """As :func:`provide_read_session`, from a copy of the database where there is one that knows all it does."""
    with pull_session(acts_for(request), note=request.state.traffic.note_pull) as session:
        yield session


def provide_write_session(request: Request) -> Iterator[WriteSession]:
    """One transaction for the whole request."""
    with write_session(acts_for(request)) as session:
        yield session


# For what is read whole before the answer begins: a slow reader of the answer holds no connection.
FinishedRead = Annotated[ReadSession, Depends(provide_read_session, scope="function")]
FinishedPull = Annotated[ReadSession, Depends(provide_pull_session, scope="function")]
ReadDatabase = Annotated[ReadSession, Depends(provide_read_session)]
# scope="function": code after the default `yield` runs when the answer has been sent already (decision 113).
WriteDatabase = Annotated[WriteSession, Depends(provide_write_session, scope="function")]


def program_acts(request: Request) -> None:
    """The program itself acts in the request: for whoever holds a link and has no account."""
    request.state.authority = SYSTEM


async def refuse_without_plan() -> None:
    """Raise PlanMissing before anything else is said, also to who did not sign in."""
    if not has_shown_plan(engine()):
        await run_in_threadpool(_require_plan)


def _require_plan() -> None:
    with read_session() as session:
        require_plan(session)
