"""A line of the doctor's: what was looked at, how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Message


class Grade(StrEnum):
    """How something stands. `bad` has to be changed before others rely on the service; `warn` is to be looked at."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"

    @property
    def word(self) -> Message:
        return _WORDS[self]


_WORDS = {
    Grade.OK: Message("正常", "OK"),
    Grade.WARN: Message("注意", "WARN"),
    Grade.BAD: Message("不妥", "BAD"),
}


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """`name` is stable, for scripts. `advice`: what to do; None where all is well."""

    name: str
    grade: Grade
    found: Message
    advice: Message | None = None


def fine(name: str, zh: str, en: str) -> DoctorLine:
    """A line about something that is as it should be."""
    return DoctorLine(name, Grade.OK, Message(zh, en))


def doubtful(name: str, found: Message, advice: Message) -> DoctorLine:
    """A line about something to be looked at."""
    return DoctorLine(name, Grade.WARN, found, advice)


def wrong(name: str, found: Message, advice: Message) -> DoctorLine:
    """A line about something to be changed."""
    return DoctorLine(name, Grade.BAD, found, advice)


def worst(lines: tuple[DoctorLine, ...]) -> Grade:
    """The worst of their grades; `ok` without any."""
    return max((line.grade for line in lines), key=list(Grade).index, default=Grade.OK)
