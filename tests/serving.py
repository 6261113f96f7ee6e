"""The service as users meet it: `biaochi serve` in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.databases import Database

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = 120.0  # seconds until a started service must answer


@dataclass(frozen=True)
class LiveServer:
    """A service that answers at `url` (no slash at its end) from `database`; what it says goes to `log`."""

    url: str
    database: Database
    process: subprocess.Popen[bytes]
    log: Path


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a child: ours, without BIAOCHI_… variables but the ones given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BIAOCHI_")}
    return inherited | {"BIAOCHI_HOME": str(home), "PYTHONPATH": str(ROOT)} | variables


def start(
    arguments: list[str], *, variables: Mapping[str, str], log: Path, folder: Path = ROOT
) -> subprocess.Popen[bytes]:
    """Start `biaochi …` in `folder`, in a process group of its own; what it says is appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "metrics.cli.main", *arguments],
            env=dict(variables),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when `/readyz` answers 200. Raises AssertionError with the log if the process ends or takes too long."""
    limit = time.monotonic() + _PATIENCE
    while time.monotonic() < limit:
        assert process.poll() is None, f"the service ended ({process.returncode}):\n{log.read_text()}"
        try:
            if httpx2.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the service did not get ready:\n{log.read_text()}")


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGINT) -> int:
    """Ask the process to end and return its exit code; one that does not within 30 s is killed and fails the test."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(30)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.wait()
        raise AssertionError("the service did not stop within 30 s") from error


@contextmanager
def live(
    database: Database,
    *,
    home: Path,
    demo: bool = False,
    port: int | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[LiveServer]:
    """The service on `database`, for the block; `more`: further variables."""
    port, log = port or free_port(), home / "serve.log"
    variables = environment(home, **database.environment(), BIAOCHI_PORT=str(port), BIAOCHI_DEMO="1" if demo else "0")
    variables |= more or {}
    process = start(["serve"], variables=variables, log=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        yield LiveServer(url, database, process, log)
    finally:
        stop(process)
