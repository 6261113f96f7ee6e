"""A unit's returns month by month: first submitted, last revised, days late, exceptions, as known in a view."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from metrics.commands.except_unit import end_exception, grant_exception
from metrics.commands.verify_submission import RETURN, verify_submission
from metrics.database import WriteSession
from metrics.errors import Forbidden
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.returns_of_unit import UnitReturn, returns_of_unit
from metrics.queries.view import view_at
from tests.builders import UNIT
from tests.posting import CLERK, IN_TIME, REVIEWER, post

SEPTEMBER = date(2019, 9, 1)


def history(session: WriteSession, *, principal: Principal = REVIEWER, as_of: int | None = None) -> list[UnitReturn]:
    return list(returns_of_unit(session, view_at(session, as_of=as_of), unit=UNIT, principal=principal))


def test_first_submitted_stays_and_last_revised_moves(session: WriteSession) -> None:
    first = post(session, simulated_at=IN_TIME)
    etag, later = first.etag, IN_TIME + timedelta(days=19)
    post(session, changes={"items_online": 840}, reason="更正", if_match=etag, simulated_at=later)
    (row,) = history(session)
    assert (row.first_submitted_at, row.last_revised_at, row.revision) == (IN_TIME, later, 2)
    assert (row.days_late, row.state) == (0, "submitted")


@pytest.mark.parametrize(("after", "late"), [(timedelta(0), 0), (timedelta(seconds=1), 1), (timedelta(days=3), 3)])
def test_lateness_counts_from_the_due_day(session: WriteSession, after: timedelta, late: int) -> None:
    post(session, simulated_at=IN_TIME + after)
    assert [row.days_late for row in history(session)] == [late]


def test_a_month_that_was_left_out_has_a_row(session: WriteSession) -> None:
    post(session, period="2019-07")
    post(session, period="2019-10")
    rows = history(session)
    assert [(row.period.month, row.submission_id is None) for row in rows] == [
        (10, False),
        (9, True),
        (8, True),
        (7, False),
    ]
    missing = rows[1]
    assert (missing.state, missing.revision, missing.days_late, missing.newest) == ("not_reported", 0, None, None)


def test_the_past_is_shown_as_it_was_known(session: WriteSession) -> None:
    first = post(session)
    assert first.id is not None
    assert first.seq is not None
    verify_submission(session, principal=REVIEWER, submission_id=first.id, step=RETURN, reason="请核对")
    assert [(row.state, row.newest and row.newest.reason) for row in history(session)] == [("returned", "请核对")]
    assert [row.state for row in history(session, as_of=first.seq)] == ["submitted"]
    assert history(session, as_of=first.seq - 1) == []


def test_exceptions_are_the_bureaus_and_the_units(session: WriteSession) -> None:
    plan = plan_at(session)
    grant_exception(session, SEPTEMBER, plan=plan, principal=REVIEWER, unit=UNIT, until="2999-12-31", reason="系统故障")
    end_exception(session, SEPTEMBER, principal=REVIEWER, unit=UNIT, reason="已补报")
    for principal in (REVIEWER, CLERK):
        (row,) = history(session, principal=principal)
        assert [(event.action, event.reason) for event in row.exceptions] == [
            ("except", "系统故障"),
            ("end_exception", "已补报"),
        ]
        assert row.submission_id is None
    assessor = Principal(3, "assessor", "评", Role.ASSESSOR)
    assert history(session, principal=assessor) == []


def test_another_units_clerk_sees_nothing(session: WriteSession) -> None:
    post(session)
    neighbour = Principal(4, "wang", "王", Role.CLERK, frozenset({"441203"}))
    with pytest.raises(Forbidden):
        history(session, principal=neighbour)
