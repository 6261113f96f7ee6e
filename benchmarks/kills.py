"""R1 and R2: `python -m benchmarks.kills [SERVICE] [SERVER] [SECONDS]` kills either that often while four writers post.

The service or PostgreSQL with its children gets SIGKILL at a random moment; each writer sends its revision again under
the same key until it is acknowledged. At the end every acknowledged revision has to be there once, with its figure and
its place in the ledger, and `biaochi ledger check` has to find nothing. It stops early when SECONDS are over. Exit code
1 if anything was lost, stored in part or twice.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.clusters import kill_with_children, running
from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready

_PERIOD = "2020-12"
_WRITERS = 4
_ANSWERS = (200, 201, 503)


@dataclass(frozen=True)
class Acknowledged:
    """What the service said it stored."""

    revision: int
    seq: int
    value: int


@dataclass
class Writer:
    """A clerk that revises one submission over and over. `odd`: answers that no kill explains."""

    url: str
    unit: str
    token: str
    submission: int
    etag: str
    acknowledged: list[Acknowledged] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def post_until(self, ending: threading.Event) -> None:
        """Post one revision after the other; the last one is posted until it is acknowledged."""
        value = 1000
        while not ending.is_set() and not self.odd:
            value += 1
            self._post(value)

    def _post(self, value: int) -> None:
        body = {
            "unit": self.unit,
            "period": _PERIOD,
            "values": {"items_new": str(value), "items_cancelled": "0"},
            "reason": "kills",
        }
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": f"kills-{self.unit}-{value}",
            "If-Match": self.etag,
        }
        while True:
            try:
                answer = httpx2.post(f"{self.url}/api/v1/submissions", json=body, headers=headers, timeout=20)
            except httpx2.TransportError:
                self.answers["no answer"] += 1
                time.sleep(0.1)
                continue
            self.answers[str(answer.status_code)] += 1
            if answer.status_code not in _ANSWERS:
                self.odd.append(f"{answer.status_code} {answer.text[:300]}")
                return
            if answer.status_code != 503:
                said = answer.json()
                self.etag = answer.headers["ETag"]
                self.acknowledged.append(Acknowledged(said["revision"], said["seq"], value))
                return
            time.sleep(0.1)


class Killed:
    """`biaochi serve` with demonstration data in a folder of its own, started again whenever it was killed."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = environment(home, BIAOCHI_PORT=str(self.port))
        self.home, self.log = home, home / "serve.log"
        self._start()

    def _start(self) -> None:
        self.process = start(["serve"], variables=self.variables, log=self.log)
        wait_until_ready(self.url, self.process, self.log)

    def kill(self) -> None:
        """SIGKILL to the service alone; its database lives on and is adopted."""
        self.process.kill()
        self.process.wait()
        self._start()

    def kill_server(self) -> None:
        """SIGKILL to PostgreSQL and all its children; the service starts it again."""
        kill_with_children(running(self.home))
        wait_until_ready(self.url, self.process, self.log)


def main(service_kills: int = 100, server_kills: int = 20, seconds: int = 3600, seed: int = 1) -> int:
    """Kill, count, compare, and print the score."""
    draw = random.Random(seed)
    kinds = ["service"] * service_kills + ["server"] * server_kills
    draw.shuffle(kinds)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        service = Killed(home)
        try:
            writers = _writers(service)
            done, slowest = _campaign(service, writers, kinds=kinds, draw=draw, seconds=seconds)
            wrong = [line for writer in writers for line in _wrong(service, writer)]
        finally:
            stop(service.process)
        wrong += _ledger_check(service)
    answers = sum((writer.answers for writer in writers), Counter[str]())
    stored = sum(len(writer.acknowledged) for writer in writers)
    for line in wrong:
        sys.stdout.write(f"WRONG {line}\n")
    sys.stdout.write(f"{dict(done)} kills; {stored} acknowledged; answers {dict(answers)}\n")
    sys.stdout.write(f"slowest submission to ready {slowest:.1f} s; {len(wrong)} wrong\n")
    return 1 if wrong else 0


def _writers(service: Killed) -> list[Writer]:
    accounts = json.loads((service.home / "demo-accounts.json").read_text(encoding="utf-8"))
    clerks = [account for account in accounts if account["role"] == "clerk"]
    found = []
    for clerk in clerks:
        headers = {"Authorization": f"Bearer {clerk['token']}"}
        asked = {"period": _PERIOD, "unit": clerk["units"][0]}
        answer = httpx2.get(f"{service.url}/api/v1/submissions", params=asked, headers=headers, timeout=20)
        items = answer.json()["items"]
        if items:
            found.append(Writer(service.url, clerk["units"][0], clerk["token"], items[0]["id"], items[0]["etag"]))
    return found[:_WRITERS]


def _campaign(
    service: Killed, writers: list[Writer], *, kinds: list[str], draw: random.Random, seconds: int
) -> tuple[Counter[str], float]:
    """Kill while the writers post; how often what was killed, and the longest time until the service was ready."""
    ending, done, slowest = threading.Event(), Counter[str](), 0.0
    threads = [threading.Thread(target=writer.post_until, args=(ending,)) for writer in writers]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + seconds
    try:
        for kind in kinds:
            if time.monotonic() > limit:
                break
            time.sleep(draw.uniform(0.05, 1.0))
            began = time.monotonic()
            (service.kill if kind == "service" else service.kill_server)()
            slowest = max(slowest, time.monotonic() - began)
            done[kind] += 1
    finally:
        ending.set()
        for thread in threads:
            thread.join()
    return done, slowest


def _wrong(service: Killed, writer: Writer) -> list[str]:
    """What the submission's history says that the writer was not told, or the other way round."""
    headers = {"Authorization": f"Bearer {writer.token}"}
    address = f"{service.url}/api/v1/submissions/{writer.submission}/history"
    events: list[dict[str, Any]] = httpx2.get(address, headers=headers, timeout=60).json()["events"]
    stored = Counter(
        Acknowledged(event["revision"], event["seq"], int(change["after"]))
        for event in events
        if event["reason"] == "kills"
        for change in event["detail"]["changed"]
        if change["element"] == "items_new"
    )
    told = Counter(writer.acknowledged)
    wrong = [f"{writer.unit} {answer}" for answer in writer.odd]
    wrong += [f"{writer.unit} lost or changed: {one}" for one in (told - stored)]
    wrong += [f"{writer.unit} stored and never acknowledged, or twice: {one}" for one in (stored - told)]
    return wrong


def _ledger_check(service: Killed) -> list[str]:
    checked = subprocess.run(
        [sys.executable, "-m", "metrics.cli.main", "ledger", "check"],
        env=service.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if checked.returncode == 0 else [checked.stdout[-2000:] + checked.stderr[-2000:]]


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
