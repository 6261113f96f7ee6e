"""Who has reported, against a table computed by hand: the same rows at four moments of one month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from metrics.commands.except_unit import grant_exception
from metrics.commands.lock_period import lock_period
from metrics.database import WriteSession
from metrics.errors import Conflict
from metrics.plan.store import plan_at
from metrics.queries.lateness import lateness
from metrics.queries.period_status import PeriodStatus, period_status
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.builders import whole_values
from tests.posting import REVIEWER, post

SEPTEMBER = date(2019, 9, 1)
BEFORE_DUE = datetime(2019, 10, 5, 15, 59, 59, tzinfo=UTC)
AFTER_DUE = datetime(2019, 10, 5, 16, tzinfo=UTC)
OCTOBER_NINTH = datetime(2019, 10, 9, 1, tzinfo=UTC)
BLOCK = {"systems_due": 12, "systems_connected": 9}


def status(session: WriteSession, now: datetime, *, seq: int | None = None) -> PeriodStatus:
    return period_status(session, view_at(session, as_of=seq), SEPTEMBER, principal=REVIEWER, now=now)


def judged(found: PeriodStatus, unit: str) -> tuple[str, bool | None, int | None, list[str]]:
    row = next(row for row in found.units if row.unit == unit)
    return row.state, row.on_time, row.days_late, [notice.code for notice in row.notices]


@beginning
def month(session: WriteSession) -> dict[str, int]:
    """441202 in time; 441203 one block, 4 days late, revised; the third zone as well. The ledger's place after each."""
    seqs: dict[str, int] = {}

    def sent(name: str, unit: str, at: datetime, values: object, **given: object) -> str | None:
        posted = post(session, principal=REVIEWER, unit=unit, values=values, simulated_at=at, **given)
        seqs[name] = posted.seq or 0
        return posted.etag

    sent("in time", "441202", datetime(2019, 10, 2, 1, tzinfo=UTC), whole_values())
    etag = sent("late", "441203", OCTOBER_NINTH, BLOCK)
    sent(
        "revised",
        "441203",
        datetime(2019, 11, 1, tzinfo=UTC),
        BLOCK | {"systems_due": 13},
        reason="更正",
        if_match=etag,
    )
    sent("optional", "ZQ-YUEGUI", datetime(2019, 10, 3, tzinfo=UTC), whole_values())
    return seqs


def test_before_the_due_day_is_over_nobody_is_late(session: WriteSession, month: dict[str, int]) -> None:
    found = status(session, BEFORE_DUE, seq=month["in time"])
    assert judged(found, "441202") == ("submitted", True, 0, [])
    assert judged(found, "441203") == ("not_reported", None, None, [])
    assert (found.received, found.on_time, found.expected) == (1, 1, 11)


def test_one_second_later_whoever_owes_one_is_late(session: WriteSession, month: dict[str, int]) -> None:
    found = status(session, AFTER_DUE, seq=month["in time"])
    assert judged(found, "441203") == ("not_reported", False, 1, ["late"])
    assert judged(found, "ZQ-YUEGUI") == ("not_reported", None, None, [])


def test_a_revision_makes_a_submission_no_later_and_no_earlier(session: WriteSession, month: dict[str, int]) -> None:
    first = status(session, OCTOBER_NINTH, seq=month["late"])
    now = status(session, datetime(2019, 12, 1, tzinfo=UTC))
    assert judged(first, "441203") == judged(now, "441203") == ("submitted", False, 4, ["late"])
    row = next(row for row in now.units if row.unit == "441203")
    assert (row.first_submitted_at, row.last_revised_at, row.revision) == (
        OCTOBER_NINTH,
        datetime(2019, 11, 1, tzinfo=UTC),
        2,
    )
    assert (row.blocks_received, len(row.blocks_expected)) == (("systems",), 17)


@pytest.mark.usefixtures("month")
def test_counts_are_of_those_who_owe(session: WriteSession) -> None:
    found = status(session, datetime(2019, 12, 1, tzinfo=UTC))
    assert (found.expected, found.received, found.on_time, found.received_beyond) == (11, 2, 1, 1)
    assert (found.blocks_expected, found.blocks_received) == (11 * 17, 17 + 1)
    assert (found.completeness, found.on_time_rate) == (Fraction(2, 11), Fraction(1, 11))
    assert [row.unit for row in found.units] == [unit.code for unit in plan_at(session).reporting_units]


@pytest.mark.usefixtures("month")
def test_an_exception_that_has_run_out_is_said_in_the_refusal(session: WriteSession) -> None:
    plan, noon = plan_at(session), datetime(2026, 11, 1, 4, tzinfo=UTC)
    lock_period(session, SEPTEMBER, plan=plan, principal=REVIEWER)
    grant_exception(
        session, SEPTEMBER, plan=plan, principal=REVIEWER, unit="441204", until="2026-11-01", reason="故障", now=noon
    )
    assert judged(status(session, noon), "441204")[3] == ["late", "excepted"]
    after = datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert judged(status(session, after), "441204")[3] == ["late", "locked"]
    assert post(session, principal=REVIEWER, unit="441204", now=noon, dry_run=True).seq is None
    with pytest.raises(Conflict, match="exception ran out at 2026-11-01 24:00"):
        post(session, principal=REVIEWER, unit="441204", now=after, dry_run=True)
    (span,) = lateness(session, view_at(session), "441204", principal=REVIEWER, now=after)[0].exceptions
    assert (span.until, span.ended_at, span.reason) == (after, None, "故障")
