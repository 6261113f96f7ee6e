"""Plain rows read in whole columns say what Python's reader says of the same file, row by row."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import Invalid
from metrics.history import tidy_file
from metrics.history.plain_rows import plain_rows
from metrics.history.tidy_file import open_tidy_file
from tests.matrices import WHOLE

HEADINGS = "unit_code,period,element_code,value"
PLAIN = ["a,b,c,1", "a,b,c,01", " a,b ,c,-1", ",,,", "a,b,c,", "441202,2019-09,items_total,1000.5", "NaN,null,NA,true"]
OTHER = ["", " ", "a,b,c", "a,b,c,d,e", '"a","b","c","4"', '"a\n,b",c,d,1', '"a""b",c,d,1', "单位,b,c,1", "a\tb,\\,',1"]
OTHER += ["a\0,b,c,1", 'a"b,c,d,1', '"a"b,c,d,1', "\x0b,\x0c,\x1c,1", "a\u2028b,c,d,1"]
ROWS = st.lists(st.one_of(st.sampled_from(PLAIN), st.sampled_from(PLAIN + OTHER)), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\n", "\r"])


def told(content: bytes) -> Any:
    """Everything that is said of a file: its rows with their numbers, its odd rows, or why it is refused."""
    try:
        batches = [*open_tidy_file(BytesIO(content)).batches()]
    except Invalid as refused:
        return refused.code
    rows = [
        row
        for batch in batches
        for row in zip(
            batch.rows, batch.units, batch.periods, batch.elements, batch.values, batch.received, strict=True
        )
    ]
    return rows, [(number, list(cells)) for batch in batches for number, cells in batch.odd]


@settings(max_examples=400 if WHOLE else 150)
@given(
    rows=ROWS,
    ends=st.lists(ENDS, min_size=12, max_size=12),
    unended=st.booleans(),
    at_a_time=st.sampled_from([1, 7, 40]),
)
def test_a_file_is_read_the_same_in_whole_columns_and_row_by_row(
    rows: list[str], ends: list[str], unended: bool, at_a_time: int
) -> None:
    text = "".join(row + end for row, end in zip(rows, ends, strict=False))
    content = f"{HEADINGS}\n{text.rstrip() if unended else text}".encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy_file, "_AT_A_TIME", at_a_time)
        patch.setattr(tidy_file, "_AT_ONCE", 3)
        in_columns = told(content)
        patch.setattr(tidy_file, "plain_rows", lambda lines, width: None)
        assert in_columns == told(content)


@pytest.mark.parametrize("row", PLAIN)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_rows_are_read_in_whole_columns(row: str, end: str) -> None:
    columns = plain_rows(f"{row}{end}{row}", 4)
    assert columns is not None
    assert [[*column] for column in columns] == [[cell, cell] for cell in row.split(",")]


@pytest.mark.parametrize("row", [*OTHER, "a" * 100_001 + ",b,c,1"])
def test_of_other_rows_nothing_is_said(row: str) -> None:
    columns = plain_rows(f"a,b,c,1\n{row}\na,b,c,1\n", 4)
    # What is plain after all is what splitting at the commas says.
    assert columns is None or [column[1] for column in columns] == row.split(",")
