"""Leaving blank rows out of the bytes changes nothing that is read."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.cell_content import CellReader
from metrics.intake.workbook.cell_styles import WorkbookStyles
from metrics.intake.workbook.parts import Outline
from metrics.intake.workbook.sheet_reader import Counted, SheetContent, SheetReader
from metrics.intake.workbook.workbook_grid import BlankRowsLeftOut
from metrics.intake.workbook.xml_events import Readable
from tests.metrics.intake.raw_workbooks import MAIN

_PLACED = [
    *('<row r="#"/>', '<row r="#" s="3" customFormat="1"/>', '<row r="#" spans="1:4" x14ac:dyDescent="0.25" />', '<row r="#"></row>'),
    *('<row r="#"><c r="A#" s="1"/><c r="C#"/></row>', '<row r="#" hidden="1"><c r="B#" s="1"/></row>'),
    *('<row r="#"><c r="A#"><v>1</v></c></row>', '<row r="#" ht="0"><c r="B#" s="1"/><c><v>2</v></c></row>'),
    *('<row r="#"><c><v>3</v></c></row>', '<row r="#" a="&gt;/>"/>', "<row r='#'/>", '<row r="#" a=">"/>'),
]  # fmt: skip
_UNPLACED = ["<row/>", '<row s="1"/>', "<row><c><v>4</v></c></row>", '<row><c s="1"/></row>']
_BETWEEN = [
    "",
    "\n",
    '<!-- <row r="7"/><row r="8"/> -->',
    "<!-- x -->",
    "<?x y?>",
    '<![CDATA[<row r="1"/><row r="2"/>]]>',
]


def _read(source: Readable) -> SheetContent | str:
    reader = SheetReader(CellReader([], WorkbookStyles(), Outline((), False, False, False, None, None)), Counted())
    try:
        reader.read(source, root="worksheet")
    except FileRefused as refused:
        return refused.code
    return reader.content


class _InPieces:
    def __init__(self, content: bytes, size: int) -> None:
        self._source, self._size = BytesIO(content), size

    def read(self, _: int, /) -> bytes:
        return self._source.read(self._size)


@given(
    st.lists(st.tuples(st.sampled_from(_BETWEEN[:2] * 8 + _BETWEEN), st.sampled_from(_PLACED * 3 + _UNPLACED), st.integers(0, 2)), max_size=30),
    st.integers(20, 400),
)  # fmt: skip
def test_the_same_is_read_with_and_without(rows: list[tuple[str, str, int]], size: int) -> None:
    """Rows in order, some with gaps before them, with all that may stand between; in pieces of any size."""
    number, written = 0, ""
    for between, row, gap in rows:
        number += 1 + (gap if "r=" in row else 0)
        written += between + row.replace("#", str(number))
    xml = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}" xmlns:x14ac="x"><sheetData>{written}</sheetData></worksheet>'.encode()
    assert _read(BlankRowsLeftOut(_InPieces(xml, size))) == _read(BytesIO(xml))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [2, 10, 10_000])
def test_of_many_blank_rows_few_are_left(count: int) -> None:
    rows = "".join(f'<row r="{number}" s="3"><c r="A{number}" s="1"/></row>' for number in range(1, count + 1))
    left = BlankRowsLeftOut(BytesIO(f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())).read(10**8)
    assert left.count(b"<row") == 1
