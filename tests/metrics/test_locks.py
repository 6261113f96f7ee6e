"""What one does while every other waits: by the row that is there, or that is made where there is none."""

from __future__ import annotations

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from metrics.locks import Lock, hold, hold_if_free
from tests.databases import Database


def is_free(engine: Engine, lock: Lock, *, key: object = None) -> bool:
    """Whether another transaction could hold it now."""
    with engine.begin() as other:
        other.execute(text("set local lock_timeout = '10ms'"))
        try:
            hold(other, lock, key=key)
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                return False
            raise
    return True


@pytest.mark.parametrize("restored", [False, True], ids=["migrated", "restored without its rows"])
def test_a_lock_is_held_until_the_transaction_ends_and_no_other_with_it(
    clean_database: Database, restored: bool
) -> None:
    engine = clean_database.engine
    if restored:
        with clean_database.as_owner() as owner:
            owner.execute(text("truncate locks"))
    for lock in Lock:
        with engine.begin() as mine:
            hold(mine, lock)
            hold(mine, lock)
            assert not is_free(engine, lock)
            assert all(is_free(engine, other) for other in Lock if other is not lock)
        with engine.begin() as mine, engine.begin() as other:
            assert hold_if_free(mine, lock)
            assert not hold_if_free(other, lock)


def test_nobody_waits_for_a_row_that_another_is_about_to_make(clean_database: Database) -> None:
    engine = clean_database.engine
    with clean_database.as_owner() as owner:
        owner.execute(text("truncate locks"))
    with engine.begin() as mine, engine.begin() as other:
        other.execute(text("set local statement_timeout = '20s'"))  # in vain: it would wait without an end
        assert hold_if_free(mine, Lock.BACKUP)
        assert not hold_if_free(other, Lock.BACKUP)
        assert hold_if_free(other, Lock.REMINDERS)
        assert other.scalar(text("select current_setting('lock_timeout')")) == "0"


def test_what_is_held_for_a_key_leaves_other_keys_free(clean_database: Database) -> None:
    engine = clean_database.engine
    with engine.begin() as mine:
        hold(mine, Lock.FINDINGS, key=1)
        assert not is_free(engine, Lock.FINDINGS, key=1)
        assert is_free(engine, Lock.FINDINGS, key=2)
        assert is_free(engine, Lock.IDEMPOTENCY_KEY, key=1)
