"""A valid file before it is changed, and what a person sees in it once it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from tests.intake_corpus.labels import Submissions
from tests.spreadsheet.csv_text import csv_text
from tests.spreadsheet.model import Book, Cell, Sheet, plain
from tests.spreadsheet.xlsx import Dialect, xlsx
from tests.workbooks import city_plan

Layout = Literal["form", "wide", "tidy", "template", "columns", "matrix"]
Change = Callable[["Draft"], None]


class Unfit(Exception):
    """This change cannot be done to this file."""


@dataclass(slots=True)
class Draft:
    """`silent`: it may be read without a word, as :func:`visible` says; else it has to be refused or asked about."""

    book: Book
    kind: Literal["xlsx", "csv"]
    layout: Layout
    chance: random.Random
    silent: bool = True
    dialect: Dialect = field(default_factory=Dialect)
    corrected: list[Submissions] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return xlsx(self.book, self.dialect) if self.kind == "xlsx" else csv_text(self.book.sheets[0]).encode("gb18030")

    @property
    def right(self) -> Submissions | None:
        """What may be read without a word, None if nothing may."""
        return visible(self.book) if self.silent else None

    @property
    def as_read(self) -> list[Submissions] | None:
        """What may be read once all is answered: as it stands, or as corrected; None if nothing is plain."""
        found = visible(self.book)
        return None if found is None else [found, *self.corrected]

    @property
    def sheet(self) -> Sheet:
        """A sheet that holds figures, the first."""
        return next(sheet for sheet, _, _, _ in self.book.meant())

    def needs(self, fits: object) -> None:
        if not fits:
            raise Unfit

    def never(self) -> None:
        """What the file now says is not what it said, or nothing plain."""
        self.silent = False

    def cells(self, role: str) -> list[tuple[int, int, Cell]]:
        """Row, column and cell of everything on the first sheet that has this role."""
        return [found for found in self.sheet.places() if found[2].role == role]

    def one(self, role: str) -> tuple[int, int, Cell]:
        found = self.cells(role)
        self.needs(found)
        return self.chance.choice(found)

    def figure(self, *, whole: bool = False) -> tuple[int, int, Cell]:
        """A figure on the first sheet; with `whole` one whose element has no decimals."""
        found = [
            found
            for found in self.cells("value")
            if not whole or (isinstance(found[2].value, int) and not isinstance(found[2].value, bool))
        ]
        self.needs(found)
        return self.chance.choice(found)

    def name_of(self, row: int, column: int) -> Cell:
        """The cell that names the figure's element, the nearest to the left where there are two in a row."""
        if self.layout == "wide":
            return next(c for r, at, c in self.cells("heading element") if at == column and r < row)
        found = {at: cell for r, at, cell in self.cells("name") if r == row and at < column}
        self.needs(found)
        return found[max(found)]

    def column_of(self, role: str) -> int:
        return self.one(role)[1]

    @property
    def head(self) -> int:
        """The row of headings right above the figures."""
        roles = ("heading element",) if self.layout == "wide" else ("heading value",)
        return next(row for row, _, cell in self.sheet.places() if cell.role in roles)

    @property
    def last(self) -> int:
        """The last row with figures."""
        return max(row for row, _, _ in self.cells("value"))

    def pick(self, choices: Sequence[str]) -> str:
        return self.chance.choice(choices)


def visible(book: Book) -> Submissions | None:
    """The figures that a person reads, None where that is not plain: a blank in a begun block, one place said twice."""
    plan, found = city_plan(), dict[str, dict[str, str]]()
    blanks: list[tuple[str, str]] = []
    for sheet in book.sheets:
        for _, _, cell in sheet.places():
            if cell.means is None or sheet.hidden:
                continue
            key, element = f"{cell.means.unit}/{cell.means.period}", cell.means.element
            if cell.is_blank:
                blanks.append((key, element))
                continue
            text = cell.seen or plain(cell.value)
            if found.setdefault(key, {}).setdefault(element, text) != text:
                return None
    for key, element in blanks:
        block = plan.element_by_code[element].block
        others = {e.code for e in plan.elements if e.block == block} & found.get(key, {}).keys()
        if element not in others and others:
            return None
    return {key: values for key, values in found.items() if values}


def number(cell: Cell) -> Any:
    """A figure's number, as an int where it is whole."""
    found = Decimal(cell.seen or plain(cell.value))
    return int(found) if found == int(found) else found


def again(cells: Sequence[Cell]) -> list[Cell]:
    """The same cells once more."""
    return [replace(cell) for cell in cells]
