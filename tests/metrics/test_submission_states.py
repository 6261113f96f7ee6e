"""The table of states holds for every pair, and the commands do what it says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid
from metrics.models import Submission, SubmissionEvent
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submission_states import (
    ACTION_WORDS,
    FACTS,
    SCOPES,
    STATE_AFTER,
    TRANSITIONS,
    Action,
    State,
    allows,
    require_reason,
    transition,
)
from tests.links import LEADER, appoint
from tests.posting import REVIEWER, post

PAIRS = [(state, action) for state in State for action in Action]
WAY_TO: dict[State, tuple[Action, ...]] = {
    State.NOT_REPORTED: (),
    State.SUBMITTED: (Action.SUBMIT,),
    State.VERIFIED: (Action.SUBMIT, Action.VERIFY),
    State.SENT_BACK: (Action.SUBMIT, Action.SEND_BACK),
}


def do(session: WriteSession, action: Action, *, reason: str = "核对") -> None:
    """The command behind the action, with all that it may ask for."""
    number = session.scalar(select(Submission.id))
    if action is Action.SUBMIT:
        etag = None if number is None else present_etag(session)
        later = session.scalars(select(SubmissionEvent.seq)).all()
        post(session, changes={"items_instant": 300 + len(later)}, reason=reason if number else "", if_match=etag)
        return
    assert number is not None
    if action is Action.SIGN_OFF:
        paper = OnPaper(leader=LEADER, note="原件存市局")
        sign_off_submission(session, number, plan=plan_at(session), principal=REVIEWER, on_paper=paper)
        return
    verify_submission(session, principal=REVIEWER, submission_id=number, action=action, reason=reason)


def present_etag(session: WriteSession) -> str:
    row = session.scalars(select(Submission)).one()
    session.refresh(row)
    return f'"s{row.id}-r{row.revision}-{row.seq}"'


def present_state(session: WriteSession) -> State:
    session.expire_all()
    return session.scalar(select(Submission.state)) or State.NOT_REPORTED


def in_state(session: WriteSession, state: State) -> None:
    appoint(session)
    for action in WAY_TO[state]:
        do(session, action)
    assert present_state(session) is state


@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair in TRANSITIONS])
def test_commands_lead_where_the_table_says(session: WriteSession, state: State, action: Action) -> None:
    in_state(session, state)
    do(session, action)
    assert present_state(session) is TRANSITIONS[state, action].after


@pytest.mark.parametrize(
    ("state", "action"), [pair for pair in PAIRS if pair not in TRANSITIONS and pair[0] is not State.NOT_REPORTED]
)
def test_commands_refuse_what_the_table_does_not_have(session: WriteSession, state: State, action: Action) -> None:
    in_state(session, state)
    with pytest.raises(Conflict) as refused:
        do(session, action)
    assert refused.value.code == "state_forbids"
    assert present_state(session) is state


@pytest.mark.parametrize(("state", "action"), [pair for pair, change in TRANSITIONS.items() if change.reason_required])
def test_commands_need_a_reason_where_the_table_does(session: WriteSession, state: State, action: Action) -> None:
    in_state(session, state)
    with pytest.raises(Invalid) as refused:
        do(session, action, reason="  ")
    assert "reason_missing" in {problem.code for problem in refused.value.problems}
    assert present_state(session) is state


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_pair_leads_somewhere_or_is_refused_in_words(state: State, action: Action) -> None:
    if allows(state, action):
        assert transition(state, action).after is not State.NOT_REPORTED
        return
    with pytest.raises(Conflict) as refused:
        transition(state, action)
    said = refused.value.message
    assert FACTS[state].word.zh in said.zh
    assert ACTION_WORDS[action].zh in said.zh
    assert FACTS[state].word.en in said.en


@pytest.mark.parametrize("told", [FACTS, TRANSITIONS, SCOPES, ACTION_WORDS], ids=["facts", "pairs", "scopes", "words"])
def test_the_tables_name_every_state_and_action(told: dict[object, object]) -> None:
    named = {part for key in told for part in (key if isinstance(key, tuple) else (key,))}
    for members in (State, Action):
        found = named & set(members)
        assert not found or found == set(members)


def test_an_action_that_decides_the_state_leaves_one_state_behind() -> None:
    for action in Action:
        after = {change.after for (_, done), change in TRANSITIONS.items() if done is action}
        assert after == {STATE_AFTER[action]} if action in STATE_AFTER else action is Action.SIGN_OFF


def test_signing_off_leaves_a_state_as_it_is() -> None:
    assert all(change.after is state for (state, action), change in TRANSITIONS.items() if action is Action.SIGN_OFF)


def test_who_may_do_what() -> None:
    may = {action: {role for role in Role if Principal(1, "wang", "王", role).may(SCOPES[action])} for action in Action}
    assert may == {
        Action.SUBMIT: {Role.CLERK, Role.REVIEWER},
        Action.VERIFY: {Role.REVIEWER},
        Action.SEND_BACK: {Role.REVIEWER},
        Action.REOPEN: {Role.REVIEWER},
        Action.SIGN_OFF: {Role.REVIEWER, Role.LEADER},
    }


def test_an_action_without_need_of_a_reason_takes_none() -> None:
    require_reason(Action.VERIFY, "")


@pytest.mark.parametrize(("state", "action"), [(State.SUBMITTED, Action.REOPEN), (State.SENT_BACK, Action.SEND_BACK)])
def test_a_missing_reason_is_said_before_a_state_that_forbids(
    session: WriteSession, state: State, action: Action
) -> None:
    in_state(session, state)
    with pytest.raises(Invalid):
        do(session, action, reason="")
