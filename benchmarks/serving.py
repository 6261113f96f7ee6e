"""The service in a process of its own, and a person or a script that may ask it things."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import httpx2
import psutil
import uvicorn
from sqlalchemy import select

from metrics.commands.sessions import Browser, open_session
from metrics.commands.tokens import issue_token, usual_expiry
from metrics.commands.users import add_user
from metrics.database import write_session
from metrics.models import User
from metrics.principal import ALLOWED, Role
from metrics.server.embedded import Addresses
from metrics.server.home import cluster_of
from tests.ports import free_port

_PASSWORD = "long river, quiet boat"  # noqa: S105  of accounts that end with the benchmark
# One account asks everything in a benchmark; of a nation's each asks its own, far below the limits of one.
ANY_NUMBER = {"BIAOCHI_REQUESTS_PER_MINUTE": "0", "BIAOCHI_ADDRESS_REQUESTS_PER_MINUTE": "0", "BIAOCHI_DEMO": "0"}


@contextmanager
def serving(url: str, **variables: str) -> Iterator[str]:
    """The address of the service, served from the database at `url`."""
    port = free_port()
    child = [sys.executable, "-m", uvicorn.__name__, "--factory", "api.app:create_app", "--port", str(port)]
    process = subprocess.Popen(
        [*child, "--log-level", "error"],
        env={**os.environ, "BIAOCHI_DATABASE_URL": url, **variables},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def serving_as_installed(addresses: Addresses, *, home: Path, **variables: str) -> Iterator[str]:
    """The address of `biaochi serve` on the database: with its workers, its signer and all that it keeps beside."""
    port = free_port()
    own = {
        "DATABASE_URL": addresses.application,
        "MIGRATION_URL": addresses.owner,
        "HOME": str(home),
        "PORT": str(port),
    }
    with _process(
        ["metrics.cli.main", "serve"], port, {f"BIAOCHI_{name}": value for name, value in own.items()} | variables
    ) as url:
        yield url


@contextmanager
def serving_plainly(address: str, *, workers: int) -> Iterator[str]:
    """The address of the plain route of `benchmarks/plain_route.py` on the database, in as many processes."""
    port = free_port()
    arguments = [uvicorn.__name__, "benchmarks.plain_route:app", "--port", str(port), "--workers", str(workers)]
    with _process([*arguments, "--log-level", "error"], port, {"BIAOCHI_DATABASE_URL": address}) as url:
        yield url


@contextmanager
def _process(arguments: list[str], port: int, variables: Mapping[str, str]) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_an_answer(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for_an_answer(url: str) -> None:
    """Until the application itself answers there, if only that it knows no such address.

    The port is taken long before, and whoever asks then is told that the service is starting (503).
    """
    for _ in range(1200):
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/healthz", timeout=60).status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody answers at {url}")


@contextmanager
def memory_of_service() -> Iterator[list[float]]:
    """Megabytes that the service, our child with the application, holds: before, and again and again in the block."""
    (service,) = [child for child in psutil.Process().children() if "api.app:create_app" in child.cmdline()]
    held, done = [service.memory_info().rss / 1e6], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            held.append(service.memory_info().rss / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield held
    finally:
        done.set()
        thread.join()


@contextmanager
def processor_seconds(home: Path) -> Iterator[list[float]]:
    """What the service, our child, and the embedded database of `home` spend of the processors.

    One figure once the block has ended, in seconds, however long it waited for them.
    """
    before = _spent(home)
    taken: list[float] = []
    yield taken
    taken.append(sum(seconds - before.get(process, 0.0) for process, seconds in _spent(home).items()))


def _spent(home: Path) -> dict[int, float]:
    """Seconds by process; the database's own children, one for each connection, among them."""
    found = {}
    server = int((cluster_of(home) / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    for child in (*psutil.Process().children(recursive=True), *psutil.Process(server).children()):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            found[child.pid] = times.user + times.system
    return found


def add_account(username: str, role: Role, *, units: Collection[str] = ()) -> None:
    """An account in the database in use."""
    with write_session() as session:
        add_user(
            session,
            username,
            display_name=username,
            role=role,
            units=units,
            password=_PASSWORD,
            known_units=units,
            now=datetime.now(UTC),
        )


def token_of(username: str) -> str:
    """A token that may do whatever the account's role may."""
    with write_session() as session:
        now = datetime.now(UTC)
        role = Role(session.scalars(select(User.role).where(User.username == username)).one())
        ends = usual_expiry(now=now)
        return issue_token(session, username, name="benchmark", scopes=ALLOWED[role], expires_at=ends, now=now).secret


def session_of(username: str) -> str:
    """The secret of a new session of the account."""
    with write_session() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        return open_session(session, user, browser=Browser("127.0.0.1"), now=datetime.now(UTC)).secret


def wait(port: int) -> None:
    """Until somebody listens at `port`; five minutes at most, which a busy machine may take."""
    for _ in range(3000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens at {port}")
