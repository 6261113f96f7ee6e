"""The service as users meet it: `biaochi serve` in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import httpx2

from metrics.ledger.keys import key_file
from metrics.second_factor import key_path
from metrics.settings import settings
from tests.databases import Database
from tests.memories import memory_of
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
Instead = Mapping[str, float | str]  # constants of modules that are loaded, by their whole names: another value
PATIENCE = 120.0  # seconds until a service must start, answer or end; other work may be going on beside the tests
# For asking over HTTP: reading the certificates of all authorities takes longer than most services take to answer.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class LiveServer:
    """A service that answers at `url` (no slash at its end) from `database`; what it says goes to `log`."""

    url: str
    database: Database
    process: Forked
    log: Path


@dataclass(frozen=True)
class Forked:
    """A service that was forked; asked and told what a process that was started is."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def send_signal(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)

    def kill(self) -> None:
        self.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("biaochi serve", timeout or 0)
        return self.process.exitcode


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


def wait_until_ready(
    url: str, process: subprocess.Popen[bytes] | Forked, log: Path, *, patience: float = PATIENCE
) -> None:
    """Return when `/readyz` answers 200.

    Raises AssertionError with the log if the process ends or takes longer than `patience`, in seconds.
    """
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        assert process.poll() is None, f"the service ended ({process.returncode}):\n{log.read_text()}"
        try:
            if httpx2.get(f"{url}/readyz", timeout=5, verify=PLAIN).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the service did not get ready:\n{log.read_text()}")


def stop(process: subprocess.Popen[bytes] | Forked, *, how: signal.Signals = signal.SIGINT) -> int:
    """Ask the process to end and return its exit code; one that does not in PATIENCE is killed and fails the test."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.wait()
        raise AssertionError(f"the service did not stop within {PATIENCE:.0f} s") from error


@contextmanager
def live(
    database: Database,
    *,
    home: Path,
    demo: bool = False,
    port: int | None = None,
    more: Mapping[str, str] | None = None,
    instead: Instead | None = None,
) -> Iterator[LiveServer]:
    """The service on `database`, for the block; `more`: further variables; `instead`: as :func:`fork_serve` takes it.

    It is forked from a process that has loaded the program, since loading takes most of a start; how `biaochi serve`
    itself starts is tested elsewhere. What it runs is not counted as covered: tests in their own process cover it, and
    counting slows it by a third.
    """
    port, log = port or free_port(), home / "serve.log"
    variables = environment(home, **database.environment(), BIAOCHI_PORT=str(port), BIAOCHI_DEMO="1" if demo else "0")
    variables["BIAOCHI_SECOND_FACTOR_KEY"] = str(key_path().absolute())  # so that tests can make the codes of people
    variables["BIAOCHI_LEDGER_MEMORY"] = str(memory_of(database.name).absolute())  # so that tests can record beside it
    variables["BIAOCHI_LEDGER_KEY"] = str(key_file().absolute())  # likewise
    process = fork_serve(variables=variables | dict(more or {}), log=log, instead=instead)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        yield LiveServer(url, database, process, log)
    finally:
        stop(process)


def fork_serve(
    *, variables: Mapping[str, str], log: Path, acts: int | None = None, instead: Instead | None = None
) -> Forked:
    """Start `biaochi serve` in the project's folder as :func:`start` does, but loaded already and not counted.

    `acts`: of the demonstration only the first so many happen, where it is not the demonstration that is looked at.
    `instead`: how long the service waits, where that it waits is what is looked at, and not how long.
    """
    forked = _loaded().Process(target=_serve, args=(dict(variables), log, acts, dict(instead or {})))
    forked.start()
    return Forked(forked)


def fork_program(
    arguments: list[str], *, variables: Mapping[str, str], script: str = "", place: str = os.devnull
) -> Forked:
    """Start `biaochi …`, or a `script` of Python, in the project's folder, loaded already and not counted.

    `place`: the terminal that it is at, or the file to which what it says is appended.
    """
    forked = _loaded().Process(target=_program, args=(arguments, dict(variables), script, place))
    forked.start()
    return Forked(forked)


@cache
def _loaded() -> ForkServerContext:
    """A process that has loaded the program and counts nothing as covered; it ends with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["tests.loading", "metrics.cli.main", "metrics.cli.serving", "pytest", "tests.serving", "tests.loaded"]
    )
    counting = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    try:
        forkserver.ensure_running()
    finally:
        if counting is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = counting
    return context


def _serve(variables: Mapping[str, str], log: Path, acts: int | None, instead: Instead) -> None:
    """What the fork does: `biaochi serve` in a process group of its own, as if started with `variables` alone."""
    from api import app
    from metrics.cli.main import main
    from seed.demonstration import load
    from tests.loaded import APPLICATION

    app.create_app = lambda: APPLICATION  # what `serve` asks for by its name
    if acts is not None:
        whole = load._history
        load._history = lambda plan: whole(plan)[:acts]
    for name, value in instead.items():
        module, _, constant = name.rpartition(".")
        assert hasattr(sys.modules[module], constant), name
        setattr(sys.modules[module], constant, value)
    _by_itself(variables)
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    main(["serve"])


def _program(arguments: list[str], variables: Mapping[str, str], script: str, place: str) -> None:
    """What the fork does that is no service."""
    from metrics.cli.main import main

    _by_itself(variables)
    here = os.open(place, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    asked = here if os.isatty(here) else os.open(os.devnull, os.O_RDONLY)
    for number, to in enumerate((asked, here, here)):
        os.dup2(to, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, how, 1) for number, how in enumerate("rww"))
    if not script:
        main(arguments)
    sys.argv[1:] = arguments
    exec(script, {"__name__": "__main__"})  # noqa: S102  a test's own


def _by_itself(variables: Mapping[str, str]) -> None:
    """In a process group of its own, as if started with `variables` alone."""
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(variables)
    settings.cache_clear()
