"""What a dataset is: its columns in order, its parameters, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.queries.view import View
from metrics.results import Basis

Cell = str | int | bool | None


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


@dataclass(frozen=True, slots=True)
class Column:
    """A missing value is an empty cell in CSV and null in JSON."""

    name: str
    kind: Kind
    title: Text


@dataclass(frozen=True, slots=True)
class Pull:
    """One request for a dataset, parsed and checked. None or empty: not asked for.

    `basis`: None for that of the release, without one for every return. `after_seq`: only rows recorded after it;
    `limit` and `offset`: one page of the total order.
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
    on: date | None = None
    basis: Basis | None = None
    release: int | None = None
    as_of: datetime | int | None = None
    history: bool = False
    after_seq: int | None = None
    limit: int | None = None
    offset: int = 0
    language: str = "zh"
    bom: bool = False

    def wants(self, period: date) -> bool:
        """True if `period` is within what was asked for."""
        return (
            (not self.periods or period in self.periods)
            and (self.period_from is None or period >= self.period_from)
            and (self.period_to is None or period <= self.period_to)
        )

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


Row = tuple[Cell, ...]
Rows = Callable[[ReadSession, View, Pull], Generator[Row, None, None]]
Lines = Callable[[ReadSession, View, Pull], Generator[tuple[bytes, int], None, None]]

EVERYWHERE = frozenset({"as_of", "release", "limit", "cursor", "lang", "bom"})


@dataclass(frozen=True, slots=True)
class Dataset:
    """`grain`: what one row is; `order`: the columns that order the rows, and make the order total.

    `single`: parameters that are lists elsewhere and take one value here. `own_units_only`: rows are single returns'
    counts, decisions with their reasons or assessments, of which a clerk sees those of the own units. `csv_lines`: the
    page asked for as finished lines of CSV and how many they are; for a dataset so large that making each of its cells
    here would be slow. `count`: how many rows there are in all, without making them. `media_type`: of its CSV, where
    that is a form of its own.
    """

    name: str
    title: Text
    grain: Text
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    parameters: frozenset[str]
    rows: Rows
    single: frozenset[str] = frozenset()
    own_units_only: bool = False
    csv_lines: Lines | None = None
    count: Callable[[ReadSession, View, Pull], int] | None = None
    media_type: str | None = None

    @property
    def family(self) -> str:
        """The dataset whose rows these are: `rates` of `rates.sdmx`."""
        return self.name.partition(".")[0]
