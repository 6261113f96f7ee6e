"""The embedded server, for real: started, adopted, killed, recovered, shared and refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from metrics.embedded import EmbeddedServerRefused, embedded_server
from tests.databases import database_home
from tests.serving import ROOT, environment

_HOLDING = """
import sys
from pathlib import Path
from metrics.embedded import embedded_server
with embedded_server(Path(sys.argv[1])) as addresses:
    print(addresses.owner, flush=True)
    sys.stdin.read()
"""
# Reads what it may not, so that the interpreter may lie anywhere; in every other respect an ordinary user.
_AS_NOBODY = (
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)


class Holder:
    """A program of its own that holds the server of `home` until it is told to leave."""

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
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def home() -> Iterator[Path]:
    with database_home() as directory:
        place = directory / "home"
        yield place
        server = postmaster(place)
        if server:
            kill_with_children(server)


@pytest.fixture
def hold(home: Path) -> Iterator[Callable[[], Holder]]:
    holders: list[Holder] = []

    def another() -> Holder:
        holders.append(Holder(home))
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
        member.kill()
    psutil.wait_procs(family, timeout=30)


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


def test_it_starts_answers_and_stops(home: Path) -> None:
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
        assert running(home).is_running()
    assert postmaster(home) is None


def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
    with embedded_server(home) as addresses:
        assert kept(addresses.owner) == [1]


def test_pages_carry_checksums_and_commits_are_durable(home: Path) -> None:
    with embedded_server(home) as addresses:
        found = {name: setting(addresses.owner, name) for name in ("data_checksums", "fsync", "full_page_writes")}
        assert found == dict.fromkeys(found, "on")
        assert setting(addresses.owner, "synchronous_commit") == "on"


def test_it_listens_on_a_socket_only(home: Path) -> None:
    with embedded_server(home):
        assert listening(running(home)) == set()
        assert (home / "socket" / ".s.PGSQL.5432").is_socket()


def test_where_a_socket_path_is_too_long_it_listens_on_the_loopback_only(home: Path) -> None:
    deep = home / ("long" * 15) / ("longer" * 10)
    with embedded_server(deep) as addresses:
        assert listening(running(deep)) == {"127.0.0.1"}
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("name", ["with space", "数据", "it's", "a,b", 'double"quote', "100%"])
def test_any_name_of_a_home_will_do(home: Path, name: str) -> None:
    with embedded_server(home / name) as addresses:
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


def test_a_moved_home_works(home: Path) -> None:
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
    moved = home.rename(home.with_name("moved"))
    with embedded_server(moved) as addresses:
        assert kept(addresses.owner) == [1]


def test_secrets_are_for_their_owner_only(home: Path) -> None:
    with embedded_server(home):
        assert (home / "postgres.json").stat().st_mode & 0o777 == 0o600
        assert (home / "postgres").stat().st_mode & 0o077 == 0
        assert (home / "postgres.log").stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_refused(home: Path) -> None:
    with embedded_server(home) as addresses:
        secret = json.loads((home / "postgres.json").read_text(encoding="utf-8"))["owner_password"]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(addresses.owner.replace(secret, "guess"))


def test_a_server_whose_program_was_killed_is_adopted(home: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    holder.kill()
    left_behind = running(home).pid
    with embedded_server(home) as addresses:
        assert running(home).pid == left_behind
        assert kept(addresses.owner) == [1]
    assert postmaster(home) is None


def test_a_killed_server_recovers(home: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    kill_with_children(running(home))
    holder.kill()
    with embedded_server(home) as addresses:
        assert kept(addresses.owner) == [1]
        write(addresses.owner, 2)
        assert kept(addresses.owner) == [1, 2]


def test_a_killed_server_whose_connections_live_on_recovers(home: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    address = holder.address()
    write(address, 1)
    with psycopg.connect(address) as connection:
        connection.execute("select 1")
        os.kill(running(home).pid, signal.SIGKILL)
        with embedded_server(home) as addresses:
            assert kept(addresses.owner) == [1]


def test_of_two_programs_the_last_one_out_stops_the_server(home: Path, hold: Callable[[], Holder]) -> None:
    first, second = hold(), hold()
    address = first.address()
    assert second.address() == address
    server = running(home)
    first.leave()
    assert server.is_running()
    write(address, 1)
    second.leave()
    assert postmaster(home) is None


def test_many_programs_at_once_agree(home: Path, hold: Callable[[], Holder]) -> None:
    holders = [hold() for _ in range(6)]
    assert len({holder.address() for holder in holders}) == 1
    for holder in holders:
        holder.leave()
    assert postmaster(home) is None


def test_a_start_killed_half_way_leaves_nothing_that_hinders_the_next(home: Path, hold: Callable[[], Holder]) -> None:
    for delay in (0.05, 0.2, 0.4, 0.6, 0.8):
        holder = hold()
        time.sleep(delay)
        holder.kill()
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


def test_lost_secrets_are_refused_in_words(home: Path) -> None:
    with embedded_server(home):
        pass
    (home / "postgres.json").write_text("{", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json cannot be read.*backup"), embedded_server(home):
        pass
    (home / "postgres.json").unlink()
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json cannot be read"), embedded_server(home):
        pass


@pytest.mark.parametrize("content", ["[]", "{}", '{"socket_dir": 7, "port": "x"}'])
def test_odd_secrets_are_refused_in_words(home: Path, content: str) -> None:
    with embedded_server(home):
        pass
    (home / "postgres.json").write_text(content, encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json"), embedded_server(home):
        pass


def test_a_cluster_of_another_major_version_is_refused_in_words(home: Path) -> None:
    with embedded_server(home):
        pass
    (home / "postgres" / "PG_VERSION").write_text("17\n", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match="was written by PostgreSQL 17"), embedded_server(home):
        pass


def test_a_server_that_cannot_start_says_what_its_log_says(home: Path) -> None:
    with embedded_server(home):
        pass
    with (home / "postgres" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerRefused, match="no_such_setting"), embedded_server(home):
        pass


def test_a_home_that_is_a_file_is_refused_in_words(home: Path) -> None:
    home.write_text("", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match="BIAOCHI_HOME"), embedded_server(home):
        pass


def test_a_process_that_took_over_the_pid_is_not_mistaken_for_the_server(home: Path) -> None:
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
    stale = home / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{home / 'postgres'}\n", encoding="utf-8")
    if os.geteuid() == 0:
        shutil.chown(stale, "embedded_postgres")
        with embedded_server(home) as addresses:
            assert kept(addresses.owner) == [1]
    else:  # PostgreSQL itself takes any process of its own user for a server
        with pytest.raises(EmbeddedServerRefused, match=r"postmaster\.pid"), embedded_server(home):
            pass


def test_an_ordinary_user_can_run_it(home: Path) -> None:
    """Run as an ordinary user, every test here shows it; run as root, this one does."""
    if os.geteuid() != 0:
        with embedded_server(home):
            assert running(home).uids().effective == os.geteuid()
        return
    home.mkdir()
    home.parent.chmod(0o755)
    shutil.chown(home, 65534, 65534)
    holder = Holder(home, prefix=_AS_NOBODY)
    try:
        write(holder.address(), 1)
        assert running(home).uids().effective == 65534
        holder.leave()
    finally:
        if holder.process.poll() is None:
            holder.kill()
    assert postmaster(home) is None
