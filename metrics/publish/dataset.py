"""What a dataset is: its columns in order, its parameters, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import Any, Generic, TypeVar

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.publish.shape import COLUMNS, SORT, WHERE, WHOLE, TableShape
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.view import View
from metrics.ranking import RankGroup
from metrics.results import Basis
from metrics.rounding import Line, lines_of

Cell = str | int | bool | None
Row = tuple[Cell, ...]
Cells = Cell | Sequence[Cell]  # of one row, or of a part's many
Record = TypeVar("Record")
_SYNTHETIC = Text(zh="(合成演示)", en=" (synthetic)")


class Kind(StrEnum):
    """How a column is to be read. Cells of TEXT are written by people and are neutralised for spreadsheets."""

    TEXT = "text"
    CODE = "code"  # letters, digits, '.', '_', '-': as the plan or the program gave it
    INTEGER = "integer"
    NUMBER = "number"  # a decimal in full; a string in JSON
    BOOLEAN = "boolean"
    DATE = "date"  # YYYY-MM-DD
    PERIOD = "period"  # YYYY-MM
    INSTANT = "instant"  # ISO 8601 with offset, UTC


def synthetic_label(language: str) -> str:
    """What stands behind a unit's name in files of the demonstration."""
    return _SYNTHETIC.in_language(language)


class Wording:
    """What the cells of a pull are written with: `language`, what the reader sees, and names in that language."""

    def __init__(self, session: ReadSession, view: View, *, language: str) -> None:
        self.view, self.language = view, language
        label = synthetic_label(language) if is_demonstration_loaded(session) else ""
        self.units = {unit.code: self.say(unit.name) + label for unit in view.plan.units}
        """Unit names by code, as exports of figures write them: while demonstration data is loaded they say so."""

    def say(self, text: Text) -> str:
        """`text` in the language."""
        return text.in_language(self.language)

    @cached_property
    def elements(self) -> dict[str, tuple[str, str]]:
        """Name and unit of measure by code."""
        return {e.code: (self.say(e.name), self.say(e.unit_of_measure)) for e in self.view.plan.elements}

    @cached_property
    def indicators(self) -> dict[str, tuple[str, str]]:
        """Name and unit of measure by code."""
        return {i.code: (self.say(i.name), self.say(i.unit_of_measure)) for i in self.view.plan.indicators}

    @cached_property
    def tasks(self) -> dict[int, str]:
        """Title by number."""
        return {task.number: self.say(task.title) for task in self.view.plan.tasks}

    @cached_property
    def lines(self) -> dict[str, tuple[Line, ...]]:
        """By code of the indicator: the lines on whose side its figures stay when they are rounded."""
        return {indicator.code: lines_of(self.view.plan, indicator) for indicator in self.view.plan.indicators}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, how it is to be read, and its title. `words`: what can stand in it, in order, if that is few."""

    name: str
    kind: Kind
    title: Text
    words: tuple[str, ...] = field(default=(), kw_only=True)

    def of(self, value: Callable[[Record, Wording], Cells]) -> Column[Record]:
        """The column under this heading in a dataset of such records."""
        return Column(self.name, self.kind, self.title, value, words=self.words)


@dataclass(frozen=True, slots=True)
class Column(Heading, Generic[Record]):
    """`value`: the cell of a record; a missing value, None, is an empty cell in CSV and null in JSON."""

    value: Callable[[Record, Wording], Cells]


@dataclass(frozen=True, slots=True)
class Pull:
    """One request for a dataset, parsed and checked. None or empty: not asked for.

    `among`: whom to rank among themselves. `basis`: None for that of the release, without one for every submission.
    `under`: the unit that adds up others of which the rows are. `peers`: the units that others are held beside.
    `after_seq`: only rows recorded after it, `after_hash`: the ledger's hash there, hexadecimal; `limit` and `offset`:
    one page of the total order, `page_hash`: the ledger's hash where its first page was read. `shape`: which columns
    and rows of what is asked for, and in which order.
    `since`: from which moment on changes are asked for.
    """

    units: tuple[str, ...] = ()
    periods: tuple[date, ...] = ()
    period_from: date | None = None
    period_to: date | None = None
    elements: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    on: date | None = None
    among: RankGroup | None = None
    under: str | None = None
    peers: tuple[str, ...] = ()
    basis: Basis | None = None
    release: int | None = None
    as_of: datetime | int | None = None
    since: datetime | int | None = None
    history: bool = False
    after_seq: int | None = None
    after_hash: str | None = None
    limit: int | None = None
    offset: int = 0
    page_hash: str | None = None
    language: str = "zh"
    bom: bool = False
    shape: TableShape = WHOLE

    def wants(self, period: date) -> bool:
        """True if `period` is within what was asked for."""
        return (
            (not self.periods or period in self.periods)
            and (self.period_from is None or period >= self.period_from)
            and (self.period_to is None or period <= self.period_to)
        )

    def wants_year(self, year: int) -> bool:
        """True if a month of `year` is within what was asked for."""
        return any(self.wants(date(year, month, 1)) for month in range(1, 13))

    @property
    def first_period(self) -> date | None:
        """The earliest period asked for, None if any will do."""
        ends = [end for end in (min(self.periods, default=None), self.period_from) if end is not None]
        return max(ends, default=None)

    @property
    def last_period(self) -> date | None:
        """The latest period asked for, None if any will do."""
        ends = [end for end in (max(self.periods, default=None), self.period_to) if end is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows a pull has; estimated by the database where that is not `exact`."""

    number: int
    exact: bool = True


