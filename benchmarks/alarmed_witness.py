"""A witness of the service that `benchmarks.alarms` watches: not there, there, and one that saw another history."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from metrics.ledger.witnessing.seen import POLICY, SEEN, LastSeen, SeenLogs, make_witness
from tests.ports import free_port
from tests.serving import PATIENCE, PLAIN, environment, start, stop

_ORIGIN = "biaochi"
_FURTHER = 1_000_000  # entries, of a history that nobody has


class Watchful:
    """A witness in `folder` that the policy in `policy` names; it does not run before it :meth:`knows` a ledger."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.policy = folder / "witness", folder / "witnesses.txt"
        self._log = folder / "witness.log"
        self._port = free_port()
        key = make_witness(self._folder, "audit.example/w1").verifier_key
        self.policy.write_text(f"witness audit {key} http://127.0.0.1:{self._port}\nquorum audit\n", encoding="utf-8")

    def knows(self, ledger_key: str) -> None:
        """From now on it knows the ledger that is signed by that key, and runs."""
        (self._folder / POLICY).write_text(f"log {ledger_key}\nquorum none\n", encoding="utf-8")
        self._start()

    @contextmanager
    def misled(self) -> Iterator[None]:
        """For the block it saw a history that is longer than the ledger's, and another."""
        self.stop()
        path = self._folder / SEEN
        before = path.read_bytes()
        SeenLogs(path).keep(_ORIGIN, LastSeen(_FURTHER, secrets.token_bytes(32), int(time.time())))
        self._start()
        yield
        self.stop()
        path.write_bytes(before)
        self._start()

    def stop(self) -> None:
        """It answers no more, if it did."""
        if hasattr(self, "_process"):
            stop(self._process)
            del self._process

    def _start(self) -> None:
        arguments = ["witness", "serve", str(self._folder), "--port", str(self._port)]
        self._process = start(arguments, variables=environment(self._folder), log=self._log)
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            try:
                httpx2.get(f"http://127.0.0.1:{self._port}/", timeout=PATIENCE, verify=PLAIN)
            except httpx2.TransportError:
                time.sleep(0.2)
            else:
                return
        sys.stdout.write(self._log.read_text(encoding="utf-8"))
        raise TimeoutError
