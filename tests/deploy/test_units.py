"""The units of systemd: what they start is there, they read one configuration, and they may do little."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from metrics.cli.main import app
from tests.serving import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
INSTALLED = Path("/opt/biaochi")
_ANALYZE = shutil.which("systemd-analyze") or ""
MOST_EXPOSED = 2.0  # of 10, as systemd-analyze reckons it


def given(name: str, key: str) -> list[str]:
    """What the unit `name` gives for `key`, in the order of its lines."""
    return re.findall(rf"^{key}=(.*)$", (UNITS / name).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_unit_starts_is_a_command_of_the_program(name: str) -> None:
    ((program, command),) = [line.split() for line in given(name, "ExecStart")]
    assert Path(program) == INSTALLED / ".venv" / "bin" / "biaochi"
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    assert command in group.commands


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_reads_the_one_configuration_and_only_those_that_need_it_the_owner_s_address(name: str) -> None:
    first, *others = given(name, "EnvironmentFile")
    assert first == "/etc/biaochi/biaochi.env"
    assert any("owner.env" in other for other in others) == (name != "biaochi.service")


@pytest.mark.parametrize("path", sorted(UNITS.iterdir()), ids=lambda path: path.name)
def test_documents_that_a_unit_names_are_there(path: Path) -> None:
    named = re.findall(rf"{INSTALLED}/((?:docs|deploy)/[\w./*-]+)", path.read_text(encoding="utf-8"))
    assert [name for name in named if not list(ROOT.glob(name))] == []


def test_the_timer_starts_the_backup() -> None:
    assert given("biaochi-backup.service", "Type") == ["oneshot"]
    assert given("biaochi-backup.timer", "WantedBy") == ["timers.target"]


@pytest.mark.skipif(not _ANALYZE, reason="there is no systemd here to ask")
def test_systemd_takes_them_and_finds_them_confined() -> None:
    units = [str(path) for path in sorted(UNITS.iterdir())]
    said = _asked("verify", "--man=no", *units).stderr
    assert [line for line in said.splitlines() if "biaochi" in line and "is not executable" not in line] == []
    assert _asked("calendar", *given("biaochi-backup.timer", "OnCalendar")).returncode == 0
    for name in SERVICES:
        said = _asked("security", "--offline=true", str(UNITS / name)).stdout
        exposed = re.search(r"exposure level for \S+: ([\d.]+)", said)
        assert exposed is not None
        assert float(exposed[1]) <= MOST_EXPOSED, name


def _asked(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_ANALYZE, *arguments], capture_output=True, text=True, check=False)
