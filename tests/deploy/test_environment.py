"""deploy/biaochi.env.example: every setting, as systemd, compose and a shell read it alike, with its default."""

from __future__ import annotations

import re
import subprocess

import pytest

from metrics.doctor.line import Grade
from metrics.doctor.settings_lines import settings_lines
from metrics.settings import Settings
from metrics.settings_in_force import MASK, settings_in_force
from tests.serving import ROOT

EXAMPLE = ROOT / "deploy" / "biaochi.env.example"
LINES = re.findall(r"^(#?)(BIAOCHI_\w+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
DEFAULTS = {one.name: one.value for one in settings_in_force(Settings())}
ALIKE = re.compile(r"[\w./:,@?=%~+-]*|'[^'\\\n]*'", re.ASCII)  # what the three read as the same text


def test_every_setting_has_its_line_and_every_line_a_setting() -> None:
    names = [name for _, name, _ in LINES]
    assert sorted(names) == sorted(DEFAULTS)


def test_every_setting_is_said_in_both_languages() -> None:
    """A comment stands above it, or above the settings that it stands among."""
    for block in re.split(r"(?<=\n)(?=# )", EXAMPLE.read_text(encoding="utf-8").partition("# ──")[2]):
        if "BIAOCHI_" in block:
            said = block.splitlines()[0]
            assert re.search(r"[\u4e00-\u9fff]", said), said
            assert re.search(r"[a-z]{3}", said.replace("JSON", "")), said


def test_all_of_it_together_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    for _, name, value in LINES:
        monkeypatch.setenv(name, value.strip("'"))
    read = {one.name: one for one in settings_in_force(Settings())}
    for _, name, value in LINES:
        assert (read[name].value in (None, MASK)) == (value == "" or read[name].secret), name


def test_what_is_commented_out_is_the_default() -> None:
    """Of a setting that has one; of the others it is an example."""
    given = {name.removeprefix("BIAOCHI_").lower(): value.strip("'") for mark, name, value in LINES if mark and value}
    of_example = {one.name: one.value for one in settings_in_force(Settings(**given))}
    examples = {"BIAOCHI_HOME", "BIAOCHI_LIGHTS", "BIAOCHI_REMINDER_ADDRESSES", "BIAOCHI_STATEMENT_SECONDS"}
    for name, default in DEFAULTS.items():
        if default is not None and name not in examples and name.removeprefix("BIAOCHI_").lower() in given:
            assert of_example[name] == default, name


def test_systemd_compose_and_a_shell_read_the_same() -> None:
    assert [name for _, name, value in LINES if not ALIKE.fullmatch(value)] == []


def test_a_shell_reads_it() -> None:
    said = subprocess.run(
        ["/bin/sh", "-euc", 'set -a; . "$0"; env', str(EXAMPLE)], capture_output=True, text=True, check=True, env={}
    ).stdout
    read = dict(line.split("=", 1) for line in said.splitlines() if line.startswith("BIAOCHI_"))
    assert read == {name: value.strip("'") for mark, name, value in LINES if not mark}


def test_the_doctor_finds_nothing_bad_in_it() -> None:
    given = {name.removeprefix("BIAOCHI_").lower(): value.strip("'") for mark, name, value in LINES if not mark}
    lines = settings_lines(Settings(**given))
    assert [line.name for line in lines if line.grade is not Grade.OK] == []
