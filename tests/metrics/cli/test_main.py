"""Exit codes and refusals: 0 done, 1 refused with the reason in both languages on stderr, 2 wrong usage."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.models import CommandInfo, TyperInfo

from metrics.cli.command import Command
from metrics.cli.main import app
from metrics.settings import settings
from tests.metrics.cli.conftest import Run
from tests.ports import free_port
from tests.serving import ROOT

_LOADED = """
import sys
before = set(sys.modules)
from metrics.cli.main import main
for asked in {asked}:
    try:
        main(asked)
    except SystemExit:
        pass
added = {{name.partition(".")[0] for name in set(sys.modules) - before}} - sys.stdlib_module_names
print(*(name for name in added if not name.startswith("_")), file=sys.stderr)
"""
_TYPER = {"annotated_doc", "shellingham", "typer"}
_PARSING = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}  # by Typer


@pytest.mark.parametrize("command", ["serve", "migrate", "export", "plan", "demo", "user", "token"])
def test_every_command_explains_itself_in_both_languages(run: Run, command: str) -> None:
    code, output, _ = run(command, "--help")
    assert code == 0
    assert " / " in output
    assert any("\u4e00" <= character <= "\u9fff" for character in output)


def test_program_package_and_changelog_are_of_one_version(run: Run) -> None:
    (newest, *_), project = versions(), tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code, output, errors = run("--version")
    assert (code, output, errors) == (0, f"biaochi {newest}\n", "")
    assert project["version"] == newest


def versions() -> list[str]:
    """Every version of the changelog, newest first."""
    return re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_help_names_every_command(run: Run) -> None:
    code, output, _ = run("--help")
    assert code == 0
    for command in ("serve", "migrate", "plan", "demo", "user", "token", "export"):
        assert f"\n  {command} " in output


@pytest.mark.parametrize("arguments", [("unknown",), ("plan", "load"), ("plan", "check", "/no/such/folder"), ("user",)])
def test_wrong_usage_is_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, _, errors = run(*arguments)
    assert code == 2
    assert "Usage" in errors


@pytest.mark.parametrize(
    ("name", "value"), [("BIAOCHI_PORT", "http"), ("BIAOCHI_PORT", "70000"), ("BIAOCHI_LOG_FORMAT", "xml")]
)
def test_a_wrong_environment_variable_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    code, _, errors = run("migrate")
    assert code == 2
    assert name in errors


def test_a_database_that_does_not_answer_is_refused_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", f"postgresql://somebody:secret@127.0.0.1:{free_port()}/biaochi")
    settings.cache_clear()
    code, output, errors = run("user", "list")
    assert (code, output) == (1, "")
    assert "无法连接数据库" in errors
    assert "The database cannot be reached" in errors
    assert "secret" not in errors


def test_an_embedded_database_that_cannot_be_had_is_refused_in_words(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    monkeypatch.delenv("BIAOCHI_DATABASE_URL")
    monkeypatch.setenv("BIAOCHI_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    code, output, errors = run("migrate")
    assert (code, output) == (1, "")
    assert "内置数据库无法启动" in errors
    assert "BIAOCHI_HOME" in errors
    assert "不是文件夹" in errors
    assert "is no folder" in errors


def within(group: TyperInfo) -> list[CommandInfo]:
    return [] if group.typer_instance is None else group.typer_instance.registered_commands


def loaded(*asked: tuple[str, ...]) -> set[str]:
    """The packages that a process has loaded which asked the program all this."""
    script = _LOADED.format(asked=list(map(list, asked)))
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ended.stderr.splitlines()[-1].split())


def test_help_loads_nothing_that_works() -> None:
    assert loaded(("--help",)) <= {"metrics"} | _TYPER


def test_a_command_s_help_and_wrong_usage_load_nothing_that_works() -> None:
    names = [command.name or "" for command in app.registered_commands]
    deeper = [(group.name or "", command.name or "") for group in app.registered_groups for command in within(group)]
    asked = [*((name, "--help") for name in names), *((*path, "--help") for path in deeper), ("plan", "load"), ("x",)]
    assert len(asked) > 20
    assert loaded(*asked) <= {"metrics"} | _TYPER | _PARSING


def test_every_command_is_prepared_for() -> None:
    commands = [*app.registered_commands, *(found for group in app.registered_groups for found in within(group))]
    assert {command.cls for command in commands} == {Command}
