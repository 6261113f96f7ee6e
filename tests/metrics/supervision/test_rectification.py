"""What acts on a finding come to, against a slow account of them, and refusals that say what is possible."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import Conflict
from metrics.supervision.rectification import (
    ACTION_WORDS,
    STATE_WORDS,
    FindingActDone,
    FindingState,
    RectificationAction,
    after,
    allowed,
    standing_of,
)

RAISED, DUE = date(2019, 11, 1), date(2019, 11, 30)


def account(acts: list[FindingActDone]) -> tuple[str, date, int]:
    """Slow and obvious: from the newest act backwards, as a clerk would read the file."""
    answers_unsettled = 0
    state, due, returned = "open", DUE, 0
    for act in acts:
        name = act.action.value
        if name == "answer":
            answers_unsettled += 1
            state = "answered"
        if name == "close":
            state = "closed"
        if name == "withdraw":
            state = "withdrawn"
        if name == "return":
            answers_unsettled, returned, state = 0, returned + 1, "open"
            due = act.due_on if act.due_on is not None else due
    return state, due, returned


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(list(RectificationAction)), st.one_of(st.none(), st.integers(1, 90))), max_size=9
    )
)
def test_acts_come_to_what_a_slow_account_says(drawn: list[tuple[RectificationAction, int | None]]) -> None:
    done: list[FindingActDone] = []
    for number, (action, later) in enumerate(drawn):
        due = DUE + timedelta(days=later) if later and action is RectificationAction.SEND_BACK else None
        act = FindingActDone(action, RAISED + timedelta(days=number), due)
        state = standing_of(DUE, done).state
        if (state, action) == (FindingState.ANSWERED, RectificationAction.ANSWER):  # was possible once
            assert action not in allowed(state)
        elif action not in allowed(state):
            with pytest.raises(Conflict):
                standing_of(DUE, [*done, act])
            continue
        done.append(act)
    found = standing_of(DUE, done)
    assert (found.state.value, found.due_on, found.times_sent_back) == account(done)
    assert (found.ended_on is not None) == (found.state in (FindingState.CLOSED, FindingState.WITHDRAWN))


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(Conflict) as refused:
        after(FindingState.OPEN, RectificationAction.CLOSE)
    assert "answering it, withdrawing it" in refused.value.message.en
    assert "答复、撤回" in refused.value.message.zh
    assert allowed(FindingState.WITHDRAWN) == ()
    assert set(STATE_WORDS) == set(FindingState)
    assert set(ACTION_WORDS) == set(RectificationAction)


def test_only_what_is_open_is_overdue_and_only_after_its_day() -> None:
    found = standing_of(DUE, [])
    assert [found.is_overdue(DUE + timedelta(days=n)) for n in (0, 1)] == [False, True]
    answered = standing_of(DUE, [FindingActDone(RectificationAction.ANSWER, DUE + timedelta(days=9))])
    assert not answered.is_overdue(DUE + timedelta(days=10))
