"""`biaochi serve` as a process of its own: what it starts, what it says, and that it stops all of it."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest

from benchmarks.killed import WAYS, Killed
from benchmarks.kills import campaign, kinds_of
from metrics.server.embedded import embedded_server
from tests.clusters import copy_cluster, freeze, kill_with_children, postmaster, running
from tests.databases import Database, database_home
from tests.served import Serve, Served
from tests.serving import (
    PATIENCE,
    PLAIN,
    ROOT,
    stop,
    wait_until_ready,
)

LAKESIDE = ROOT / "tests" / "plans" / "lakeside"
SOMEBODY = {"Authorization": "Bearer biaochi_nobody-knows-it"}


@pytest.fixture(scope="module")
def after_a_first_run() -> Iterator[Path]:
    """A home to copy in which the service ran once and was stopped: a first run takes most of a test's time."""
    with database_home() as directory:
        served = Served(directory / "home")
        try:
            served.ready()
        finally:
            stop(served.process)
        yield served.home


@pytest.fixture
def settled(home: Path, after_a_first_run: Path) -> Path:
    """A home in which the service ran before."""
    copy_cluster(after_a_first_run, home)
    return home


def test_a_first_run_serves_and_stops_everything_it_started(serve: Serve, home: Path) -> None:
    serves_and_stops(serve, home, how=signal.SIGINT)


@pytest.mark.usefixtures("settled")
def test_a_later_run_does_so_too_and_where_the_log_is_json_every_line_is(serve: Serve, home: Path) -> None:
    served = serves_and_stops(serve, home, how=signal.SIGTERM, BIAOCHI_LOG_FORMAT="json")
    lines = [json.loads(line) for line in served.log.read_text(encoding="utf-8").splitlines()]
    assert all(line["timestamp"] and line["level"] for line in lines)
    said = [line for line in lines if line["event"] == "said"]
    assert len(said) >= 4
    assert all(line["zh"] and line["en"] for line in said)
    assert {"request", "embedded_server_started", "embedded_server_stopped"} <= {line["event"] for line in lines}


def serves_and_stops(serve: Serve, home: Path, *, how: signal.Signals, **variables: str) -> Served:
    served = serve(**variables).ready()
    targets = httpx2.get(f"{served.url}/api/v1/openapi.json", timeout=PATIENCE, verify=PLAIN)
    database = running(home)
    assert targets.status_code == 200
    assert stop(served.process, how=how) == 0
    assert not database.is_running() or database.status() == psutil.STATUS_ZOMBIE
    assert postmaster(home) is None
    said = served.log.read_text(encoding="utf-8")
    assert served.url in said
    assert "Stopped." in said
    return served


def test_a_stop_during_the_start_stops_everything_too(serve: Serve, home: Path) -> None:
    served = serve()
    while "schema" not in served.log.read_text(encoding="utf-8"):
        assert served.process.poll() is None
        time.sleep(0.01)
    assert stop(served.process, how=signal.SIGTERM) == 0
    assert postmaster(home) is None


@pytest.mark.usefixtures("settled")
def test_after_a_kill_the_next_start_adopts_the_database(serve: Serve, home: Path) -> None:
    served = serve().ready()
    left_behind = running(home).pid
    stop(served.process, how=signal.SIGKILL)
    again = serve().ready()
    assert running(home).pid == left_behind
    assert "First run" not in again.log.read_text(encoding="utf-8")
    assert stop(again.process) == 0
    assert postmaster(home) is None


@pytest.mark.usefixtures("settled")
def test_a_database_that_dies_is_started_again(serve: Serve, home: Path) -> None:
    served = serve().ready()
    dead = running(home)
    kill_with_children(dead)
    assert httpx2.get(f"{served.url}/healthz", timeout=PATIENCE, verify=PLAIN).status_code == 200
    wait_until_ready(served.url, served.process, served.log)
    assert running(home).pid != dead.pid
    stop(served.process)
    assert postmaster(home) is None


def test_what_was_acknowledged_outlives_kills_and_stops_of_the_service_and_of_the_database(settled: Path) -> None:
    """R1 and R2 in short; in full by `python -m benchmarks.kills`, in `make torture`."""
    service = Killed(settled)
    try:
        score = campaign(service, kinds_of(1, len(WAYS), 1), seconds=600, seed=1)
    finally:
        stop(service.process)
    assert score.wrong == []
    assert score.stored > 0
    assert score.done.total() == 2 + len(WAYS)


