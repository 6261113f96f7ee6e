"""The queue: a row a unit, with what a reviewer has to know before looking."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.checks_of_submissions import SubmissionChecks, checks_of_submissions
from metrics.queries.review_queue import QueueRow, queue_details, review_queue
from metrics.queries.submissions import events_of_submissions
from metrics.submission_states import Action, State
from tests.builders import PERIOD, UNIT
from tests.posting import CLERK, REVIEWER, post

SEPTEMBER = date(2019, 9, 1)
FEWER_ONLINE = {"items_online": 600, "items_full_online": 290}  # the rate falls, the stock moves by more than 20 %


def queue(session: WriteSession, *, principal: Principal = REVIEWER) -> dict[str, QueueRow]:
    plan = plan_at(session)
    rows = review_queue(session, plan, principal=principal, period=SEPTEMBER, units=plan.reporting_units)
    return {row.unit: row for row in queue_details(session, plan, rows, period=SEPTEMBER)}


def checks(session: WriteSession, submission_id: int) -> SubmissionChecks:
    events = {UNIT: events_of_submissions(session, [submission_id])[submission_id]}
    return checks_of_submissions(session, plan_at(session), period=SEPTEMBER, events=events)[UNIT]


def revise(session: WriteSession, submission_id: int, **given: Any) -> None:
    row = queue(session)[UNIT].submission
    assert row is not None
    assert row.id == submission_id
    post(session, reason="更正", if_match=row.etag, **given)


def test_every_reporting_unit_has_a_row_in_display_order(session: WriteSession) -> None:
    post(session)
    rows = queue(session)
    assert list(rows) == [unit.code for unit in plan_at(session).reporting_units]
    assert (rows[UNIT].state, rows[UNIT].changed) == ("submitted", 45)
    assert (rows["441203"].state, rows["441203"].required, rows["441203"].submission) == (
        State.NOT_REPORTED,
        True,
        None,
    )
    assert [unit for unit, row in rows.items() if not row.required] == ["ZQ-YUEGUI"]


def test_a_clerk_sees_the_own_units_only(session: WriteSession) -> None:
    post(session, principal=REVIEWER, unit="441203")
    assert list(queue(session, principal=CLERK)) == [UNIT]


def test_warnings_without_a_reason_are_counted(session: WriteSession) -> None:
    post(session, period="2019-08")
    found = post(session, changes=FEWER_ONLINE, acknowledged={"stock_moved": "口径调整"})
    row = queue(session)[UNIT]
    assert found.id is not None
    told = checks(session, found.id)
    reasons = {
        (w.warning.code, w.warning.element or w.warning.indicator): w.warning.acknowledged for w in told.warnings
    }
    assert {code for code, _about in reasons} >= {"rate_fell"}
    assert row.warnings == len(told.warnings)
    assert row.unacknowledged == sum(reason is None for reason in reasons.values())
    assert 0 < row.unacknowledged < row.warnings


def test_a_reason_holds_for_the_numbers_it_was_given_for(session: WriteSession) -> None:
    """A later revision keeps the reason for what it left alone and loses it for what it changed."""
    post(session, period="2019-08")
    codes = {check.code: "已核实" for check in plan_at(session).checks if check.severity == "warning"}
    found = post(session, changes=FEWER_ONLINE, acknowledged=codes)
    assert found.id is not None
    assert queue(session)[UNIT].unacknowledged == 0
    systems = {"systems_due": 12, "systems_connected": 10}
    revise(session, found.id, values=systems)
    assert {w.warning.element for w in checks(session, found.id).warnings if not w.acknowledged} == set()
    revise(session, found.id, values={"items_online": 601, "items_full_online": 290})
    lost = [w.warning for w in checks(session, found.id).warnings if not w.acknowledged]
    assert {warning.element or warning.indicator for warning in lost} >= {"items_online", "online_rate"}
    assert all(warning.acknowledged is None for warning in lost)


def test_checks_look_at_the_whole_submission_whichever_revision_set_a_figure(session: WriteSession) -> None:
    found = post(session, changes={"materials_current": 5200})
    assert found.id is not None
    revise(session, found.id, values={"systems_due": 12, "systems_connected": 10})
    told = checks(session, found.id)
    assert [w.warning.code for w in told.warnings] == ["materials_grew"]
    assert told.failed == ()
    assert queue(session)[UNIT].changed == 1


@pytest.mark.parametrize(("online", "differing"), [(840, 1), (850, 0)])
def test_a_voided_verification_says_how_much_differs_since(session: WriteSession, online: int, differing: int) -> None:
    found = post(session)
    assert found.id is not None
    verify_submission(session, principal=REVIEWER, submission_id=found.id, action=Action("verify"))
    revise(session, found.id, changes={"items_online": 845})
    revise(session, found.id, changes={"items_online": online})
    row = queue(session)[UNIT]
    assert row.verification is not None
    assert row.verification.voided
    assert (row.state, row.since_verified, row.changed) == ("submitted", differing, 1)


def test_the_period_is_its_own(session: WriteSession) -> None:
    post(session, period="2019-08")
    assert {(row.state, row.required) for row in queue(session).values()} == {
        (State.NOT_REPORTED, True),
        (State.NOT_REPORTED, False),
    }
    assert PERIOD == "2019-09"
