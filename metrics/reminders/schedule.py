"""Reminding by itself while the service runs: once at its start and then every quarter of an hour.

Looking often costs a few queries and lets a failed attempt be taken up again; that nothing is sent twice is not left to
the clock but to the table of reminders.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from metrics.errors import BiaochiError
from metrics.reminders.channels import channels
from metrics.reminders.sending import send_due
from metrics.settings import settings

log = structlog.get_logger(__name__)
LOOKS_EVERY = 15  # minutes


@contextmanager
def reminding() -> Iterator[None]:
    """While the block lasts, what is due is sent, if `BIAOCHI_REMINDERS` and a channel are switched on."""
    configured = settings()
    if not configured.reminders or not channels(configured):
        yield
        return
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        look,
        "interval",
        minutes=LOOKS_EVERY,
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def look() -> None:
    """One look; a database that is away is looked for again next time."""
    configured = settings()
    try:
        send_due(configured, channels(configured), now=datetime.now(UTC))
    except (BiaochiError, SQLAlchemyError) as error:
        log.warning("reminders_not_looked_at", reason=type(error).__name__)
