"""A clerk's months, against a table computed by hand and against what the bureau is told of every month."""

from __future__ import annotations

from datetime import UTC, date, datetime

from metrics.commands.except_unit import grant_exception
from metrics.commands.keep_draft import keep_draft
from metrics.commands.lock_period import lock_period
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.drafts import Typed
from metrics.periods import format_period, parse_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.period_status import period_status
from metrics.queries.unit_months import UnitMonth, UnitMonths, unit_months
from metrics.queries.view import view_at
from metrics.submission_states import Action
from tests.beginnings import beginning
from tests.posting import REVIEWER, post

CLERK = Principal(1, "chen", "陈", Role.CLERK, frozenset({"441202", "ZQ-YUEGUI"}))
NOW = datetime(2019, 11, 3, 1, tzinfo=UTC)  # two days before October's are due


def month(text: str) -> date:
    period = parse_period(text)
    assert period is not None
    return period


def sent(session: WriteSession, period: str, at: datetime, step: object = None, reason: str = "") -> None:
    posted = post(session, period=period, simulated_at=at, principal=REVIEWER)
    assert posted.id is not None
    if step is not None:
        verify_submission(
            session,
            principal=REVIEWER,
            submission_id=posted.id,
            action=step,  # type: ignore[arg-type]
            reason=reason,
            if_match=posted.etag,
            timezone="Asia/Shanghai",
        )


@beginning
def autumn(session: WriteSession) -> WriteSession:
    """441202: June verified, July sent back, August sent 3 days late, September and October not sent.

    September is locked, but open to 441202 until 10 November; May is locked. October has a draft.
    """
    plan = plan_at(session)
    sent(session, "2019-06", datetime(2019, 7, 3, tzinfo=UTC), Action.VERIFY)
    sent(session, "2019-07", datetime(2019, 8, 5, 15, tzinfo=UTC), Action.SEND_BACK, "材料数与附件不符")
    sent(session, "2019-08", datetime(2019, 9, 8, tzinfo=UTC))
    for locked in ("2019-05", "2019-09"):
        lock_period(session, month(locked), plan=plan, principal=REVIEWER)
    grant_exception(
        session,
        month("2019-09"),
        plan=plan,
        principal=REVIEWER,
        unit="441202",
        until="2019-11-10",
        reason="故障",
        now=NOW,
    )
    typed = Typed({"items_total": "1000"})
    for period, what in (("2019-10", typed), ("2019-09", Typed({}))):
        keep_draft(
            session,
            principal=CLERK,
            unit="441202",
            period=month(period),
            typed=what,
            editor="one",
            seen=0,
            now=datetime(2019, 11, 2, 2, 32, tzinfo=UTC),
        )
    return session


def months(session: WriteSession, *, now: datetime = NOW) -> tuple[UnitMonths, ...]:
    return unit_months(session, plan_at(session), principal=CLERK, now=now)


def told(row: UnitMonth) -> tuple[str, str, int, int, bool, bool, bool]:
    return (
        format_period(row.period),
        row.state.value,
        row.days_late,
        row.days_left,
        row.draft is not None,
        row.lock is not None,
        row.exception is not None,
    )


def test_each_month_says_its_state_its_lateness_and_what_stands_in_the_way(autumn: WriteSession) -> None:
    own, optional = months(autumn)
    assert (own.unit.code, optional.unit.code) == ("441202", "ZQ-YUEGUI")
    assert [told(row) for row in own.months[:6]] == [
        ("2019-10", "not_reported", 0, 2, True, False, False),
        ("2019-09", "not_reported", 29, -29, False, False, True),
        ("2019-08", "submitted", 3, -59, False, False, False),
        ("2019-07", "returned", 0, -90, False, False, False),
        ("2019-06", "verified", 0, -121, False, False, False),
        ("2019-05", "not_reported", 151, -151, False, True, False),
    ]
    assert format_period(own.months[-1].period) == "2019-01"  # the month before the plan was issued
    assert {row.days_late for row in optional.months} == {0}
    assert not any(row.expected for row in optional.months)


def test_what_was_sent_back_and_what_is_next_are_named(autumn: WriteSession) -> None:
    own, optional = months(autumn)
    assert [(format_period(row.period), row.sent.reason) for row in own.sent_back if row.sent] == [
        ("2019-07", "材料数与附件不符")
    ]
    assert own.to_fill is not None
    assert own.to_fill.period == month("2019-09")
    assert optional.to_fill is not None
    assert optional.to_fill.period == month("2019-10")
    post(autumn, period="2019-06", unit="ZQ-YUEGUI", principal=REVIEWER)
    optional = months(autumn)[1]  # it owes nothing, so nothing before the newest month waits
    assert optional.to_fill is not None
    assert optional.to_fill.period == month("2019-10")
    later = months(autumn, now=datetime(2019, 11, 11, tzinfo=UTC))[0]  # the exception has run out
    assert later.to_fill is not None
    assert later.to_fill.period == month("2019-10")


def test_nothing_is_left_to_fill_once_the_newest_month_is_sent(autumn: WriteSession) -> None:
    sent(autumn, "2019-09", NOW)
    sent(autumn, "2019-10", NOW)
    assert months(autumn)[0].to_fill is None


def test_every_month_is_told_as_the_bureau_is_told_it(autumn: WriteSession) -> None:
    """The slow way round: the status of every unit, month by month."""
    view = view_at(autumn)
    for unit in months(autumn):
        assert unit.months
        for row in unit.months:
            status = period_status(autumn, view, row.period, principal=REVIEWER, now=NOW)
            (bureau,) = (one for one in status.units if one.unit == unit.unit.code)
            assert (row.due_on, row.expected, row.state.value) == (status.due_on, bureau.expected, bureau.state)
            assert (row.days_late, row.lock is not None) == (bureau.days_late or 0, bureau.locked)
            assert (row.exception is None) == (bureau.exception is None)
            assert (row.sent.revision if row.sent else 0) == bureau.revision


def test_others_have_no_months_of_their_own(autumn: WriteSession) -> None:
    assert unit_months(autumn, plan_at(autumn), principal=REVIEWER, now=NOW) == ()
