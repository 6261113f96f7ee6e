"""The cells of a file of history: what each row says as numbers, and what is wrong with rows by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from metrics.errors import Message, Problem
from metrics.forms import as_given, read_value, refuse_value
from metrics.history.plain_rows import Texts
from metrics.history.refusal import Places
from metrics.history.tidy_file import Batch, HistoryColumn, TidyFile
from metrics.moments import WRITTEN, local_text, read_moment
from metrics.periods import day_end, last_day, month_number, parse_period, period_numbered, period_problem
from metrics.plan.model import Plan
from metrics.submissions import period_problems, unit_problems

STEPS = 10_000  # of a value; no element has more than four decimals
UNSAID = -1  # the moment of a row that says none
POSTED = -2  # the moment of a stored submission that was posted, not loaded
_WRONG = -3
_GREATEST = 10**14  # a value that can be counted in STEPS; what a plan allows beyond it cannot be loaded
_MOST_REMEMBERED = 200_000  # texts of values
_COUNT = re.compile(r"0|[1-9][0-9]{0,13}")  # most values; every other text is read as a posted one is
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ROW = np.dtype(
    [("unit", "<i4"), ("month", "<i4"), ("element", "<i4"), ("value", "<i8"), ("row", "<i4"), ("received", "<i8")]
)
Rows = npt.NDArray[np.void]
"""Rows with the columns of ROW: `unit` and `element` are places in the plan's, `month` its number, `value` in STEPS,
`row` the number in the file, 0 of a stored figure, `received` microseconds since 1970, UNSAID or POSTED."""
Integers = npt.NDArray[np.int64]


class _TextMeanings(dict[str, int]):
    """What texts mean, worked out once each."""

    def __init__(self, meaning: Callable[[str], int]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, text: str) -> int:
        found = self[text] = self._meaning(text)
        return found


class _KnownValues(dict[tuple[str, str], int]):
    """What values of elements mean, in STEPS; _WRONG for one that cannot be the element's."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._elements = plan.element_by_code

    def __missing__(self, key: tuple[str, str]) -> int:
        element, text = self._elements.get(key[0]), key[1]
        value = None if element is None else read_value(element, text)
        if value is None or isinstance(value, Problem) or value > _GREATEST:
            value = Decimal(_WRONG) / STEPS
        found = self[key] = int(value * STEPS)
        return found


