"""How a submission can stand and what may be done with it: one table, from state and action to state. Pure.

Commands ask it before they write, pages before they offer a form, and the API documents its answers from it. Values are
those that are stored and sent: 退回 is `returned` there and *sent back* everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.principal import Scope


class State(StrEnum):
    """How far a figure has been checked; of a rolled-up figure, that of the least checked submission in it."""

    NOT_REPORTED = "not_reported"
    SENT_BACK = "returned"
    SUBMITTED = "submitted"
    VERIFIED = "verified"


class Action(StrEnum):
    """What happens to a submission; the action of its events."""

    SUBMIT = "submit"
    VERIFY = "verify"
    SEND_BACK = "return"
    REOPEN = "reopen"
    SIGN_OFF = "sign_off"


@dataclass(frozen=True, slots=True)
class Transition:
    """What an action makes of a state. `reason_required`: it needs a reason in words."""

    after: State
    reason_required: bool = False


@dataclass(frozen=True, slots=True)
class StateFacts:
    """A state's word in refusals, and the name of its sign on pages."""

    word: Message
    sign: str


TRANSITIONS: Mapping[tuple[State, Action], Transition] = {
    (State.NOT_REPORTED, Action.SUBMIT): Transition(State.SUBMITTED),
    (State.SUBMITTED, Action.SUBMIT): Transition(State.SUBMITTED, reason_required=True),
    (State.SUBMITTED, Action.VERIFY): Transition(State.VERIFIED),
    (State.SUBMITTED, Action.SEND_BACK): Transition(State.SENT_BACK, reason_required=True),
    (State.SUBMITTED, Action.SIGN_OFF): Transition(State.SUBMITTED),
    (State.VERIFIED, Action.SUBMIT): Transition(State.SUBMITTED, reason_required=True),
    (State.VERIFIED, Action.SEND_BACK): Transition(State.SENT_BACK, reason_required=True),
    (State.VERIFIED, Action.REOPEN): Transition(State.SUBMITTED, reason_required=True),
    (State.VERIFIED, Action.SIGN_OFF): Transition(State.VERIFIED),
    (State.SENT_BACK, Action.SUBMIT): Transition(State.SUBMITTED, reason_required=True),
    (State.SENT_BACK, Action.REOPEN): Transition(State.SUBMITTED, reason_required=True),
}
"""Every pair that is not here is refused."""

SCOPES: Mapping[Action, Scope] = {
    Action.SUBMIT: Scope.POST_SUBMISSION,
    Action.VERIFY: Scope.VERIFY,
    Action.SEND_BACK: Scope.VERIFY,
    Action.REOPEN: Scope.VERIFY,
    Action.SIGN_OFF: Scope.SIGN_OFF,
}
"""Who may: the scope that each action asks of a person or token (see :data:`metrics.principal.ALLOWED`)."""

FACTS: Mapping[State, StateFacts] = {
    State.NOT_REPORTED: StateFacts(Message("未报", "not reported"), "submission-missing"),
    State.SENT_BACK: StateFacts(Message("退回", "sent back"), "submission-sent-back"),
    State.SUBMITTED: StateFacts(Message("暂未审核", "not yet verified"), "submission-submitted"),
    State.VERIFIED: StateFacts(Message("已审核", "verified"), "submission-verified"),
}

ACTION_WORDS: Mapping[Action, Message] = {
    Action.SUBMIT: Message("报送", "sending it in"),
    Action.VERIFY: Message("审核通过", "verifying it"),
    Action.SEND_BACK: Message("退回", "sending it back"),
    Action.REOPEN: Message("重新打开", "opening it again"),
    Action.SIGN_OFF: Message("签发", "signing it off"),
}

STATE_AFTER: Mapping[Action, State] = {
    action: next(iter({change.after for (_, done), change in TRANSITIONS.items() if done is action}))
    for action in Action
    if action is not Action.SIGN_OFF
}
"""The state that an event of the action leaves behind; signing off leaves it as it is."""


def allows(state: State, action: Action) -> bool:
    """Whether the table leads anywhere from `state` by `action`."""
    return (state, action) in TRANSITIONS


def transition(state: State, action: Action) -> Transition:
    """What `action` makes of `state`. Raises Conflict `state_forbids` where the table has no such pair."""
    found = TRANSITIONS.get((state, action))
    if found is None:
        word, doing = FACTS[state].word, ACTION_WORDS[action]
        raise Conflict(
            code="state_forbids",
            message=Message(
                f"该月报当前状态为“{word.zh}”,不能执行此操作({doing.zh})。",
                f"The submission is {word.en}; that state does not allow {doing.en}.",
            ),
        )
    return found


def require_reason(action: Action, reason: str) -> None:
    """Raise Invalid `reason_missing` where the bureau's `action` needs a reason, from whatever state, and has none."""
    needed = all(change.reason_required for (_, done), change in TRANSITIONS.items() if done is action)
    if needed and not reason.strip():
        message = Message("请说明原因。", "A reason is needed.")
        raise Invalid("reason_missing", message, [Problem("reason_missing", message, "/reason", given=reason)])
