"""What a running service keeps up to date beside itself: the far past, and verdicts for tools that read by SQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.errors import BiaochiError, PlanMissing

log = structlog.get_logger(__name__)

_FAR_PAST_EVERY = 60.0  # seconds between looks whether it is worth keeping anew
_PROGRESS_EVERY = 2.0  # seconds between looks whether anything became known
_MOST_BETWEEN = 6.0  # seconds: what became known is there within ten

Work = Callable[[], bool]


@contextmanager
def keeping_up_to_date() -> Iterator[None]:
    """While the block lasts, both are kept; what stops a look is logged, and the next one comes all the same."""
    every_verdict = partial(bring_open_progress_up_to_date, always=True)  # a new version may judge otherwise
    with (
        _kept("far_past", bring_far_past_up_to_date, every=_FAR_PAST_EVERY),
        _kept("open_progress", bring_open_progress_up_to_date, every=_PROGRESS_EVERY, first=every_verdict),
    ):
        yield


@contextmanager
def _kept(name: str, work: Work, *, every: float, first: Work | None = None) -> Iterator[None]:
    ended = threading.Event()

    def keep() -> None:
        due = first or work
        while not ended.is_set():
            began = time.monotonic()
            try:
                if due():
                    due = work  # not before the first was done: another process may be at it
            except PlanMissing:
                pass  # there is nothing to keep yet
            except (BiaochiError, SQLAlchemyError) as failure:
                log.warning(f"{name}_not_kept", reason=str(failure)[:300])
            took = time.monotonic() - began
            ended.wait(max(every, min(took, _MOST_BETWEEN)))  # while much is recorded, half the time is others'

    keeper = threading.Thread(target=keep, name=name.replace("_", "-"), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
