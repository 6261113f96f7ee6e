"""`biaochi rebuild`: whatever stood in the derived tables, afterwards there is what follows from the ledger."""

from __future__ import annotations

import random
from threading import Event, Thread
from typing import Any

import pytest

from metrics.commands import keep_far_past as keeping
from metrics.database import Sessions, use_sessions
from metrics.queries.derived_check import derived_findings
from metrics.queries.far_past_facts import facts_to_keep
from metrics.results import Basis
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.metrics.commands.test_derive_rates import rows
from tests.metrics.queries.test_far_past import act
from tests.metrics.queries.test_views import disturb


def test_changed_missing_and_made_up_rates_are_put_right(run: Run, clean_database: Database) -> None:
    chance = random.Random("rebuilt")
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        for _ in range(8):
            disturb(session, chance)
        written = rows(session)
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("update unit_rates set denominators[2] = 1 where unit_code = '441202'")
        connection.exec_driver_sql("delete from unit_rates where unit_code = '441203'")
        connection.exec_driver_sql(
            "insert into unit_rates values ('nobody', '2019-09-01', 1, null, 1, 'submitted', '{}', '{}', 1)"
        )
        connection.exec_driver_sql("insert into stored_formulas values (7, 2)")
        connection.exec_driver_sql("insert into unit_turns values ('441202', 'nobody', 1, null, '{1}')")
    code, said, errors = run("rebuild")
    assert (code, errors) == (0, "")
    assert "4" in said  # three units that sent something, and the one that was made up
    with sessions.read() as session:
        assert rows(session) == written
        assert list(derived_findings(session)) == []


def test_who_keeps_the_far_past_meanwhile_cannot_put_back_what_was_put_right(
    run: Run, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service has read wrong rates and not yet kept what it found of them when they are made anew."""
    chance, sessions = random.Random("raced"), Sessions(clean_database.engine)
    with sessions.write() as session:
        for _ in range(20):
            act(session, chance)
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("update unit_rates set numerators = array_fill(1, array[cardinality(numerators)])")
    read, rebuilt = Event(), Event()

    def slowly(*asked: Any, **named: Any) -> Any:
        facts = facts_to_keep(*asked, **named)
        if not read.is_set():
            read.set()
            rebuilt.wait(timeout=2)
        return facts

    def rebuild() -> None:
        said.append(run("rebuild")[0])
        rebuilt.set()

    said: list[int] = []
    monkeypatch.setattr(keeping, "facts_to_keep", slowly)
    with use_sessions(sessions):
        service = Thread(target=keeping.bring_far_past_up_to_date, kwargs={"always": True})
        service.start()
        assert read.wait(timeout=30)
        rebuilding = Thread(target=rebuild)
        rebuilding.start()
        service.join()
        rebuilding.join()
    assert said == [0]
    with sessions.read() as reading:
        assert list(derived_findings(reading)) == []
        assert {basis for basis in Basis if facts_to_keep(reading, basis)} == set(Basis)


def test_nothing_is_kept_while_the_derived_tables_are_made_anew(clean_database: Database) -> None:
    with use_sessions(Sessions(clean_database.engine)):
        with keeping.far_past_held(clean_database.engine):
            assert not keeping.bring_far_past_up_to_date(always=True)
        assert keeping.bring_far_past_up_to_date(always=True)
