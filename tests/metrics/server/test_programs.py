"""The server's programs: whose they are, how old they may be, and the user that they run as."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from metrics.server import programs
from metrics.server.embedded import embedded_server
from metrics.settings import settings

# As the system's own: it asks for the name, then waits for the list, and then writes whether or not the name is there.
_USERADD = """#!/bin/sh
[ -e {made} ] && {{ echo "the user exists" >&2; exit 9; }}
sleep 0.1
mkdir {lock} 2>/dev/null || {{ echo "cannot lock the list of users" >&2; exit 1; }}
echo one more >> {made}
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
    assert made.read_text() == "one more\n"  # nobody gave the name another number


def test_a_user_that_cannot_be_made_is_said(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_MAKING_A_USER", 0.0)
    (made.parent / "lock").mkdir()
    with pytest.raises(programs.EmbeddedServerRefused, match="cannot lock the list of users"):
        programs._make_system_user()
    assert not made.exists()


def test_files_belong_to_the_group_that_the_user_has_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = pwd.getpwuid(os.getuid())
    account = pwd.struct_passwd(("embedded_postgres", "x", here.pw_uid, here.pw_gid, "", "/", "/bin/false"))
    monkeypatch.setattr(programs, "_is_root", lambda: True)
    monkeypatch.setattr(pwd, "getpwnam", lambda _: account)
    monkeypatch.setattr(grp, "getgrnam", None)  # no group is looked for by a name
    programs.give(tmp_path)
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_gid) == (here.pw_uid, here.pw_gid)


def test_a_user_that_is_gone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_is_root", lambda: True)
    monkeypatch.setattr(programs, "_SYSTEM_USER", "nobody-of-that-name")
    acts: list[Callable[[], None]] = [
        lambda: programs.give(tmp_path),
        lambda: programs.run_program(tmp_path, "postgres", "--version"),
    ]
    for act in acts:
        with pytest.raises(programs.EmbeddedServerRefused, match="useradd") as refused:
            act()
        assert "没有用户" in refused.value.message.zh


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of programs that BIAOCHI_POSTGRES_BIN names; there is nothing in it yet."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_POSTGRES_BIN", str(tmp_path))
        settings.cache_clear()
        yield tmp_path
    settings.cache_clear()


def _postgres(folder: Path, says: str) -> None:
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("says", "major"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 18.6", 18),
        ("postgres (PostgreSQL) 19beta1", 19),
    ],
)
def test_programs_of_the_folder_that_is_named_say_their_version(named: Path, says: str, major: int) -> None:
    _postgres(named, says)
    assert programs.program_path("postgres") == str(named / "postgres")
    assert programs.major_version() == major


@pytest.mark.parametrize(
    ("says", "reason"),
    [("postgres (PostgreSQL) 14.19", "is PostgreSQL 14, and 15 or later"), ("hello", "does not say")],
)
def test_programs_that_are_too_old_or_others_are_refused_in_words(named: Path, says: str, reason: str) -> None:
    _postgres(named, says)
    with pytest.raises(programs.EmbeddedServerRefused, match=reason) as refused:
        programs.major_version()
    assert str(named) in refused.value.message.zh


def test_a_folder_without_the_programs_is_refused_in_words(named: Path) -> None:
    (named / "initdb").write_text("")  # not to be run
    for name in ("postgres", "initdb"):
        with pytest.raises(programs.EmbeddedServerRefused, match=f"no program {name} in"):
            programs.program_path(name)


def test_programs_that_are_refused_leave_no_home_behind(named: Path, tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    for says in ("", "postgres (PostgreSQL) 14.19", "postgres (PostgreSQL) 18.6"):  # the last: without initdb beside it
        if says:
            _postgres(named, says)
        with pytest.raises(programs.EmbeddedServerRefused), embedded_server(home):
            raise AssertionError("it runs")
        assert not home.parent.exists()


def test_a_full_disk_is_a_sentence_and_not_the_pages_that_initdb_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "initdb"
    program.write_text("#!/bin/sh\necho 'FATAL: could not extend file: No space left on device'; echo more; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(programs, "_is_root", lambda: False)
    with pytest.raises(programs.EmbeddedServerRefused) as refused:
        programs.run_program(tmp_path, "initdb", folder=tmp_path)
    assert "所在的磁盘已满" in refused.value.message.zh
    assert "is full" in refused.value.message.en
    assert "more" not in refused.value.message.en
