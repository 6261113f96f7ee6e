"""Supervision slips (督办单): what the acts on one come to, who owes what next, and which act is possible. Pure.

    issued 待签收 ─ receive ─► in_hand 办理中 ─ answer ─► answered 待审核 ─ review ─► reviewed 待销号 ─ close ─► closed
                                  ▲                       │                     │
                   returned 退回重办 ◄──────── return ──────┴─────────────────────┘
    whatever is open may be withdrawn (撤销) with a reason

Parts (分解) are handed on while the unit has the slip in hand; each is signed for and answered by whom it was handed
to, or answered by the slip's unit for it, and the whole is answered once every part is. An extension (延期) is asked
for up to the due day and granted or refused by the bureau. The state is never stored: it is folded from the acts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

LONGEST_TITLE, LONGEST_TEXT = 100, 2000  # characters
MOST_PARTS = 20


class SlipAct(StrEnum):
    """What is done with a slip."""

    ISSUE = "issue"  # 交办
    RECEIVE = "receive"  # 签收
    DELEGATE = "delegate"  # 分解
    ANSWER = "answer"  # 答复
    ASK_EXTENSION = "ask_extension"  # 申请延期
    GRANT_EXTENSION = "grant_extension"  # 同意延期
    REFUSE_EXTENSION = "refuse_extension"  # 不同意延期
    REVIEW = "review"  # 审核通过
    RETURN = "return"  # 退回重办
    CLOSE = "close"  # 销号
    WITHDRAW = "withdraw"  # 撤销


class SlipState(StrEnum):
    """How a slip stands."""

    ISSUED = "issued"
    IN_HAND = "in_hand"
    RETURNED = "returned"
    ANSWERED = "answered"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class SlipOrigin(StrEnum):
    """What a slip was issued for."""

    BY_HAND = "by_hand"
    RED_LIGHT = "red_light"
    LATE_SUBMISSION = "late_submission"
    TASK = "task"
    FINDING = "finding"


BUREAU_ACTS = frozenset(
    {
        SlipAct.ISSUE,
        SlipAct.GRANT_EXTENSION,
        SlipAct.REFUSE_EXTENSION,
        SlipAct.REVIEW,
        SlipAct.RETURN,
        SlipAct.CLOSE,
        SlipAct.WITHDRAW,
    }
)
# What of the whole is told to whom a part alone was handed to: what is asked, that it was taken in hand, and its end.
TOLD_WITH_A_PART = frozenset({SlipAct.ISSUE, SlipAct.RECEIVE, SlipAct.CLOSE, SlipAct.WITHDRAW})
OVER = frozenset({SlipState.CLOSED, SlipState.WITHDRAWN})
WITH_THE_UNIT = frozenset({SlipState.ISSUED, SlipState.IN_HAND, SlipState.RETURNED})
IN_WORK = frozenset({SlipState.IN_HAND, SlipState.RETURNED})
WAITS_FOR_THE_BUREAU = frozenset({SlipState.ANSWERED, SlipState.REVIEWED})


OPEN, LATE = "open", "late"  # what is asked for besides single states


@dataclass(frozen=True, slots=True)
class Done:
    """One act, on the local `day` on which it was recorded.

    `part`: the one that the act is about, None for the whole. `to_unit`: the unit that a part is handed to, empty where
    it is somebody in words. `due_on`: until when a slip or a part is due; the day asked for or granted; None where the
    act sets none.
    """

    act: SlipAct
    day: date
    part: int | None = None
    to_unit: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SlipPart:
    """A part of a slip, numbered from 1. `to_unit` empty: handed to somebody who reports nothing here."""

    number: int
    to_unit: str
    handed_on: date
    due_on: date
    received_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as it stands after `acts` acts.

    `due_on`: the day in force, extensions and returns counted. `asked_on`, `asked_until`: when an extension that is not
    decided was asked for, and until when. `answered_on`: of the newest answer; None while there is none, or it was sent
    back. `handed_on`: as whoever has parts of it alone sees it, see :func:`as_handed_on`.
    """

    state: SlipState
    issued_on: date
    due_on: date
    parts: tuple[SlipPart, ...] = ()
    received_on: date | None = None
    answered_on: date | None = None
    over_on: date | None = None
    asked_on: date | None = None
    asked_until: date | None = None
    extensions: int = 0
    returns: int = 0
    acts: int = 1
    handed_on: bool = False

    @property
    def is_open(self) -> bool:
        return self.state not in OVER

    def age(self, on: date) -> int:
        """Days since it was issued; of one that is over, how many it took."""
        return ((self.over_on or on) - self.issued_on).days

    def days_late(self, on: date) -> int:
        """Days by which the answer is late on the day `on`, or came late; 0: in time."""
        by = self.answered_on or self.over_on or on
        return max(0, (by - self.due_on).days)

    def days_left(self, on: date) -> int | None:
        """Days until the unit's answer is due, the due day itself 0; None where none is owed, or it is late."""
        if self.state not in WITH_THE_UNIT or on > self.due_on:
            return None
        return (self.due_on - on).days

    def is_among(self, asked: str, *, on: date) -> bool:
        """True if a word asks for it on the day `on`: a state, :data:`OPEN`, or :data:`LATE` with its unit."""
        if asked == LATE:
            return self.state in WITH_THE_UNIT and self.days_late(on) > 0
        return self.is_open if asked == OPEN else self.state.value == asked

    def part(self, number: int) -> SlipPart | None:
        return next((part for part in self.parts if part.number == number), None)


