"""A tidy CSV on disk, read in batches of rows. It is never held whole, however long it is."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO, TextIOWrapper
from itertools import islice
from operator import itemgetter
from os import SEEK_END
from typing import IO

from metrics.errors import Invalid, Message, Problem
from metrics.forms import as_given
from metrics.history.plain_rows import Texts, plain_rows
from metrics.intake.csv_grid import refuse_utf16
from metrics.intake.grid import column_letter
from metrics.intake.refusals import FileRefused, refuse_file
from metrics.intake.vocabulary.comparable_texts import folded
from metrics.intake.vocabulary.headings import HeadingRole, role_of

LARGEST = 1024**3  # bytes; a nation's ten years of months have some 800 MB
_AT_ONCE = 20_000  # rows
_AT_A_TIME = 1024 * 1024  # characters, of plain rows
_LONGEST = 1000  # characters of a row, on average over those read at once; the longest of figures have some 80
_HEADINGS = 10_000  # characters
_LOOKED_AT = 1024 * 1024  # bytes, while the encoding is found


class HistoryColumn(StrEnum):
    """What the columns hold, by their first word; the last one may be missing."""

    UNIT = "unit_code"
    PERIOD = "period"
    ELEMENT = "element_code"
    VALUE = "value"
    RECEIVED = "received_at"


_REQUIRED = (HistoryColumn.UNIT, HistoryColumn.PERIOD, HistoryColumn.ELEMENT, HistoryColumn.VALUE)
_ROLES = {
    HeadingRole.UNIT: HistoryColumn.UNIT,
    HeadingRole.PERIOD: HistoryColumn.PERIOD,
    HeadingRole.ELEMENT: HistoryColumn.ELEMENT,
    HeadingRole.VALUE: HistoryColumn.VALUE,
}
_RECEIVED = {
    folded(word)
    for word in ("received_at", "first_received_at", "first_submitted_at", "首次报送时间", "首次收到时间", "报送时间")
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of the file as columns of one length, as they are written.

    `rows` are their numbers in the file, in which the headings are row 1. `received` is empty texts where the file has
    no such column. `odd` are the rows that have not as many cells as there are headings, with the cells they have.
    `bytes_read`: of the file, about as far as this batch.
    """

    rows: Sequence[int]
    units: Texts
    periods: Texts
    elements: Texts
    values: Texts
    received: Texts
    odd: Sequence[tuple[int, Sequence[str]]]
    bytes_read: int


@dataclass(frozen=True, slots=True)
class TidyFile:
    """A file whose headings were read. `places`: of each column that is there, how many stand before it.

    `content` is the open file of `size` bytes, which is read from its beginning again and again.
    """

    content: IO[bytes]
    size: int
    encoding: str
    places: Mapping[HistoryColumn, int]

    def letter(self, column: HistoryColumn) -> str | None:
        """The column's letter, as spreadsheets show it."""
        return column_letter(self.places[column] + 1) if column in self.places else None

    def batches(self) -> Iterator[Batch]:
        """Every row but the headings and blank ones, in order. Raises Invalid where the CSV itself is broken."""
        width = len(self.places)
        with _text(self.content, self.encoding) as text:
            lines = _Lines(text)
            reader = csv.reader(lines, strict=True)
            _read(reader, lines, rows=1, room=_HEADINGS)
            first = 2
            while some := lines.take(_AT_A_TIME, most=_LONGEST * _AT_ONCE):
                columns = plain_rows(some, width) if _is_short(some) else None
                if columns is None:
                    lines.give_back(some)
                    rows = _read(reader, lines)
                    yield self._batch(rows, first=first, bytes_read=self.content.tell())
                    first += len(rows)
                else:
                    numbers = range(first, first + len(columns[0]))
                    yield self._columns(columns, numbers, odd=[], bytes_read=self.content.tell())
                    first = numbers.stop

    def _batch(self, rows: list[list[str]], *, first: int, bytes_read: int) -> Batch:
        width = len(self.places)
        numbers: Sequence[int] = range(first, first + len(rows))
        odd: list[tuple[int, Sequence[str]]] = []
        if set(map(len, rows)) != {width}:
            odd = [(n, row) for n, row in zip(numbers, rows, strict=True) if len(row) != width and any(row)]
            whole = [(n, row) for n, row in zip(numbers, rows, strict=True) if len(row) == width]
            numbers, rows = [n for n, _ in whole], [row for _, row in whole]
        columns = [Texts.of([*map(itemgetter(place), rows)]) for place in range(width)]
        return self._columns(columns, numbers, odd=odd, bytes_read=bytes_read)

    def _columns(
        self,
        columns: Sequence[Texts],
        numbers: Sequence[int],
        *,
        odd: Sequence[tuple[int, Sequence[str]]],
        bytes_read: int,
    ) -> Batch:
        said = {column: columns[place] for column, place in self.places.items()}
        return Batch(
            rows=numbers,
            units=said[HistoryColumn.UNIT],
            periods=said[HistoryColumn.PERIOD],
            elements=said[HistoryColumn.ELEMENT],
            values=said[HistoryColumn.VALUE],
            received=said.get(HistoryColumn.RECEIVED) or Texts.alike("", len(numbers)),
            odd=odd,
            bytes_read=bytes_read,
        )


