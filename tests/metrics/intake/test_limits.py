"""Limits count what has content and the processor's time, and a refusal says what was too much, how much, and where."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import pytest

from metrics.errors import Invalid
from metrics.intake import limits
from metrics.intake.grid import Grid
from metrics.intake.isolated_process import read_bytes
from metrics.intake.isolation import grid_of
from metrics.intake.refusals import REFUSALS, About, FileRefused, refuse_file
from tests.metrics.intake.raw_workbooks import MAIN, SHEET, inline, packed, parts_of
from tests.workbooks import csv_bytes, tidy_rows, xlsx_bytes

pytestmark = pytest.mark.usefixtures("files_read_apart")

_TABLE = (
    f'<row r="1">{inline("A1", "填报项")}{inline("B1", "本期数")}</row>'
    f'<row r="2">{inline("A2", "即办件事项数")}<c r="B2"><v>351</v></c></row>'
)
_FORMATTED = {
    "20,000 formatted rows": (20_000, '<row r="#" s="1" customFormat="1" ht="20" customHeight="1"/>'),
    "30,000 rows of formatted cells": (30_000, '<row r="#">' + "".join(f'<c r="{c}#" s="1"/>' for c in "ABCDEFGH") + "</row>"),
    "50,000 rows of empty texts": (50_000, '<row r="#"><c r="A#" t="str"><v></v></c><c r="B#" t="s"><v>0</v></c></row>'),
    "50,000 rows of inline blanks": (50_000, '<row r="#"><c r="A#" t="inlineStr"><is><t> </t></is></c></row>'),
    "a formatted cell far away": (1, '<row r="#"><c r="XFD#" s="1"/></row>'),
}  # fmt: skip
_COLUMNS = '<cols><col min="1" max="16384" width="20" style="1" customWidth="1"/></cols>'


@pytest.mark.parametrize("kind", _FORMATTED)
def test_what_is_only_formatted_counts_for_nothing(kind: str) -> None:
    count, row = _FORMATTED[kind]
    below = "".join(row.replace("#", str(number)) for number in range(3, count + 3))
    strings = f'<sst xmlns="{MAIN}"><si><t></t></si></sst>'
    parts = parts_of(
        _TABLE + below, around=(_COLUMNS, '<mergeCells><mergeCell ref="A3:D1048576"/></mergeCells>'), strings=strings
    )
    (sheet,) = read_bytes(packed(parts)).sheets
    assert {row: sorted(cells) for row, cells in sheet.cells.items()} == {1: [1, 2], 2: [1, 2]}
    assert sheet.merges == ()


@dataclass(frozen=True)
class TooLong:
    """A file, where the refusal says it is too long, and the numbers that its words hold."""

    content: Callable[[], bytes]
    cell: str
    says: tuple[str, ...]


def _rows(count: int, row: str) -> bytes:
    return packed(parts_of("".join(row.replace("#", str(number)) for number in range(1, count + 1))))


def _cells_of_csv(rows: int, columns: int) -> bytes:
    return csv_bytes([["1"] * columns] * rows)


def _with_cell(place: str) -> bytes:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return packed(parts_of(f'{_TABLE}<row r="{row}">{inline(place, "备用")}</row>'))


def _joined(area: str) -> bytes:
    far = f'<row r="30000">{inline("H30000", "完")}</row>'
    return packed(parts_of(_TABLE + far, around=("", f'<mergeCells><mergeCell ref="{area}"/></mergeCells>')))


TOO_LONG = {
    "rows": TooLong(lambda: _rows(20_001, '<row r="#"><c r="A#"><v>1</v></c></row>'), "", ("工作表“月报”", "20001", "20000")),
    "many more rows": TooLong(lambda: _rows(90_000, '<row r="#"><c r="A#"><v>1</v></c></row>'), "", ("月报", "90000", "20000")),
    "cells": TooLong(lambda: _rows(15_100, '<row r="#">' + "<c><v>1</v></c>" * 10 + "</row>"), "", ("月报", "151000", "150000")),
    "sheets": TooLong(lambda: xlsx_bytes({f"表{n}": [["x"]] for n in range(201)}), "", ("201", "200")),
    "rows over two sheets": TooLong(lambda: xlsx_bytes({name: [["x"]] * 11_000 for name in ("一", "二")}), "", ("“二”", "22000")),
    "a stray cell": TooLong(lambda: _with_cell("XFD3"), "月报!XFD3", ("月报", "XFD3", "备用", "1000", "ALL")),
    "a cell just beyond": TooLong(lambda: _with_cell("ALM9"), "月报!ALM9", ("ALM9", "备用", "ALL")),
    "joined cells": TooLong(lambda: _joined("A3:H29000"), "月报!A3", ("A3", "231984", "100000")),
    "rows of CSV": TooLong(lambda: _cells_of_csv(20_500, 1), "", ("20500", "20000")),
    "cells of CSV": TooLong(lambda: _cells_of_csv(2_000, 80), "", ("160000", "150000")),
    "columns of CSV": TooLong(lambda: csv_bytes([["x"], ["", *[""] * 1000, "y"]]), "ALN2", ("ALN2", "y", "ALL")),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOO_LONG)
def test_a_refusal_says_what_was_too_much_how_much_and_where(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        grid_of(TOO_LONG[kind].content())
    assert refused.value.code == "file_too_long"
    assert [problem.cell for problem in refused.value.problems] == (
        [TOO_LONG[kind].cell] if TOO_LONG[kind].cell else []
    )
    for words in TOO_LONG[kind].says:
        assert words in refused.value.message.zh
        assert words.strip("工作表“”") in refused.value.message.en


def test_the_last_column_that_is_read() -> None:
    assert read_bytes(_with_cell("ALL3")).sheets[0].cells[3].keys() == {limits.MOST_COLUMNS}


def test_a_stray_cell_below_is_read() -> None:
    assert 1_048_576 in read_bytes(_with_cell("A1048576")).sheets[0].cells


def test_parts_and_bytes_are_counted() -> None:
    many: dict[str, str | bytes] = {f"xl/{number}.xml": b"" for number in range(2500)}
    with pytest.raises(FileRefused) as refused:
        read_bytes(packed(many))
    assert refused.value.about == {"what": "parts", "found": 2500, "most": 2000}
    size = 200 * 1024 * 1024
    with pytest.raises(FileRefused) as refused:
        read_bytes(packed({**parts_of(_TABLE), "xl/media/a.png": b"0" * size}))
    assert int(refused.value.about["found"]) > size
    assert "200.0 MB" in refuse_file(refused.value.code, refused.value.about).message.zh


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> int:
    """How much of the processor a file may take: what is held is that it is limited, so a short limit will do."""
    monkeypatch.setattr(limits, "CPU_SECONDS", 1)
    return limits.CPU_SECONDS


def test_what_took_too_long_is_named_with_its_sheet(seconds: int) -> None:
    parts = parts_of(_TABLE)
    parts[SHEET] = parts[SHEET].replace("<sheetData>", "<sheetData>" + "<a/>" * 30_000_000)
    with pytest.raises(Invalid) as refused:
        grid_of(packed(parts))
    assert refused.value.code == "file_too_demanding"
    assert f"工作表“月报”用去的处理器时间超过 {seconds} 秒" in refused.value.message.zh


def test_a_busy_machine_refuses_nothing(seconds: int) -> None:
    """The process gets no processor for longer than it may use one."""
    own = psutil.Process()
    read: list[Grid] = []
    reading = threading.Thread(target=lambda: read.append(grid_of(xlsx_bytes(tidy_rows()))))
    before = {child.pid for child in own.children()}
    reading.start()
    child = None
    while child is None and reading.is_alive():
        child = next((found for found in own.children() if found.pid not in before), None)
    assert child is not None
    child.suspend()
    time.sleep(seconds + 1)
    child.resume()
    reading.join()
    assert len(read) == 1


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_what_to_do_and_names_nothing_that_does_not_exist(code: str) -> None:
    abouts: list[About] = [{}, {"sheet": "月报"}, {"sheet": "月报", "row": 3, "column": 2, "given": "x"}, {"row": 3}]
    for about in abouts:
        message = refuse_file(code, about).message
        assert "请" in message.zh
        assert "批量导入" not in message.zh
        assert "bulk" not in message.en
        assert any(verb in message.en for verb in ("pload", "ave ")), message.en
