"""How slips and what is done with them are called: numbers as offices write them, states and acts in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.errors import Message
from metrics.supervision.slip_steps import Step
from metrics.supervision.slips import SlipAct, SlipState


def slip_etag(number: str, acts: int) -> str:
    """The entity tag of a slip after so many acts."""
    return f'"slip-{number}-{acts}"'


def slip_number(year: int, number: int) -> str:
    """How a slip is named in addresses and in the ledger: `2019-3`."""
    return f"{year}-{number}"


def written_number(slip: str) -> str:
    """How offices write the number: 督办〔2019〕3号."""
    year, _, number = slip.partition("-")
    return f"督办〔{year}〕{number}号"


def number_in_words(slip: str) -> Message:
    """The number as it is read in either language."""
    year, _, number = slip.partition("-")
    return Message(written_number(slip), f"Slip {number} of {year}")


def next_number(year: int, given: Iterable[str]) -> str:
    """The number of the next slip issued in `year`, of those `given` so far in whatever year."""
    taken = [int(slip.partition("-")[2]) for slip in given if slip.partition("-")[0] == str(year)]
    return slip_number(year, max(taken, default=0) + 1)


STATES_IN_WORDS: Mapping[SlipState, Message] = {
    SlipState.ISSUED: Message("待签收", "to be signed for"),
    SlipState.IN_HAND: Message("办理中", "in hand"),
    SlipState.RETURNED: Message("退回重办", "sent back"),
    SlipState.ANSWERED: Message("待审核", "answered, to be reviewed"),
    SlipState.REVIEWED: Message("待销号", "reviewed, to be closed"),
    SlipState.CLOSED: Message("已销号", "closed"),
    SlipState.WITHDRAWN: Message("已撤销", "withdrawn"),
}
ACTS_IN_WORDS: Mapping[SlipAct, Message] = {
    SlipAct.ISSUE: Message("交办", "issue"),
    SlipAct.RECEIVE: Message("签收", "sign for it"),
    SlipAct.DELEGATE: Message("分解", "hand on a part"),
    SlipAct.ANSWER: Message("答复", "answer"),
    SlipAct.ASK_EXTENSION: Message("申请延期", "ask for an extension"),
    SlipAct.GRANT_EXTENSION: Message("同意延期", "grant the extension"),
    SlipAct.REFUSE_EXTENSION: Message("不同意延期", "refuse the extension"),
    SlipAct.REVIEW: Message("审核通过", "pass the review"),
    SlipAct.RETURN: Message("退回重办", "send it back"),
    SlipAct.CLOSE: Message("销号", "close it"),
    SlipAct.WITHDRAW: Message("撤销", "withdraw it"),
}

DONE_IN_WORDS: Mapping[SlipAct, Message] = {
    SlipAct.ISSUE: Message("交办", "issued"),
    SlipAct.RECEIVE: Message("签收", "signed for"),
    SlipAct.DELEGATE: Message("分解", "a part handed on"),
    SlipAct.ANSWER: Message("答复", "answered"),
    SlipAct.ASK_EXTENSION: Message("申请延期", "extension asked for"),
    SlipAct.GRANT_EXTENSION: Message("同意延期", "extension granted"),
    SlipAct.REFUSE_EXTENSION: Message("不同意延期", "extension refused"),
    SlipAct.REVIEW: Message("审核通过", "passed by the bureau"),
    SlipAct.RETURN: Message("退回重办", "sent back"),
    SlipAct.CLOSE: Message("销号", "closed"),
    SlipAct.WITHDRAW: Message("撤销", "withdrawn"),
}
"""The same acts once they are done; Chinese calls both alike."""


def steps_in_words(steps: Iterable[Step]) -> Message:
    """The steps in one sentence, each with its part."""
    named = [(ACTS_IN_WORDS[act], part) for act, part in steps]
    return Message(
        "、".join(act.zh + (f"(第 {part} 部分)" if part else "") for act, part in named),
        "; ".join(act.en + (f" (part {part})" if part else "") for act, part in named),
    )
