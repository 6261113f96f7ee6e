"""A database of every version, with data, is brought up to date: nothing is lost and no figure is another."""

from __future__ import annotations

import json
import re

import pytest

from metrics.cli.connection import OpenedDatabase
from metrics.cli.migrate import bring_up_to_date
from metrics.database import Sessions
from metrics.guards.objects import object_differences
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.tiles import stored_tree
from metrics.models.base import HELD, KEPT_FOR_OTHERS, MADE_ANEW
from metrics.server.migration import is_current
from tests.databases import Server
from tests.migrations.dumping import DUMPS, found_in, load
from tests.serving import ROOT

VERSIONS = sorted(re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_version_of_the_changelog_has_its_dump() -> None:
    assert sorted(path.stem for path in DUMPS.glob("*.sql")) == VERSIONS
    assert sorted(path.stem for path in DUMPS.glob("*.json")) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_counts_ledger_and_figures_are_the_same_after_the_upgrade(server: Server, version: str) -> None:
    expected = json.loads((DUMPS / f"{version}.json").read_text(encoding="utf-8"))
    with server.empty_database() as database:
        load(DUMPS / f"{version}.sql", database)
        bring_up_to_date(OpenedDatabase(database.url, database.owner_url, embedded=False))
        with database.as_owner() as owner:
            assert is_current(owner)
            assert list(object_differences(owner)) == []
        with Sessions(database.engine).read() as session:
            found = found_in(session)
            assert list(check_ledger(session)) == []
            assert stored_tree(session, size=expected["entries"]).root().hex() == expected["root"]
    made_anew = {*MADE_ANEW, *KEPT_FOR_OTHERS, *HELD, "ledger_entries"}  # a migration may say something in the ledger
    kept = {table: rows for table, rows in expected["rows"].items() if table not in made_anew}
    assert {table: found["rows"].get(table) for table in kept} == kept
    assert sum(rows > 0 for rows in kept.values()) > 20
    assert found["entries"] >= expected["entries"]
    assert found["figures"] == expected["figures"]
    assert len(expected["figures"]) > 50
