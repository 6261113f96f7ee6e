"""A database of an earlier program says in its ledger when it met the present method; a new one has known no other."""

from __future__ import annotations

import json
import random

from sqlalchemy import Engine, create_engine, select

from metrics.commands.create_release import create_release
from metrics.database import Sessions, database_url
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.entry import newest_seq
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.methods import METHODS, PRESENT
from metrics.models import LedgerEntry, Release
from metrics.queries.releases import release
from metrics.results import Basis
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database
from tests.metrics.queries.test_views import BUREAU, disturb, post

BEFORE = "0017"


def met(owner: Engine) -> list[LedgerEntry]:
    with Sessions(owner).read() as session:
        return list(session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "method").order_by(LedgerEntry.seq)))


def test_an_earlier_database_records_once_when_it_met_each_method_and_its_ledger_agrees(
    clean_database: Database,
) -> None:
    with Sessions(clean_database.engine).write() as session:
        disturb(session, random.Random("method"))
        newest = newest_seq(session)
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    assert met(owner) == []
    for _ in range(2):
        downgrade(owner, revision=BEFORE)
        migrate(owner)
    entries = met(owner)
    said = [json.loads(entry.leaf) for entry in entries]
    assert [(entry.seq, one["before"], one["method"]) for entry, one in zip(entries, said, strict=True)] == [
        (newest + number, number, number + 1) for number in range(1, PRESENT.number)
    ]
    assert [entry.leaf_hash for entry in entries] == [leaf_hash(entry.leaf.encode()) for entry in entries]
    assert {len(bytes.fromhex(one["salt"])) for one in said} == {16}
    with Sessions(owner).read() as session:
        assert list(check_ledger(session)) == []
    owner.dispose()


def test_an_empty_ledger_stays_empty(clean_database: Database) -> None:
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision="base", lose_data=True)
    migrate(owner)
    assert met(owner) == []
    owner.dispose()


def test_what_was_released_before_was_made_by_the_first_method(clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        post(session)
        create_release(session, principal=BUREAU, notes="三季度", basis=Basis.SUBMITTED)
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision=BEFORE, lose_data=True)  # the method that the release names
    migrate(owner)
    with Sessions(owner).write() as session:
        assert release(session, 1).method == 1
        made = create_release(session, principal=BUREAU, notes="四季度", basis=Basis.SUBMITTED)
        assert (made.number, made.method) == (2, PRESENT.number)
        assert session.scalars(select(Release.method).order_by(Release.number)).all() == [1, PRESENT.number]
    owner.dispose()


def test_methods_are_numbered_from_one_and_each_says_what_it_changed() -> None:
    assert [method.number for method in METHODS] == list(range(1, len(METHODS) + 1))
    assert [method.since for method in METHODS] == sorted(method.since for method in METHODS)
    assert all(method.changes.zh and method.changes.en for method in METHODS)
