"""What is past its days goes by whole months, by the owner, and leaves an entry; nothing younger can be removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from metrics.audit_acts import AuditAction, AuditChannel, AuditOutcome
from metrics.auditing.pruning import prune_audit
from metrics.commands.record_audit import AuditCount, AuditRow, record
from metrics.database import ReadSession, Sessions, WriteSession, database_url
from metrics.models import AuditEntry
from metrics.present_act import Acting, Actor, under_way
from tests.databases import Database

NOW = datetime.now(UTC)


def days_old(*days: int) -> list[AuditCount]:
    acting = Acting(AuditChannel.API, "10.0.0.1", actor=Actor("chen"), action=AuditAction.PULL_DATA)
    row = AuditRow.of(acting, outcome=AuditOutcome.DONE)
    return [AuditCount(row, moment, moment) for moment in (NOW - timedelta(days=day) for day in days)]


def test_whole_months_past_their_days_go_and_an_entry_says_so(clean_database: Database) -> None:
    owner = create_engine(database_url(clean_database.owner_url))
    with Sessions(owner).write() as session:  # of the past only the owner can write
        record(session, days_old(600, 600, 420, 179, 1))
    pruning = Acting(AuditChannel.COMMAND, "command line", actor=Actor("root"), action=AuditAction.PRUNE_AUDIT)
    with under_way(pruning):
        gone = prune_audit(owner, days=180, now=NOW)
        assert prune_audit(owner, days=180, now=NOW) == ()
    assert [pruned.rows for pruned in gone] == [2, 1]
    with ReadSession(owner) as session:
        left = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    owner.dispose()
    assert [row.action for row in left] == ["data.pull"] * 2 + ["audit.prune"] * 2
    assert left[2].actor == "root"
    assert left[2].subject.endswith(f"{gone[0].month}: 2, {gone[1].month}: 1")


def test_the_table_itself_keeps_180_days_even_from_its_owner(clean_database: Database) -> None:
    with clean_database.as_owner() as connection:
        with WriteSession(connection, join_transaction_mode="create_savepoint") as session, session.begin():
            record(session, days_old(179, 181))
        attempt = connection.begin_nested()
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("delete from audit"))
        attempt.rollback()
        assert connection.execute(text("delete from audit where until < now() - interval '180 days'")).rowcount == 1
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        Sessions(clean_database.engine).write() as session,
    ):
        session.execute(text("delete from audit"))
