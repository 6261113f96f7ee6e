"""A workbook as a person sees it: sheets of cells, their looks, and which figure each place on the paper means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """What a place for a figure means to its reader. `period` is `YYYY-MM`."""

    unit: str
    period: str
    element: str


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a cell's text with a look of its own. `vertical`: superscript or subscript."""

    text: str
    strike: bool = False
    vertical: str = ""
    bold: bool = False


@dataclass(slots=True)
class Cell:
    """One cell. `value` is what is stored; a formula's stored result, None if the file has none.

    `look`: number format code. `runs` take the place of a text `value`. `means`: the figure that stands there, `seen`
    what a person reads where that is not `value`. `role`: what the cell is for, as whoever drew it knows.
    """

    value: Any = None
    look: str = ""
    strike: bool = False
    colour: str = ""
    runs: tuple[Run, ...] = ()
    formula: str = ""
    means: Figure | None = None
    seen: str = ""
    role: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value in (None, "") and not self.runs and not self.formula


@dataclass(slots=True)
class Sheet:
    """One sheet, dense: `rows[0][0]` is A1. Places in `merges`, hidden rows and columns are 1-based."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, column, last row, column
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    flat_rows: set[int] = field(default_factory=set)  # height 0
    thin_columns: set[int] = field(default_factory=set)  # width 0

    @classmethod
    def of(cls, name: str, rows: Iterable[Iterable[Any]]) -> Sheet:
        """A sheet of plain values; a Cell stays what it is."""
        return cls(name, [[v if isinstance(v, Cell) else Cell(v) for v in row] for row in rows])

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a 1-based place; the sheet grows to have it."""
        while len(self.rows) < row:
            self.rows.append([])
        line = self.rows[row - 1]
        while len(line) < column:
            line.append(Cell())
        return line[column - 1]

    def places(self) -> Iterator[tuple[int, int, Cell]]:
        for row, line in enumerate(self.rows, start=1):
            for column, cell in enumerate(line, start=1):
                yield row, column, cell

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def insert_row(self, at: int, cells: Iterable[Any] = ()) -> None:
        """A row before row `at`; everything below moves down."""
        self.rows.insert(at - 1, Sheet.of("", [cells]).rows[0])
        self._shift(at, 1, axis=0)

    def delete_row(self, at: int) -> None:
        del self.rows[at - 1]
        self.merges = [m for m in self.merges if not (m[0] == m[2] == at)]
        self._shift(at + 1, -1, axis=0)

    def insert_column(self, at: int, cells: Iterable[Any] = ()) -> None:
        """A column before column `at`, its cells from the first row down."""
        new = list(cells)
        for place, row in enumerate(self.rows):
            value = new[place] if place < len(new) else None
            if len(row) >= at - 1:
                row.insert(at - 1, value if isinstance(value, Cell) else Cell(value))
            elif value is not None:
                self.cell(place + 1, at)
                row[at - 1] = value if isinstance(value, Cell) else Cell(value)
        self._shift(at, 1, axis=1)

    def _shift(self, at: int, by: int, *, axis: int) -> None:
        def moved(place: int) -> int:
            return place + by if place >= at else place

        def shifted(merge: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
            top, left, bottom, right = merge
            return (moved(top), left, moved(bottom), right) if axis == 0 else (top, moved(left), bottom, moved(right))

        self.merges = [shifted(merge) for merge in self.merges]
        if axis == 0:
            self.hidden_rows, self.flat_rows = ({moved(p) for p in s} for s in (self.hidden_rows, self.flat_rows))
        else:
            self.hidden_columns, self.thin_columns = (
                {moved(p) for p in s} for s in (self.hidden_columns, self.thin_columns)
            )


@dataclass(slots=True)
class Book:
    """A workbook. `recalculate`: the file says that its formulas are to be calculated when it is opened."""

    sheets: list[Sheet]
    recalculate: bool = False
    manual: bool = False  # calculated only when somebody asks for it

    def figures(self) -> dict[str, dict[str, str]]:
        """unit/period → element → figure as it stands, of every place that means one and holds something."""
        found: dict[str, dict[str, str]] = {}
        for sheet in self.sheets:
            for _, _, cell in sheet.places():
                if cell.means is not None and not cell.is_blank:
                    of = found.setdefault(f"{cell.means.unit}/{cell.means.period}", {})
                    of[cell.means.element] = cell.seen or plain(cell.value)
        return found

    def meant(self) -> list[tuple[Sheet, int, int, Cell]]:
        """Every place that means a figure."""
        return [(s, row, column, cell) for s in self.sheets for row, column, cell in s.places() if cell.means]


def plain(value: object) -> str:
    """A figure as a plain decimal."""
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def letter(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place(row: int, column: int) -> str:
    return f"{letter(column)}{row}"


def serial(day: date) -> int:
    """The number by which workbooks hold a day."""
    return (day - date(1899, 12, 30)).days
