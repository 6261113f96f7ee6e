"""`biaochi serve` that is killed, or asked to stop, and started again, and PostgreSQL under it killed in three ways."""

from __future__ import annotations

import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from metrics.cli.plan import CITY_PLAN
from tests.clusters import kill_with_children, running
from tests.ports import free_port
from tests.serving import PATIENCE, environment, fork_serve, stop, wait_until_ready

SERVICE, STOP = "service", "stop"
WAYS = ("family", "postmaster", "child")  # in which PostgreSQL is killed
_NOTICED = 0.1  # seconds until a kill is noticed; before that `/readyz` may still be answered by what is dying
_PATIENCE = 20.0  # seconds for a process to say its last words
_SHOWN = 20_000  # bytes of a log


class Killed:
    """`biaochi serve` with the city's plan in a folder of its own, started again whenever it was killed.

    It is forked from a process that has loaded the program: loading takes most of a start, and nothing is killed then.
    `patience`: seconds within which it has to be ready.
    """

    patience = PATIENCE

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = environment(
            home,
            BIAOCHI_PORT=str(self.port),
            BIAOCHI_DEMO="0",
            BIAOCHI_PLAN=str(CITY_PLAN),
            PYTHONFAULTHANDLER="1",
        )
        self.home, self.log = home, home / "serve.log"
        self._start()

    def _start(self) -> None:
        self.process = fork_serve(variables=self.variables, log=self.log)
        self._until_ready()

    def _until_ready(self) -> None:
        wait_until_ready(self.url, self.process, self.log, patience=self.patience)

    def strike(self, kind: str, draw: random.Random) -> None:
        """Do what `kind` says, and return when it is ready again. Raises AssertionError if it does not get ready."""
        if kind == SERVICE:
            self.kill()
        elif kind == STOP:
            self.stop()
        else:
            self.kill_server(kind, draw)

    def kill(self) -> None:
        """SIGKILL to the service alone; its database lives on and is adopted."""
        self.process.kill()
        self.process.wait()
        self._start()

    def stop(self) -> None:
        """SIGTERM: the service and then its database end in order, whatever is under way, and both are started again.

        Raises AssertionError if either does not.
        """
        server, code = running(self.home), stop(self.process, how=signal.SIGTERM)
        said = self.logs[1].read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        gone = not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
        if code or not gone or not any("database system is shut down" in line for line in said):
            raise AssertionError(f"the service ended with {code}, its database said {said}")
        self._start()

    def kill_server(self, way: str, draw: random.Random) -> None:
        """SIGKILL to PostgreSQL: the service starts it again, or it gets over the loss of one child by itself."""
        server = running(self.home)
        if way == "family":
            kill_with_children(server)
        elif way == "postmaster":
            server.kill()
        elif children := server.children():
            with suppress(psutil.NoSuchProcess):  # ended by itself meanwhile
                draw.choice(children).kill()
        time.sleep(_NOTICED)
        self._until_ready()

    def last_words(self) -> str:
        """What a silent service and its database were doing: every thread's stack, and the ends of their logs."""
        around = [
            f"{one.pid} {one.status()} {' '.join(one.cmdline())}"
            for one in psutil.process_iter()
            if one.pid == self.process.pid or one.name() == "postgres"
        ]
        if self.process.poll() is None:  # one that ended by itself has said in its log why
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(_PATIENCE)
        ends = [path.read_text(encoding="utf-8", errors="replace")[-_SHOWN:] for path in self.logs]
        return "\n".join([*around, *ends])

    @property
    def logs(self) -> tuple[Path, Path]:
        """What the service said, and what its database did."""
        return self.log, self.home / "postgres.log"
