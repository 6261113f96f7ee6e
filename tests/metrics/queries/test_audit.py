"""By which indexes the audit is searched, and what cannot be asked; what is found is the page's test."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.queries.audit import AuditAsked, _query, audit_asked


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    asked = {"since": "2019-02-01", "until": "2019-02-01T00:00:00+08:00"}
    assert audit_asked(asked, timezone=lambda: "Asia/Shanghai").since is not None
    with pytest.raises(BadRequest) as refused:
        audit_asked(asked | {"until": "2019-01-31T23:59:59+08:00"}, timezone=lambda: "Asia/Shanghai")
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [("parameter_conflict", "?until")]


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
