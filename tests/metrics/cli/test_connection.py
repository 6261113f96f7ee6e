"""Which home a command takes: the program's own from every folder, a new one only where one is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.cli.command import ACTS
from metrics.settings import OWN_HOME, Settings
from tests.metrics.cli.conftest import Run
from tests.serving import ROOT

# Commands that open the database, with what they need to get that far.
OPENING = {
    "export": ("units",),
    "rebuild": (),
    "import": ("x.csv", "--as", "chen"),
    "plan load": ("seed/plan",),
    "ledger check": (),
    "ledger checkpoint": (),
    "ledger keys": (),
    "ledger rotate": ("--reason", "x"),
    "ledger restored": ("--reason", "x"),
    "release create": ("--as", "chen", "--notes", "x"),
    "bulletin": ("2019-09",),
    "demo load": (),
    "demo remove": ("--yes",),
    "user disable": ("chen",),
    "user list": (),
    "token list": (),
    "bi revoke": ("reader",),
    "audit": (),
    "audit prune": (),
}


def test_no_command_makes_a_database_unasked(run_alone: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "x.csv").write_text("unit_code,period,element_code,value\n", encoding="utf-8")
    assert set(OPENING) <= set(ACTS)
    for command, given in OPENING.items():
        code, _, errors = run_alone(
            *command.split(), *(str(tmp_path / "x.csv") if one == "x.csv" else one for one in given)
        )
        assert (command, code, home.exists()) == (command, 1, False), errors
        assert str(home) in errors, command
        assert "biaochi migrate" in errors, command


def test_the_home_is_the_program_s_own_from_every_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BIAOCHI_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Settings().home == OWN_HOME == ROOT / ".data"


def test_a_home_that_lies_in_this_folder_and_was_not_named_is_not_passed_over(
    run_alone: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BIAOCHI_HOME")
    (tmp_path / ".data" / "postgres").mkdir(parents=True)
    (tmp_path / ".data" / "postgres" / "PG_VERSION").write_text("18", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, _, errors = run_alone("user", "list")
    assert code == 1
    assert str(tmp_path / ".data") in errors
    assert str(OWN_HOME) in errors
    assert "BIAOCHI_HOME" in errors
