"""Every command with what a user may give it by mistake: a sentence in both languages, never a traceback."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from metrics import settings_in_force
from metrics.cli.command import ACTS
from metrics.cli.refusals import file_refused, written_whole
from tests.metrics.cli.conftest import Run
from tests.metrics.cli.test_import_file import clerk
from tests.serving import ROOT, environment

__all__ = ["clerk"]
PLAN = "seed/plan"
# Command -> what it is given, a call each; files: noise.bin, empty, gbk.csv, folder/ (empty), missing.
MISTAKES: Mapping[str, tuple[str, ...]] = {
    "export": (
        "units -o missing/x.csv",
        "units -o folder -f csv",
        "units -o x.txt",
        "nothing",
        "units bad",
        "units a=b",
    ),
    "plan to-xlsx": (f"{PLAN} missing/x.xlsx", "folder x.xlsx"),
    "plan from-xlsx": ("/dev/zero new", "noise.bin new1", "empty new2", "missing new3", "gbk.csv new4"),
    "plan check": ("folder", "missing", "empty", "noisy"),
    "plan load": ("folder", "noisy"),
    "plan new": ("empty", "empty/below"),
    "import": (
        *("gbk.csv --as chen", "noise.bin --as chen", "empty --as chen", "folder --as chen", "missing --as chen"),
        *(
            "gbk.csv --as nobody",
            "--bulk gbk.csv --as chen",
            "--bulk noise.bin --as bureau",
            "--bulk empty --as bureau",
        ),
        *("gbk.csv --as chen --version x", "--bulk gbk.csv --as bureau --received-at yesterday"),
    ),
    "ledger check": tuple(f"--checkpoint {name}" for name in ("noise.bin", "empty", "folder", "missing", "gbk.csv")),
    "ledger rotate": ("--reason ''",),
    "ledger restored": ("--reason ''", "--reason none"),
    "verify": (
        *("noise.bin --key x", "empty --key x", "folder --key x"),
        "gbk.csv --key a+b+c --entries noise.bin --checkpoint noise.bin",
    ),
    "bulletin": ("2019-99", "2019-09", "2019-09 -o folder", "2019-09 --as nobody", "2019-09 --as chen"),
    "release create": ("--as nobody --notes x", "--as chen --notes x"),
    "user add": (
        "x --role nothing",
        "x --role clerk --unit 999999 --password-stdin",
        "'' --role clerk --password-stdin",
        "chen --role admin --password-stdin",
    ),
    "user disable": ("nobody",),
    "user enable": ("nobody",),
    "user role": ("nobody clerk", "chen nothing"),
    "user units": ("nobody --unit 441202", "chen --unit 999999"),
    "user email": ("chen notmail",),
    "user reset-password": ("nobody",),
    "user reset-second-factor": ("nobody",),
    "user sessions": ("nobody",),
    "token issue": ("nobody --name x", "chen --name x --scope nothing"),
    "token revoke": ("x", "99999"),
    "audit": ("--from x",),
    "audit prune": ("--before x",),
    "migrate": ("--revision nothing",),
    "bi revoke": ("nobody",),
    "demo remove": ("--plan folder --yes", "--plan missing --yes"),
    "remind": ("",),
}


@pytest.fixture
def among_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files that are not what anybody wants, and the present one."""
    place = tmp_path / "文件 夹"
    (place / "folder").mkdir(parents=True)
    (place / "noisy").mkdir()
    (place / "noise.bin").write_bytes(bytes(range(256)) * 8)
    for name in ("plan.yaml", "targets.yaml"):
        (place / "noisy" / name).write_bytes(bytes(range(128, 256)))
    (place / "empty").touch()
    (place / "gbk.csv").write_bytes("标尺".encode("gb18030") + b",\xff\xfe")
    (place / "seed").symlink_to(ROOT / "seed")
    (place / "loop").symlink_to("loop")
    os.mkfifo(place / "pipe")
    monkeypatch.chdir(place)
    return place


def test_no_mistake_ends_in_a_traceback(run: Run, clerk: str, among_files: Path) -> None:
    assert run("user", "add", "bureau", "--role", "reviewer", "--password-stdin", typed="nine quiet rivers")[0] == 0
    odd = []
    for command in ACTS:
        for given in (*MISTAKES.get(command, ()), "--nothing"):
            arguments = [*command.split(), *("" if one == "''" else one for one in given.split())]
            try:
                code, _, errors = run(*arguments, typed="a password, not long\n")
            except Exception as error:
                odd.append(f"{command} {given}: {error!r:.300}")
                continue
            both = any("\u4e00" <= character <= "\u9fff" for character in errors) or "Usage" in errors
            if code not in (1, 2) or not both or "Traceback" in errors:
                odd.append(f"{command} {given}: {code} {errors[-300:]}")
    assert odd == [], "\n".join(odd)
    assert sorted(path.name for path in among_files.rglob("*.part")) == []


