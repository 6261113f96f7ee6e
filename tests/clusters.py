"""Embedded servers for tests, and programs of their own that hold them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from metrics.server.embedded import embedded_server
from tests.databases import database_home
from tests.serving import PATIENCE, ROOT, environment, fork_program

_HOLDING = """
import sys
from pathlib import Path
from metrics.server.embedded import embedded_server
with embedded_server(Path(sys.argv[1])) as addresses:
    print(addresses.owner, flush=True)
    sys.stdin.read()
"""
_ARCHIVED = "select last_archived_wal >= %s from pg_stat_archiver"
# Reads what it may not, so that the interpreter may lie anywhere; in every other respect an ordinary user.
AS_NOBODY = (
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)


class ForkedHolder:
    """A program that holds the server of `home` until it is told to leave, forked from one that is loaded already."""

    def __init__(self, home: Path, folder: Path) -> None:
        """What it says, and the pipe by whose end it is told, are in `folder`."""
        told, self._said = folder / "told", folder / "said"
        os.mkfifo(told)
        self._told = os.open(told, os.O_RDWR)  # so that neither waits for the other
        script = _HOLDING.replace("sys.stdin", f"open({str(told)!r})")
        self.process = fork_program([str(home)], variables=environment(home), script=script, place=str(self._said))

    def address(self) -> str:
        """The owner's address, as soon as the server answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            ended = self.process.poll() is not None
            lines = self._said.read_text(encoding="utf-8").splitlines(keepends=True) if self._said.exists() else []
            found = [line.strip() for line in lines if line.startswith("postgresql://") and line.endswith("\n")]
            if found:
                return found[0]
            assert not ended, "the program ended"
            time.sleep(0.02)
        raise AssertionError("the server does not answer")

    def leave(self) -> None:
        os.close(self._told)
        assert self.process.wait(PATIENCE) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)


class Holder:
    """The same started as users start it, by whom `prefix` makes it."""

    def __init__(self, home: Path, *, prefix: tuple[str, ...] = ()) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", _HOLDING, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(home),
            cwd=ROOT,
            text=True,
        )

    def address(self) -> str:
        """The owner's address, as soon as the server answers."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        while line and not line.startswith("postgresql://"):  # the log
            line = self.process.stdout.readline().strip()
        assert line, "the program ended"
        return line

    def leave(self) -> None:
        self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def home() -> Iterator[Path]:
    """A place where nothing is yet."""
    with database_home() as directory:
        place = directory / "home"
        yield place
        server = postmaster(place)
        if server:
            kill_with_children(server)


@pytest.fixture(scope="module")
def pristine() -> Iterator[Path]:
    """A home that was used once, to copy: making a cluster takes longest of all."""
    with database_home() as directory:
        with embedded_server(directory / "home"):
            pass
        yield directory / "home"


def copy_cluster(home: Path, place: Path) -> None:
    """Copy a home whose server does not run to `place`, with who owns what."""
    subprocess.run(["cp", "-a", str(home), str(place)], check=True)  # noqa: S607  found on PATH


@pytest.fixture
def used(home: Path, pristine: Path) -> Path:
    """A home with a cluster whose server does not run."""
    copy_cluster(pristine, home)
    return home


@pytest.fixture
def hold(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], ForkedHolder]]:
    """Start another program that holds the server of `home`; those that still run at the end are killed."""
    holders: list[ForkedHolder] = []

    def another() -> ForkedHolder:
        holders.append(ForkedHolder(home, tmp_path_factory.mktemp("holder")))
        return holders[-1]

    yield another
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()


def postmaster(home: Path) -> psutil.Process | None:
    """The server's process; None if none runs."""
    path = home / "postgres" / "postmaster.pid"
    if not path.exists():
        return None
    pid = int(path.read_text(encoding="utf-8").split()[0])
    return psutil.Process(pid) if psutil.pid_exists(pid) else None


def running(home: Path) -> psutil.Process:
    found = postmaster(home)
    assert found is not None
    return found


def kill_with_children(process: psutil.Process) -> None:
    family = [process, *process.children(recursive=True)]
    for member in family:
        with suppress(psutil.NoSuchProcess):  # ended by itself meanwhile, as a connection's does when its client dies
            member.kill()
    psutil.wait_procs(family, timeout=PATIENCE)


def freeze(process: psutil.Process) -> list[psutil.Process]:
    """Stop a process and its children where they are, connections and all; answers them, to be resumed."""
    family = [process, *process.children(recursive=True)]
    for member in family:
        member.suspend()
    return family


def write(address: str, value: int) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("create table if not exists kept (value integer)")
        connection.execute("insert into kept values (%s)", [value])


def kept(address: str) -> list[int]:
    with psycopg.connect(address) as connection:
        return [value for (value,) in connection.execute("select value from kept order by value")]


def setting(address: str, name: str) -> str:
    with psycopg.connect(address) as connection:
        row = connection.execute("select current_setting(%s)", [name]).fetchone()
        assert row is not None
        return str(row[0])


def listening(process: psutil.Process) -> set[str]:
    """The network addresses on which the process waits for connections."""
    return {place.laddr.ip for place in process.net_connections("inet") if place.status == psutil.CONN_LISTEN}


def archived(address: str) -> None:
    """Return once all that was written until now is in the archive."""
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        while connection.execute(_ARCHIVED, row).fetchone() != (True,):
            connection.execute("select pg_sleep(0.05)")
