"""Texts of pages read back as the figures that files write: signs, measures and words taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dashboard.words.figures import status_word
from metrics.results import Status
from tests.dashboard.drawn import nodes, of_class, said

Row = Mapping[str, str]


def same(text: str, verdict: Row, key: object) -> None:
    """A value with its status word, or the word alone."""
    word = status_word(Status(verdict["status"]))
    written = plain(text)
    assert written.endswith(word), (key, written, word)
    shown = written.removesuffix(word).strip()
    assert number(shown) == (verdict["value"] if verdict["status"] != "no_data" else ""), (key, text, verdict["value"])


def number(text: str) -> str:
    """The number a text begins with, as a file writes it; nothing if it is a dash."""
    head = text.strip().split(" ")[0].replace("<+0.01", "0.00")  # too little for two decimals
    digits = head.lstrip("+")
    end = next((i for i, sign in enumerate(digits) if not (sign.isdigit() or sign in ".-")), len(digits))
    found = digits[:end]
    if not any(sign.isdigit() for sign in found):
        return ""
    Fraction(found)  # a number, nothing else
    return found


def counted(text: str) -> str:
    """The count in a text such as `short by 49 items`, as a file writes it."""
    return "".join(sign for sign in text if sign.isdigit() or sign == ".")


def facts_of(facts: Any) -> list[str]:
    """The texts of a list of names and texts."""
    return [plain(said(node)) for node in nodes(facts) if node["type"] == "Dd"]


def plain(text: str) -> str:
    return text.replace("−", "-")


def named(href: str) -> tuple[str, str]:
    unit, _slash, target = href.removeprefix("#why=").partition("/")
    return unit, target


def rows_of(page: Any, table: str) -> list[Any]:
    """The rows of the bodies of tables of a class."""
    return [
        row
        for found in of_class(page, table)
        for body in nodes(found)
        if body["type"] == "Tbody"
        for row in body["props"]["children"]
    ]


def last_reported(verdict: Row, rates: Sequence[Row]) -> str:
    """What a unit that has not reported did last, as its cell says it; nothing if that has no value."""
    if verdict["status"] != "no_data":
        return ""
    reported = [
        row
        for row in rates
        if (row["unit_code"], row["indicator_code"]) == (verdict["unit_code"], verdict["indicator_code"])
        and row["denominator"]
    ]
    return f"{reported[-1]['period']}: {reported[-1]['value']}" if reported and reported[-1]["value"] else ""