def test_those_are_commands() -> None:
    assert set(MISTAKES) - set(ACTS) == set()


def test_a_command_that_is_interrupted_says_so(run_alone: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settings_in_force, "settings_in_force", interrupted)
    code, output, errors = run_alone("config")
    assert (code, output) == (130, "")
    assert "已中断" in errors
    assert "Interrupted" in errors


def test_a_question_answered_with_no_or_with_nothing_ends_in_a_sentence(run: Run) -> None:
    for command, typed in (("demo remove", "n\n"), ("demo remove", "")):
        code, _, errors = run(*command.split(), typed=typed)
        assert code == 1, command
        assert "已放弃,什么也没有做。 Given up: nothing was done." in errors
        assert "Abort" not in errors


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EIO])
def test_a_file_that_refuses_is_named_with_the_reason(number: int) -> None:
    refused = file_refused(OSError(number, os.strerror(number), "表.csv"))
    assert "表.csv" in refused.message.zh
    assert "表.csv" in refused.message.en
    unnamed = file_refused(OSError(number, os.strerror(number))).message
    assert ":(" not in unnamed.zh
    assert ": :" not in unnamed.en


def test_what_could_not_be_written_whole_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"before")
    with suppress(ZeroDivisionError), written_whole(tmp_path / "x.csv") as target:
        target.write(b"after")
        raise ZeroDivisionError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.csv", b"before")]
    with written_whole(Path(os.devnull)) as target:
        target.write(b"after")
    assert not Path(os.devnull).is_file()


def _told(arguments: str, **more: str) -> tuple[int, str]:
    """The exit code of a line of a shell, and what it said on standard error."""
    program = f"{shlex.quote(sys.executable)} -m metrics.cli.main"
    line = f"set -o pipefail; {program} {arguments}"
    ended = subprocess.run(
        ["bash", "-c", line],  # noqa: S607  found on PATH
        cwd=ROOT,
        env=environment(Path("nowhere"), **more),
        capture_output=True,
        check=False,
    )
    return ended.returncode, ended.stderr.decode("utf-8", "replace")


def test_a_reader_that_goes_and_a_disk_that_is_full_are_no_tracebacks() -> None:
    code, errors = _told("config | true")
    assert (code in (0, 1), errors) == (True, "")
    code, errors = _told("config > /dev/full")
    assert code == 1
    assert "磁盘已满" in errors
    assert "Traceback" not in errors


def test_other_encodings_of_a_terminal_and_of_names_work(tmp_path: Path) -> None:
    """A machine of an office whose locale is GB18030, made here as it may not be installed; and none at all.

    How its bytes are read follows from the name of the code; a table of all its characters, which takes seconds to
    make, is for sorting and the like.
    """
    characters = "".join(f"<U{code:04X}> /x{code:02x} X\n" for code in range(128))
    (tmp_path / "GB18030").write_text(f"<code_set_name> GB18030\n<mb_cur_max> 4\nCHARMAP\n{characters}END CHARMAP\n")
    made = subprocess.run(
        ["localedef", "-i", "POSIX", "-f", "./GB18030", "./zh_CN.GB18030"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    spoken = ["C", "POSIX"]
    if (tmp_path / "zh_CN.GB18030").exists():
        spoken.append("zh_CN.GB18030")
    else:
        print(f"GB18030 not run: {made.stderr!r}")  # noqa: T201  said by pytest -ra
    for locale in spoken:
        place = tmp_path / "标尺 数据"
        given = {"LOCPATH": str(tmp_path), "LC_ALL": locale}
        code, errors = _told(f"plan to-xlsx --overwrite seed/plan {shlex.quote(str(place))}.xlsx", **given)
        assert (code, "Traceback" in errors) == (0, False), errors
        assert place.with_suffix(".xlsx").exists()
        code, errors = _told(f"plan check {shlex.quote(str(place))}", **given)
        assert (code, "Traceback" in errors) == (2, False), errors


@pytest.mark.parametrize(
    "given",
    [
        *("backup --to ''", "backup --keys-to ''", "backup --to loop", "backup check loop", "backup check ''"),
        *("restore ''", "restore noise.bin --keys ''"),
        *("upgrade-cluster --old-bin ''", "upgrade-cluster --old-bin noise.bin"),
    ],
)
def test_a_folder_of_backups_that_is_none_is_told(run: Run, among_files: Path, given: str) -> None:
    code, _, errors = run(*shlex.split(given))
    assert code in (1, 2)
    assert any(said in errors for said in ("路径不能为空", "符号链接绕成了圈", "不是文件夹"))
    assert not list(among_files.glob("biaochi-*"))


@pytest.mark.parametrize("given", ["backup check pipe", "backup check /dev/zero", "restore pipe", "restore /dev/zero"])
def test_what_has_no_end_is_no_archive(run_alone: Run, among_files: Path, given: str) -> None:
    code, _, errors = run_alone(*given.split())
    assert code == 1
    assert "不是普通文件" in errors
    assert "no ordinary file" in errors
