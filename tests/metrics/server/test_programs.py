"""The user that the server's programs run as, made by several processes at once on a new machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from metrics.server import programs

# As the system's own: one at a time, and a name is given once.
_USERADD = """#!/bin/sh
mkdir {lock} 2>/dev/null || {{ echo "cannot lock the list of users" >&2; exit 1; }}
sleep 0.1
[ -e {made} ] && {{ rmdir {lock}; echo "the user exists" >&2; exit 9; }}
touch {made}
rmdir {lock}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that stands for the user; `useradd` on the PATH makes it."""
    made = tmp_path / "made"
    command = tmp_path / "useradd"
    command.write_text(_USERADD.format(lock=tmp_path / "lock", made=made))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(programs, "_has_system_user", made.exists)
    return made


def test_several_that_start_at_once_on_a_new_machine_all_go_on(made: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for started in [pool.submit(programs._make_system_user) for _ in range(8)]:
            started.result()
    assert made.exists()


def test_a_user_that_cannot_be_made_is_said(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_MAKING_A_USER", 0.0)
    (made.parent / "lock").mkdir()
    with pytest.raises(programs.EmbeddedServerRefused, match="cannot lock the list of users"):
        programs._make_system_user()
    assert not made.exists()
