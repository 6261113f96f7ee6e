"""What `make interop` calls the same, and what it counts as different."""

from __future__ import annotations

import pytest

from benchmarks.interop import READERS, _compare

EXPECTED = [["unit_code", "period", "value"], ["044122", "2019-09", "-10.00"], ["441203", "2019-10", ""]]


def test_a_pull_read_right_has_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare("observations", EXPECTED, [[*EXPECTED[0]], ["044122", "2019-09", "-10"], [*EXPECTED[2]]]) == 0
    assert "2 rows, 9 cells, 0 differ" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "column", "read"),
    [(1, 0, "44122"), (1, 1, "2019-09-01"), (1, 2, "10.00"), (2, 2, "0"), (2, 2, "NA"), (0, 2, "数值")],
)
def test_whatever_a_reader_changes_is_counted(row: int, column: int, read: str) -> None:
    changed = [[*cells] for cells in EXPECTED]
    changed[row][column] = read
    assert _compare("observations", EXPECTED, changed) == 1


def test_a_row_or_a_column_too_few_is_counted() -> None:
    assert _compare("observations", EXPECTED, EXPECTED[:2])
    assert _compare("observations", EXPECTED, [row[:2] for row in EXPECTED])


def test_every_reader_of_the_requirement_is_asked() -> None:
    assert {name.partition(" ")[0] for name in READERS} == {"pandas", "polars", "DuckDB", "readr", "LibreOffice"}
