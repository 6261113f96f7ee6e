from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metrics.doctor.file_lines import file_lines
from metrics.doctor.line import DoctorLine, Grade, worst
from metrics.doctor.settings_lines import settings_lines
from metrics.settings import Settings, settings

SAFE: dict[str, Any] = {
    "public_url": "https://biaochi.example",
    "secure_cookies": True,
    "trusted_proxies": "10.0.0.2/32",
    "allowed_hosts": "biaochi.example",
    "demo": False,
    "log_format": "json",
}


def graded(lines: tuple[DoctorLine, ...]) -> dict[str, Grade]:
    return {line.name: line.grade for line in lines}


def test_an_installation_behind_https_with_everything_set_is_fine() -> None:
    assert set(graded(settings_lines(Settings(**SAFE))).values()) == {Grade.OK}


@pytest.mark.parametrize(
    ("changed", "name", "grade"),
    [
        ({"public_url": "http://biaochi.example"}, "tls", Grade.BAD),
        ({"public_url": "", "host": "0.0.0.0"}, "tls", Grade.BAD),  # noqa: S104
        ({"public_url": "", "host": "127.0.0.1"}, "tls", Grade.WARN),
        ({"trusted_proxies": ""}, "proxies", Grade.BAD),
        ({"trusted_proxies": "0.0.0.0/0"}, "proxies", Grade.BAD),
        ({"trusted_proxies": "10.0.0.2/32 ::/0"}, "proxies", Grade.BAD),
        ({"trusted_proxies": "172.16.0.0/12"}, "proxies", Grade.BAD),
        ({"trusted_proxies": "10.0.2.0/23"}, "proxies", Grade.BAD),
        ({"trusted_proxies": "10.0.3.0/24 fd00::/64"}, "proxies", Grade.OK),
        ({"trusted_proxies": "fd00::/63"}, "proxies", Grade.BAD),
        ({"allowed_hosts": "*"}, "hosts", Grade.BAD),
        ({"allowed_hosts": ""}, "hosts", Grade.WARN),
        ({"secure_cookies": False}, "cookies", Grade.BAD),
        ({"secure_cookies": False, "public_url": ""}, "cookies", Grade.WARN),
        ({"demo": True}, "demonstration", Grade.BAD),
        ({"demo": True, "public_url": ""}, "demonstration", Grade.WARN),
        ({"blind_assessment": True, "public_read": True}, "assessment", Grade.BAD),
        ({"blind_assessment": True}, "assessment", Grade.OK),
        ({"session_hours": 48}, "sessions", Grade.WARN),
        ({"idle_minutes": 90}, "idle", Grade.WARN),
        ({"password_profile": "mlps3"}, "passwords", Grade.OK),
        ({"audit_days": 400}, "audit-days", Grade.OK),
        ({"smtp_host": "mail.example", "smtp_security": "none"}, "channels", Grade.BAD),
        ({"webhook_url": "http://robot.example/send?key=k"}, "channels", Grade.BAD),
        ({"log_format": "console"}, "log", Grade.WARN),
    ],
)
def test_each_setting_that_leaves_something_open_is_named(changed: dict[str, Any], name: str, grade: Grade) -> None:
    lines = settings_lines(Settings(**{**SAFE, **changed}))
    assert graded(lines)[name] is grade
    line = next(line for line in lines if line.name == name)
    assert (line.advice is None) is (grade is Grade.OK)


def test_what_is_in_force_is_said() -> None:
    said = {line.name: line.found.en for line in settings_lines(Settings(**SAFE, audit_days=400, idle_minutes=30))}
    assert ("400" in said["audit-days"], "30" in said["idle"], "asvs" in said["passwords"]) == (True, True, True)


def test_no_line_shows_a_secret() -> None:
    given = {"webhook_url": "http://robot.example/send?key=hush-hush", "smtp_password": "hush-hush"}
    assert "hush-hush" not in repr(settings_lines(Settings(**{**SAFE, **given})))


def test_the_worst_of_no_lines_is_fine() -> None:
    assert worst(()) is Grade.OK


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("BIAOCHI_HOME", str(folder))
    settings.cache_clear()
    return folder


@pytest.mark.parametrize(
    ("mode", "grade"), [(0o700, Grade.OK), (0o711, Grade.OK), (0o755, Grade.WARN), (0o770, Grade.BAD)]
)
def test_a_home_that_others_may_list_or_write_is_named(home: Path, mode: int, grade: Grade) -> None:
    home.chmod(mode)
    assert graded(file_lines(settings()))["home"] is grade
    home.chmod(0o700)


@pytest.mark.parametrize("name", ["ledger.key", "second-factor.key", "postgres.json", "demo-accounts.json"])
@pytest.mark.parametrize(("mode", "grade"), [(0o600, Grade.OK), (0o640, Grade.BAD), (0o604, Grade.BAD)])
def test_a_secret_file_that_others_may_open_is_named(home: Path, name: str, mode: int, grade: Grade) -> None:
    (home / name).touch()
    (home / name).chmod(mode)
    assert graded(file_lines(settings()))[f"file {name}"] is grade


def test_files_that_are_not_there_are_not_spoken_of(home: Path) -> None:
    assert set(graded(file_lines(settings()))) == {"home", "disk"}


@pytest.mark.parametrize(
    ("free", "total", "grade"),
    [
        (10**8, 10**11, Grade.BAD),
        (5 * 10**9, 10**11, Grade.WARN),
        (9 * 10**10, 10**11, Grade.OK),
        (0, 0, Grade.WARN),  # it does not say
    ],
)
def test_a_disk_that_runs_full_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, free: int, total: int, grade: Grade
) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(total, total - free, free))
    assert graded(file_lines(settings()))["disk"] is grade
