"""The embedded server when programs are killed, or many want it at once: adopted, recovered, shared."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from metrics.server.embedded import EmbeddedServerRefused, embedded_server
from tests.clusters import Holder, kept, kill_with_children, postmaster, running, write


def test_a_server_whose_program_was_killed_is_adopted(used: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    holder.kill()
    left_behind = running(used).pid
    with embedded_server(used) as addresses:
        assert running(used).pid == left_behind
        assert kept(addresses.owner) == [1]
    assert postmaster(used) is None


def test_a_killed_server_recovers(used: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    write(holder.address(), 1)
    kill_with_children(running(used))
    holder.kill()
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [1]
        write(addresses.owner, 2)
        assert kept(addresses.owner) == [1, 2]


def test_a_killed_server_whose_connections_live_on_recovers(used: Path, hold: Callable[[], Holder]) -> None:
    holder = hold()
    address = holder.address()
    write(address, 1)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute("select 1")
        os.kill(running(used).pid, signal.SIGKILL)
        with embedded_server(used) as addresses:
            assert kept(addresses.owner) == [1]


def test_of_two_programs_the_last_one_out_stops_the_server(used: Path, hold: Callable[[], Holder]) -> None:
    first, second = hold(), hold()
    address = first.address()
    assert second.address() == address
    server = running(used)
    first.leave()
    assert server.is_running()
    write(address, 1)
    second.leave()
    assert postmaster(used) is None


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


def test_a_process_that_took_over_the_pid_is_not_mistaken_for_the_server(used: Path) -> None:
    with embedded_server(used) as addresses:
        write(addresses.owner, 1)
    stale = used / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{used / 'postgres'}\n", encoding="utf-8")
    if os.geteuid() == 0:
        shutil.chown(stale, "embedded_postgres")
        with embedded_server(used) as addresses:
            assert kept(addresses.owner) == [1]
    else:  # PostgreSQL itself takes any process of its own user for a server
        with pytest.raises(EmbeddedServerRefused, match=r"postmaster\.pid"), embedded_server(used):
            pass
