"""R6: the script of docs/exports.md that takes what is new misses and doubles nothing over a restored backup."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from metrics.database import Sessions, use_sessions
from metrics.ledger.continuation import remember_what_is_there
from metrics.principal import Principal, Role
from metrics.settings import settings
from tests.databases import Database, Server
from tests.people import person, token
from tests.posting import post
from tests.serving import PATIENCE, ROOT, environment, live, start

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
(SCRIPT,) = [recipe for recipe in re.findall(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if "409" in recipe]
UNITS = ["441202", "441203", "441204", "441223", "441224"]
EVERYBODY = Principal(1, "chen", "陈", Role.CLERK, frozenset(UNITS))


def report(database: Database, *units: str, online: int = 850) -> None:
    """The units report September."""
    with Sessions(database.engine).write() as session:
        for unit in units:
            post(session, unit=unit, changes={"items_online": online}, principal=EVERYBODY)


def poll(folder: Path, url: str, variables: Mapping[str, str], *, code: int = 0) -> str:
    """Run the script once, which ends with `code`; what it said."""
    script = SCRIPT.replace("http://127.0.0.1:8000", url)
    command = ["bash", "-c", script]  # as somebody runs it who says nothing else
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == code, done.stderr
    return done.stderr


def missed_and_doubled(folder: Path, database: Database) -> tuple[int, int, int]:
    """Of the rows that are held: how many are missing, how many came twice, how many the database does not have."""
    (held,) = folder.glob("held.*.csv")
    with held.open(encoding="utf-8", newline="") as file:
        rows = Counter((row["seq"], row["element_code"], row["value"]) for row in csv.DictReader(file))
    with database.as_owner() as connection:
        known = connection.exec_driver_sql("select seq::text, element_code, trim_scale(value)::text from observations")
        there = {tuple(row) for row in known}
    return len(there - set(rows)), sum(count - 1 for count in rows.values()), len(set(rows) - there)


def test_over_a_restored_backup_nothing_is_missed_or_doubled_and_it_is_told(
    server: Server, template: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup grows on after the restore, beyond the number that the reader holds: numbers alone show nothing."""
    memory = {"BIAOCHI_LEDGER_MEMORY": str(tmp_path / "ledger.key.head")}  # one signer, whatever the database
    memory["BIAOCHI_LEDGER_KEY"] = str(tmp_path / "ledger.key")
    for name, value in memory.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    held = tmp_path / "held"
    held.mkdir()
    with server.database(template=template) as first:
        with Sessions(first.engine).write() as session:
            person(session, "assessor", role=Role.ASSESSOR)
            variables = os.environ | {"TOKEN": token(session, "assessor").secret}
        report(first, "441202")
        with live(first, home=tmp_path, more=memory) as running:  # which signs
            assert poll(held, running.url, variables) == ""
        first.engine.dispose()
        with server.database(template=first.name) as backup:
            with live(first, home=tmp_path, more=memory) as running:
                for unit in ("441203", "441204"):
                    report(first, unit)
                    assert poll(held, running.url, variables) == ""
                    assert missed_and_doubled(held, first) == (0, 0, 0)
                assert poll(held, running.url, variables) == ""  # nothing new is nothing wrong
                with remembered_beyond(Path(memory["BIAOCHI_LEDGER_MEMORY"])):
                    assert "ledger_set_back" in poll(held, running.url, variables, code=3)
                    assert missed_and_doubled(held, first) == (0, 0, 0)
            before = sorted((path.name, path.read_bytes()) for path in held.glob("held.*"))
            assert "in doubt" not in poll(held, running.url, variables, code=7)  # nobody answers: what was said is old
            assert sorted((path.name, path.read_bytes()) for path in held.glob("held.*")) == before
            with use_sessions(Sessions(first.engine)):
                remember_what_is_there()  # as the service does every two seconds
            declare(backup, tmp_path)
            report(backup, *UNITS[1:], online=700)
            with live(backup, home=tmp_path, more=memory) as running:
                said = poll(held, running.url, variables)
                assert "从头重取" in said
                assert "after_hash_differs" in said
                assert missed_and_doubled(held, backup) == (0, 0, 0)
                assert (held / "told.log").read_text(encoding="utf-8").count("pulling anew") == 1
                assert len(list(held.glob("before.*.csv"))) == 1
                assert poll(held, running.url, variables) == ""


@contextmanager
def remembered_beyond(memory: Path) -> Iterator[None]:
    """While the block lasts the signer remembers more than any database here has."""
    kept = memory.read_bytes()
    memory.write_text(json.dumps({"size": 1_000_000, "root": "00" * 32, "epoch": 1}))
    yield
    memory.write_bytes(kept)


def declare(database: Database, home: Path) -> None:
    """The operator says that the database was restored."""
    variables = environment(home, **database.environment())
    log = home / "restored.log"
    command = start(["ledger", "restored", "--reason", "恢复备份"], variables=variables, log=log)
    assert command.wait(PATIENCE) == 0, log.read_text()
