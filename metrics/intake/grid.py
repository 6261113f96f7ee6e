"""A file's content before anybody says what it means: sheets of cells, each with its place and what was written.

A grid passes from the child process, which knows file formats, to the reader, which knows the plan. Numbers are text:
the shortest decimal that is the number in the file, so that nothing is lost on the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any, Literal

LONGEST_TEXT = 500  # characters of a cell that are kept; names and figures are shorter


def kept_text(text: str) -> str:
    """`text` as a cell keeps it; what is cut ends in …, so that nothing cut is a figure or a name."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


class CellKind(StrEnum):
    """What a cell holds. All cells of a CSV file are texts."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # ISO 8601: a date, a date with a time, or a time
    TRUTH = "truth"
    ERROR = "error"  # #N/A, #DIV/0! and the like
    UNCALCULATED = "uncalculated"  # a formula whose result is not in the file


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty, and how it looks where that is not what it holds.

    `percent`, `scaled`: a number that its format shows as a percentage, or divided by thousands and the like.
    `shown`: what a number or text shows where that is not what it is (`约98`, `39` for 38.5, empty where it is
    hidden; the format itself where nobody can say what it shows). None: it shows itself, perhaps with separators of
    thousands, colours or zeros at the end. `suffix`: words that the format puts behind a number that is shown exactly,
    like `户`; whether they are the element's own measure, the reader knows.
    `struck`: the whole is struck out. `partly`: the struck-out, raised or lowered parts of a text, joined.
    `formula`: what is there was calculated. `recalculate`: the file says that its stored result does not hold.
    `stale`: it may be old, since the file calculates only when told to.
    """

    row: int
    column: int
    kind: CellKind
    text: str
    percent: bool = False
    scaled: bool = False
    formula: bool = False
    shown: str | None = None
    suffix: str = ""
    struck: bool = False
    partly: str = ""
    recalculate: bool = False
    stale: bool = False

    @property
    def letter(self) -> str:
        return column_letter(self.column)


_CONTENT = attrgetter(*(content.name for content in fields(Cell)))  # a tuple, as Cell takes it


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells joined to one; the first one holds the content."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def area(self) -> int:
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def joined_cells(merges: Iterable[Merge]) -> dict[tuple[int, int], Merge]:
    """Row and column of every joined cell → what it is joined to."""
    return {
        (row, column): merge
        for merge in merges
        for row in range(merge.first_row, merge.last_row + 1)
        for column in range(merge.first_column, merge.last_column + 1)
    }


@dataclass(frozen=True, slots=True)
class GridSheet:
    """One sheet; `name` None for a CSV file. `cells`: row → column → cell, empty cells left out, in order."""

    name: str | None
    cells: Mapping[int, Mapping[int, Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    joined: Mapping[tuple[int, int], Merge] = field(default_factory=dict)  # every cell of `merges`
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)  # by row and column; none of our own

    def at(self, row: int, column: int) -> Cell | None:
        return self.cells.get(row, {}).get(column)

    def merged_at(self, row: int, column: int) -> Cell | None:
        """The cell there; in the middle of joined cells the one that holds their content."""
        found = self.at(row, column)
        if found is None and (merge := self.joined.get((row, column))) is not None:
            return self.at(merge.first_row, merge.first_column)
        return found

    def without_covered(self) -> GridSheet:
        """This sheet without what lies below joined cells: nobody sees it."""
        covered = {place for place, merge in self.joined.items() if place != (merge.first_row, merge.first_column)}
        kept = {
            row: left
            for row, cells in self.cells.items()
            if (left := {column: cell for column, cell in cells.items() if (row, column) not in covered})
        }
        return replace(self, cells=kept) if covered else self

    def hides(self, row: int, column: int) -> bool:
        return self.hidden or row in self.hidden_rows or column in self.hidden_columns

    def rows(self) -> Iterator[tuple[int, Mapping[int, Cell]]]:
        yield from self.cells.items()


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole file. `encoding` is that of a CSV file, as it was read."""

    kind: Literal["csv", "xlsx"]
    sheets: tuple[GridSheet, ...]
    encoding: str = ""


def column_letter(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def grid_to_json(grid: Grid) -> bytes:
    """The grid as the child process hands it over."""
    sheets = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "hidden_rows": sorted(sheet.hidden_rows),
            "hidden_columns": sorted(sheet.hidden_columns),
            "comments": [(*place, text) for place, text in sheet.comments.items()],
            "merges": [asdict(merge) for merge in sheet.merges],
            "cells": [_CONTENT(cell) for row in sheet.cells.values() for cell in row.values()],
        }
        for sheet in grid.sheets
    ]
    content = {"kind": grid.kind, "encoding": grid.encoding, "sheets": sheets}
    return json.dumps(content, ensure_ascii=True).encode()


def grid_from_json(content: Mapping[str, Any]) -> Grid:
    """The grid that :func:`grid_to_json` wrote."""
    sheets = []
    for sheet in content["sheets"]:
        cells: dict[int, dict[int, Cell]] = {}
        for row, column, kind, *rest in sheet["cells"]:
            cells.setdefault(row, {})[column] = Cell(row, column, CellKind(kind), *rest)
        merges = tuple(Merge(**merge) for merge in sheet["merges"])
        sheets.append(
            GridSheet(
                name=sheet["name"],
                cells=cells,
                hidden=sheet["hidden"],
                hidden_rows=frozenset(sheet["hidden_rows"]),
                hidden_columns=frozenset(sheet["hidden_columns"]),
                merges=merges,
                joined=joined_cells(merges),
                comments={(row, column): text for row, column, text in sheet["comments"]},
            )
        )
    return Grid(content["kind"], tuple(sheets), content["encoding"])
