"""How backups stand: when the newest was made, whether one is due, and what became of the last attempt.

All of it is read from the folder of backups and from one file in the home directory; nothing is kept twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from metrics.backups.folder import backup_folder, kept_archives
from metrics.errors import BiaochiError, Message
from metrics.private_files import private_file, put_in_place
from metrics.settings import Settings

OVERDUE = timedelta(hours=26)  # a day, and the time that a nightly one takes


@dataclass(frozen=True, slots=True)
class FailedBackup:
    """The last attempt failed: when, with which code, and why in words."""

    at: datetime
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """`newest`: when the newest archive in the folder was made, None without one. `failed`: None after a good one."""

    newest: datetime | None
    failed: FailedBackup | None

    def is_overdue(self, now: datetime) -> bool:
        """True if the newest is older than a day, or there is none."""
        return self.newest is None or now - self.newest > OVERDUE


def standing_of(configured: Settings) -> BackupStanding:
    """How backups stand now. A folder that cannot be listed has none."""
    try:
        kept = kept_archives(backup_folder(configured))
    except OSError:
        kept = []
    return BackupStanding(kept[0].at if kept else None, _failed(configured))


def is_kept_here(configured: Settings) -> bool:
    """True if backups are this installation's own work: otherwise nothing is said of them while it runs."""
    return configured.backups or configured.backup_to is not None


def is_due(standing: BackupStanding, *, hour: int, now: datetime) -> bool:
    """True if none was made since the last time it was `hour` o'clock where `now` is told."""
    last = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if last > now:
        last -= timedelta(days=1)
    return standing.newest is None or standing.newest < last


def note_failed(configured: Settings, refused: BiaochiError, *, now: datetime) -> None:
    """Keep why a backup failed until one is made. Where not even that can be written the log alone has it."""
    path = _path(configured)
    said = {"at": now.isoformat(), "code": refused.code, "zh": refused.message.zh, "en": refused.message.en}
    try:
        file = private_file(path.with_name(f"{path.name}.new"), instead_of=path)
        file.write(json.dumps(said, ensure_ascii=False) + "\n")
        put_in_place(file, path)
    except OSError:
        return


def note_made(configured: Settings) -> None:
    """Forget that one failed before."""
    _path(configured).unlink(missing_ok=True)


def _failed(configured: Settings) -> FailedBackup | None:
    try:
        said = json.loads(_path(configured).read_text(encoding="utf-8"))
        return FailedBackup(datetime.fromisoformat(said["at"]), said["code"], Message(said["zh"], said["en"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(configured: Settings) -> Path:
    return configured.home / "backup-failed.json"
