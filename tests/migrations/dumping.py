"""`python -m tests.migrations.dumping`: a database of the present version, with data, for the tests of later ones.

Done once, when a version is made: the dump (plain SQL, by `pg_dump`) and what has to be found after an upgrade lie side
by side in tests/migrations/dumps/, are kept for good and never drawn anew.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from metrics.backups.tables import data_tables
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import ReadSession, Sessions, use_sessions
from metrics.ledger.entry import newest_seq
from metrics.ledger.tiles import stored_tree
from metrics.server.embedded import embedded_server
from metrics.server.programs import program_path
from metrics.settings import settings
from tests.databases import Database, Server, database_home
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post
from tests.one_of_each import record_one_of_each

DUMPS = Path(__file__).parent / "dumps"
_FIGURES = ("unit_code", "period", "indicator_code", "numerator", "denominator")
# What says something of the program that dumped, and what older servers do not know.
_LEFT_OUT = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|SET transaction_timeout.*|)\n", re.MULTILINE)


def record_something(database: Database) -> None:
    """Submissions of two units over months, one of them corrected, and one record of everything else."""
    sessions = Sessions(database.engine)
    with use_sessions(sessions):
        with sessions.write() as session:
            for unit in ("441202", "441203"):
                for period in ("2019-08", "2019-09"):
                    post(session, unit, period)
            post(session, "441203", "2019-09", items_trip0=410, items_trip1=540)
            record_one_of_each(session)
        with sessions.write() as session:
            issue_checkpoint(session)


def found_in(session: ReadSession) -> Mapping[str, Any]:
    """What an upgrade keeps: rows by table, the ledger's head, and the figures of every unit and month."""
    size = newest_seq(session)
    figures = [" ".join(row[name] for name in _FIGURES) for row in rows(pulled(session, "rates")) if row["numerator"]]
    counts = {
        table.name: session.scalar(text(f"select count(*) from {table.quoted}"))
        for table in data_tables(session.connection())
    }
    root = stored_tree(session, size=size).root().hex()
    return {"entries": size, "root": root, "rows": dict(sorted(counts.items())), "figures": figures}


def dump(database: Database) -> str:
    """The database as plain SQL, without owners and rights, which the migrations give, or names of programs."""
    arguments = ["--no-owner", "--no-privileges", "--no-comments", "--dbname", database.owner_url]
    said = subprocess.run([program_path("pg_dump"), *arguments], check=True, capture_output=True, text=True).stdout
    return _LEFT_OUT.sub("", said)


def load(content: Path, database: Database) -> None:
    """Read a dump into an empty database. Raises CalledProcessError at the first statement that fails."""
    arguments = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={content}", database.owner_url]
    subprocess.run([program_path("psql"), *arguments], check=True, capture_output=True)


def main() -> None:
    """Write the dump of the present version; raises FileExistsError if there is one."""
    name = version("biaochi")
    with TemporaryDirectory() as keys, database_home() as home:
        os.environ |= {"BIAOCHI_HOME": keys}
        settings.cache_clear()
        with embedded_server(home) as addresses:
            server = Server(addresses.owner)
            with server.database() as database:
                record_something(database)
                with Sessions(database.engine).read() as session:
                    found = found_in(session)
                content = dump(database)
            server.close()
    DUMPS.mkdir(exist_ok=True)
    with (DUMPS / f"{name}.sql").open("x", encoding="utf-8") as file:
        file.write(content)
    (DUMPS / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
