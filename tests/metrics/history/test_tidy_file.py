"""Which files are read as history, and how their rows come out."""

from __future__ import annotations

from io import BytesIO

import pytest

from metrics.errors import Invalid
from metrics.history import tidy_file
from metrics.history.tidy_file import HistoryColumn, open_tidy_file

ROWS = ("441202", "2019-09", "items_total", "1000")


def written(text: str, encoding: str = "utf-8") -> BytesIO:
    return BytesIO(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "headings",
    ["unit_code,period,element_code,value", "填报单位,报告期,填报项,数值", "单位代码,月份,填报项代码,本期数"],
)
def test_headings_in_both_languages_and_every_encoding_are_read(encoding: str, headings: str) -> None:
    file = open_tidy_file(written(f"{headings}\r\n{','.join(ROWS)}\r\n\r\n", encoding))
    batches = [*file.batches()]
    assert [(*batch.rows, *batch.units, *batch.periods, *batch.elements, *batch.values) for batch in batches] == [
        (2, *ROWS)
    ]
    assert [*batches[0].received] == [""]


def test_columns_stand_in_any_order_and_may_say_when_it_was_received() -> None:
    file = open_tidy_file(written("value,首次报送时间,period,unit_code,element_code\n1,2019-10-01,a,b,c\n"))
    (batch,) = file.batches()
    assert (*batch.values, *batch.received, *batch.periods, *batch.units) == ("1", "2019-10-01", "a", "b")
    assert (file.letter(HistoryColumn.RECEIVED), file.letter(HistoryColumn.ELEMENT)) == ("B", "E")


def test_rows_keep_their_numbers_over_batches_blank_lines_and_odd_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy_file, "_AT_ONCE", 2)
    lines = ["unit_code,period,element_code,value", "a,b,c,1", "", "a,b,c", '"a","b","c","4"', "a,b,c,5,6", "a,b,c,6"]
    batches = [*open_tidy_file(written("\n".join(lines))).batches()]
    assert [row for batch in batches for row in batch.rows] == [2, 5, 7]
    assert [value for batch in batches for value in batch.values] == ["1", "4", "6"]
    assert [(row, len(cells)) for batch in batches for row, cells in batch.odd] == [(4, 3), (6, 5)]


@pytest.mark.parametrize(
    ("text", "encoding", "code"),
    [
        ("", "utf-8", "file_empty"),
        ("unit_code,period,element_code\n", "utf-8", "heading_missing"),
        ("unit_code,period,element_code,value,unit_code\n", "utf-8", "heading_twice"),
        ("unit_code,period,element_code,value,colour\n", "utf-8", "heading_unknown"),
        ("unit_code,period,element_code,value\n", "utf-16", "file_utf16"),
        ("unit_code,period,element_code,value\na,b,c,\xff\n", "latin-1", "file_encoding"),
        ('unit_code,period,element_code,value\na,b,"c,1\n', "utf-8", "file_csv_broken"),
    ],
)
def test_other_files_are_refused_in_words(text: str, encoding: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        [*open_tidy_file(written(text, encoding)).batches()]
    assert refused.value.code == code
    assert refused.value.message.zh


@pytest.mark.parametrize(
    "text",
    [
        "unit_code,period,element_code,value" + "," * 20_000,
        "unit_code,period,element_code,value\n" + "," * 30_000,
        "unit_code,period,element_code,value\n" + '"\n",' * 15_000,
        "unit_code,period,element_code,value\n" + f"{',' * 5_000}\n" * 6,
    ],
    ids=["headings", "a line", "a row of many lines", "lines"],
)
def test_rows_without_an_end_are_refused_before_they_are_taken_apart(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Ten megabytes of commas would be ten million headings, each with its refusal: five gigabytes."""
    monkeypatch.setattr(tidy_file, "_AT_ONCE", 20)
    with pytest.raises(Invalid, match="file_rows_too_long"):
        [*open_tidy_file(written(text)).batches()]


def test_a_file_beyond_the_limit_is_refused_with_both_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy_file, "LARGEST", 2 * 1024 * 1024)
    with pytest.raises(Invalid, match=r"3\.0 MiB; at most 2 MiB"):
        open_tidy_file(written("x" * 3 * 1024 * 1024))
