"""What was issued stays: a byte of a bulletin that is changed, or an act that is changed or gone, is named."""

from __future__ import annotations

from sqlalchemy import Connection, text

from metrics.database import ReadSession, Sessions
from metrics.ledger.checking.walk import check_ledger
from tests.databases import Database
from tests.metrics.commands.test_write_bulletin import drafted, edited, issued
from tests.metrics.queries.test_views import post

TAMPERINGS = {
    "update bulletin_files set content = content || '\\x20' where name = 'zh.pdf'": "bulletin_files",
    "delete from bulletin_files where name = 'en.docx'": "bulletin_files",
    "update bulletin_acts set words = '另一句' where act = 'edit'": "bulletin_acts",
    "delete from bulletin_acts where act = 'draft'": "bulletin_acts",
}


def test_a_changed_bulletin_is_named(clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        post(session, items_online=650)
        issued(session, edited(session, drafted(session), "opening", "通报如下。"))
    with clean_database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        assert named(connection) == set()
        for tampering, table in TAMPERINGS.items():
            with connection.begin_nested() as undone:
                assert connection.execute(text(tampering)).rowcount == 1
                assert table in named(connection)
                undone.rollback()


def named(connection: Connection) -> set[str]:
    """The tables in which `ledger check` finds something."""
    with ReadSession(connection, join_transaction_mode="create_savepoint") as session:
        return {finding.table for finding in check_ledger(session)}
