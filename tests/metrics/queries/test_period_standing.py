"""What is counted of every unit is what is told of each: the one pass over a country holds against unit by unit."""

from __future__ import annotations

from datetime import UTC, date, datetime

from metrics.commands.except_unit import grant_exception
from metrics.commands.lock_period import lock_period
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.plan.store import plan_at
from metrics.queries.period_standing import PeriodStanding, UnitStanding, period_standing
from metrics.queries.period_status import PeriodStatus, UnitStatus, period_status
from metrics.queries.view import view_at
from metrics.submission_states import State
from tests.beginnings import beginning
from tests.builders import whole_values
from tests.dashboard.conftest import record
from tests.posting import REVIEWER, post

SEPTEMBER = date(2019, 9, 1)
MOMENTS = (datetime(2019, 10, 5, tzinfo=UTC), datetime(2019, 10, 9, tzinfo=UTC), datetime(2019, 12, 1, tzinfo=UTC))
COUNTS = (
    "period", "due_on", "late_from", "judged_at", "lock", "expected", "received", "overdue", "on_time", "judged",
    "received_beyond", "blocks_expected", "blocks_received", "completeness", "on_time_rate", "block_completeness",
)  # fmt: skip
OF_UNITS = ("unit", "expected", "received", "state", "on_time", "days_late", "exception", "blocks_owed",
            "blocks_counted")  # fmt: skip


@beginning
def month(session: WriteSession) -> WriteSession:
    """One in time and verified, one block late, the third zone, a unit that the plan has not; a lock, an exception."""
    sent = post(session, unit="441202", principal=REVIEWER, values=whole_values(), simulated_at=MOMENTS[0])
    post(
        session,
        unit="441203",
        principal=REVIEWER,
        values={"systems_due": 12, "systems_connected": 9},
        simulated_at=MOMENTS[1],
    )
    post(session, unit="ZQ-YUEGUI", principal=REVIEWER, values=whole_values(), simulated_at=MOMENTS[1])
    assert sent.id is not None
    verify_submission(session, principal=REVIEWER, submission_id=sent.id, if_match=sent.etag)
    record(session, "999999", "2019-09")
    plan = plan_at(session)
    lock_period(session, SEPTEMBER, plan=plan, principal=REVIEWER)
    grant_exception(
        session,
        SEPTEMBER,
        plan=plan,
        principal=REVIEWER,
        unit="441204",
        until="2019-11-30",
        reason="停电",
        now=MOMENTS[1],
    )
    return session


def rows(found: PeriodStanding | PeriodStatus) -> list[tuple[object, ...]]:
    units: tuple[UnitStanding | UnitStatus, ...] = found.units
    return [tuple(getattr(row, name) for name in OF_UNITS) for row in units]


def test_it_counts_what_is_told_of_each_unit(month: WriteSession) -> None:
    for seq in range(newest_seq(month) - 7, newest_seq(month) + 1):
        view = view_at(month, as_of=seq)
        for now in MOMENTS:
            for units in (None, {"441203", "441204"}):
                standing = period_standing(month, view, SEPTEMBER, now=now, units=units)
                status = period_status(month, view, SEPTEMBER, principal=REVIEWER, now=now, units=units)
                assert rows(standing) == rows(status)
                assert [getattr(standing, name) for name in COUNTS] == [getattr(status, name) for name in COUNTS]


def test_what_may_be_left_out_is_missing_from_no_state(month: WriteSession) -> None:
    standing = period_standing(month, view_at(month), date(2019, 8, 1), now=MOMENTS[0])
    missing = {row.unit for row in standing.units if row.is_in(State.NOT_REPORTED)}
    assert "441202" in missing
    assert "ZQ-YUEGUI" not in missing
