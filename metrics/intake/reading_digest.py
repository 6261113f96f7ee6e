"""What a sender confirms: a digest over everything that a file is read as, which holds for a day.

Nothing is kept for it; whoever is given one reads the file again and makes it anew. It is no secret and gives no right:
it says which reading somebody looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import rfc8785

from metrics.errors import Message, Problem, Unconfirmed
from metrics.intake.file_reading import FileReading
from metrics.plan.model import Plan

HOLDS_FOR = timedelta(hours=24)
_WRITTEN = re.compile(r"([0-9a-z]{1,7})-([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})-([0-9a-f]{40})")
_POINTER = "/reading"


@dataclass(frozen=True, slots=True)
class _Digest:
    """`made`: seconds since 1970. `file`, `plan` and `answers` only tell which of them differs; `whole` decides."""

    made: int
    file: str
    plan: str
    answers: str
    whole: str

    def __str__(self) -> str:
        return f"{_base36(self.made)}-{self.file}{self.plan}{self.answers}-{self.whole}"


def reading_digest(reading: FileReading, plan: Plan, *, made: datetime) -> str:
    """The digest of `reading` with the answers in it, made at `made` (aware) with `plan`."""
    return str(_digest(reading, plan, made=int(made.timestamp())))


def is_of_unanswered(digest: str) -> bool:
    """True for a digest that was made before any question was answered."""
    found = _read(digest)
    return found is not None and found.answers == _short({})


def require_digest(
    digest: str, reading: FileReading, plan: Plan, *, now: datetime, unanswered: FileReading | None = None
) -> None:
    """Raise Unconfirmed, saying what differs, unless `digest` was made of this reading within the last day.

    `unanswered`: the same file read without answers; a digest of that holds too, since it was given with the questions,
    unless an answer makes other figures count than those that were shown.
    """
    found = _read(digest)
    if found is None:
        raise _refused("reading_malformed")
    age = timedelta(seconds=now.timestamp() - found.made)
    if age < timedelta(seconds=0):
        raise _refused("reading_future")
    if age > HOLDS_FOR:
        raise _refused("reading_stale")
    shown = [reading]
    if unanswered is not None and set(_figures(reading)) <= set(_figures(unanswered)):
        shown.append(unanswered)
    fitting = [_digest(each, plan, made=found.made) for each in shown]
    if found in fitting:
        return
    if found.file != fitting[0].file:
        raise _refused("reading_of_other_file")
    if found.plan != fitting[0].plan:
        raise _refused("reading_of_other_plan")
    if found.answers not in {each.answers for each in fitting}:
        raise _refused("reading_of_other_answers")
    raise _refused("reading_differs")


def _digest(reading: FileReading, plan: Plan, *, made: int) -> _Digest:
    answers = {question.id: question.answer for question in reading.questions if question.answer is not None}
    whole = {
        "made": made,
        "file": reading.sha256,
        "plan": plan.seq,
        "answers": answers,
        "figures": [list(figure) for figure in _figures(reading)],
    }
    return _Digest(
        made=made,
        file=reading.sha256[:4],
        plan=_short({"plan": plan.seq}),
        answers=_short(answers),
        whole=_hash(whole)[:40],
    )


def _figures(reading: FileReading) -> list[tuple[str | None, ...]]:
    """Every figure: sheet, cell, unit, period, element, recorded value."""
    return [
        (cell.place.sheet, str(cell.place), sent.unit, sent.period, cell.element, cell.recorded)
        for sent in reading.submissions
        for cell in sent.cells
    ]


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def _short(content: Mapping[str, Any]) -> str:
    return _hash(content)[:4]


def _read(text: str) -> _Digest | None:
    found = _WRITTEN.fullmatch(text) if text.isascii() else None
    return None if found is None else _Digest(int(found[1], 36), found[2], found[3], found[4], found[5])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


def _refused(code: str) -> Unconfirmed:
    message = _WHY[code]
    return Unconfirmed(code, message, [Problem(code, message, _POINTER)])


_WHY = {
    "reading_malformed": Message(
        "核对码写法不对,请照试运行给出的原样填写。",
        "This is no digest of a reading; give it as the dry run answered it.",
    ),
    "reading_future": Message(
        "核对码的时间晚于现在,请重新试运行。", "The digest is dated later than now; look the file over again."
    ),
    "reading_stale": Message(
        "核对码已超过一天,请重新核对后再报送。",
        "The digest is older than a day; look the file over again, then send it.",
    ),
    "reading_of_other_file": Message(
        "核对码属于另一个文件:文件在核对之后改动过,或不是同一个文件。请重新核对。",
        "The digest is of another file: this one was changed since, or is not the one. Look it over again.",
    ),
    "reading_of_other_plan": Message(
        "核对之后方案已更新,请重新核对后再报送。", "The plan has changed since the file was looked over; do so again."
    ),
    "reading_of_other_answers": Message(
        "核对码是按另一些回答给出的,请按现在的回答重新核对。",
        "The digest was given for other answers; look the file over again with these.",
    ),
    "reading_differs": Message(
        "文件现在读出的单位、月份或数值与核对时不同,请重新核对。",
        "The file is now read as other units, months or figures than when it was looked over; look it over again.",
    ),
}

DIGEST_REFUSALS = frozenset(_WHY)  # the codes with which a digest is refused: the file is to be looked over again
