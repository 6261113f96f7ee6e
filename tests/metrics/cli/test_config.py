"""`biaochi config`: what is in force and where it comes from; secrets masked; faults and unknown names told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metrics.settings import Settings
from tests.metrics.cli.conftest import Run

HUSH = "hush-hush"


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", f"postgresql://u:{HUSH}@db.example/biaochi")
    monkeypatch.setenv("BIAOCHI_SMTP_PASSWORD", HUSH)
    monkeypatch.setenv("BIAOCHI_PUBLIC_URL", f"https://u:{HUSH}@biaochi.example")
    monkeypatch.setenv("BIAOCHI_SESSION_HOURS", "8")
    monkeypatch.setenv("BIAOCHI_SESION_HOURS", HUSH)
    monkeypatch.setenv("BIAOCHI_HOME", str(tmp_path / "数据 目录"))
    return monkeypatch


def test_every_setting_stands_in_it_and_no_secret(run_alone: Run, set_to: pytest.MonkeyPatch) -> None:
    code, output, errors = run_alone("config")
    assert code == 0
    for name in Settings.model_fields:
        assert f"BIAOCHI_{name.upper()} " in output
    assert "环境变量 environment  8" in output
    assert "biaochi.example" in output
    assert HUSH not in output + errors
    assert "BIAOCHI_SESION_HOURS" in errors
    assert "BIAOCHI_SESSION_HOURS" in errors


def test_programs_read_the_same(run_alone: Run, set_to: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, output, _ = run_alone("config", "--json")
    said = json.loads(output)
    found = {one["name"]: one for one in said["settings"]}
    assert code == 0
    assert found["BIAOCHI_SESSION_HOURS"] == {
        "name": "BIAOCHI_SESSION_HOURS",
        "value": "8",
        "source": "environment",
        "secret": False,
    }
    assert (found["BIAOCHI_DATABASE_URL"]["secret"], HUSH in output) == (True, False)
    assert said["home"] == {"path": str(tmp_path / "数据 目录"), "embedded": False, "made": False}
    assert said["unknown"] == [{"name": "BIAOCHI_SESION_HOURS", "nearest": "BIAOCHI_SESSION_HOURS"}]


def test_wrong_settings_are_all_listed(run_alone: Run, set_to: pytest.MonkeyPatch) -> None:
    set_to.setenv("BIAOCHI_PORT", "http")
    set_to.setenv("BIAOCHI_DATABASE_URL", f"sqlite:///{HUSH}")
    code, output, errors = run_alone("config")
    assert (code, output) == (2, "")
    assert "BIAOCHI_PORT='http'" in errors
    assert "BIAOCHI_DATABASE_URL" in errors
    assert HUSH not in errors
