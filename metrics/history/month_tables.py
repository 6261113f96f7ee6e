"""Submissions of whole units as tables of integers: a row for each unit and month, a column for each element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.errors import Message, Problem
from metrics.forms import plain
from metrics.history.cells import POSTED, STEPS, UNSAID, Integers, Rows, moment_of
from metrics.history.refusal import MOST_NAMED, Places
from metrics.history.tidy_file import HistoryColumn, TidyFile
from metrics.moments import local_text
from metrics.periods import format_period, period_numbered
from metrics.plan.model import LinearForm, Plan
from metrics.stored_rates import layout_of

Booleans = npt.NDArray[np.bool_]
Exact = npt.NDArray[Any]
"""int64, or Python's integers where a product or a sum could overflow it."""
SAFE = 2**62


@dataclass(frozen=True, slots=True)
class MonthTable:
    """Every submission of some units that the file or the database holds, by unit, then month.

    `unit`, `month`: of each row. `value` (in STEPS), `there` and `place` (the file's row number): row × element, in the
    plan's order; where nothing is there, 0. `new`: rows that only the file has. `received`: as the file says.
    """

    plan: Plan
    unit: Integers
    month: Integers
    value: Integers
    there: Booleans
    place: Integers
    new: Booleans
    received: Integers

    def columns(self, codes: Iterable[str]) -> list[int]:
        """The places of elements, each once."""
        places = {element.code: place for place, element in enumerate(self.plan.elements)}
        return [places[code] for code in dict.fromkeys(codes)]

    def has(self, codes: Iterable[str]) -> Booleans:
        """The rows in which all of the elements are there."""
        found: Booleans = np.logical_and.reduce(self.there[:, self.columns(codes)], axis=1)
        return found

    def sums(self, form: LinearForm, value: Integers) -> Exact:
        """The form over each row of `value`, a table of values like this one's; in STEPS."""
        greatest = int(value.max(initial=0)) * sum(abs(term.times) for term in form.terms) + abs(form.constant) * STEPS
        summed: Exact = value if greatest < SAFE else value.astype(np.object_)
        found: Exact = np.full(len(value), form.constant * STEPS, dtype=summed.dtype)
        for column, term in zip(self.columns(form.elements), form.terms, strict=True):
            found = found + summed[:, column] * term.times
        return found

    def before(self, months: int) -> Integers:
        """For each row the row of the same unit so many months earlier, -1 where there is none."""
        return self._row_of(self.month - months)

    def before_owed(self, months_apart: int) -> Integers:
        """For each row that of the newest month before in which what is owed so often was owed, -1 without one."""
        return self._row_of(self.month - 1 - self.month % months_apart)

    def _row_of(self, month: Integers) -> Integers:
        """For each row the row of the same unit and this month, -1 where there is none."""
        keys, wanted = self.unit * 100_000 + self.month, self.unit * 100_000 + month
        found = np.searchsorted(keys, wanted)
        found[found == len(keys)] = 0
        return np.where(keys[found] == wanted, found, -1)


