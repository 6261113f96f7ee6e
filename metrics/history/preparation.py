"""The submissions of a file of history, checked by the plan, and kept on disk until they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import compress
from typing import IO, Any

import numpy as np

from metrics.checks import run_checks
from metrics.comparisons import Compared
from metrics.errors import BiaochiError, Problem
from metrics.forms import incomplete_blocks
from metrics.history.cells import STEPS, Integers, moment_of
from metrics.history.fired_checks import FiredChecks
from metrics.history.month_tables import MonthTable, month_rates, written
from metrics.history.refusal import Places
from metrics.history.stencils import Shape
from metrics.history.tidy_file import HistoryColumn, TidyFile
from metrics.ledger.entry import canonical
from metrics.periods import period_numbered
from metrics.plan.model import FlowMovedCheck, FrozenBaselineCheck, Indicator, Nature, Plan, VanishedDenominatorCheck
from metrics.value_types import as_json_object


@dataclass(frozen=True, slots=True)
class PreparedHistory:
    """One submission to store: `values` as text, in the order of its shape's codes; `warnings` as canonical JSON.

    `received`: when it was first received, None if that is not known. Nobody acknowledged the warnings. `numerators`,
    `denominators`: its stored rates, as the database writes arrays.
    """

    unit: str
    period: date
    received: datetime | None
    shape: Shape
    values: Sequence[str]
    warnings: str
    numerators: str
    denominators: str


def read_prepared(kept: IO[str], *, actor: str) -> Iterator[PreparedHistory]:
    """What :class:`Preparing` wrote, in the same order, to be stored as sent by `actor`."""
    shapes: dict[str, Shape] = {}
    for line in kept:
        unit, month, received, codes, values, warnings, *rates = line.removesuffix("\n").split("\t")
        shape = shapes.get(codes) or shapes.setdefault(codes, Shape(codes.split(" "), actor))
        period, moment = period_numbered(int(month)), moment_of(int(received))
        yield PreparedHistory(unit, period, moment, shape, values.split(" "), warnings, *rates)


@dataclass(slots=True)
class Preparing:
    """Checks tables one after the other and writes their new submissions to `kept`, a line each.

    `closed` says what stops a submission of a unit for a period, if anything does. `doubtful` are the submissions, by
    unit and month, of which some cell could not be read: nothing is said of them as a whole. What is refused goes to
    `places`. `submissions`, `skipped` and `warnings` count what there is to store, what is stored already, and what is
    to be told with it.
    """

    plan: Plan
    file: TidyFile
    places: Places
    kept: IO[str]
    doubtful: set[tuple[int, int]]
    closed: Callable[[str, date], BiaochiError | None]
    submissions: int = 0
    skipped: int = 0
    warnings: int = 0
    _codes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._codes = tuple(element.code for element in self.plan.elements)

    def add(self, table: MonthTable) -> None:
        """Check the table's new submissions, and keep them."""
        self.skipped += int((~table.new & (table.place > 0).any(axis=1)).sum())
        new = [row for row in np.flatnonzero(table.new).tolist() if self._is_whole(table, row)]
        fired, codes, values, rates = _fired(table), self._codes_of(table), _values_of(table), month_rates(table)
        for row in new:
            self._refuse_closed(table, row)
            warnings = self._checked(table, row, fired[row]) if row in fired else []
            self._keep(table, row, (codes[row], values[row]), warnings, rates[row])
        self._refuse_incomplete(table, np.array(new, dtype=np.int64))

    def _is_whole(self, table: MonthTable, row: int) -> bool:
        return not self.doubtful or (int(table.unit[row]), int(table.month[row])) not in self.doubtful

    def _refuse_closed(self, table: MonthTable, row: int) -> None:
        unit, period = self._submission(table, row)
        error = self.closed(unit, period)
        if error is not None:
            self._add(
                table, row, Problem(error.code, error.message, given=f"{unit} {period:%Y-%m}"), HistoryColumn.PERIOD
            )

    def _refuse_incomplete(self, table: MonthTable, rows: Integers) -> None:
        """Blocks that were filled in by half."""
        half = np.zeros(len(rows), dtype=np.bool_)
        for block in self.plan.blocks:
            columns = [place for place, element in enumerate(self.plan.elements) if element.block == block.code]
            there = table.there[rows][:, columns]
            half |= there.any(axis=1) & ~there.all(axis=1)
        for row in rows[half].tolist():
            posted = [
                element.code for element, there in zip(self.plan.elements, table.there[row], strict=True) if there
            ]
            for problem in incomplete_blocks(self.plan, posted=posted, known=()):
                self._add(table, row, problem, HistoryColumn.ELEMENT)

    def _checked(self, table: MonthTable, row: int, only: Mapping[str, Sequence[Indicator]]) -> list[Mapping[str, Any]]:
        """The warnings of one submission in which checks fire; what refuses it goes to the places."""
        problems, warnings = run_checks(self.plan, _compared(table, row, only), acknowledged={}, only=only)
        for problem in problems:
            self._add(table, row, problem, HistoryColumn.VALUE)
        self.warnings += len(warnings)
        return [as_json_object(warning) for warning in warnings]

    def _add(self, table: MonthTable, row: int, problem: Problem, column: HistoryColumn) -> None:
        """At the element's row where the problem is about one, else at the submission's first."""
        code = problem.pointer.removeprefix("/values/")
        there = table.place[row]
        place = next((there[at] for at, element in enumerate(self.plan.elements) if element.code == code), 0)
        number = int(place) or int(there[there > 0].min())
        self.places.add(replace(problem, expected=None), row=number, column=self.file.letter(column))

    def _keep(
        self,
        table: MonthTable,
        row: int,
        figures: tuple[str, str],
        warnings: Sequence[Mapping[str, Any]],
        rates: tuple[str, str],
    ) -> None:
        self.submissions += 1
        if self.places.found:
            return  # nothing will be stored
        unit = self.plan.units[int(table.unit[row])].code
        said = canonical({"warnings": warnings})[len(b'{"warnings":') : -1].decode() if warnings else "[]"
        month, received = int(table.month[row]), int(table.received[row])
        # Codes and figures have no blank in them, and JSON no tab.
        self.kept.write("\t".join((unit, str(month), str(received), *figures, said, *rates)) + "\n")

    def _codes_of(self, table: MonthTable) -> list[str]:
        """Of each row the codes of the elements that are there."""
        whole = " ".join(self._codes)
        return [whole if there.all() else " ".join(compress(self._codes, there.tolist())) for there in table.there]

    def _submission(self, table: MonthTable, row: int) -> tuple[str, date]:
        return self.plan.units[int(table.unit[row])].code, period_numbered(int(table.month[row]))


