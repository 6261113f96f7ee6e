"""One pass over a worksheet's XML for what openpyxl's read-only view leaves out: hidden rows and columns, merged cells,
and which cells are formulas. It also makes sure that the view leaves out no cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from metrics.intake import limits
from metrics.intake.grid import Merge
from metrics.intake.refusals import FileRefused

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MOST_JOINED = 100_000  # cells that are joined to others
_MOST_ROWS = 5 * limits.MOST_ROWS  # rows without content, which programs write for their formats, included


@dataclass(slots=True)
class SheetScan:
    """What one worksheet's XML says besides its values."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)


def scan_sheet(source: IO[bytes]) -> SheetScan:
    """Scan the XML in `source`. Raises FileRefused if rows or cells stand out of order: readers then disagree."""
    found = SheetScan()
    last_row = rows = filled = counted = joined = 0
    for element in _elements(source):
        if element.tag == f"{_MAIN}row":
            cells, last_row = _row(element, found, last_row=last_row)
            rows, filled, counted = rows + 1, filled + (cells > 0), counted + cells
            if rows > _MOST_ROWS or filled > limits.MOST_ROWS or counted > limits.MOST_CELLS:
                raise FileRefused("file_too_long")
        elif element.tag == f"{_MAIN}col" and _is_true(element.get("hidden")):
            first, last = int(element.get("min", "0")), int(element.get("max", "0"))
            found.hidden_columns.update(range(first, min(last, limits.MOST_COLUMNS) + 1))
        elif element.tag == f"{_MAIN}mergeCell":
            left, top, right, bottom = range_boundaries(element.get("ref", ""))
            merge = Merge(top or 1, left or 1, bottom or 1, min(right or 1, limits.MOST_COLUMNS))
            joined += max(merge.area, 1)
            if joined > _MOST_JOINED:
                raise FileRefused("file_too_long")
            if merge.area > 1:
                found.merges.append(merge)
    return found


def _elements(source: IO[bytes]) -> Iterator[Element]:
    """Every finished row, column and merge, emptied behind us so that memory stays small."""
    wanted = {f"{_MAIN}{name}" for name in ("row", "col", "mergeCell")}
    holders = {f"{_MAIN}{name}" for name in ("sheetData", "cols", "mergeCells")}
    holder = None
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            holder = element if element.tag in holders else holder
        elif element.tag in wanted:
            yield element
            if holder is not None:
                holder.clear()


def _row(element: Element, found: SheetScan, *, last_row: int) -> tuple[int, int]:
    """The number of cells with content, and the row's number."""
    row = int(element.get("r", last_row + 1))
    if row <= last_row:
        raise FileRefused("file_broken")
    if _is_true(element.get("hidden")):
        found.hidden_rows.add(row)
    last_column = counted = 0
    for cell in element.iter(f"{_MAIN}c"):
        place = cell.get("r")
        cell_row, column = coordinate_to_tuple(place) if place else (row, last_column + 1)
        if cell_row != row or column <= last_column:
            raise FileRefused("file_broken")
        last_column = column
        if cell.find(f"{_MAIN}f") is not None:
            found.formulas.add((row, column))
            counted += 1
        elif len(cell):
            counted += 1
    return counted, row


def _is_true(written: str | None) -> bool:
    return written in ("1", "true", "on")
