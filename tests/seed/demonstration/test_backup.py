"""The drill: the demonstration is backed up while something is recorded, and all of it comes back elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from metrics.backups.archive import opened_archive
from metrics.backups.folder import Retention
from metrics.backups.restoring import restore
from metrics.backups.tables import data_tables
from metrics.backups.writing import back_up
from metrics.commands.override_light import override_light
from metrics.database import Sessions, make_engine
from metrics.ledger.tiles import stored_tree
from metrics.principal import Principal, Role
from metrics.results import Light
from tests.databases import Database, Server
from tests.seed.demonstration.conftest import Demonstration

EVALUATOR = Principal(3, "han", "韩", Role.EVALUATOR)
_ENDED = {"sessions", "sign_in_steps"}
_RECORDED = {"ledger_entries", "light_overrides"}  # what is added to meanwhile


class Recorder:
    """Somebody who overrides one light over and over, for a block. `recorded`: how many times so far."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ended, self.began = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._record)
        self.recorded = 0

    def __enter__(self) -> Recorder:
        self._thread.start()
        assert self.began.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def go_on(self) -> None:
        """Return once more was recorded."""
        at = self.recorded
        while self.recorded < at + 2:
            self._ended.wait(0.01)

    def _record(self) -> None:
        while not self._ended.is_set():
            with Sessions(self._database.engine).write() as session:
                override_light(
                    session,
                    principal=EVALUATOR,
                    unit="441202",
                    target="TG-05A",
                    period=date(2019, 9, 1),
                    light=Light.GREY if self.recorded % 2 else Light.RED,
                    reason=f"{self.recorded}",
                )
            self.recorded += 1
            self.began.set()


def test_all_of_it_comes_back_elsewhere(rehearsal: Demonstration, server: Server, tmp_path: Path) -> None:
    database = rehearsal.database
    owner = make_engine(database.owner_url, pool_size=1)
    with Recorder(database) as recorder:
        made = back_up(owner, role=server.role, folder=tmp_path / "b", keys_to=None, keep=Retention(1))
        recorder.go_on()
    owner.dispose()
    with server.empty_database() as elsewhere:
        _restore(made.path, elsewhere)
        before, after = _rows(database), _rows(elsewhere)
        elsewhere.engine.dispose()
    assert {table: len(rows) for table, rows in after.items() if table not in _ENDED} == {
        table: count for table, count in made.manifest.rows.items() if table not in _ENDED
    }
    for table in before.keys() - _ENDED - _RECORDED:
        assert (table, after[table] == before[table]) == (table, True)
    for table in _RECORDED:
        assert set(after[table]) < set(before[table])
    with Sessions(database.engine).read() as session:
        assert stored_tree(session, size=made.manifest.entries).root().hex() == made.manifest.root
    database.engine.dispose()


def _restore(archive: Path, place: Database) -> None:
    """Raises where the counts differ, the ledger's head does, or the check of the ledger finds anything."""
    owner = make_engine(place.owner_url, pool_size=1)
    with opened_archive(archive) as found:
        restore(
            owner,
            found,
            application=make_url(place.url),
            accept=False,
            without_keys=True,
            tell=lambda said: None,
            progress=None,
        )
    owner.dispose()


def _rows(database: Database) -> dict[str, Sequence[str]]:
    """A digest of every row of every table, files among them."""
    with database.as_owner() as connection:
        return {
            table.name: connection.scalars(text(f"select md5(t::text) from {table.quoted} t order by 1")).all()
            for table in data_tables(connection)
        }
