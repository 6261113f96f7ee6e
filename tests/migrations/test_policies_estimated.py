"""The conditions of row security are answered once a statement, and the planner knows that most rows pass them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import create_engine, text

from metrics.authority import SAY, Authority
from metrics.database import database_url
from metrics.principal import Role
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database, Server

_ROWS = 3000
_MADE = f"""
insert into figures (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)
select '441202', '2011-01-01', 'made_' || n, n, 1, n, 1, now() from generate_series(1, {_ROWS}) n
"""
_POLICIES = "select tablename, policyname, cmd, qual, with_check from pg_policies order by 1, 2"


def test_a_reader_of_everything_is_expected_to_read_most_of_it(clean_database: Database) -> None:
    with clean_database.as_owner() as owner:
        owner.exec_driver_sql(_MADE)
        owner.exec_driver_sql("analyze figures")
    with clean_database.engine.connect() as service:
        service.execute(text(SAY), Authority(Role.EVALUATOR.value).said)
        assert service.scalar(text("select count(*) from figures")) == _ROWS
        told: Any = service.scalar(text("explain (format json) select * from figures"))
        found = told if isinstance(told, list) else json.loads(told)
        assert found[0]["Plan"]["Plan Rows"] >= _ROWS / 3


def test_the_way_back_leaves_the_conditions_as_they_were(server: Server) -> None:
    with server.empty_database() as database:
        owner = create_engine(database_url(database.owner_url))
        migrate(owner, revision="0023")
        with owner.connect() as connection:
            before = connection.exec_driver_sql(_POLICIES).all()
        migrate(owner, revision="0024")
        with owner.connect() as connection:
            asked = connection.exec_driver_sql(_POLICIES).all()
        downgrade(owner, revision="0023")
        with owner.connect() as connection:
            after = connection.exec_driver_sql(_POLICIES).all()
        owner.dispose()
    changed = {row.policyname for row, other in zip(before, asked, strict=True) if row != other}
    assert len(changed) == 9
    assert after == before