def slip_after(acts: Iterable[Done]) -> Slip:
    """The slip that possible acts, the issuing first, come to."""
    slip: Slip | None = None
    for done in acts:
        slip = _issued(done) if slip is None else _STEPS[done.act](replace(slip, acts=slip.acts + 1), done)
    if slip is None:
        raise ValueError("no slip without its issuing")
    return slip


def as_handed_on(slip: Slip) -> Slip:
    """The slip as whoever has `slip.parts` of it alone sees it: while it is open its state and its days are the parts'.

    To be signed for while any part is, answered once all are; issued when the first part was handed on, due when the
    next that is not answered is.
    """
    parts = slip.parts
    owed = [part for part in parts if part.answered_on is None] or parts
    received = [part.received_on or part.answered_on for part in parts]
    answered = [part.answered_on for part in parts]
    state = SlipState.IN_HAND if all(received) else SlipState.ISSUED
    if not slip.is_open:
        state = slip.state
    elif all(answered):
        state = SlipState.ANSWERED
    return replace(
        slip,
        state=state,
        issued_on=min(part.handed_on for part in parts),
        due_on=min(part.due_on for part in owed),
        received_on=max(filter(None, received)) if all(received) else None,
        answered_on=max(filter(None, answered)) if all(answered) else None,
        handed_on=True,
    )


def _issued(done: Done) -> Slip:
    if done.act is not SlipAct.ISSUE or done.due_on is None:
        raise ValueError("a slip begins by being issued, with a due day")
    return Slip(SlipState.ISSUED, issued_on=done.day, due_on=done.due_on)


def _received(slip: Slip, done: Done) -> Slip:
    if done.part is not None:
        return _with_part(slip, done.part, received_on=done.day)
    return replace(slip, state=SlipState.IN_HAND, received_on=done.day)


def _delegated(slip: Slip, done: Done) -> Slip:
    number = done.part or len(slip.parts) + 1  # of whom other parts are kept from, they do not run on
    part = SlipPart(number, done.to_unit, done.day, done.due_on or slip.due_on)
    return replace(slip, parts=(*slip.parts, part))


def _answered(slip: Slip, done: Done) -> Slip:
    if done.part is not None:
        return _with_part(slip, done.part, answered_on=done.day)
    return replace(slip, state=SlipState.ANSWERED, answered_on=done.day)


def _with_part(slip: Slip, number: int, **days: date) -> Slip:
    parts = tuple(replace(part, **days) if part.number == number else part for part in slip.parts)  # type: ignore[arg-type]  # names of days
    return replace(slip, parts=parts)


def _asked(slip: Slip, done: Done) -> Slip:
    return replace(slip, asked_on=done.day, asked_until=done.due_on)


def _granted(slip: Slip, done: Done) -> Slip:
    return replace(
        slip, due_on=done.due_on or slip.due_on, asked_on=None, asked_until=None, extensions=slip.extensions + 1
    )


def _refused(slip: Slip, _done: Done) -> Slip:
    return replace(slip, asked_on=None, asked_until=None)


def _reviewed(slip: Slip, _done: Done) -> Slip:
    return replace(slip, state=SlipState.REVIEWED)


def _returned(slip: Slip, done: Done) -> Slip:
    due_on = done.due_on or slip.due_on
    return replace(slip, state=SlipState.RETURNED, due_on=due_on, answered_on=None, returns=slip.returns + 1)


def _closed(slip: Slip, done: Done) -> Slip:
    return replace(slip, state=SlipState.CLOSED, over_on=done.day, asked_on=None, asked_until=None)


def _withdrawn(slip: Slip, done: Done) -> Slip:
    return replace(slip, state=SlipState.WITHDRAWN, over_on=done.day, asked_on=None, asked_until=None)


_STEPS = {
    SlipAct.RECEIVE: _received,
    SlipAct.DELEGATE: _delegated,
    SlipAct.ANSWER: _answered,
    SlipAct.ASK_EXTENSION: _asked,
    SlipAct.GRANT_EXTENSION: _granted,
    SlipAct.REFUSE_EXTENSION: _refused,
    SlipAct.REVIEW: _reviewed,
    SlipAct.RETURN: _returned,
    SlipAct.CLOSE: _closed,
    SlipAct.WITHDRAW: _withdrawn,
}