@dataclass(slots=True)
class HistoryCells:
    """Reads batches for `plan` as the file could be sent at `now`. What is wrong goes to `places`.

    `received`: when submissions were first received whose rows say nothing of it. `doubtful`: the submissions, by unit
    and month, of which some cell could not be read.
    """

    plan: Plan
    file: TidyFile
    places: Places
    now: datetime
    received: datetime | None = None
    doubtful: set[tuple[int, int]] = field(default_factory=set)
    _units: _TextMeanings = field(init=False)
    _elements: _TextMeanings = field(init=False)
    _months: _TextMeanings = field(init=False)
    _moments: _TextMeanings = field(init=False)
    _counts: _TextMeanings = field(init=False)
    _values: _KnownValues = field(init=False)
    _greatest: Integers = field(init=False)
    _exists: tuple[Integers, Integers] = field(init=False)

    def __post_init__(self) -> None:
        plan = self.plan
        units = {unit.code: place for place, unit in enumerate(plan.units) if unit.code not in plan.children}
        elements = {element.code: place for place, element in enumerate(plan.elements)}
        self._units = _TextMeanings(lambda code: units.get(code, _WRONG))
        self._elements = _TextMeanings(lambda code: elements.get(code, _WRONG))
        self._months, self._moments = _TextMeanings(self._month), _TextMeanings(self._moment)
        self._counts = _TextMeanings(lambda text: int(text) if _COUNT.fullmatch(text) else _WRONG)
        self._values = _KnownValues(plan)
        self._greatest = np.array([min(int(element.maximum), _GREATEST) for element in plan.elements])
        first, last = zip(*(unit.periods for unit in plan.units), strict=True)
        self._exists = np.array([*map(month_number, first)]), np.array([*map(month_number, last)])

    def read(self, batch: Batch) -> Rows:
        """The rows of `batch` in which nothing is wrong."""
        for row, cells in batch.odd:
            self.places.add(_row_odd(cells, len(self.file.places)), row=row)
        for texts in (self._units, self._elements, self._months, self._moments, self._counts, self._values):
            if len(texts) > _MOST_REMEMBERED:
                texts.clear()
        unit, month = _meant(self._units, batch.units), _meant(self._months, batch.periods)
        element, moment = _meant(self._elements, batch.elements), _meant(self._moments, batch.received)
        value = self._read_values(batch, element)
        placed = (unit >= 0) & (month >= 0)
        absent = placed & ((month < self._exists[0][unit]) | (month > self._exists[1][unit]))
        early = (month >= 0) & (moment >= 0) & (moment < self._ends(month))
        wrong = {
            HistoryColumn.UNIT: (unit < 0) | absent,
            HistoryColumn.PERIOD: month < 0,
            HistoryColumn.ELEMENT: element < 0,
            HistoryColumn.VALUE: (value < 0) & (element >= 0),
            HistoryColumn.RECEIVED: (moment == _WRONG) | early,
        }
        bad = np.logical_or.reduce([*wrong.values()])
        if bad.any():
            self._name(batch, wrong, bad)
            self.doubtful.update(zip(unit[bad & placed].tolist(), month[bad & placed].tolist(), strict=True))
        rows = _rows(np.array(batch.rows, dtype=np.int64), unit, month, element, value, moment)
        good: Rows = rows[~bad]
        return good

    def _read_values(self, batch: Batch, element: Integers) -> Integers:
        """Of each row its value in STEPS, _WRONG for one that cannot be the element's."""
        count = _meant(self._counts, batch.values)
        known = (element >= 0) & (count >= 0) & (count <= self._greatest[np.maximum(element, 0)])
        value = np.where(known, count, 0) * STEPS
        for at in np.flatnonzero(~known).tolist():
            value[at] = self._values[batch.elements[at], batch.values[at]]
        return value

    def _name(
        self, batch: Batch, wrong: dict[HistoryColumn, npt.NDArray[np.bool_]], bad: npt.NDArray[np.bool_]
    ) -> None:
        for at in np.flatnonzero(bad).tolist():
            columns = [column for column, there in wrong.items() if there[at]]
            if self.places.are_enough:
                self.places.count(len(columns))
                continue
            for column in columns:
                problem = self._problem(batch, at, column)
                self.places.add(problem, row=batch.rows[at], column=self.file.letter(column))

    def _problem(self, batch: Batch, at: int, column: HistoryColumn) -> Problem:
        period = parse_period(batch.periods[at])
        if column is HistoryColumn.UNIT:
            return unit_problems(self.plan, batch.units[at], period=period)[0]
        if column is HistoryColumn.PERIOD:
            if period is None:
                return period_problem(as_given(batch.periods[at]))
            return period_problems(self.plan, period, now=self.now)[0]
        if column is HistoryColumn.ELEMENT:
            return _element_unknown(batch.elements[at])
        if column is HistoryColumn.VALUE:
            element = self.plan.element_by_code[batch.elements[at]]
            found = read_value(element, batch.values[at])
            return found if isinstance(found, Problem) else refuse_value(element, batch.values[at], "value_too_large")
        return self._received_problem(batch.received[at], batch.periods[at])

    def _received_problem(self, text: str, period: str) -> Problem:
        given = as_given(text)
        if self._moments[text] == _WRONG and read_moment(text, timezone=self._timezone) is None:
            message = Message(
                f"“{given}”不是首次报送的时间。可写作:{WRITTEN.zh}。",
                f"{given!r} is no moment at which a submission was first received. Write {WRITTEN.en}.",
            )
            return Problem("received_unknown", message, given=given, expected=WRITTEN)
        if self._moments[text] == _WRONG:
            message = Message(f"首次报送时间“{given}”还没有到。", f"The moment {given!r} has not come yet.")
            return Problem("received_future", message, given=given)
        said = given if text.strip() or self.received is None else local_text(self.received, timezone=self._timezone())
        message = Message(
            f"首次报送时间“{said}”早于报告期 {period} 的最后一日,数据以该日为准。",
            f"{said!r} is before the last day of {period}, of which the figures are.",
        )
        return Problem("received_too_early", message, given=given)

    def _month(self, text: str) -> int:
        period = parse_period(text)
        if period is None or period_problems(self.plan, period, now=self.now):
            return _WRONG
        return month_number(period)

    def _moment(self, text: str) -> int:
        if not text.strip():
            return UNSAID if self.received is None else microseconds(self.received)
        moment = read_moment(text, timezone=self._timezone)
        return _WRONG if moment is None or moment > self.now else microseconds(moment)

    def _timezone(self) -> str:
        return self.plan.document.timezone

    def _ends(self, months: Integers) -> Integers:
        """The instant at which the last day of each month begins; months that are none are never over."""
        found, places = np.unique(months, return_inverse=True)
        begins = [self._last_day_begins(month) if month >= 0 else 0 for month in found.tolist()]
        return np.array(begins, dtype=np.int64)[places]

    def _last_day_begins(self, month: int) -> int:
        day = last_day(period_numbered(month))
        return microseconds(day_end(day - timedelta(days=1), timezone=self._timezone()))


def microseconds(moment: datetime) -> int:
    """An instant as a number: microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime | None:
    """The instant of such a number, None for UNSAID."""
    return None if number == UNSAID else _EPOCH + timedelta(microseconds=number)


def _meant(meanings: _TextMeanings, texts: Texts) -> Integers:
    """Of each row what its text means, each text looked up once."""
    different = texts.different
    found: Integers = np.fromiter(map(meanings.__getitem__, different), dtype=np.int64, count=len(different))
    return found[texts.which]


def _rows(row: Integers, unit: Integers, month: Integers, element: Integers, value: Integers, moment: Integers) -> Rows:
    rows = np.zeros(len(row), dtype=ROW)
    for name, column in (
        ("unit", unit),
        ("month", month),
        ("element", element),
        ("value", value),
        ("row", row),
        ("received", moment),
    ):
        rows[name] = column
    return rows


def _element_unknown(code: str) -> Problem:
    given = as_given(code)
    return Problem(
        "element_unknown", Message(f"表中没有填报项“{given}”。", f"The form has no element {given!r}."), given=given
    )


def _row_odd(cells: Sequence[str], wanted: int) -> Problem:
    given = as_given(",".join(cells))
    message = Message(
        f"本行有 {len(cells)} 个单元格,表头有 {wanted} 列。",
        f"This row has {len(cells)} cells; there are {wanted} headings.",
    )
    return Problem("row_odd", message, given=given)
