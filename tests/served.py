"""`biaochi serve` on a home of a test's own."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metrics.cli.plan import CITY_PLAN
from tests.ports import free_port
from tests.serving import PATIENCE, ROOT, Forked, Instead, environment, fork_serve, start, stop, wait_until_ready

Serve = Callable[..., "Served"]


class Served:
    """One `biaochi serve` on a home of the test's own, without demonstration data unless the test wants it.

    It is forked from a process that has loaded the program, or else `started` as a user starts it, which takes three
    times as long and is counted as covered. `acts` and `instead` of one that is forked: as `fork_serve` takes them.
    """

    def __init__(
        self,
        home: Path,
        *,
        folder: Path = ROOT,
        started: bool = False,
        acts: int | None = None,
        instead: Instead | None = None,
        **variables: str,
    ) -> None:
        self.home = home
        self.port = int(variables.pop("BIAOCHI_PORT", free_port()))
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / "serve.log"
        self.log.write_bytes(b"")
        given = {"BIAOCHI_DEMO": "0", "BIAOCHI_PLAN": str(CITY_PLAN)} | variables | {"BIAOCHI_PORT": str(self.port)}
        surroundings = environment(home, **given)
        self.process: subprocess.Popen[bytes] | Forked = (
            start(["serve"], variables=surroundings, log=self.log, folder=folder)
            if started
            else fork_serve(variables=surroundings, log=self.log, acts=acts, instead=instead)
        )

    def ready(self) -> Served:
        wait_until_ready(self.url, self.process, self.log)
        return self

    def ended(self) -> tuple[int, str]:
        """Its exit code and what it said, when it ends by itself."""
        return self.process.wait(PATIENCE), self.log.read_text(encoding="utf-8")


@pytest.fixture
def serve(home: Path) -> Iterator[Serve]:
    made: list[Served] = []

    def another(
        *,
        folder: Path = ROOT,
        started: bool = False,
        acts: int | None = None,
        instead: Instead | None = None,
        **variables: str,
    ) -> Served:
        made.append(Served(home, folder=folder, started=started, acts=acts, instead=instead, **variables))
        return made[-1]

    yield another
    for served in made:
        if served.process.poll() is None:
            stop(served.process, how=signal.SIGKILL)
