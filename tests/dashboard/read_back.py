"""Texts of pages read back as the figures that files write: signs, measures and words taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dashboard.locale import month_text
from dashboard.words.figures import NOTHING, indicator_name, status_word, unit_name
from metrics.periods import parse_period
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


def courses(page: Any, rates: Sequence[Row], plan: Any, *, indicator: str | None) -> int:
    """The tables of courses on a page: months across, values as in the file. Answers how many values there were.

    What was corrected leads to explanations of its months too, and is held by itself.
    """
    values = {(row["unit_code"], row["period"], row["indicator_code"]): row for row in rates}
    count, turned = 0, [id(node) for table in of_class(page, "corrections") for node in nodes(table)]
    for link in nodes(page):
        href = str(link["props"].get("href", ""))
        if "#why=" not in href or href.startswith("#") or "month=" not in href or id(link) in turned:
            continue
        unit, target, month = _led_to(href)
        code = indicator or plan.target_revisions[target][-1].indicator
        row = values[unit, month, code]
        text = plain(said(link))
        if row["state"] != "unreported" and row["value"]:
            assert text == row["value"], (unit, month, code)
            count += 1
    _hold_corrections(page, values, plan, indicator=indicator)
    return count


def _hold_corrections(
    page: Any, values: Mapping[tuple[str, str, str], Row], plan: Any, *, indicator: str | None
) -> None:
    """What was corrected, newest first: the newest of a month has the value in the file, each older one led up to it.

    A verdict that turned is that of the row's unit and month, in two different words.
    """
    units = {unit_name(unit): unit.code for unit in plan.units}
    indicators = {indicator_name(one): one.code for one in plan.indicators}
    periods = {month_text(found): period for _unit, period, _code in values if (found := parse_period(period))}
    stood: dict[tuple[str, str, str], str] = {}
    for row in rows_of(page, "corrections"):
        name, *cells = [plain(said(cell)) for cell in row["props"]["children"]]
        code = indicator or indicators[cells.pop(0)]
        month, before, after = cells[:3]
        key = (units[name], periods[month], code)
        assert after == stood.get(key, values[key]["value"] or NOTHING), key
        assert before != after, key
        stood[key] = before
        for link in nodes(row):
            if "href" in link["props"]:
                unit, target, period = _led_to(link["props"]["href"])
                assert (unit, period) == key[:2]
                assert plan.target_revisions[target][-1].indicator == code, key
                was, _arrow, became = said(link).rpartition(" → ")
                assert not was.endswith(became), key


def _led_to(href: str) -> tuple[str, str, str]:
    """Unit, target and month of a way to an explanation in a month."""
    return *named("#" + href.split("#")[1]), href.split("month=")[1][:7]
