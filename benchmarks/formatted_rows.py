"""What rows cost that are only formatted: `python -m benchmarks.formatted_rows`.

Spreadsheets keep rows and cells that were given a height, a border or a colour and never a content; a clerk's file may
have tens of thousands of them below its table. Reading such a file is held against stepping over the same XML with
expat, which every reader has to do; processor time, in turns.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from statistics import median
from xml.parsers.expat import ParserCreate

import xlsxwriter

from benchmarks.measured import Measured, Size, show
from metrics.intake.isolated_process import read_bytes

_ROUNDS = 5
_SHEET = "xl/worksheets/sheet1.xml"
_SORTS = {"20,000 formatted rows": (20_000, 0), "30,000 rows of 8 formatted cells": (30_000, 8)}


def measure(_: Size = Size.SMALL) -> Iterator[Measured]:
    """Of every sort, the median processor time of reading over that of stepping over the sheet."""
    for sort, (rows, cells) in _SORTS.items():
        yield Measured(
            "files",
            "rows that are only formatted, processor time of reading",
            sort,
            _ratio(_workbook(rows, cells)),
            "stepping over their XML",
            at_most=1.0,
        )


def _workbook(rows: int, cells: int) -> bytes:
    """A table of one figure, and below it `rows` rows with `cells` cells each, none of which has a content."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, bordered = book.add_worksheet("月报"), book.add_format({"border": 1, "bg_color": "#EEEEEE"})
        sheet.write_row(0, 0, ("填报项", "本期数"))
        sheet.write_row(1, 0, ("即办件事项数", 351))
        for row in range(2, rows + 2):
            sheet.set_row(row, 20, bordered)
            for column in range(cells):
                sheet.write_blank(row, column, None, bordered)
    return file.getvalue()


def _ratio(workbook: bytes) -> float:
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_taken(lambda: _read(workbook)))
        theirs.append(_taken(lambda: _stepped_over(workbook)))
    return median(ours) / median(theirs)


def _taken(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _read(workbook: bytes) -> None:
    (sheet,) = read_bytes(workbook).sheets
    if len(sheet.cells) != 2:
        raise ValueError(f"{len(sheet.cells)} rows have a content, not 2")


def _stepped_over(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parser = ParserCreate()
        parser.StartElementHandler = lambda name, attributes: None
        parser.Parse(archive.read(_SHEET), True)


if __name__ == "__main__":
    sys.exit(show(measure()))
