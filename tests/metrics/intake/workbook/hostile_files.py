"""Files that no program writes: bombs, entities, lies about sizes, a million rows.

The longest are a quarter as long here, beyond the limits all the same; MATRIX=whole has them as long as they are named.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

from tests.intake_corpus.workbook_files import tidy, with_parts
from tests.matrices import WHOLE
from tests.workbooks import csv_bytes, tidy_rows, xlsx_bytes

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "xl/worksheets/sheet1.xml"
_MEBIBYTE = 1024 * 1024
PART = 1 if WHOLE else 4


def _whole() -> bytes:
    return xlsx_bytes(tidy(("即办件事项数", 351)))


def _sheet(rows: str) -> bytes:
    content = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return with_parts(_whole(), {_SHEET: content.encode()})


def _lying() -> bytes:
    """A part that unpacks to 80 MiB and says it is 1,000 bytes."""
    content = bytearray(with_parts(_whole(), {"xl/media/a.xml": b"0" * 80 * _MEBIBYTE}))
    size = (80 * _MEBIBYTE).to_bytes(4, "little")
    return bytes(content.replace(size, (1000).to_bytes(4, "little")))


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><sst xmlns="{_MAIN}">&e9;</sst>'.encode()


def _parts() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(5000):
            archive.writestr(f"xl/{number}.xml", b"<x/>")
    return written.getvalue()


def _noise(size: int) -> bytes:
    return random.Random(83).randbytes(size)


def _one_string() -> bytes:
    return _sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"中" * (19 * _MEBIBYTE // PART)}</t></is></c></row>')


def _rows(row: str) -> bytes:
    return _sheet("".join(row.replace("#", str(number)) for number in range(1, 1_000_000 // PART + 1)))


_BOMB = max(600 // PART, 200)  # MiB; beyond the limit all the same
HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb of 600 MiB": lambda: with_parts(_whole(), {"xl/media/a.xml": b"0" * (_BOMB * _MEBIBYTE)}),
    "bomb that lies about its size": _lying,
    "5,000 parts": _parts,
    "billion laughs": lambda: with_parts(_whole(), {"xl/sharedStrings.xml": _laughs()}),
    "external entity": lambda: with_parts(
        _whole(), {_SHEET: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}
    ),
    "external entity in UTF-16": lambda: with_parts(
        _whole(), {_SHEET: '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]><x>&e;</x>'.encode("utf-16")}
    ),
    "a million rows": lambda: _rows('<row r="#"><c r="A#"><v>1</v></c></row>'),
    "a million empty rows": lambda: _rows('<row r="#"/>'),
    "a million formatted rows": lambda: _rows(
        '<row r="#" spans="1:4" s="3" customFormat="1" ht="20" customHeight="1"/>'
    ),
    "a million formatted cells": lambda: _rows('<row r="#"><c r="A#" s="3"/></row>'),
    "rows twice": lambda: _sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 2),
    "cells twice": lambda: _sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "the last cell of all": lambda: _sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "no number": lambda: _sheet('<row r="1"><c r="A1"><v>nonsense</v></c></row>'),
    "a string of 57 MiB": _one_string,
    "500,000 levels": lambda: with_parts(_whole(), {_SHEET: b"<a>" * 500_000 + b"</a>" * 500_000}),
    "no sheet": lambda: with_parts(_whole(), {_SHEET: b""}),
    "half a workbook": lambda: _whole()[:3000],
    "a workbook without its end": lambda: _whole()[:-40],
    "noise": lambda: _noise(_MEBIBYTE),
    "noise after PK": lambda: b"PK\x03\x04" + _noise(_MEBIBYTE),
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _noise(_MEBIBYTE),
    "CSV of a million rows": lambda: b"441202,2019-09\n" * (650_000 // PART),
    "CSV of five million columns": lambda: b"," * (9 * _MEBIBYTE // PART) + b"x",
    "CSV of one quote": lambda: b'"' + b"x" * (9 * _MEBIBYTE // PART),
    "CSV of quotes": lambda: b'"' * (9 * _MEBIBYTE // PART),
    "CSV with NUL": lambda: csv_bytes(tidy_rows()).replace(b"items_total", b"items\x00total"),
    "larger than allowed": lambda: b"x" * (10 * _MEBIBYTE + 1),
}
