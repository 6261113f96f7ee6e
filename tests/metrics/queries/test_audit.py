"""By which indexes the audit is searched; what is found is the page's test."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from metrics.database import WriteSession
from metrics.queries.audit import AuditAsked, _query


@pytest.mark.parametrize("limit", [51, None])
@pytest.mark.parametrize(
    ("asked", "indexes"),
    [
        (AuditAsked(user="chen"), ["ix_audit_actor"]),
        (AuditAsked(unit="441202"), ["ix_audit_words", "ix_audit_in_the_ledger"]),
    ],
    ids=["account", "unit"],
)
def test_rows_of_an_account_and_of_a_unit_have_an_index_each(
    session: WriteSession, asked: AuditAsked, indexes: list[str], limit: int | None
) -> None:
    """Where no table is read through and no index walked for its order, only one that fits is left."""
    session.execute(text("set local enable_seqscan = off"))
    session.execute(text("set local enable_indexscan = off"))
    query = _query(replace(asked, limit=limit))
    compiled = query.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.connection().exec_driver_sql(f"explain {compiled}").scalars())
    assert [name for name in indexes if f"on {name}" not in plan] == [], plan
