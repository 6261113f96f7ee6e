"""When a backup is due, what is said of one that failed, and how the doctor and `/readyz` tell of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from api.routes.health import of_backups
from metrics.backups.folder import path_of
from metrics.backups.manifest import ArchiveKind
from metrics.backups.standing import BackupStanding, is_due, note_failed, note_made, standing_of
from metrics.doctor.file_lines import backup_lines
from metrics.doctor.line import Grade
from metrics.errors import Message, Unavailable
from metrics.settings import Settings, settings

HERE = timezone(timedelta(hours=8))
NOW = datetime(2026, 12, 2, 3, 0, tzinfo=HERE)
FULL = Unavailable("backup_not_written", Message("磁盘已满", "The disk is full"))


@pytest.mark.parametrize(
    ("newest", "hour", "due"),
    [
        (None, 2, True),
        (datetime(2026, 12, 1, 18, 1, tzinfo=UTC), 2, False),  # 02:01 here, today
        (datetime(2026, 12, 1, 17, 59, tzinfo=UTC), 2, True),  # 01:59 here
        (datetime(2026, 12, 1, 17, 59, tzinfo=UTC), 4, False),  # it is not four o'clock yet: yesterday's counts
        (datetime(2026, 11, 30, 19, 59, tzinfo=UTC), 4, True),  # 03:59 here, yesterday
        (datetime(2026, 12, 1, 18, 59, tzinfo=UTC), 3, True),
    ],
)
def test_a_backup_is_due_once_a_day(newest: datetime | None, hour: int, due: bool) -> None:
    assert is_due(BackupStanding(newest, None), hour=hour, now=NOW) is due


@pytest.fixture
def configured(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", backup_to=tmp_path / "b", backup_keys_to=tmp_path / "k")


def made(configured: Settings, at: datetime) -> None:
    assert configured.backup_to is not None
    configured.backup_to.mkdir(exist_ok=True)
    path_of(configured.backup_to, ArchiveKind.DATA, at=at).touch()


def told(configured: Settings) -> list[tuple[str, Grade]]:
    return [(line.name, line.grade) for line in backup_lines(configured, now=NOW)]


def test_the_doctor_warns_of_none_of_an_old_one_and_of_one_that_failed(configured: Settings, tmp_path: Path) -> None:
    assert told(configured) == [("backups", Grade.WARN)]
    made(configured, NOW - timedelta(hours=30))
    assert told(configured)[0] == ("backups", Grade.WARN)
    made(configured, NOW - timedelta(hours=2))
    configured.home.mkdir()
    same_disk = [("backups", Grade.OK), ("backups-apart", Grade.WARN)]
    assert told(configured) == same_disk
    elsewhere = configured.model_copy(update={"database_url": "postgresql://db/biaochi"})
    assert told(elsewhere) == [("backups", Grade.OK), ("backups-apart", Grade.OK)]
    assert told(elsewhere.model_copy(update={"backup_keys_to": None}))[1] == ("backups-apart", Grade.WARN)
    note_failed(configured, FULL, now=NOW)
    (line,) = backup_lines(configured, now=NOW)
    assert (line.grade, "磁盘已满" in line.found.zh, "The disk is full" in line.found.en) == (Grade.WARN, True, True)
    note_made(configured)
    note_made(configured)
    assert told(configured) == same_disk
    (configured.home / "backup-failed.json").write_text("{")
    assert standing_of(configured).failed is None


def test_readyz_says_without_paths_what_is_amiss_where_backups_are_this_installations(configured: Settings) -> None:
    assert list(of_backups(configured.model_copy(update={"backup_to": None}), NOW)) == []
    assert list(of_backups(configured, NOW)) == ["no backup was made yet"]
    made(configured, NOW - timedelta(hours=30))
    note_failed(configured, FULL, now=NOW)
    assert list(of_backups(configured, NOW)) == [
        "the last backup failed at 2026-12-02T03:00:00+08:00: backup_not_written",
        "no backup since 2026-11-30T13:00:00+00:00",
    ]
    note_made(configured)
    made(configured, NOW)
    assert list(of_backups(configured, NOW)) == []


def test_what_cannot_be_kept_does_not_hide_what_failed(configured: Settings) -> None:
    configured.home.touch()  # no folder
    note_failed(configured, FULL, now=NOW)
    assert standing_of(configured).failed is None
    assert settings().backups is False
