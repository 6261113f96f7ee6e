"""Places and areas of a worksheet, names of sheets and texts, as references and formulas write them: `B2`, `A1:B2`."""

from __future__ import annotations

import re

from metrics.intake.refusals import FileRefused

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any worksheet
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


def area_of(written: str) -> Area:
    """The area that `A1:B2` or `A1` means. Raises FileRefused."""
    match = _AREA.fullmatch(written)
    if match is None:
        raise FileRefused("file_broken")
    left, top = column_number(match[1]), int(match[2])
    right, bottom = (left, top) if match[3] is None else (column_number(match[3]), int(match[4]))
    if not (1 <= top <= bottom <= LAST_ROW and left <= right):
        raise FileRefused("file_broken")
    return top, left, bottom, right


def areas_of(written: str) -> tuple[Area, ...]:
    """Where rules hold; everywhere if that cannot be read."""
    try:
        return tuple(area_of(area) for area in written.split())
    except FileRefused:
        return ((1, 1, LAST_ROW, LAST_COLUMN),)


def column_number(letters: str) -> int:
    """A → 1. Raises FileRefused for what is no column."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1 if "A" <= letter <= "Z" else LAST_COLUMN + 1
    if not 1 <= number <= LAST_COLUMN:
        raise FileRefused("file_broken")
    return number


def quoted(text: str) -> str:
    """`text` as a string within a formula."""
    return '"' + text.replace('"', '""') + '"'


def quoted_sheet(name: str) -> str:
    """A sheet's name within a reference."""
    return "'" + name.replace("'", "''") + "'"
