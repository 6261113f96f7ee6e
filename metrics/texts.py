"""Texts of people: what says nothing, reads other than it is, or is longer than anybody reads, is refused. Pure.

Asked wherever words come in: of every JSON body (:mod:`metrics.json_object`), of the texts beside a file, of the forms
of the pages, of what a clerk's form sends. How long a single field may be, its own command says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import pointer_to

LONGEST_OF_ALL = 20_000  # characters of one text
# Unicode's Bidi_Control: unseen, and what stands beside them is read in another order than it was written in.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TURNING = re.compile(f"[{''.join(sorted(TURNING))}]")

_UNSEEN = Message(
    "这里只有看不见的字符(零宽字符、方向标记、填充符等)。请写明内容,或者留空。",
    "There are only characters here that nobody sees (zero-width, direction marks, fillers and the like). "
    "Write what is meant, or leave it empty.",
)


def text_problems(value: object) -> list[Problem]:
    """What is wrong with the texts in `value`, a JSON value, each with its pointer; of keys nothing is said.

    Nothing but spaces is an empty text, which the field itself takes or does not. What stood there is not said again:
    nobody would see it, or it is too long.
    """
    return [found for path, text in _texts(value) for found in _of(text, pointer_to(*path))]


def refuse_texts(value: object) -> None:
    """Raises Invalid if any text in `value` cannot be taken."""
    problems = text_problems(value)
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)


def too_long(most: int) -> Message:
    """That a text has at most so many characters."""
    return Message(f"此项文字过长,最多 {most:,} 字。", f"This text is too long: at most {most:,} characters.")


def _of(text: str, pointer: str) -> Iterator[Problem]:
    if len(text) > LONGEST_OF_ALL:
        yield Problem("field_too_long", too_long(LONGEST_OF_ALL), pointer)
    elif text.strip() and not is_visible(text):
        yield Problem("text_unseen", _UNSEEN, pointer)
    elif (place := turning_place(text)) is not None and not pointer.endswith("password"):  # nobody reads a password
        yield Problem("text_turned", _turned(text[place], place + 1), pointer)


def turning_place(text: str) -> int | None:
    """Where in `text`, from 0, the first character stands that changes the order in which others are shown."""
    found = _TURNING.search(text)
    return found.start() if found else None


def _turned(character: str, place: int) -> Message:
    code = f"U+{ord(character):04X}"
    return Message(
        f"第 {place:,} 个字符({code})看不见,却会改变前后文字的显示顺序,读到的与写下的不一致。请删除后重新输入这一处。",
        f"Character {place:,} ({code}) cannot be seen and changes the order in which those around it are shown: "
        "the text reads other than it was written. Delete that place and type it again.",
    )


def _texts(value: object) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in `value` with the steps that lead to it. Without recursion: the depth is the sender's choice."""
    level: list[tuple[tuple[str, ...], object]] = [((), value)]
    while level:
        path, item = level.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, Mapping):
            level += [((*path, str(key)), one) for key, one in item.items()]
        elif isinstance(item, list | tuple):
            level += [((*path, str(place)), one) for place, one in enumerate(item)]
