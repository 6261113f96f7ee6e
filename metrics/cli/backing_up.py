"""The service's own backups: every day at `BIAOCHI_BACKUP_HOUR`, by one instance, in a process of its own.

What is due is read from the folder, so a start after a night without power makes up for it, and one that failed is
tried again at the next look. A process of its own leaves the service's threads alone, and gives way to it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from metrics.authority import SYSTEM
from metrics.backups.standing import is_due, standing_of
from metrics.cli.keeping import kept
from metrics.database import write_session
from metrics.locks import Lock, hold_if_free
from metrics.plan.store import plan_at
from metrics.settings import Settings, settings

log = structlog.get_logger(__name__)
_LOOKS_EVERY = 900.0  # seconds
_GIVING_WAY = ("nice", "-n", "10")


@contextmanager
def backing_up() -> Iterator[None]:
    """While the block lasts a backup is made each day, if `BIAOCHI_BACKUPS` is on; one under way is broken off."""
    configured = settings()
    if not configured.backups:
        yield
        return
    with _nightly(configured):
        yield


def back_up_daily() -> None:
    """Have a backup made each day until SIGINT or SIGTERM: for a process that does nothing else.

    Needs the sessions of `metrics.database`; of several that do it, the service among them, one makes it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _nightly(settings()):
            while True:
                signal.pause()
    except KeyboardInterrupt:
        pass


@contextmanager
def _nightly(configured: Settings) -> Iterator[None]:
    nightly = NightlyBackup(configured)
    with kept("backup", nightly, every=_LOOKS_EVERY):
        try:
            yield
        finally:
            nightly.end()


@dataclass(slots=True)
class NightlyBackup:
    """One look: makes a backup if one is due and no other instance is at it."""

    configured: Settings
    command: tuple[str, ...] = (*_GIVING_WAY, sys.executable, "-m", "metrics.cli.main", "backup")
    ended: bool = False
    under_way: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __call__(self) -> bool:
        """The lock is held as long as the backup takes, so that of several instances one makes it."""
        with write_session(SYSTEM) as session:
            now = datetime.now(UTC).astimezone(ZoneInfo(plan_at(session).document.timezone))
            if not is_due(standing_of(self.configured), hour=self.configured.backup_hour, now=now):
                return True
            if hold_if_free(session, Lock.BACKUP):
                self._make()
        return True

    def end(self) -> None:
        """Break off what is under way: it leaves nothing half."""
        self.ended = True
        if self.under_way is not None:
            self.under_way.terminate()

    def _make(self) -> None:
        with subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as self.under_way:
            _, said = self.under_way.communicate()
        code, self.under_way = self.under_way.returncode, None
        if code == 0:
            log.info("backup_made")
        elif not self.ended:
            log.error("backup_failed", reason=said.decode("utf-8", errors="replace").strip()[-1000:])