def open_tidy_file(content: IO[bytes]) -> TidyFile:
    """The open file `content`, its encoding and its headings known.

    Raises Invalid for a file that is no text, has more than LARGEST bytes, or has other headings.
    """
    size = content.seek(0, SEEK_END)
    if size > LARGEST:
        raise refuse_file("file_too_large", {"found": size, "most": LARGEST})
    try:
        encoding = _encoding(content)
    except FileRefused as error:
        raise refuse_file(error.code, error.about) from None
    with _text(content, encoding) as text:
        lines = _Lines(text)
        headings = next(iter(_read(csv.reader(lines, strict=True), lines, rows=1, room=_HEADINGS)), None)
    if headings is None:
        raise refuse_file("file_empty")
    return TidyFile(content, size, encoding, _places(headings))


@contextmanager
def _text(content: IO[bytes], encoding: str) -> Iterator[TextIOWrapper]:
    """The file's text from its beginning; the file itself stays open."""
    content.seek(0)
    text = TextIOWrapper(content, encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


class _Lines:
    """The lines of `text`, as long as there is `room` for them: characters of which the rest is not looked at.

    Whatever stands in one line, or in one row over many lines, a batch has no more cells than room. Many lines at once
    are taken without asking for room; those given back are the next ones.
    """

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._again = StringIO("", newline="")
        self.room = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.readline() or self._text.readline(self.room + 1)
        self.room -= len(line)
        if self.room < 0:
            raise refuse_file("file_rows_too_long")
        if not line:
            raise StopIteration
        return line

    def take(self, size: int, *, most: int) -> str:
        """About `size` characters, whole lines; empty at the end. Raises Invalid where a line is longer than `most`."""
        again = self._again.read()
        if again:
            self._again = StringIO("", newline="")
            return again
        some = self._text.read(size)
        rest = self._text.readline(most) if some and not some.endswith("\n") else ""
        if len(rest) == most:
            raise refuse_file("file_rows_too_long")
        return some + rest

    def give_back(self, lines: str) -> None:
        """Have what was taken once more, a line at a time."""
        self._again = StringIO(lines, newline="")


def _is_short(lines: str) -> bool:
    """True if the lines are no longer on average than rows of figures are."""
    return len(lines) <= _LONGEST * (lines.count("\n") + 1)


def _read(
    reader: Iterator[list[str]], lines: _Lines, *, rows: int | None = None, room: int | None = None
) -> list[list[str]]:
    rows = rows or _AT_ONCE
    lines.room = room or _LONGEST * rows
    try:
        return list(islice(reader, rows))
    except csv.Error:
        raise refuse_file("file_csv_broken") from None


def _encoding(content: IO[bytes]) -> str:
    """By its mark, else strictly UTF-8, else strictly GB18030. Raises FileRefused."""
    content.seek(0)
    start = content.read(_LOOKED_AT)
    refuse_utf16(start)
    if start.startswith(codecs.BOM_UTF8):
        names: tuple[str, ...] = ("utf-8-sig",)
    else:
        names = ("utf-8", "gb18030")
    for name in names:
        content.seek(0)
        decoder = codecs.getincrementaldecoder(name)()
        try:
            while block := content.read(_LOOKED_AT):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    raise FileRefused("file_encoding")


def _places(headings: Sequence[str]) -> Mapping[HistoryColumn, int]:
    places: dict[HistoryColumn, int] = {}
    problems = []
    for place, heading in enumerate(headings):
        column = _column(heading)
        if column is None or column in places:
            problems.append(_heading_problem(heading, place, twice=column is not None))
        else:
            places[column] = place
    missing = [column.value for column in _REQUIRED if column not in places]
    if missing:
        message = Message(
            f"缺少表头:{'、'.join(missing)}。批量导入的 CSV 须有 {','.join(_REQUIRED)} 四列,可另加 received_at。",
            f"The heading {', '.join(missing)} is missing. A CSV for loading history has the columns "
            f"{','.join(_REQUIRED)} and may have received_at.",
        )
        problems.append(Problem("heading_missing", message, row=1))
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)
    return places


def _column(heading: str) -> HistoryColumn | None:
    if folded(heading) in _RECEIVED:
        return HistoryColumn.RECEIVED
    role = role_of(heading)
    return None if role is None else _ROLES.get(role)


def _heading_problem(heading: str, place: int, *, twice: bool) -> Problem:
    given = as_given(heading)
    if twice:
        code, message = (
            "heading_twice",
            Message(f"表头“{given}”与前面的一列含义相同。", f"The heading {given!r} means what one before it means."),
        )
    else:
        code, message = (
            "heading_unknown",
            Message(
                f"不认识表头“{given}”。批量导入只接受单位、报告期、填报项、数值和首次报送时间各一列。",
                f"The heading {given!r} is not known: history is loaded from one column each of unit, period, element, "
                "value and, if there is one, the moment it was first received.",
            ),
        )
    return Problem(code, message, row=1, column=column_letter(place + 1), given=given)
