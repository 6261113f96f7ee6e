"""A spreadsheet file (ECMA-376, .xlsx) written from the first row to the last, holding none of them.

Figures are written with the digits they came with, which no library does that goes through float: 9.70 stays 9.70.
The parts carry a fixed time, so that equal rows are equal bytes. Formulas cannot be written at all.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape

from metrics.publish.workbook_parts import DAY, DECIMALS, FIRST_NUMBER, HEAD, MAIN, PLAIN, parts

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
_MOST_BYTES = 1 << 30  # of one sheet's XML: far below what a zip entry without the 64-bit extension may hold
_FIRST_DAY, _DAY_ONE = date(1900, 3, 1), date(1899, 12, 30)  # before it Excel's calendar has a day that never was
_AT_ONCE = 500
# Digits are written as they came; the libraries at hand pass every figure through float (decision 28).
_DIGITS = 15  # what a spreadsheet keeps of a number
_ESCAPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell that stays text whatever it looks like, in the style `style`."""

    text: str
    style: int = PLAIN


Value = TextCell | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in decimal digits, shown with as many decimals as it has."""

    text: str

    def xml(self, place: str) -> str:
        """The cell; text if a spreadsheet would not keep every digit."""
        match = _NUMBER.fullmatch(self.text)
        if match is None or len((match[2] + (match[3] or "")).lstrip("0")) > _DIGITS or len(match[3] or "") > DECIMALS:
            return _text(place, TextCell(self.text))
        return f'<c r="{place}" s="{FIRST_NUMBER + len(match[3] or "")}"><v>{self.text}</v></c>'


class TextTooLong(ValueError):
    """A cell holds more characters than a spreadsheet cell can."""


class Workbook:
    """Sheets written one after the other into `file`; complete once the block ends well."""

    def __init__(self, file: IO[bytes], *, title: str, created: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5)
        self._title, self._created = title, created
        self._sheets: list[str] = []

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, failed: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        with closing(self._zip):
            if failed is None:
                self._finish()

    def sheet(self, name: str, *, frozen: int, widths: Sequence[int]) -> Sheet:
        """A new sheet whose first `frozen` rows stay in sight; its block must end before the next begins."""
        self._sheets.append(name)
        part = self._zip.open(_entry(f"xl/worksheets/sheet{len(self._sheets)}.xml"), "w")
        return Sheet(part, frozen=frozen, widths=widths, first=len(self._sheets) == 1)

    def _finish(self) -> None:
        for path, content in parts(self._sheets, title=self._title, created=self._created):
            self._zip.writestr(_entry(path), content)


class Sheet:
    """One sheet. `full`: another row does not fit."""

    def __init__(self, part: IO[bytes], *, frozen: int, widths: Sequence[int], first: bool) -> None:
        self._part = part
        self._waiting: list[str] = []
        self._letters = [_letters(place) for place in range(len(widths))]
        self._frozen, self._bytes, self.rows = frozen, 0, 0
        chosen = ' tabSelected="1"' if first else ""
        columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(widths, 1))
        self._write(
            f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView{chosen} workbookViewId="0">'
            f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
            "</sheetView></sheetViews>"
            f"<cols>{columns}</cols><sheetData>"
        )

    @property
    def full(self) -> bool:
        return self.rows >= MOST_ROWS or self._bytes > _MOST_BYTES

    def add(self, cells: Iterable[Value | Number]) -> None:
        """The next row. Raises TextTooLong."""
        self.rows += 1
        number = str(self.rows)
        row = "".join([_cell(letter + number, cell) for letter, cell in zip(self._letters, cells, strict=True)])
        self._waiting.append(f'<row r="{number}">{row}</row>')
        if len(self._waiting) >= _AT_ONCE:
            self._write("")

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, failed: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """End the sheet, its last frozen row with buttons to filter by."""
        with closing(self._part):
            if failed is None:
                filtered = f'<autoFilter ref="A{self._frozen}:{self._letters[-1]}{self.rows}"/>'
                self._write("</sheetData>" + filtered + "</worksheet>")

    def _write(self, last: str) -> None:
        content = ("".join(self._waiting) + last).encode()
        self._waiting.clear()
        self._bytes += len(content)
        self._part.write(content)


def _cell(place: str, cell: Value | Number) -> str:
    match cell:
        case None:
            return ""
        case Number():
            return cell.xml(place)
        case bool():
            return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
        case int():
            return Number(str(cell)).xml(place)
        case date():
            if cell < _FIRST_DAY:
                return _text(place, TextCell(cell.isoformat()))
            return f'<c r="{place}" s="{DAY}"><v>{(cell - _DAY_ONE).days}</v></c>'
        case TextCell():
            return _text(place, cell)


def _text(place: str, cell: TextCell) -> str:
    if len(cell.text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        raise TextTooLong(place)
    text = escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", cell.text), {"\r": "&#13;"})
    return f'<c r="{place}" s="{cell.style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(place: int) -> str:
    """The column's letters: 0 → A, 25 → Z, 26 → AA."""
    found = ""
    while place >= 0:
        found = chr(ord("A") + place % 26) + found
        place = place // 26 - 1
    return found


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
