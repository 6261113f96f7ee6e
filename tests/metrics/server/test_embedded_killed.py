"""The embedded server when programs are killed, or many want it at once: adopted, recovered, shared."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from metrics.server import embedded
from metrics.server.embedded import embedded_server, revive
from metrics.server.home import postmaster as pid_of
from tests.clusters import ForkedHolder, kept, kill_with_children, postmaster, running, write
from tests.serving import PATIENCE

_LOCK = "socket/.s.PGSQL.5432.lock"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a killed server is helped along at once; that it gets a second to be gone is not looked at."""
    monkeypatch.setattr(embedded, "_DYING_BY_ITSELF", 0.1)


def test_a_server_whose_program_was_killed_is_adopted(used: Path, hold: Callable[[], ForkedHolder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    holder.kill()
    left_behind = running(used).pid
    with embedded_server(used) as addresses:
        assert running(used).pid == left_behind
        assert kept(addresses.owner) == [1]
    assert postmaster(used) is None


def test_a_killed_server_recovers(used: Path, hold: Callable[[], ForkedHolder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    kill_with_children(running(used))
    holder.kill()
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [1]
        write(addresses.owner, 2)
        assert kept(addresses.owner) == [1, 2]


def test_a_killed_server_whose_connections_live_on_recovers(used: Path, hold: Callable[[], ForkedHolder]) -> None:
    holder = hold()
    address = holder.address()
    write(address, 1)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute("select 1")
        os.kill(running(used).pid, signal.SIGKILL)
        with embedded_server(used) as addresses:
            assert kept(addresses.owner) == [1]


def test_a_server_that_is_found_as_it_is_ending_is_started_again(
    used: Path, hold: Callable[[], ForkedHolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed process is there for a moment longer, on a busy machine for a long one."""
    holder = hold()
    write(holder.address(), 1)
    ending = running(used).pid
    os.kill(ending, signal.SIGKILL)
    looks = 0

    def late(cluster: Path) -> int | None:
        nonlocal looks
        looks += 1
        return ending if looks <= 2 else pid_of(cluster)

    monkeypatch.setattr(embedded, "postmaster", late)
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [1]


def test_of_two_programs_the_last_one_out_stops_the_server(used: Path, hold: Callable[[], ForkedHolder]) -> None:
    first, second = hold(), hold()
    address = first.address()
    assert second.address() == address
    server = running(used)
    first.leave()
    assert server.is_running()
    write(address, 1)
    second.leave()
    assert postmaster(used) is None


def test_many_programs_at_once_agree(home: Path, hold: Callable[[], ForkedHolder]) -> None:
    holders = [hold() for _ in range(6)]
    assert len({holder.address() for holder in holders}) == 1
    for holder in holders:
        holder.leave()
    assert postmaster(home) is None


def test_a_start_killed_half_way_leaves_nothing_that_hinders_the_next(
    home: Path, hold: Callable[[], ForkedHolder]
) -> None:
    for delay in (0.05, 0.2, 0.4, 0.6, 0.8):
        holder = hold()
        time.sleep(delay)
        holder.kill()
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("files", [("postgres/postmaster.pid", _LOCK), (_LOCK,)], ids=["both", "socket"])
@pytest.mark.parametrize("alive", [True, False], ids=["another", "dead"])
def test_a_number_that_is_no_longer_the_servers_does_not_hinder_it(
    used: Path, files: tuple[str, ...], *, alive: bool
) -> None:
    with embedded_server(used) as addresses:
        write(addresses.owner, 1)
    root = os.geteuid() == 0
    as_the_server: dict[str, Any] = {"user": "embedded_postgres", "group": "embedded_postgres"} if root else {}
    # PostgreSQL itself takes any process of its own user for a server, and a dead one that nobody has waited for.
    other = subprocess.Popen(["sleep", "600"], cwd="/", **as_the_server)  # noqa: S607
    try:
        for file in files:
            (used / file).write_text(f"{other.pid}\n{used / 'postgres'}\n", encoding="utf-8")
            if root:
                shutil.chown(used / file, "embedded_postgres")
        if not alive:
            other.kill()
        with embedded_server(used) as addresses:
            assert kept(addresses.owner) == [1]
        assert not alive or other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_child_that_does_not_notice_that_its_server_is_gone_does_not_hinder_the_next(used: Path) -> None:
    with embedded_server(used) as addresses, closing(psycopg.connect(addresses.owner, autocommit=True)) as connection:
        write(addresses.owner, 1)
        child = psutil.Process(connection.info.backend_pid)
        child.suspend()  # as one that waits for a lock that died with its holder
        port = connection.info.port
        server = running(used)
        server.kill()
        psutil.wait_procs([server], timeout=PATIENCE)
        assert revive(used, port=port)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
        assert kept(addresses.owner) == [1]


def test_a_server_killed_before_its_log_has_that_a_table_was_taken_back_recovers(
    used: Path, hold: Callable[[], ForkedHolder]
) -> None:
    """An unlogged table that was begun and taken back leaves an empty file until the next checkpoint. Where the log has
    only that it was begun, PostgreSQL makes the rest again, finds that file and ends; and starts the next time."""
    address = hold().address()
    server = running(used)
    writer = next(child for child in server.children() if b"walwriter" in " ".join(child.cmdline()).encode())
    with closing(psycopg.connect(address)) as connection:
        connection.execute("checkpoint")
        connection.commit()
        connection.execute("create unlogged table begun (value integer)")
        write(address, 1)  # the log is kept up to here
        writer.suspend()
        connection.rollback()
        kill_with_children(server)
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [1]
    assert "File exists" in (used / "postgres.log").read_text(encoding="utf-8")