@pytest.mark.usefixtures("settled")
def test_a_stop_takes_nobody_in_and_the_second_signal_breaks_off_what_is_under_way(serve: Serve, home: Path) -> None:
    """Whoever waits is told; the database is stopped after the service, and in order."""
    served = serve().ready()
    address = f"{served.url}/api/v1/session"
    with ThreadPoolExecutor(1) as pool, embedded_server(home) as addresses, psycopg.connect(addresses.owner) as other:
        other.execute("lock table tokens in access exclusive mode")
        waits = pool.submit(httpx2.get, address, headers=SOMEBODY, timeout=PATIENCE, verify=PLAIN)
        while not waiting(addresses.owner):
            assert not waits.done()
        served.process.send_signal(signal.SIGTERM)
        while takes_connections(served.port):
            assert not waits.done()
        assert not waits.done()
        served.process.send_signal(signal.SIGTERM)
        told = waits.result()
        assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (503, "stopping", "5")
        assert served.process.wait(PATIENCE) == 0
        assert postmaster(home) is not None  # for who else uses it
    assert postmaster(home) is None
    assert "database system is shut down" in (home / "postgres.log").read_text(encoding="utf-8").splitlines()[-1]
    assert "broken_off" in served.log.read_text(encoding="utf-8")


def takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def waiting(owner: str) -> bool:
    """Whether a statement waits for a lock."""
    with psycopg.connect(owner) as connection:
        row = connection.execute("select exists (select from pg_locks where not granted)").fetchone()
    return row == (True,)


@pytest.mark.usefixtures("settled")
def test_a_database_that_falls_silent_leaves_nobody_waiting(serve: Serve, home: Path) -> None:
    served = serve(instead={"api.silent_database._PATIENCE": 0.3}).ready()
    address = f"{served.url}/api/v1/units"
    assert httpx2.get(address, timeout=PATIENCE, verify=PLAIN).status_code == 401
    frozen = freeze(running(home))
    try:
        with ThreadPoolExecutor(60) as pool:  # more than there are threads to wait in
            silent = list(
                pool.map(lambda _: httpx2.get(address, headers=SOMEBODY, timeout=PATIENCE, verify=PLAIN), range(60))
            )
        told = {(answer.status_code, answer.json()["code"]) for answer in silent}
        assert (503, "database_away") in told
        # Sixty at once of one client: some are told to wait for a turn.
        assert told <= {(503, "database_away"), (429, "too_many_at_once")}
        assert all(answer.headers["Retry-After"] for answer in silent)
        assert httpx2.get(f"{served.url}/healthz", timeout=PATIENCE, verify=PLAIN).status_code == 200
    finally:
        for process in frozen:
            process.resume()
    wait_until_ready(served.url, served.process, served.log)
    assert httpx2.get(address, headers=SOMEBODY, timeout=PATIENCE, verify=PLAIN).status_code == 401
    assert stop(served.process) == 0


def test_a_taken_port_is_refused_before_anything_is_started(serve: Serve, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = serve(BIAOCHI_PORT=str(port)).ended()
    assert code == 1
    assert f"127.0.0.1:{port}" in said
    assert "BIAOCHI_PORT" in said
    assert "端口" in said
    assert not home.exists()


def test_a_database_that_could_lose_commits_is_refused(serve: Serve, clean_database: Database) -> None:
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql(f'alter database "{clean_database.name}" set synchronous_commit = off')
    code, said = serve(**clean_database.environment()).ended()
    assert code == 1
    assert "synchronous_commit is off" in said
    assert "拒绝启动" in said


def test_an_application_that_cannot_start_ends_with_1(serve: Serve, clean_database: Database, tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").touch()
    (tmp_path / "api" / "app.py").write_text("def create_app(): raise RuntimeError('broken')\n", encoding="utf-8")
    code, said = serve(folder=tmp_path, started=True, **clean_database.environment()).ended()
    assert code == 1
    assert "broken" in said


@pytest.mark.usefixtures("settled")
def test_in_a_scripts_background_it_stops_with_the_same_words(serve: Serve, home: Path) -> None:
    """A shell without job control starts what is in the background with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        served = serve(started=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert stop(served.ready().process, how=signal.SIGINT) == 0
    assert "Stopped." in served.log.read_text(encoding="utf-8")
