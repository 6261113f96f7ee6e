"""R3 over releases in full: `python -m benchmarks.faults` strikes before and after every statement of a release.

Each release is asked for over HTTP. Nothing may be stored that was not before, nothing may be answered 2xx, and no file
may stay open. Then the same for the commit, and at last a release without a fault has to be the first. Exit code 1 if
anything else happens.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from benchmarks.databases import own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import Sessions, present_sessions
from metrics.logging import configure_logging
from metrics.principal import Role
from tests.callers import Caller, caller
from tests.faults import AFTER, BEFORE, COMMIT, contents, fault
from tests.metrics.queries.test_views import post


def main() -> int:
    """Strike everywhere and print the score."""
    configure_logging("json", level=logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home):
            load_plan_folder(CITY_PLAN, actor="benchmarks")
            return _strike_everywhere(present_sessions())


def _strike_everywhere(sessions: Sessions) -> int:
    client = TestClient(create_app(), base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    with client:
        with sessions.write() as session:
            post(session, "441202", "2019-08")
            post(session)
            bureau = caller(client, session, "bureau", Role.REVIEWER)
        bad = [
            f"{moment} {odd}"
            for number, moment in enumerate((BEFORE, AFTER, COMMIT), start=1)
            for odd in _strike(sessions, bureau, moment, number=number)
        ]
    for odd in bad:
        sys.stdout.write(f"WRONG {odd}\n")
    return 1 if bad else 0


def _strike(sessions: Sessions, bureau: Caller, moment: str, *, number: int) -> list[str]:
    """Strike at every place of one sort, until release `number` is made without a fault; what was not as it must be."""
    bad, place, before, opened = [], 0, contents(sessions), _open_files()
    while True:
        place += 1
        with fault(sessions.engine, moment, place) as struck:
            answer = _publish(bureau, key=f"release-{number}")
        if struck.count < place:
            break
        if answer.status_code < 500:
            bad.append(f"{place}: answered {answer.status_code}")
        if contents(sessions) != before:
            bad.append(f"{place}: something was stored")
            before = contents(sessions)
        if _open_files() > opened:
            bad.append(f"{place}: {_open_files() - opened} files stay open")
    if answer.status_code != 201 or answer.json()["number"] != number:
        bad.append(f"without a fault: {answer.status_code} {answer.text[:300]}")
    sys.stdout.write(f"R3 release, {moment}: {place - 1} places struck, {len(bad)} wrong\n")
    return bad


def _publish(bureau: Caller, *, key: str) -> Any:
    headers = bureau.headers | {"Idempotency-Key": key}
    return bureau.client.post("/api/v1/releases", json={"notes": "三季度"}, headers=headers)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    sys.exit(main())
