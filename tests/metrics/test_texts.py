"""Texts that say nothing, and texts that nobody reads."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from metrics.errors import Invalid
from metrics.json_object import read_json_object
from metrics.texts import LONGEST_OF_ALL, TURNING, text_problems

UNSEEN = {
    "zero width space": "\u200b",
    "zero width joiner and no-break": "\u200d\u2060\ufeff",
    "direction marks": "\u200e\u200f\u202a\u202e\u2066\u2069",
    "soft hyphen between no-break spaces": "\u00a0\u00ad\u00a0",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "empty braille cell": "\u2800",
    "variation selectors": "\ufe0f\ufe00\U000e0100",
    "a mark on nothing": "\u0301\u034f",
    "tags": "\U000e0041\U000e007f",
    "Mongolian vowel separator": "\u180e\u180b",
    "controls": "\x01\x1b",
}
SEEN = ("续报", "a", "7", "—", "👍", "❤\ufe0f", "שלום 12", "é", "e\u0301", "한", " 已  更正 ", "㎡")


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_sees_is_refused_wherever_it_stands(text: str) -> None:
    assert [(one.code, one.pointer) for one in text_problems({"a": [{"b~/": f" {text}\n"}, "x"]})] == [
        ("text_unseen", "/a/0/b~0~1")
    ]
    with pytest.raises(Invalid) as refused:
        read_json_object(json.dumps({"reason": text}).encode())
    assert [one.pointer for one in refused.value.problems] == ["/reason"]


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_is_taken(text: str) -> None:
    assert read_json_object(json.dumps({"reason": text}).encode()) == {"reason": text}


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0", "\n\t"])
def test_nothing_but_spaces_is_an_empty_text(text: str) -> None:
    """Whether a field may be empty is for the field to say."""
    assert text_problems({"reason": text}) == []


def test_a_text_that_nobody_reads_is_refused_with_the_most_it_may_be() -> None:
    assert text_problems(["长" * LONGEST_OF_ALL]) == []
    (problem,) = text_problems({"notes": "长" * 200_000})
    assert (problem.code, problem.pointer, problem.given) == ("field_too_long", "/notes", None)
    assert "20,000" in problem.message.zh
    assert "20,000" in problem.message.en


def test_all_that_turns_a_text_round_is_refused_and_nothing_else() -> None:
    """Bidi_Control of Unicode: of the format characters, the standard's data of directions (UAX 9) name these alone."""
    every = map(chr, range(sys.maxunicode + 1))
    unseen = [letter for letter in every if unicodedata.category(letter) == "Cf"]
    ways = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    marks = ("LEFT-TO-RIGHT MARK", "RIGHT-TO-LEFT MARK", "ARABIC LETTER MARK")
    turning = {one for one in unseen if unicodedata.bidirectional(one) in ways or unicodedata.name(one, "") in marks}
    assert turning == TURNING


@pytest.mark.parametrize("turning", sorted(TURNING), ids=ascii)
def test_a_text_that_reads_other_than_it_was_written_is_refused_with_the_place(turning: str) -> None:
    """ "已完成\u202e%07\u202c" is shown as 已完成70%."""
    (problem,) = text_problems({"reason": f"已完成{turning}%07\u202c"})
    assert (problem.code, problem.pointer, problem.given) == ("text_turned", "/reason", None)
    for said in (problem.message.zh, problem.message.en):
        assert f"U+{ord(turning):04X}" in said
        assert "4" in said
        assert turning not in said


def test_a_password_may_be_any_characters() -> None:
    """Whoever chose one before must still get in."""
    sent = {"password": "aa\u200ebb", "new_password": "a\u202ea"}
    assert read_json_object(json.dumps(sent).encode()) == sent
