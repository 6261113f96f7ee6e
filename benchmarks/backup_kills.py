"""R8: `python -m benchmarks.backup_kills [BACKUPS] [RESTORES] [SEED]`: kill -9 in the midst of backups and restores.

The service runs with demonstration data. Whenever a backup was killed, its folder holds whole archives and nothing that
passes for one; whenever a restore was, the same command once more restores all of it. Exit code 1 if not.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from metrics.backups.archive import opened_archive
from metrics.backups.folder import kept_archives
from metrics.backups.manifest import ArchiveKind
from tests.clusters import kill_with_children, running
from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready


def main(backups: int = 20, restores: int = 10, seed: int = 1) -> int:
    """Kill, look, and print the score."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        port = free_port()
        variables = environment(home, BIAOCHI_PORT=str(port))
        service = start(["serve"], variables=variables, log=folder / "serve.log")
        wait_until_ready(f"http://127.0.0.1:{port}", service, folder / "serve.log")
        try:
            wrong, whole = _backups(folder, variables, count=backups, draw=draw)
        finally:
            stop(service)
        wrong += _restores(folder, whole, count=restores, draw=draw)
    for line in wrong:
        sys.stdout.write(f"WRONG {line}\n")
    sys.stdout.write(f"{backups} backups and {restores} restores killed, {len(wrong)} wrong\n")
    return int(bool(wrong))


def _backups(folder: Path, variables: dict[str, str], *, count: int, draw: random.Random) -> tuple[list[str], Path]:
    """What was wrong after a kill, and a whole archive."""
    arguments = ["backup", "--to", str(folder / "b"), "--keys-to", str(folder / "k")]
    began = time.monotonic()
    _run(arguments, variables)
    takes, wrong = time.monotonic() - began, []
    for _ in range(count):
        _killed(arguments, variables, after=draw.uniform(0, takes))
        for kept in kept_archives(folder / "b"):
            with opened_archive(kept.path):
                pass
        for kept in kept_archives(folder / "k", ArchiveKind.KEYS):
            with opened_archive(kept.path):
                pass
    time.sleep(1)  # archives are named by the second
    _run(arguments, variables)
    left = [path.name for place in ("b", "k") for path in (folder / place).glob("*.unfinished")]
    wrong += [f"{name} was left" for name in left]
    return wrong, kept_archives(folder / "b")[0].path


def _restores(folder: Path, archive: Path, *, count: int, draw: random.Random) -> list[str]:
    keys = kept_archives(folder / "k", ArchiveKind.KEYS)[0].path
    arguments, wrong, takes = ["restore", str(archive), "--keys", str(keys)], [], 0.0
    for number in range(count + 1):
        home = folder / f"restored{number}"
        variables = environment(home)
        if number:
            _killed(arguments, variables, after=draw.uniform(0, takes))
            if number % 2 and (home / "postgres" / "postmaster.pid").exists():
                kill_with_children(running(home))  # the machine died
        began = time.monotonic()
        done = _run(arguments, variables)
        takes = takes or time.monotonic() - began
        if done.returncode and b"database_not_empty" not in done.stderr and "不是空的".encode() not in done.stderr:
            wrong.append(f"restore after a kill: {done.stderr.decode()[-500:]}")
        checked = _run(["ledger", "check"], variables)
        if checked.returncode:
            wrong.append(f"ledger check: {checked.stderr.decode()[-500:]}")
        shutil.rmtree(home)
    return wrong


def _run(arguments: Sequence[str], variables: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "metrics.cli.main", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, check=False)


def _killed(arguments: Sequence[str], variables: dict[str, str], *, after: float) -> None:
    """Run the command and kill it after so many seconds."""
    command = [sys.executable, "-m", "metrics.cli.main", *arguments]
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