def _values_of(table: MonthTable) -> list[str]:
    """Of each row the values that are there, in the order of the plan's elements."""
    texts = [[*map(str, whole)] for whole in (table.value // STEPS).tolist()]
    for row, column in np.argwhere(table.value % STEPS).tolist():
        texts[row][column] = written(int(table.value[row, column]))
    return [
        " ".join(row if there.all() else compress(row, there.tolist()))
        for row, there in zip(texts, table.there, strict=True)
    ]


def _fired(table: MonthTable) -> dict[int, dict[str, list[Indicator]]]:
    """By row the codes of the checks that fire there, with the indicators for which they do."""
    found: dict[int, dict[str, list[Indicator]]] = defaultdict(dict)
    asked = FiredChecks(table)
    for check, rows in asked.checks():
        for row in np.flatnonzero(rows & table.new).tolist():
            found[row][check.code] = []
    for rate_check, indicator, rows in asked.rates():
        for row in np.flatnonzero(rows & table.new).tolist():
            found[row].setdefault(rate_check.code, []).append(indicator)
    return found


def _compared(table: MonthTable, row: int, checks: Collection[str]) -> Compared:
    """What those of the plan's checks look at in one row."""
    kinds = {type(check): check for check in table.plan.checks if check.code in checks}
    earlier = slice(int(np.searchsorted(table.unit, table.unit[row])), row)
    now = _values(table, row)
    owed = {apart: _values_of_month(table, row, earlier, apart) for apart in {1, *table.plan.block_months.values()}}
    there = table.there[earlier]
    return Compared(
        now=now,
        posted=frozenset(now),
        before={
            element.code: value
            for element in table.plan.elements
            if (value := owed[element.owed.months_apart].get(element.code)) is not None
        },
        seldom=owed,
        first=_values_at(table, earlier, there.argmax(axis=0)) if FrozenBaselineCheck in kinds and len(there) else {},
        flows=_flows(table, row, earlier) if FlowMovedCheck in kinds else {},
        last=_values_at(table, earlier, len(there) - 1 - there[::-1].argmax(axis=0))
        if VanishedDenominatorCheck in kinds and len(there)
        else {},
    )


def _values_of_month(table: MonthTable, row: int, earlier: slice, months_apart: int) -> dict[str, Decimal]:
    """The unit's values in the newest month before in which what is owed so often was owed."""
    month = int(table.month[row]) - 1
    found = np.flatnonzero(table.month[earlier] == month - (month + 1) % months_apart)
    return _values(table, earlier.start + int(found[0])) if len(found) else {}


def _values(table: MonthTable, row: int) -> dict[str, Decimal]:
    return {
        element.code: Decimal(value) / STEPS
        for element, value, there in zip(
            table.plan.elements, table.value[row].tolist(), table.there[row].tolist(), strict=True
        )
        if there
    }


def _values_at(table: MonthTable, earlier: slice, rows: Integers) -> dict[str, Decimal]:
    """Of each element its value in one of the rows `earlier`, counted from the first; nothing where none is there."""
    return {
        element.code: Decimal(int(table.value[earlier][at, column])) / STEPS
        for column, (element, at) in enumerate(zip(table.plan.elements, rows.tolist(), strict=True))
        if table.there[earlier][at, column]
    }


def _flows(table: MonthTable, row: int, earlier: slice) -> dict[str, dict[int, Decimal]]:
    """Of each flow the values of earlier months, by how many months ago."""
    ago = (table.month[row] - table.month[earlier]).tolist()
    return {
        element.code: {
            months: Decimal(value) / STEPS
            for months, value, there in zip(
                ago, table.value[earlier, column].tolist(), table.there[earlier, column].tolist(), strict=True
            )
            if there
        }
        for column, element in enumerate(table.plan.elements)
        if element.nature is Nature.FLOW
    }