Lines = Callable[[ReadSession, View, Pull], Generator[tuple[bytes, int], None, None]]

AFTER = frozenset({"after_seq", "after_hash"})  # of what is pulled bit by bit
EVERYWHERE = frozenset({"as_of", "release", "limit", "cursor", "lang", "bom", COLUMNS, SORT, WHERE})


@dataclass(frozen=True)  # with slots Python 3.11 could not make a Dataset[…]
class Dataset(Generic[Record]):
    """`grain`: what one row is; `order`: the columns that order the rows, and make the order total.

    `records`: what the rows asked for are made of, in that order, one a row.
    `single`: parameters that are lists elsewhere and take one value here. `choices`: those that are codes of the plan
    elsewhere and here one of a few words. `numbers`: of how many different values a list may be, the fewest and the
    most, unless it is not given at all. `states`: what its parameter `state` takes, each with how it is called.
    `own_units_only`: rows are single submissions' counts, decisions with their
    reasons or assessments, of which a clerk sees those of their own units. `counts`: rows are single counts, of which a
    clerk sees all of their own units and, of the others, what rates are made of.
    `csv_lines`: the page asked for as finished lines of CSV and how many they are; for a dataset so large that making
    each of its cells here would be slow. `count`: how many rows there are in all, without making them; None where
    that cannot be told. `head`: a narrower pull whose first rows are the same, as many as it is told. `media_type`: of
    its CSV, where that is a form of its own. `by_method`: what stands in it depends on the method of calculation, which
    may be another than at the moment asked for. `by_ledger_alone`: what stands in it changes by an entry of the ledger
    and nothing else, not by the day on which it is asked for. `in_parts`: a record is many rows in whole columns, and a
    column's value the list of their cells, or the one cell that all of them have. `across`: what can be columns of its
    own instead of rows. `history`: its twin with every vintage of its rows, for which `history=true` asks.
    """

    name: str
    title: Text
    grain: Text
    columns: tuple[Column[Record], ...]
    order: tuple[str, ...]
    parameters: frozenset[str]
    records: Callable[[ReadSession, View, Pull], Iterable[Record]]
    single: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[StrEnum, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    states: Mapping[str, Text] = field(default_factory=dict)
    own_units_only: bool = False
    counts: bool = False
    csv_lines: Lines | None = None
    count: Callable[[ReadSession, View, Pull], RowCount | None] | None = None
    head: Callable[[ReadSession, View, Pull, int], Pull] | None = None
    media_type: str | None = None
    by_method: bool = False
    by_ledger_alone: bool = False
    in_parts: bool = False
    across: tuple[str, ...] = ()
    history: Dataset[Any] | None = None

    def asked(self, given: Mapping[str, Sequence[str]]) -> Dataset[Any]:
        """The dataset of which the parameters `given` ask for rows: its twin of vintages, or itself."""
        return self.history if self.history is not None and list(given.get("history", ())) == ["true"] else self

    @property
    def family(self) -> str:
        """The dataset whose rows these are: `rates` of `rates.sdmx`."""
        return self.name.partition(".")[0]

    def rows(self, session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
        """The rows asked for."""
        words = Wording(session, view, language=pull.language)
        values: list[Callable[[Record, Wording], Any]] = [column.value for column in self.columns]
        for record in self.records(session, view, pull):
            cells = [value(record, words) for value in values]
            if self.in_parts:
                yield from zip(*(cell if isinstance(cell, list) else repeat(cell) for cell in cells), strict=False)
            else:
                yield tuple(cells)

    def row(self, record: Record, words: Wording) -> dict[str, Cell]:
        """One record's cells by column."""
        cells: dict[str, Any] = {column.name: column.value(record, words) for column in self.columns}
        return cells


AnyDataset = Dataset[Any]
