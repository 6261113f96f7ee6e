"""R10 in short: what hostile clients do to everybody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.api.test_many_writers import token_of_the_bureau
from tests.serving import PATIENCE, PLAIN, LiveServer

PATHS = ("/api/v1/periods", "/api/v1/units.csv", "/sign-in", "/newest")
HELD = ("/_dash-update-component", "/sign-in", "/api/v1/submissions", "/api/v1/session")


def slowest(url: str, headers: dict[str, str], *, reads: int = 24) -> float:
    """The 95th percentile of some reads, in seconds."""
    with httpx2.Client(base_url=url, headers=headers, timeout=PATIENCE, follow_redirects=False, verify=PLAIN) as client:
        taken = []
        for number in range(reads):
            begun = time.monotonic()
            assert client.get(PATHS[number % len(PATHS)]).status_code in (200, 303)
            taken.append(time.monotonic() - begun)
    return sorted(taken)[int(reads * 0.95)]


@contextmanager
def half_sent(url: str, count: int) -> Iterator[list[socket.socket]]:
    split = urlsplit(url)
    with ExitStack() as stack:
        held = []
        for number in range(count):
            connection = stack.enter_context(socket.create_connection((split.hostname or "", split.port or 0)))
            head = f"POST {HELD[number % len(HELD)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
            connection.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
            held.append(connection)
        yield held


@contextmanager
def signing_in(url: str, count: int) -> Iterator[None]:
    """So many clients that try passwords as fast as they are answered."""
    ended = threading.Event()

    def flood(own: int) -> None:
        tried = 0
        with httpx2.Client(base_url=url, timeout=PATIENCE, verify=PLAIN) as client:
            while not ended.is_set():
                tried += 1
                body = {"username": f"name{own}.{tried}", "password": "not the password"}
                assert client.post("/api/v1/session", json=body).status_code in (401, 429, 503)

    threads = [threading.Thread(target=flood, args=(own,)) for own in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.fixture(scope="module")
def headers(live_server: LiveServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of_the_bureau(live_server)}"}


@pytest.mark.parametrize("attack", ["half sent", "signing in"])
def test_nobody_waits_for_hostile_clients(live_server: LiveServer, headers: dict[str, str], attack: str) -> None:
    url = live_server.url
    slowest(url, headers, reads=8)
    for _attempt in range(3):  # other work may be going on beside the tests
        idle = slowest(url, headers)
        with half_sent(url, 200) if attack == "half sent" else signing_in(url, 20):
            held = slowest(url, headers)
        if held <= max(2 * idle, 0.3):
            return
    pytest.fail(f"{held:.3f} s beside {idle:.3f} s")
