"""A service without a plan on a small disk, and what can happen to it: what each alarm is for (`benchmarks.alarms`)."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from benchmarks.alarmed_witness import Watchful
from metrics.database import Sessions, make_engine
from metrics.server.embedded import Addresses, embedded_server
from tests.clusters import running
from tests.mailboxes import mailbox
from tests.people import bearer, person, token
from tests.ports import free_port
from tests.serving import PATIENCE, PLAIN, ROOT, environment, fork_serve, stop, wait_until_ready

_UNIT = "EXAMPLE-EAST"


class Alarming:
    """`biaochi serve` without a plan, on a small disk, and what can happen to it."""

    def __init__(self, folder: Path) -> None:
        self.home, self.log = folder / "home", folder / "serve.log"
        self.home.mkdir()
        self.port = free_port()
        self.witness = Watchful(folder)
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = environment(
            self.home,
            BIAOCHI_PORT=str(self.port),
            BIAOCHI_DEMO="0",
            BIAOCHI_POOL_SIZE="2",
            BIAOCHI_REMINDER_HOUR="0",
            BIAOCHI_WITNESSES=str(self.witness.policy),
        )
        self.process = fork_serve(variables=self.variables, log=self.log)
        wait_until_ready(self.url, self.process, self.log, patience=600)
        with embedded_server(self.home) as addresses:
            self.addresses: Addresses = addresses
        self._token = ""
        self._posted = 0

    def command(self, *arguments: str, **variables: str) -> None:
        """`biaochi …` beside the service; it may fail, since a reminder does."""
        command = [sys.executable, "-m", "metrics.cli.main", *arguments]
        subprocess.run(command, env=self.variables | variables, cwd=ROOT, check=False, capture_output=True)

    def refusals(self) -> str:
        """What it counted, for who has to find out why an alarm did not fire; nothing of one that is stopped."""
        if self.process.poll() is not None:
            return ""
        told = httpx2.get(f"{self.url}/metrics", timeout=PATIENCE, verify=PLAIN).text
        return "".join(line + "\n" for line in told.splitlines() if line.startswith("biaochi_refusals_total"))

    @contextmanager
    def nothing(self) -> Iterator[None]:
        yield

    @contextmanager
    def plan_loaded(self) -> Iterator[None]:
        """The plan that `biaochi plan new` writes, and its first month sent by one unit: what follows is overdue."""
        self.command("plan", "new", str(self.home / "plan"))
        self.command("plan", "load", str(self.home / "plan"))
        engine = make_engine(self.addresses.application, pool_size=1)
        with Sessions(engine).write() as session:
            person(session, units={_UNIT})
            self._token = token(session).secret
        engine.dispose()
        self.post()
        yield

    @contextmanager
    def witness_away(self) -> Iterator[None]:
        """The witness does not run yet; then it knows the ledger, and does."""
        yield
        self.witness.knows(self._ask("GET", "ledger/keys").json()["items"][-1]["verifier_key"])

    @contextmanager
    def witness_misled(self) -> Iterator[None]:
        """The witness saw another history, and is asked to sign one more month of this one."""
        with self.witness.misled():
            self.post()
            self._ask("GET", "ledger/checkpoint")
            yield

    @contextmanager
    def old_backup(self) -> Iterator[None]:
        """A backup of the day before yesterday: one of now under the name that it would have."""
        folder = self.home / "backups"
        self.command("backup", "--to", str(folder))
        for archive in folder.glob("biaochi-2*.zip"):
            moment = datetime.now(UTC) - timedelta(days=2)
            archive.rename(archive.with_name(f"biaochi-{moment:%Y%m%dT%H%M%SZ}.zip"))
        yield

    @contextmanager
    def reminders_refused(self) -> Iterator[None]:
        """Mail that nobody takes, and a robot that is not there: given up, and still to be sent."""
        soon = {"BIAOCHI_REMINDER_DAYS_BEFORE": "20", "BIAOCHI_REMINDER_DAYS_AFTER": "25"}
        with mailbox() as box:
            box.unknown = True
            to = {"BIAOCHI_SMTP_HOST": "127.0.0.1", "BIAOCHI_SMTP_PORT": str(box.port), "BIAOCHI_SMTP_SECURITY": "none"}
            address = {"BIAOCHI_REMINDER_ADDRESSES": f'{{"{_UNIT}":"east@example.gov.cn"}}'}
            self.command("remind", **soon, **to, **address, BIAOCHI_SMTP_FROM="biaochi@example.gov.cn")
        self.command("remind", **soon, BIAOCHI_WEBHOOK_URL=f"http://127.0.0.1:{free_port()}/robot")
        yield

    @contextmanager
    def guesses(self) -> Iterator[None]:
        """130 wrong passwords from one address."""
        for number in range(130):
            body = {"username": f"nobody{number}", "password": "not the password"}
            httpx2.post(f"{self.url}/api/v1/session", json=body, timeout=PATIENCE, verify=PLAIN)
        yield

    def post(self) -> None:
        """One month of the clerk's: the plan's first, then the ten after it, over and over."""
        month = f"2026-{self._posted % 10 + 1:02}" if self._posted else "2025-12"
        self._posted += 1
        body = {"unit": _UNIT, "period": month, "values": {"items_total": 10, "items_online": 5}}
        self._ask("POST", "submissions", json=body)

    def _ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = bearer(self._token) | {"Idempotency-Key": f"alarms-{time.monotonic_ns()}"}
        address = f"{self.url}/api/v1/{path}"
        return httpx2.request(method, address, headers=headers, timeout=PATIENCE, verify=PLAIN, **more)

    @contextmanager
    def held(self, table: str, mode: str) -> Iterator[None]:
        """Somebody else's transaction holds `table` for the block."""
        with psycopg.connect(self.addresses.owner) as connection:
            connection.execute(f"lock table {table} in {mode} mode")
            yield

    @contextmanager
    def crowd(self) -> Iterator[None]:
        """Forty clients that go on asking while what they ask for is held."""
        ending = threading.Event()

        def go_on(number: int) -> None:
            while not ending.is_set():
                if number % 2:
                    self._ask("GET", "submissions" if number % 4 == 1 else "observations.csv")
                else:
                    self.post()

        threads = [threading.Thread(target=go_on, args=(number,)) for number in range(40)]
        with self.held("submissions", "access exclusive"):
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                ending.set()
        for thread in threads:
            thread.join()

    @contextmanager
    def behind(self) -> Iterator[None]:
        """One more month, of which `open.progress` cannot be told; nor is it signed yet."""
        with self.held("open.progress", "exclusive"):
            self.post()
            yield

    @contextmanager
    def defect(self) -> Iterator[None]:
        """A table that is gone, as no program makes it: one request ends in a 500."""
        with psycopg.connect(self.addresses.owner, autocommit=True) as connection:
            connection.execute("alter table releases rename to releases_away")
            self._ask("GET", "releases")
            connection.execute("alter table releases_away rename to releases")
        yield

    @contextmanager
    def without_key(self) -> Iterator[None]:
        """The key of the ledger is not where it was."""
        key = self.home / "ledger.key"
        key.rename(self.home / "elsewhere")
        yield
        (self.home / "elsewhere").rename(key)

    @contextmanager
    def silent_database(self) -> Iterator[None]:
        """PostgreSQL is there and answers nothing."""
        server = running(self.home)
        processes = [server, *server.children()]
        for process in processes:
            process.suspend()
        yield
        for process in processes:
            process.resume()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        stop(self.process)
        yield
