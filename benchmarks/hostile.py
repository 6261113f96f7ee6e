"""R10: `python -m benchmarks.hostile [SECONDS] [KIND …]`: what hostile and careless clients do to another one's reads.

A service with demonstration data is started; one evaluator reads on and on, alone first and then beside each kind of
load for SECONDS. Loads come from a process of their own, so that they do not slow the reader itself. To be reached: a
95th percentile beside a load of at most twice the one alone, or 300 ms. Exit code 1 if a load goes beyond.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count, cycle
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from tests.ports import free_port
from tests.serving import PATIENCE, environment, start, stop, wait_until_ready

_READS = (
    "/api/v1/periods",
    "/api/v1/units.csv",
    "/sign-in",
    "/api/v1/submissions?unit=441202",
    "/api/v1/rates.csv?unit=441202&period=2020-11",
    "/api/v1/progress.csv?unit=441202",
)
_PULLS = ("observations.csv", "progress.csv", "rates.xlsx", "observations.parquet", "rates.csv", "progress.json")
_HELD = ("/_dash-update-component", "/sign-in", "/api/v1/submissions", "/api/v1/session")
_WHOLE_FORM = "/api/v1/submissions/files?dry_run=true"


@dataclass(frozen=True, slots=True)
class Clients:
    """The service's address, and the tokens of its demonstration accounts by role."""

    url: str
    tokens: Mapping[str, list[str]]

    def open(self, token: str | None = None) -> httpx2.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE, follow_redirects=False)

    def connect(self, request: str) -> socket.socket:
        """A connection on which `request` was sent; whose answer nobody has read."""
        split = urlsplit(self.url)
        connection = socket.create_connection((split.hostname or "", split.port or 0), timeout=PATIENCE)
        connection.sendall(request.encode())
        return connection


Load = Callable[[Clients, Event, "Counter[int | str]"], None]


def half_sent(clients: Clients, ended: Event, seen: Counter[int | str]) -> None:
    """200 bodies of which a byte comes a second; one that is given up is begun anew."""
    held: list[socket.socket] = []
    with ExitStack() as stack:
        while not ended.is_set():
            while len(held) < 200:
                head = f"POST {_HELD[len(held) % len(_HELD)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
                held.append(stack.enter_context(clients.connect(f"{head}Content-Type: application/json\r\n\r\n{{")))
                seen["begun"] += 1
            ended.wait(1)
            held = [connection for connection in held if _took(connection, b" ")]


def _took(connection: socket.socket, part: bytes) -> bool:
    try:
        connection.sendall(part)
    except OSError:
        connection.close()
        return False
    return True


def slow_readers(clients: Clients, ended: Event, seen: Counter[int | str]) -> None:
    """40 pulls of everything, of which a few bytes a second are taken."""
    with ExitStack() as stack:
        readers = []
        for token, name in zip(cycle(clients.tokens["clerk"]), _PULLS * 7, strict=False):
            head = f"GET /api/v1/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
            readers.append(stack.enter_context(clients.connect(head)))
            readers[-1].settimeout(0.01)
        while not ended.wait(1):
            for reader in readers:
                with suppress(OSError):
                    seen["bytes"] += len(reader.recv(64))


def sign_ins(clients: Clients, ended: Event, seen: Counter[int | str]) -> None:
    """20 clients that try passwords as fast as they are answered."""

    def one(number: int) -> None:
        with clients.open() as client:
            for tried in count():
                if ended.is_set():
                    return
                body = {"username": f"name{number}.{tried}", "password": "not the password"}
                seen[client.post("/api/v1/session", json=body).status_code] += 1

    _together(one, 20)


def uploads(clients: Clients, ended: Event, seen: Counter[int | str]) -> None:
    """45 workbooks at once, all of one clerk, again and again."""
    token = clients.tokens["clerk"][0]
    with clients.open(token) as client:
        book = client.get("/api/v1/templates/2020-11.xlsx").raise_for_status().content

    def one(_: int) -> None:
        with clients.open(token) as client:
            while not ended.is_set():
                files = {"file": ("form.xlsx", book, "application/octet-stream")}
                seen[client.post(_WHOLE_FORM, files=files).status_code] += 1

    _together(one, 45)


