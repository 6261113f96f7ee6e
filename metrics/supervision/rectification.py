"""What an inspection found (督导检查) and how it is put right (整改): acts, and what they come to. Pure.

A finding is raised with a due day. The unit answers; a reviewer closes it, or sends the answer back with a reason and,
if need be, a later day. What was raised in error is withdrawn. No state is stored: it follows from the acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.errors import Conflict, Message
from metrics.plan.model import Phase, Plan
from metrics.supervision.gates import gated_phases, is_round

LONGEST_TEXT = 2000  # characters


class FindingSeverity(StrEnum):
    """How grave a finding is."""

    MINOR = "minor"  # 一般
    MAJOR = "major"  # 较重
    GRAVE = "grave"  # 严重


class FindingState(StrEnum):
    """What a finding has come to."""

    OPEN = "open"  # 待整改
    ANSWERED = "answered"  # 已答复,待审核
    CLOSED = "closed"  # 已销号
    WITHDRAWN = "withdrawn"  # 已撤回


class RectificationAction(StrEnum):
    """What is done about a finding after it was raised."""

    ANSWER = "answer"
    CLOSE = "close"
    SEND_BACK = "return"
    WITHDRAW = "withdraw"


_OPEN, _ANSWERED, _CLOSED = FindingState.OPEN, FindingState.ANSWERED, FindingState.CLOSED
_TRANSITIONS: Mapping[tuple[FindingState, RectificationAction], FindingState] = {
    (_OPEN, RectificationAction.ANSWER): _ANSWERED,
    (_ANSWERED, RectificationAction.CLOSE): _CLOSED,
    (_ANSWERED, RectificationAction.SEND_BACK): _OPEN,
    (_CLOSED, RectificationAction.SEND_BACK): _OPEN,
    (_OPEN, RectificationAction.WITHDRAW): FindingState.WITHDRAWN,
    (_ANSWERED, RectificationAction.WITHDRAW): FindingState.WITHDRAWN,
}
# Until decision 220 an answer could be followed by others before its review; such acts stay as they were recorded.
_RECORDED = {**_TRANSITIONS, (_ANSWERED, RectificationAction.ANSWER): _ANSWERED}
OVERDUE = "overdue"  # what is asked for besides single states
STATE_WORDS: Mapping[FindingState, Message] = {
    FindingState.OPEN: Message("待整改", "to be put right"),
    FindingState.ANSWERED: Message("待审核", "answered, to be reviewed"),
    FindingState.CLOSED: Message("已销号", "closed"),
    FindingState.WITHDRAWN: Message("已撤回", "withdrawn"),
}
ACTION_WORDS: Mapping[RectificationAction, Message] = {
    RectificationAction.ANSWER: Message("答复", "answering it"),
    RectificationAction.CLOSE: Message("销号", "closing it"),
    RectificationAction.SEND_BACK: Message("退回整改", "sending it back"),
    RectificationAction.WITHDRAW: Message("撤回", "withdrawing it"),
}


@dataclass(frozen=True, slots=True)
class FindingActDone:
    """One act on a finding. `on`: the local day; `due_on`: a new due day, None where it stays."""

    action: RectificationAction
    on: date
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class FindingStanding:
    """What a finding has come to. `answered_on`: the newest answer's day; `ended_on`: of its closing or withdrawal."""

    state: FindingState
    due_on: date
    answered_on: date | None = None
    ended_on: date | None = None
    times_sent_back: int = 0

    def is_overdue(self, on: date) -> bool:
        """True if the unit still owes an answer on the day `on`, after the day by which it was due."""
        return self.state is FindingState.OPEN and on > self.due_on

    def is_among(self, asked: str, *, on: date) -> bool:
        """True if a word asks for it on the day `on`: a state, or :data:`OVERDUE`."""
        return self.is_overdue(on) if asked == OVERDUE else self.state.value == asked


def allowed(state: FindingState) -> tuple[RectificationAction, ...]:
    """What can be done with a finding in `state`."""
    return tuple(action for action in RectificationAction if (state, action) in _TRANSITIONS)


def after(state: FindingState, action: RectificationAction) -> FindingState:
    """What `action` makes of `state`. Raises Conflict `finding_state_forbids`, which says what is possible instead."""
    found = _TRANSITIONS.get((state, action))
    if found is None:
        possible = [ACTION_WORDS[other] for other in allowed(state)]
        zh = "、".join(words.zh for words in possible) or "无"
        en = ", ".join(words.en for words in possible) or "nothing"
        raise Conflict(
            "finding_state_forbids",
            Message(
                f"该问题现为“{STATE_WORDS[state].zh}”,不能{ACTION_WORDS[action].zh};现在可以:{zh}。",
                f"The finding is {STATE_WORDS[state].en}, which does not allow {ACTION_WORDS[action].en}; "
                f"possible now: {en}.",
            ),
        )
    return found


def standing_of(due_on: date, acts: Sequence[FindingActDone]) -> FindingStanding:
    """What a finding that was due on `due_on` has come to by `acts`, oldest first. Raises Conflict as :func:`after`."""
    state, answered_on, ended_on, sent_back = FindingState.OPEN, None, None, 0
    for act in acts:
        state = _RECORDED.get((state, act.action)) or after(state, act.action)
        due_on = act.due_on or due_on
        answered_on = act.on if act.action is RectificationAction.ANSWER else answered_on
        ended_on = act.on if state in (FindingState.CLOSED, FindingState.WITHDRAWN) else None
        sent_back += act.action is RectificationAction.SEND_BACK
    return FindingStanding(state, due_on, answered_on, ended_on, sent_back)


def rounds(plan: Plan) -> tuple[Phase, ...]:
    """The plan's rounds of self-assessment, inspection and rectification, in order."""
    return tuple(phase for phase in gated_phases(plan) if is_round(plan, phase))


def finding_etag(number: int, seq: int) -> str:
    """The entity tag of a finding after the act that `seq` names."""
    return f'"finding-{number}-{seq}"'
