"""docs/decisions.md: each decision has its number, title and day and stands in the index once; code names real ones."""

from __future__ import annotations

import re
from pathlib import Path

from tests.serving import ROOT

PAGE = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
FIRST_WITH_PARTS = 113
PARTS = ("**Context.**", "**Alternatives.**", "**Decision.**")

_numbered, _, INDEX = PAGE[PAGE.index("\n## 1. ") :].partition("\n## By subject\n")
DECISIONS = re.findall(r"^## (\d+)\. ([^\n]+)\n\n\*(\S+)\*\n\n(.+?)(?=^## |\Z)", _numbered, re.MULTILINE | re.DOTALL)
NUMBERS = [int(number) for number, *_ in DECISIONS]

CODE = ("api", "benchmarks", "dashboard", "metrics", "migrations", "seed", "tests")
NAMED = re.compile(r"\bdecisions? (\d+(?:(?:, | and | to )\d+)*)")


def address(number: str, title: str) -> str:
    """The place of a heading as GitHub names it."""
    return re.sub(r"[^\w\- ]", "", f"{number}. {title}".lower()).replace(" ", "-")


def numbers_named(path: Path) -> set[int]:
    """The decisions that a file names."""
    lists = NAMED.findall(path.read_text(encoding="utf-8"))
    return {int(number) for written in lists for number in re.findall(r"\d+", written)}


def test_numbers_run_on_without_a_gap() -> None:
    headings = re.findall(r"^## ", _numbered, re.MULTILINE)
    assert list(range(1, len(headings) + 1)) == NUMBERS
    assert "\n## " not in INDEX  # what stands behind it is neither counted nor found


def test_every_decision_has_a_title_of_its_own_and_a_day() -> None:
    titles = [title for _, title, *_ in DECISIONS]
    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for *_, day, _ in DECISIONS)


def test_the_index_holds_every_decision_once() -> None:
    entries = re.findall(r"^- \[(\d+)\]\(#(.+?)\) (.+)$", INDEX, re.MULTILINE)
    assert sorted(entries) == sorted((number, address(number, title), title) for number, title, *_ in DECISIONS)


def test_later_decisions_say_what_else_was_weighed() -> None:
    later = {number: words for number, *_, words in DECISIONS if int(number) >= FIRST_WITH_PARTS}
    assert [(number, part) for number, words in later.items() for part in PARTS if part not in words] == []


def test_code_names_decisions_that_there_are() -> None:
    files = [path for floor in CODE for ending in ("py", "js", "mjs") for path in (ROOT / floor).rglob(f"*.{ending}")]
    named = {path.relative_to(ROOT): numbers_named(path) - set(NUMBERS) for path in files}
    assert {path: numbers for path, numbers in named.items() if numbers} == {}
