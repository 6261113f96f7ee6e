"""Verification: which state leads where, and what is kept of it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from metrics.commands.post_submission import post_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submission_states import Action
from metrics.submissions import SubmissionRequest
from tests.builders import PERIOD, UNIT, whole_values

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)


@pytest.fixture
def posted(session: WriteSession) -> int:
    """The id of a submission that was just sent in."""
    request = SubmissionRequest(UNIT, PERIOD, whole_values())
    found = post_submission(session, plan=plan_at(session), principal=BUREAU, request=request)
    assert found.id is not None
    return found.id


ALLOWED = {
    ((), "verify"): "verified",
    ((), "return"): "returned",
    (("verify",), "return"): "returned",
    (("verify",), "reopen"): "submitted",
    (("return",), "reopen"): "submitted",
}


@pytest.mark.parametrize("earlier", [(), ("verify",), ("return",)])
@pytest.mark.parametrize("action", ["verify", "return", "reopen"])
def test_each_state_allows_its_steps_only(
    session: WriteSession, posted: int, earlier: tuple[str, ...], action: str
) -> None:
    for step in earlier:
        verify_submission(session, principal=BUREAU, submission_id=posted, action=Action(step), reason="先前")
    after = ALLOWED.get((earlier, action))
    if after is None:
        before = session.scalar(select(Submission.seq))
        with pytest.raises(Conflict) as refused:
            verify_submission(session, principal=BUREAU, submission_id=posted, action=Action(action), reason="核对")
        assert refused.value.code == "state_forbids"
        assert session.scalar(select(Submission.seq)) == before
        return
    checked = verify_submission(session, principal=BUREAU, submission_id=posted, action=Action(action), reason="核对")
    row = session.execute(select(Submission.state, Submission.revision, Submission.seq)).one()
    assert tuple(row) == (after, 1, checked.seq)
    assert checked.state == after
    event = session.execute(
        select(SubmissionEvent.action, SubmissionEvent.actor, SubmissionEvent.reason).where(
            SubmissionEvent.seq == checked.seq
        )
    ).one()
    assert tuple(event) == (action, "bureau", "核对")
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == checked.seq)) or "")
    assert (leaf["kind"], leaf["action"], leaf["unit"], leaf["state"]) == ("verification", action, UNIT, after)


@pytest.mark.parametrize("step", [Action.SEND_BACK, Action.REOPEN])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_giving_back_and_reopening_need_a_reason(session: WriteSession, posted: int, step: Action, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        verify_submission(session, principal=BUREAU, submission_id=posted, action=step, reason=reason)
    assert [(p.code, p.pointer) for p in refused.value.problems] == [("reason_missing", "/reason")]


def test_a_version_that_is_named_must_be_the_present_one(session: WriteSession, posted: int) -> None:
    with pytest.raises(Stale):
        verify_submission(session, principal=BUREAU, submission_id=posted, if_match='"s0-r0-0"')
    assert verify_submission(session, principal=BUREAU, submission_id=posted, if_match="*").state == "verified"


def test_a_submission_that_is_not_there_is_not_found(session: WriteSession) -> None:
    with pytest.raises(NotFound):
        verify_submission(session, principal=BUREAU, submission_id=2**31 - 1, action=Action.VERIFY)


@pytest.mark.parametrize("role", [Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_only_the_bureau_verifies(session: WriteSession, posted: int, role: Role) -> None:
    with pytest.raises(Forbidden):
        verify_submission(session, principal=Principal(9, "x", "x", role, frozenset({UNIT})), submission_id=posted)
