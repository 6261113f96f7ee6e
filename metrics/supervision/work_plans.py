"""Work plans (工作计划) and funding (资金保障) as values: measures read from what was written, and amounts. Pure.

A measure is written on a line of its own: task, what is done, by which day, and who, separated by | or by tabs, as a
table is pasted. A task may be left out (-), so may the person; the day is the unit's own, whatever the plan's is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from metrics.errors import Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.periods import FIRST_YEAR, LAST_YEAR, parse_day

MOST_MEASURES = 200
LONGEST_MEASURE = 500  # characters
LONGEST_WHO = 100
LONGEST_SUMMARY = 2000
_SEPARATOR = re.compile(r"\s*[|\t\uff5c]\s*")
_NO_TASK = ("", "-", "\u2014", "\u65e0")
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


class FundingSource(StrEnum):
    """Where money comes from."""

    SUPERIOR = "superior"  # 上级专项补助
    CITY = "city"  # 市级统筹
    OWN_BUDGET = "own_budget"  # 本级财政
    OTHER = "other"  # 其他


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that a unit means to do. `task` None: of no single task of the plan."""

    task: int | None
    text: str
    due_on: date
    who: str = ""

    def as_recorded(self) -> dict[str, object]:
        """As the ledger and the table have it."""
        return {"task": self.task, "text": self.text, "due_on": self.due_on.isoformat(), "who": self.who}

    def as_line(self) -> str:
        """As it is written in the form."""
        parts = ["-" if self.task is None else str(self.task), self.text, self.due_on.isoformat(), self.who]
        return " | ".join(parts[:4] if self.who else parts[:3])


@dataclass(frozen=True, slots=True)
class WrittenMeasure:
    """A measure as it was sent, its parts as texts; `place`: where it stands in what was sent."""

    task: str
    text: str
    due_on: str
    who: str
    place: str


def lines_of_measures(text: str) -> list[WrittenMeasure]:
    """The measures of a text, one a line; empty lines count for nothing."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            parts = [*_SEPARATOR.split(line.strip()), "", "", "", ""]
            who = " ".join(part for part in parts[3:] if part)
            found.append(WrittenMeasure(parts[0], parts[1], parts[2], who, f"/measures/{number}"))
    return found


def read_measures(
    written: Sequence[WrittenMeasure], *, tasks: Collection[int], year: int
) -> tuple[list[Measure], list[Problem]]:
    """The measures, and everything that is wrong with what was sent. `tasks`: those that name the unit."""
    if not written:
        message = Message("工作计划至少有一条措施。", "A work plan has at least one measure.")
        return [], [Problem("measures_missing", message, "/measures")]
    if len(written) > MOST_MEASURES:
        message = Message(f"措施最多 {MOST_MEASURES} 条。", f"At most {MOST_MEASURES} measures.")
        return [], [Problem("measures_too_many", message, "/measures")]
    measures, problems = [], []
    for one in written:
        found, wrong = _read(one, tasks=tasks, year=year)
        problems += wrong
        if found is not None:
            measures.append(found)
    return measures, problems


def _read(one: WrittenMeasure, *, tasks: Collection[int], year: int) -> tuple[Measure | None, list[Problem]]:
    problems, task, due_on = [], None, parse_day(one.due_on)
    if one.task not in _NO_TASK:
        task = int(one.task) if one.task.isascii() and one.task.isdigit() and len(one.task) <= 4 else None
        if task is None or task not in tasks:
            zh, en = (
                "没有点名本单位的这项任务;不属于某项任务的写“-”",
                "no task of that number names the unit; - for none",
            )
            problems.append(_problem(one, "task", "task_not_owed", zh, en))
    if not is_visible(one.text) or len(one.text) > LONGEST_MEASURE:
        zh, en = f"须写明措施,最多 {LONGEST_MEASURE} 字", f"say what is done, in at most {LONGEST_MEASURE} characters"
        problems.append(_problem(one, "text", "measure_malformed", zh, en))
    problems += [
        _problem(one, part, "measure_malformed", "写在一行内,不含“|”和制表符", "on one line, without | and tabs")
        for part in ("text", "who")
        if not _is_one_part(getattr(one, part))
    ]
    if due_on is None or not year <= due_on.year <= year + 1:
        zh, en = (
            f"完成日期写作 {year}-06-30 的形式,在当年或次年",
            f"a day written {year}-06-30, of that year or the next",
        )
        problems.append(_problem(one, "due_on", "day_malformed", zh, en))
    if len(one.who) > LONGEST_WHO:
        zh, en = f"责任人最多 {LONGEST_WHO} 字", f"who does it, in at most {LONGEST_WHO} characters"
        problems.append(_problem(one, "who", "who_too_long", zh, en))
    if problems or due_on is None:
        return None, problems
    return Measure(task, one.text.strip(), due_on, one.who.strip()), []


def _is_one_part(text: str) -> bool:
    """True for what is read back the same from the measure's line in the form."""
    return len(text.strip().splitlines()) <= 1 and not _SEPARATOR.search(text.strip())


def _problem(one: WrittenMeasure, part: str, code: str, zh: str, en: str) -> Problem:
    given = as_given(getattr(one, part))
    place = one.place.rpartition("/")[2]
    message = Message(f"第 {place} 条“{given}”:{zh}。", f"Measure {place}, {given!r}: {en}.")
    return Problem(code, message, f"{one.place}/{part}", given=given)


def year_problems(year: int) -> list[Problem]:
    """What is wrong with the year of a plan or of money."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return []
    message = Message(f"年份在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。", f"A year from {FIRST_YEAR} to {LAST_YEAR}.")
    return [Problem("year_unknown", message, "/year", given=str(year))]


def read_amount(written: str) -> Decimal | None:
    """An amount in 万元, at most two decimals; None for what is none."""
    if not _AMOUNT.fullmatch(written):
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        return None
