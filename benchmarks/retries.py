"""R4: `python -m benchmarks.retries [KEYS] [THREADS] [WORKERS]` sends each submission that many times under one key.

They come at once, to a service of two processes unless told otherwise. Each key has to store one submission: one answer
201, the others 200 and the same, and one entry of the ledger. What is told to come back (503) comes back under the same
key. Exit code 1 if any key stored none, two or another one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from tests.builders import whole_submission
from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready

_TRIES = 60
_WAIT = 0.5  # seconds before one that was told to come back does
_FIRST_YEAR = 2021  # after the demonstration's last month


def main(keys: int = 100, threads: int = 50, workers: int = 2) -> int:
    """Print how many answers of each kind there were, and whether every key stored one submission."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder) / "home", free_port()
        home.mkdir()
        log = home / "serve.log"
        variables = environment(home, BIAOCHI_PORT=str(port), BIAOCHI_WORKERS=str(workers))
        process = start(["serve"], variables=variables, log=log)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(url, process, log)
            began = time.monotonic()
            answers, wrong = _campaign(url, home, keys=keys, threads=threads)
            took = time.monotonic() - began
        finally:
            stop(process)
    for line in wrong[:20]:
        sys.stdout.write(f"WRONG {line}\n")
    sys.stdout.write(f"{keys} keys x {threads} threads in {took:.0f} s; answers {dict(answers)}; {len(wrong)} wrong\n")
    return 1 if wrong else 0


def _campaign(url: str, home: Path, *, keys: int, threads: int) -> tuple[Counter[int], list[str]]:
    accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
    clerks = [account for account in accounts if account["role"] == "clerk"]
    before, answers, wrong, seqs = _newest(url, clerks[0]["token"]), Counter[int](), list[str](), set[int]()
    with ThreadPoolExecutor(threads) as pool:
        for number in range(keys):
            clerk, month = clerks[number % len(clerks)], number // len(clerks)
            body = whole_submission() | {
                "unit": clerk["units"][0],
                "period": f"{_FIRST_YEAR + month // 12}-{month % 12 + 1:02d}",
            }
            gate = threading.Barrier(threads)
            sent = [pool.submit(_send, url, clerk["token"], body, f"retries-{number}", gate) for _ in range(threads)]
            told = [future.result() for future in sent]
            counts = Counter(status for statuses, _ in told for status in statuses)
            answers += counts
            bodies = {said for _, said in told}
            if counts[201] != 1 or counts[200] != threads - 1 or len(bodies) != 1:
                wrong.append(f"key {number}: {dict(counts)}, {len(bodies)} different answers {str(bodies)[:300]}")
            else:
                seqs.add(json.loads(bodies.pop())["seq"])
    stored = _newest(url, clerks[0]["token"]) - before
    if len(seqs) != keys or stored != keys:
        wrong.append(f"{keys} keys, {len(seqs)} places in the ledger told, {stored} entries there")
    return answers, wrong


def _send(url: str, token: str, body: dict[str, object], key: str, gate: threading.Barrier) -> tuple[list[int], str]:
    """The status of every try until one is not 503, and the last answer."""
    statuses: list[int] = []
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    with httpx2.Client(base_url=url, timeout=60, headers=headers) as client:
        gate.wait(60)
        for _ in range(_TRIES):
            answer = client.post("/api/v1/submissions", json=body)
            statuses.append(answer.status_code)
            if answer.status_code != 503:
                break
            time.sleep(_WAIT)
    return statuses, answer.text


def _newest(url: str, token: str) -> int:
    answer = httpx2.head(f"{url}/api/v1/units.csv", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    return int(answer.headers["X-As-Of-Seq"])


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
