"""docs/asvs.md speaks of every requirement of levels 1 and 2 of ASVS 5.0.0, of each once, and names what is there."""

from __future__ import annotations

import re
from collections import Counter

from tests.serving import ROOT

# Section → the last number of its requirements of levels 1 and 2; those of level 3 follow them in each section.
SECTIONS = {
    "V1": (2, 9, 11, 3, 2),
    "V2": (3, 3, 4, 1),
    "V3": (0, 2, 4, 6, 5, 0, 2),
    "V4": (3, 1, 2, 4),
    "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4),
    "V7": (3, 4, 2, 5, 2, 2),
    "V8": (2, 3, 1, 1),
    "V9": (3, 4),
    "V10": (2, 2, 4, 11, 5, 2, 3),
    "V11": (2, 3, 3, 4, 1, 1),
    "V12": (3, 2, 4),
    "V13": (1, 5, 2, 5),
    "V14": (2, 4, 3),
    "V15": (3, 3, 7),
    "V16": (1, 5, 4, 3, 3),
    "V17": (1, 4, 2),
}
ITEMS = [
    f"{chapter}.{section}.{number}"
    for chapter, lasts in SECTIONS.items()
    for section, last in enumerate(lasts, start=1)
    for number in range(1, last + 1)
]
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (V[\d.]+)(?: – (V[\d.]+))? \| (\S+) \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[list[str], str, str]]:
    """The items of each row, how they stand, and what is said."""
    return [
        (ITEMS[ITEMS.index(first) : ITEMS.index(last or first) + 1], state, said)
        for first, last, state, said in ROW.findall(TEXT)
    ]


def test_every_requirement_stands_in_one_row_in_the_order_of_the_standard() -> None:
    assert len(ITEMS) == 253
    told = [item for items, _, _ in rows() for item in items]
    assert Counter(told) == Counter(ITEMS)
    assert told == ITEMS


def test_each_row_is_one_of_four_words_and_says_why() -> None:
    assert {state for _, state, _ in rows()} <= {"✓", "◐", "✗", "–"}
    assert [items for items, _, said in rows() if not said.strip()] == []


def test_every_file_that_shows_something_is_there() -> None:
    named = re.findall(r"`((?:tests|docs|metrics)/[\w./-]+|SECURITY\.md|requirements\.lock)`", TEXT)
    assert len(named) > 80
    assert [path for path in named if not (ROOT / path).is_file()] == []
