"""What may be done with a slip next, by whom, and who owes what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.supervision.slips import IN_WORK, MOST_PARTS, WAITS_FOR_THE_BUREAU, Slip, SlipAct, SlipPart, SlipState


class Party(StrEnum):
    """Who does something: the bureau, the unit that the slip is addressed to, or whom a part was handed to."""

    BUREAU = "bureau"
    UNIT = "unit"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody owes next. `since`: the day from which they do; `due_on`: None where no day is set."""

    party: Party
    act: SlipAct
    since: date
    due_on: date | None = None
    part: int | None = None


Step = tuple[SlipAct, int | None]  # an act, and the part that it is about; None: the whole


def possible_steps(slip: Slip, party: Party, *, on: date, unit: str = "") -> tuple[Step, ...]:
    """What `party` may do with the slip on the day `on`; PART: the `unit` that parts were handed to."""
    if not slip.is_open:
        return ()
    if party is Party.BUREAU:
        return tuple((act, None) for act in _open_to_the_bureau(slip))
    if slip.state is SlipState.ISSUED and party is Party.UNIT:
        return ((SlipAct.RECEIVE, None),)
    waiting = [part for part in slip.parts if part.answered_on is None]  # none once the whole is answered
    if party is Party.PART:
        return tuple((_next_of(part), part.number) for part in waiting if part.to_unit == unit)
    if slip.state not in IN_WORK:
        return ()
    answers: list[Step] = [(SlipAct.ANSWER, part.number) for part in waiting] or [(SlipAct.ANSWER, None)]
    handing: list[Step] = [(SlipAct.DELEGATE, None)] if len(slip.parts) < MOST_PARTS else []
    asking: list[Step] = [(SlipAct.ASK_EXTENSION, None)] if slip.asked_until is None and on <= slip.due_on else []
    return (*answers, *handing, *asking)


def _open_to_the_bureau(slip: Slip) -> tuple[SlipAct, ...]:
    found: list[SlipAct] = []
    if slip.state is SlipState.ANSWERED:
        found.append(SlipAct.REVIEW)
    if slip.state is SlipState.REVIEWED:
        found.append(SlipAct.CLOSE)
    if slip.state in WAITS_FOR_THE_BUREAU:
        found.append(SlipAct.RETURN)
    if slip.asked_until is not None:
        found += [SlipAct.GRANT_EXTENSION, SlipAct.REFUSE_EXTENSION]
    return (*found, SlipAct.WITHDRAW)


def _next_of(part: SlipPart) -> SlipAct:
    """What whoever a part was handed to does next with it."""
    return SlipAct.RECEIVE if part.received_on is None else SlipAct.ANSWER


def open_duties(slip: Slip) -> tuple[Duty, ...]:
    """What is owed next, of the unit first, then of those with parts, then of the bureau; nothing once it is over."""
    if not slip.is_open:
        return ()
    of_parts = [
        Duty(Party.PART, _next_of(part), part.received_on or part.handed_on, part.due_on, part.number)
        for part in slip.parts
        if part.to_unit and part.answered_on is None
    ]
    if slip.handed_on:
        return tuple(of_parts)
    duties = []
    if slip.state is SlipState.ISSUED:
        duties.append(Duty(Party.UNIT, SlipAct.RECEIVE, slip.issued_on))
    if slip.state in IN_WORK:
        duties.append(Duty(Party.UNIT, SlipAct.ANSWER, slip.received_on or slip.issued_on, slip.due_on))
        duties += of_parts
    if slip.asked_on is not None:
        duties.append(Duty(Party.BUREAU, SlipAct.GRANT_EXTENSION, slip.asked_on))
    if slip.state in WAITS_FOR_THE_BUREAU and slip.answered_on is not None:
        act = SlipAct.REVIEW if slip.state is SlipState.ANSWERED else SlipAct.CLOSE
        duties.append(Duty(Party.BUREAU, act, slip.answered_on))
    return tuple(duties)