def whole_pulls(clients: Clients, ended: Event, seen: Counter[int | str]) -> None:
    """20 pulls of everything at once, of as many accounts as there are, again and again."""
    tokens = [token for role, those in clients.tokens.items() if role != "evaluator" for token in those]

    def one(number: int) -> None:
        with clients.open(tokens[number % len(tokens)]) as client:
            for name in cycle(_PULLS[number % len(_PULLS) :] + _PULLS[: number % len(_PULLS)]):
                if ended.is_set():
                    return
                seen[client.get(f"/api/v1/{name}").status_code] += 1

    _together(one, 20)


LOADS: Mapping[str, Load] = {
    "200 half-sent bodies": half_sent,
    "40 slow readers": slow_readers,
    "20 signing in": sign_ins,
    "45 uploads of one clerk": uploads,
    "20 whole pulls": whole_pulls,
}


def _together(one: Callable[[int], None], clients: int) -> None:
    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _run(name: str, clients: Clients, begun: Event, ended: Event, told: multiprocessing.Queue[dict[str, int]]) -> None:
    """The process of a load."""
    seen: Counter[int | str] = Counter()
    begun.set()
    LOADS[name](clients, ended, seen)
    told.put({str(what): number for what, number in seen.items()})


@contextmanager
def under(name: str, clients: Clients, told: dict[str, int]) -> Iterator[None]:
    """The load, for the block; what it was answered is in `told` afterwards."""
    context = multiprocessing.get_context("spawn")
    begun, ended, queue = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=_run, args=(name, clients, begun, ended, queue))
    process.start()
    try:
        if not begun.wait(PATIENCE):
            raise TimeoutError(f"the load did not begin: {name}")
        time.sleep(1)
        yield
    finally:
        ended.set()
        told.update(queue.get(timeout=PATIENCE))
        process.join()


def read_for(clients: Clients, seconds: float) -> tuple[float, float, int]:
    """Median and 95th percentile of reads one after the other for so long, in ms; and how many there were."""
    taken: list[float] = []
    with clients.open(clients.tokens["evaluator"][0]) as client:
        until = time.monotonic() + seconds
        for path in cycle(_READS):
            if time.monotonic() > until and len(taken) >= 2 * len(_READS):
                break
            begun = time.monotonic()
            status = client.get(path).status_code
            taken.append(1000 * (time.monotonic() - begun))
            if status not in (200, 303):
                raise AssertionError(f"{path} was answered {status}")
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)], len(taken)


def main(seconds: float, kinds: list[str]) -> int:
    """Print both percentiles alone and beside each load; 1 if one goes beyond."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder) / "home", free_port()
        home.mkdir()
        log = home / "serve.log"
        process = start(["serve"], variables=environment(home, BIAOCHI_PORT=str(port)), log=log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            tokens: dict[str, list[str]] = {}
            for account in json.loads((home / "demo-accounts.json").read_text(encoding="utf-8")):
                tokens.setdefault(account["role"], []).append(account["token"])
            clients = Clients(f"http://127.0.0.1:{port}", tokens)
            read_for(clients, 3)
            held = [_is_held(name, clients, seconds) for name in LOADS if not kinds or any(k in name for k in kinds)]
        finally:
            stop(process)
    return 0 if all(held) else 1


def _is_held(name: str, clients: Clients, seconds: float) -> bool:
    told: dict[str, int] = {}
    p50, p95, _ = read_for(clients, seconds / 3)
    with under(name, clients, told):
        p50_beside, p95_beside, reads = read_for(clients, seconds)
    held = p95_beside <= max(2 * p95, 300)
    sys.stdout.write(
        f"R10 {name}: p50 {p50:.0f} → {p50_beside:.0f} ms, p95 {p95:.0f} → {p95_beside:.0f} ms of {reads} reads;"
        f" reach {max(2 * p95, 300):.0f} ms{'' if held else ', MISSED'}; the load was answered {told}\n"
    )
    sys.stdout.flush()
    return held


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2:]))