def month_rates(table: MonthTable) -> list[tuple[str, str]]:
    """Of each row what it means: numerators and denominators of all indicators, as the database writes arrays.

    The same amounts as `metrics.commands.derive_rates` finds in the database for what is posted, made from the columns
    that the checks look at: a load is a third quicker for it. Tests compare the rows of both.
    """
    numerators: list[list[str]] = []
    denominators: list[list[str]] = []
    for stored in layout_of(table.plan):
        indicator, places = stored.indicator, STEPS // 10**stored.decimals
        there = table.has(indicator.elements).tolist()
        for form, columns in ((indicator.numerator, numerators), (indicator.denominator, denominators)):
            amounts = (table.sums(form, table.value) // places).tolist()
            columns.append([str(amount) if known else "NULL" for amount, known in zip(amounts, there, strict=True)])
    arrays = ([f"{{{','.join(row)}}}" for row in zip(*columns, strict=True)] for columns in (numerators, denominators))
    return [*zip(*arrays, strict=True)] if numerators else [("{}", "{}")] * len(table.unit)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Sorted rows of whole units with what their neighbours say of them. Writes what contradicts itself to `places`."""

    plan: Plan
    file: TidyFile
    places: Places

    def table(self, rows: Rows) -> tuple[MonthTable, int]:
        """The rows as a table, and how many of the file's were stored already with the same value."""
        unit, month, element, value, row, received = (
            rows[name].astype(np.int64) for name in ("unit", "month", "element", "value", "row", "received")
        )
        starts = np.ones(len(rows), dtype=np.bool_)
        starts[1:] = (np.diff(unit) != 0) | (np.diff(month) != 0)
        submission = np.cumsum(starts) - 1
        first = np.flatnonzero(starts)
        same_cell = ~starts
        same_cell[1:] &= np.diff(element) == 0
        of_file = row > 0
        stored = np.zeros(len(first), dtype=np.bool_)
        stored[submission[~of_file]] = True
        self._twice(rows, np.flatnonzero(same_cell[1:] & of_file[:-1]) + 1)
        known = np.zeros(len(rows), dtype=np.bool_)
        known[1:] = same_cell[1:] & ~of_file[:-1]
        agrees = known.copy()
        agrees[1:] &= value[1:] == value[:-1]
        self._contradicting(rows, np.flatnonzero(known & ~agrees))
        self._adding(rows, np.flatnonzero(of_file & ~same_cell & stored[submission]))
        shape = (len(first), len(self.plan.elements))
        table = MonthTable(
            plan=self.plan,
            unit=unit[first],
            month=month[first],
            value=np.zeros(shape, dtype=np.int64),
            there=np.zeros(shape, dtype=np.bool_),
            place=np.zeros(shape, dtype=np.int64),
            new=~stored,
            received=np.full(len(first), UNSAID, dtype=np.int64),
        )
        table.value[submission, element] = value
        table.there[submission, element] = True
        table.place[submission, element] = row
        table.received[submission[of_file]] = received[of_file]
        self._received_differently(rows, np.flatnonzero(of_file & (received != table.received[submission])))
        before = np.full(len(first), POSTED, dtype=np.int64)
        before[submission[~of_file]] = received[~of_file]
        other = of_file & (before[submission] != POSTED) & (received != UNSAID) & (received != before[submission])
        self._received_otherwise(rows, np.flatnonzero(other), before[submission])
        return table, int(agrees.sum())

    def _twice(self, rows: Rows, at: Integers) -> None:
        for here in self._named(at):
            before = int(rows[here - 1]["row"])
            message = Message(
                f"同一单位、报告期、填报项在第 {before} 行已有,每个数据只能出现一次。",
                f"Row {before} holds this unit, period and element already; each figure stands in the file once.",
            )
            self._add(rows, here, Problem("figure_twice", message), HistoryColumn.ELEMENT)

    def _contradicting(self, rows: Rows, at: Integers) -> None:
        for here in self._named(at):
            stored, given = (written(int(rows[place]["value"])) for place in (here - 1, here))
            message = Message(
                f"与已入库的数据不一致:库中为 {stored},文件为 {given}。批量导入不更正已有月报,更正请走报送或文件。",
                f"Stored is {stored}, the file says {given}. Loading history corrects nothing that is there; revise "
                "the submission instead.",
            )
            problem = Problem("figure_contradicts", message, given=given, expected=Message(stored, stored))
            self._add(rows, here, problem, HistoryColumn.VALUE)

    def _adding(self, rows: Rows, at: Integers) -> None:
        for here in self._named(at):
            period = format_period(period_numbered(int(rows[here]["month"])))
            message = Message(
                f"该单位 {period} 的月报已在库中,其中没有这一项。批量导入不更正已有月报,补报请走报送或文件。",
                f"The unit's submission for {period} is there already and lacks this element. Loading history adds "
                "nothing to it; revise the submission instead.",
            )
            self._add(rows, here, Problem("submission_there", message), HistoryColumn.ELEMENT)

    def _received_differently(self, rows: Rows, at: Integers) -> None:
        for here in self._named(at):
            message = Message(
                "同一份月报各行的首次报送时间不一致。",
                "The rows of one submission say different moments at which it was first received.",
            )
            self._add(rows, here, Problem("received_differs", message), HistoryColumn.RECEIVED)

    def _received_otherwise(self, rows: Rows, at: Integers, before: Integers) -> None:
        """Submissions loaded with another moment, or with none: to skip them would lose what the file says."""
        for here in self._named(at):
            stored = moment_of(int(before[here]))
            moment = local_text(stored, timezone=self.plan.document.timezone) if stored else None
            said = f"为 {moment}" if moment else "没有写"
            said_en = f"as first received at {moment}" if moment else "without the moment of its coming"
            message = Message(
                f"该月报此前已导入,首次报送时间{said}。批量导入不更正已有月报;请从文件中去掉本份月报或其时间。",
                f"The submission was loaded before, {said_en}. Loading history corrects nothing that is there; leave "
                "the submission or its moment out of the file.",
            )
            self._add(rows, here, Problem("received_contradicts", message), HistoryColumn.RECEIVED)

    def _named(self, at: Integers) -> Iterator[int]:
        """Those of the places that are still named; the rest is counted."""
        room = MOST_NAMED - len(self.places.named)
        yield from at[:room].tolist()
        self.places.count(max(len(at) - room, 0))

    def _add(self, rows: Rows, at: int, problem: Problem, column: HistoryColumn) -> None:
        self.places.add(problem, row=int(rows[at]["row"]), column=self.file.letter(column))


def written(value: int) -> str:
    """A value in STEPS as forms take it: 38.5, 40."""
    whole, rest = divmod(value, STEPS)
    return str(whole) if not rest else plain(Decimal(value) / STEPS)
