"""What a page tells of returns that are due: clerks their own, reviewers all in one sentence, others nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from metrics.commands.except_unit import grant_exception
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.due_reminders import ReminderDays
from metrics.queries.notices import notices
from tests.posting import CLERK, REVIEWER, post

DUE_SOON, OVERDUE = datetime(2019, 10, 5, 2, tzinfo=UTC), datetime(2019, 10, 7, 2, tzinfo=UTC)
DAYS = ReminderDays(2, 7)


def seen(session: WriteSession, principal: Principal, now: datetime) -> list[tuple[str, str]]:
    return [(kind, message.zh) for kind, message in notices(session, principal=principal, now=now, days=DAYS)]


def test_a_clerk_is_told_of_the_own_unit_until_its_return_came(session: WriteSession) -> None:
    assert seen(session, CLERK, DUE_SOON) == [
        ("due_soon", "端州区 2019-09 月报尚未报送,请于 2019-10-05 前报送(含当日)。")
    ]
    assert seen(session, CLERK, OVERDUE)[0][1].endswith("已逾期 2 天,请尽快报送。")
    post(session, now=DUE_SOON)
    assert seen(session, CLERK, OVERDUE) == []


def test_a_reviewer_is_told_of_all_at_once(session: WriteSession) -> None:
    assert seen(session, REVIEWER, DUE_SOON) == []
    ((kind, sentence),) = seen(session, REVIEWER, OVERDUE)
    assert kind == "digest"
    assert "11 个单位未报" in sentence


def test_an_excepted_unit_is_left_alone(session: WriteSession) -> None:
    grant_exception(
        session,
        date(2019, 9, 1),
        plan=plan_at(session),
        principal=REVIEWER,
        unit="441202",
        until="2019-10-31",
        reason="系统故障",
        now=OVERDUE,
    )
    assert seen(session, CLERK, OVERDUE) == []
    assert "10 个单位未报" in seen(session, REVIEWER, OVERDUE)[0][1]


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_others_are_told_nothing(session: WriteSession, role: Role) -> None:
    assert seen(session, Principal(9, "x", "x", role), OVERDUE) == []
