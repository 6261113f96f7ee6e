"""Reminding by itself while the service runs: once at its start and then every quarter of an hour.

Looking often costs a few queries and lets a failed attempt be taken up again; that nothing is sent twice is not left to
the clock but to the table of reminders. What turned of what somebody follows is noted every few minutes, whether
anything is sent or not: the pages tell of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from metrics.authority import SYSTEM
from metrics.commands.note_turns import note_turns
from metrics.database import write_session
from metrics.errors import BiaochiError
from metrics.reminders.channels import channels
from metrics.reminders.checkpoints import send_checkpoints
from metrics.reminders.sending import send_due
from metrics.settings import settings

log = structlog.get_logger(__name__)
LOOKS_EVERY = 15  # minutes
NOTES_EVERY = 3  # minutes


@contextmanager
def reminding() -> Iterator[None]:
    """While the block lasts turns are noted, and what is due is sent if `BIAOCHI_REMINDERS` and a channel are on."""
    configured = settings()
    # Two lines at every look, and three at a start, say nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = BackgroundScheduler(timezone=UTC)
    _every(scheduler, NOTES_EVERY, note)
    if configured.reminders and channels(configured):
        _every(scheduler, LOOKS_EVERY, look)
    if configured.checkpoint_to:
        _every(scheduler, LOOKS_EVERY, send_out)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _every(scheduler: BackgroundScheduler, minutes: int, do: Callable[[], None]) -> None:
    scheduler.add_job(
        do,
        "interval",
        minutes=minutes,
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


def note() -> None:
    """Note what turned; a database that is away, or that has no plan yet, is looked for again next time."""
    try:
        with write_session(SYSTEM) as session:
            told = note_turns(session, now=datetime.now(UTC))
    except (BiaochiError, SQLAlchemyError) as error:
        log.warning("turns_not_noted", reason=type(error).__name__)
        return
    if told:
        log.info("turns_noted", told=told)


def look() -> None:
    """One look; a database that is away is looked for again next time."""
    configured = settings()
    try:
        send_due(configured, channels(configured), now=datetime.now(UTC))
    except (BiaochiError, SQLAlchemyError) as error:
        log.warning("reminders_not_looked_at", reason=type(error).__name__)


def send_out() -> None:
    """Send checkpoints to those who are due one; what fails is tried again at later looks."""
    configured = settings()
    try:
        send_checkpoints(configured, channels(configured), now=datetime.now(UTC))
    except (BiaochiError, SQLAlchemyError) as error:
        log.warning("checkpoints_not_looked_at", reason=type(error).__name__)
