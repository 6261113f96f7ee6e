"""The program beside its environment is found wherever they lie and whatever encoding the system has."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import pytest

_FIND = Path(__file__).parents[2] / "deploy" / "find-program"
_LOCALES = ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})


@pytest.mark.parametrize("locale", _LOCALES)
def test_it_is_found_in_a_folder_of_any_name_and_after_that_was_moved(tmp_path: Path, locale: dict[str, str]) -> None:
    home = tmp_path / "县 数据"
    home.mkdir()
    (home / "of_the_program.py").write_text("found = 'found'\n", encoding="utf-8")
    venv.create(home / ".venv", symlinks=True)

    def imported() -> subprocess.CompletedProcess[str]:
        command = [".venv/bin/python", "-c", "import of_the_program; print(of_the_program.found)"]
        return subprocess.run(
            [
                "/usr/bin/env",
                "-i",
                *(f"{name}={value}" for name, value in locale.items()),
                f"{home}/{command[0]}",
                *command[1:],
            ],
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
        )

    assert imported().returncode
    subprocess.run([_FIND, ".venv"], cwd=home, check=True)
    assert imported().stdout == "found\n"
    home = home.rename(tmp_path / "数据 二")
    assert imported().stdout == "found\n"
