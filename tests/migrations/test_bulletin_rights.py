"""Who sees a draft of a bulletin and who writes one, asked of the database itself."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from metrics.authority import SYSTEM
from metrics.database import WriteSession
from metrics.principal import Role
from tests.metrics.commands.test_write_bulletin import drafted
from tests.metrics.queries.test_views import post
from tests.migrations.test_row_security import principal, says

_ACTS = text("select count(*) from bulletin_acts")


def test_a_draft_is_the_reviewers_own(session: WriteSession, outer_transaction: Connection) -> None:
    post(session, items_online=650)
    drafted(session)
    for role, seen in ((Role.REVIEWER, 1), (Role.EVALUATOR, 0), (Role.CLERK, 0)):
        says(outer_transaction, principal(role))
        assert outer_transaction.scalar(_ACTS) == seen
    with pytest.raises(DBAPIError, match="row-level security"), outer_transaction.begin_nested():
        outer_transaction.execute(
            text(
                "insert into bulletin_acts select seq, period, 'issue', 1, release, '', '', null, '', 'x', now()"
                " from releases, (select date '2019-09-01' as period) month, (select 1 as release) one"
            )
        )
    says(outer_transaction, SYSTEM)
