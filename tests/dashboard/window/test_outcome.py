"""Refusals as the pages say them: everything that is wrong, in the punctuation of print."""

from __future__ import annotations

import pytest

from dashboard.locale import speaking
from dashboard.window.outcome import refused
from metrics.errors import Invalid, Message, Problem
from tests.dashboard.drawn import plain, texts


def problems(number: int) -> list[Problem]:
    return [
        Problem("wrong", Message(f"第 {n} 行“a,甲:乙”:须填写。", f"Line {n}: write it."), f"/lines/{n}")
        for n in range(1, number + 1)
    ]


def refusal(number: int) -> Invalid:
    found = problems(number)
    return Invalid("wrong", Message("未予记录:" + found[0].message.zh, "Not recorded: " + found[0].message.en), found)


def test_what_is_wrong_in_one_place_is_said_once() -> None:
    with speaking("zh"):
        said = refused(refusal(1))
    assert (said.text, said.more) == ("未予记录\uff1a第1行“a,甲:乙”\uff1a须填写。", None)


@pytest.mark.parametrize(("number", "listed"), [(2, 1), (20, 19), (21, 20), (300, 20)])
def test_what_is_wrong_in_several_places_is_listed_beyond_the_first(number: int, listed: int) -> None:
    with speaking("en"):
        said = refused(refusal(number))
        lines = texts(plain(said.more))
    assert said.text == "Not recorded: Line 1: write it."
    assert (len(lines), lines[0]) == (listed, "Line 2: write it.")
    assert (lines[-1] == f"and {number - 20} more") is (number > 20)
