"""Two processes answer from one socket: each by itself, once together, and one that is killed is replaced."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from unittest.mock import Mock
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
from sqlalchemy import func, select, text

import metrics.cli.workers
from metrics.cli.workers import Workers
from metrics.database import Sessions
from metrics.errors import Unavailable
from metrics.models import LedgerEntry, Submission
from metrics.settings import settings
from tests.api.test_many_writers import UNITS, token_of_the_bureau
from tests.builders import whole_submission
from tests.databases import Server
from tests.metrics.cli.test_serve import SOMEBODY, takes_connections, waiting
from tests.serving import PATIENCE, PLAIN, LiveServer, live

TOGETHER = 8


@pytest.fixture(scope="module")
def two_workers(server: Server, template: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    home: Path = tmp_path_factory.mktemp("workers")
    with (
        server.database(template=template) as database,
        live(database, home=home, more={"BIAOCHI_WORKERS": "2"}) as two,
    ):
        yield two


def answering(service: LiveServer) -> list[psutil.Process]:
    """The processes that answer: forked by the one beside the service that has loaded the application."""
    return [
        process
        for loaded in psutil.Process(service.process.pid).children()
        if any("forkserver" in word for word in loaded.cmdline())
        for process in loaded.children()
    ]


def post(service: LiveServer, token: str, *, number: int, key: str, ended: Event | None = None) -> list[int]:
    """The statuses until one is an answer for good; who finds a connection broken comes again with the same key."""
    statuses = []
    body = whole_submission() | {"unit": UNITS[number % 4], "period": f"2021-{number // 4 + 1:02d}"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not (ended is not None and ended.is_set()):
        try:
            answer = httpx2.post(
                f"{service.url}/api/v1/submissions", json=body, headers=headers, timeout=PATIENCE, verify=PLAIN
            )
        except httpx2.TransportError:
            continue
        statuses.append(answer.status_code)
        if answer.status_code != 503:
            break
        time.sleep(0.2)
    return statuses


def test_each_of_two_answers_a_key_counts_once_and_a_killed_one_is_replaced(two_workers: LiveServer) -> None:
    first = answering(two_workers)
    assert len(first) == 2
    asked = Counter[str]()
    for still in first:  # while one is stopped the other answers
        still.send_signal(signal.SIGSTOP)
        assert httpx2.get(f"{two_workers.url}/healthz", timeout=PATIENCE, verify=PLAIN).status_code == 200
        still.send_signal(signal.SIGCONT)
        asked["/healthz"] += 1

    token, gate = token_of_the_bureau(two_workers), Barrier(TOGETHER)

    def together(number: int) -> list[int]:
        gate.wait(PATIENCE)
        return post(two_workers, token, number=number // TOGETHER, key=f"key-{number // TOGETHER}")

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = [statuses[-1] for statuses in pool.map(together, range(2 * TOGETHER))]
    assert Counter(answers) == {201: 2, 200: 2 * (TOGETHER - 1)}

    killed = first[0]
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(post, two_workers, token, number=number, key=f"single-{number}") for number in range(4, 16)]
        killed.kill()
        statuses = [future.result()[-1] for future in sent]
    assert set(statuses) <= {200, 201}  # 200: it was stored, and the answer was lost with who gave it
    with Sessions(two_workers.database.engine).read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 2 + len(sent)
        newest, count = session.execute(select(func.max(LedgerEntry.seq), func.count(LedgerEntry.seq))).one()
        assert newest == count
    until = time.monotonic() + PATIENCE
    while len(answering(two_workers)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len({process.pid for process in answering(two_workers)} - {killed.pid}) == 2
    told = httpx2.get(f"{two_workers.url}/metrics", timeout=PATIENCE, verify=PLAIN).text
    stored = [line for line in told.splitlines() if 'status="2xx"' in line and 'route="/api/v1/submissions"' in line]
    assert sum(float(line.rpartition(" ")[2]) for line in stored) >= len(
        answers
    )  # of both, and of the one that is gone


def test_a_signal_while_one_is_started_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(metrics.cli.workers, "_Worker", broken_off)  # noted as soon as it was started
    with socket.create_server(("127.0.0.1", 0)) as listener:
        several = Workers(listener, "postgresql://nobody@127.0.0.1:1/nothing", tmp_path, before=lambda: None)
        with pytest.raises(KeyboardInterrupt):
            several.start()
        (started,) = [process for process in multiprocessing.active_children() if process.name == "worker-1"]
        several.stop()
        assert not started.is_alive()


def test_where_each_ends_before_it_answers_the_service_gives_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(metrics.cli.workers, "_AGAIN_AFTER", 0.0)
    started = Mock(side_effect=Workers._started, autospec=True)
    monkeypatch.setattr(Workers, "_started", lambda self, number: started(self, number))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        several = Workers(listener, "postgresql://nobody@127.0.0.1:1/nothing", tmp_path, before=lambda: None)
        settings()  # as it is here; what is forked reads its own
        monkeypatch.setenv("BIAOCHI_POOL_SIZE", "none")
        with pytest.raises(Unavailable, match="did not start"):
            several.start()
        with pytest.raises(Unavailable, match="again and again"):
            several.keep()
        several.stop()
    assert started.call_count == 1 + 5


def test_at_a_stop_nobody_waits_at_the_door_while_the_last_answer_is_given(two_workers: LiveServer) -> None:
    """A proxy then sends them to another instance at once. It ends the service: the last test of this module."""
    address = f"{two_workers.url}/api/v1/session"
    port = urlsplit(address).port or 0
    with ThreadPoolExecutor(1) as pool, two_workers.database.as_owner() as owner:
        owner.execute(text("lock table tokens in access exclusive mode"))
        waits = pool.submit(httpx2.get, address, headers=SOMEBODY, timeout=PATIENCE, verify=PLAIN)
        while not waiting(two_workers.database.owner_url):
            assert not waits.done()
        two_workers.process.send_signal(signal.SIGTERM)
        while takes_connections(port):
            assert not waits.done()
        assert not waits.done()
        two_workers.process.send_signal(signal.SIGTERM)
        told = waits.result()
        assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (503, "stopping", "5")
    assert two_workers.process.wait(PATIENCE) == 0
