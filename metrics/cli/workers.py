"""Several processes that answer from one socket, and whoever keeps them: one that dies is replaced.

They are forked from a process that has loaded the application and does nothing else (`multiprocessing`'s forkserver):
it has no threads, connections or locks that a fork would take along half-held, and a replacement answers at once.
What is done once (the embedded server, signing, reminders, backups) stays with whoever keeps them.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import structlog

from metrics.authority import NOBODY
from metrics.cli.answering import answer_until_stopped
from metrics.cli.keeping import LEDGER_EVERY, LedgerLook, kept
from metrics.database import make_engine, use_engine
from metrics.errors import Message, Unavailable
from metrics.logging import begin_logging
from metrics.settings import settings
from metrics.watch.traffic import count_together

log = structlog.get_logger(__name__)

_NAMED = "worker-"
_PRELOADED = ["api.app", "metrics.cli.workers"]
_STARTS_WITHIN = 120.0  # seconds
_STOPS_WITHIN = 15.0  # seconds, five of which answers under way have to come to their end
_AGAIN_AFTER = 1.0  # seconds before one is replaced that died within as many
_IN_VAIN = 5  # starts of each, one after the other, that come to no answer before the service gives up
_LOOKS_EVERY = 1.0  # seconds


@dataclass(slots=True)
class _Worker:
    """`ready`: where it says that it answers; None once it has."""

    number: int
    process: ForkServerProcess
    ready: Connection | None
    since: float


class Workers:
    """As many processes as the settings say; whoever calls :meth:`keep` replaces those that die."""

    def __init__(self, listener: socket.socket, address: str, counts: Path, *, before: Callable[[], None]) -> None:
        self._listener, self._address, self._counts, self._before = listener, address, counts, before
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._workers: list[_Worker] = []

    def start(self) -> None:
        """Start all of them and return when each answers. Raises Unavailable if one ends or does not in time.

        `before` is called as soon as the application is loaded, before any of them takes anybody.
        """
        nobody = self._context.Process(target=int)  # does nothing: what all are forked from has loaded once it is
        nobody.start()
        nobody.join()
        self._before()
        self._workers = [self._started(number) for number in range(1, settings().workers + 1)]
        until = time.monotonic() + _STARTS_WITHIN
        for worker in self._workers:
            if not self._answers(worker, within=until - time.monotonic()):
                raise _not_started("服务未能启动", "The service did not start")

    def keep(self) -> None:
        """Replace whoever dies: SIGINT and SIGTERM end it in KeyboardInterrupt.

        Raises Unavailable where none answers and each that is started ends before it does: what is wrong may be of what
        they are forked from, and a new start makes that anew; whoever asks meanwhile would wait for nobody.
        """
        in_vain = 0
        while in_vain < _IN_VAIN * len(self._workers):
            wait([worker.process.sentinel for worker in self._workers], timeout=_LOOKS_EVERY)
            for place, worker in enumerate(self._workers):
                if self._answers(worker, within=0):
                    in_vain = 0
                if not worker.process.is_alive():
                    in_vain += worker.ready is not None
                    self._workers[place] = self._replaced(worker)
        raise _not_started("各进程一再未及应答即结束", "Processes end again and again before they answer")

    def stop(self) -> None:
        """Take nobody more, let each bring what it answers to an end, and end it; at a second signal, at once."""
        self._listener.close()  # else whoever comes meanwhile is taken by nobody, and waits for the last answer
        try:
            self._end()
        except KeyboardInterrupt:
            self._end()

    def _end(self) -> None:
        # Also one whose start a signal broke off before it was noted: this process waits for it at its own end, and it
        # would wait for that.
        processes = [process for process in multiprocessing.active_children() if process.name.startswith(_NAMED)]
        for process in processes:
            process.terminate()
        until = time.monotonic() + _STOPS_WITHIN
        for process in processes:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                log.warning("worker_killed", worker=process.name)
                process.kill()
                process.join()

    def _started(self, number: int) -> _Worker:
        ours, theirs = self._context.Pipe(duplex=False)
        given = (number, self._listener, self._address, str(self._counts), dict(os.environ), theirs)
        process = self._context.Process(target=work, args=given, name=f"{_NAMED}{number}")
        process.start()
        theirs.close()
        return _Worker(number, process, ours, time.monotonic())

    def _answers(self, worker: _Worker, *, within: float) -> bool:
        """True once it said that it does; waits at most so many seconds for it, or for its end."""
        if worker.ready is None:
            return True
        with suppress(EOFError):
            if worker.ready.poll(max(0.0, within)) and worker.ready.recv():
                worker.ready.close()
                worker.ready = None
                return True
        return False

    def _replaced(self, worker: _Worker) -> _Worker:
        log.error("worker_ended", worker=worker.number, exit_code=worker.process.exitcode)
        if worker.ready is not None:
            worker.ready.close()
        if time.monotonic() - worker.since < _AGAIN_AFTER:
            time.sleep(_AGAIN_AFTER)
        return self._started(worker.number)


def _not_started(zh: str, en: str) -> Unavailable:
    return Unavailable("not_started", Message(f"{zh},原因见上面的日志。", f"{en}; the log above says why."))


@contextmanager
def workers(listener: socket.socket, address: str, *, before: Callable[[], None]) -> Iterator[Workers]:
    """The processes that answer from `listener`, all of them answering, for the block; `address`: of the database.

    `before` is called before the first of them answers.
    """
    counts = Path(tempfile.mkdtemp(prefix="biaochi-counts-"))
    several = Workers(listener, address, counts, before=before)
    try:
        several.start()
        yield several
    finally:
        several.stop()
        shutil.rmtree(counts, ignore_errors=True)


def work(
    number: int, listener: socket.socket, address: str, counts: str, environment: Mapping[str, str], ready: Connection
) -> None:
    """What one of the processes does: answer until it is told to end, or until whoever keeps it is gone."""
    os.setpgrp()  # a Ctrl-C is the keeper's, who says it once; a second signal would break answers off
    os.environ.clear()
    os.environ.update(environment)
    settings.cache_clear()
    begin_logging(settings().log_format)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _end_with_keeper()
    count_together(Path(counts))

    def say_ready() -> None:
        ready.send(number)
        ready.close()

    with (
        suppress(KeyboardInterrupt),
        use_engine(make_engine(address, pool_size=settings().pool_size), standing=NOBODY),
        kept("ledger", LedgerLook(), every=LEDGER_EVERY),
    ):
        answer_until_stopped(listener, ready=say_ready, taken_at_once=1)


def _end_with_keeper() -> None:
    """End this process as soon as the one that keeps it is gone, however that went."""
    keeper = multiprocessing.parent_process()
    if keeper is None:
        return

    def watch() -> None:
        keeper.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="keeper-watch", daemon=True).start()
