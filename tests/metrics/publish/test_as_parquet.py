"""Parquet: typed, exact, told where it comes from, and the same bytes for the same pull."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.publish.as_csv import neutralised
from metrics.publish.as_parquet import parquet_bytes
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind
from tests.metrics.publish.made_up import edition_of
from tests.metrics.publish.pulling import pulled, rows, table
from tests.metrics.queries.test_views import post


def test_a_row_says_what_the_csv_says(session: WriteSession) -> None:
    post(session, materials_baseline=1000, materials_current=1100)
    for name, dataset in DATASETS.items():
        found = table(pulled(session, name, form="parquet"))
        for row, line in zip(found, rows(pulled(session, name)), strict=True):
            for column in dataset.columns:
                assert _as_csv(column.kind, row[column.name], line[column.name]), (name, column.name, row[column.name])


def _as_csv(kind: Kind, cell: Any, text: str) -> bool:
    if cell is None:
        return text == ""
    match kind:
        case Kind.NUMBER:
            return isinstance(cell, Decimal) and cell == Decimal(text)
        case Kind.BOOLEAN:
            return cell is (text == "true")
        case Kind.INSTANT:
            return bool(cell.isoformat(timespec="microseconds") == text)
        case Kind.TEXT:
            return neutralised(cell) == text
        case _:
            return str(cell) == text


def test_the_file_says_where_it_comes_from(session: WriteSession) -> None:
    seq = post(session)
    schema = pq.read_schema(io.BytesIO(pulled(session, "rates", form="parquet", unit="441202")))
    assert schema.metadata[b"biaochi.as_of_seq"] == str(seq).encode()
    assert b'["unit", "441202"]' in schema.metadata[b"biaochi.parameters"]
    assert schema.field("value").type == pa.decimal128(38, 10)
    assert schema.field("unit_code").metadata[b"title.zh"].decode() == "填报单位代码"


def test_the_same_pull_is_the_same_bytes_now_and_later(session: WriteSession) -> None:
    seq = post(session)
    before = pulled(session, "observations", form="parquet")
    post(session, items_online=700)
    assert pulled(session, "observations", form="parquet", as_of=str(seq)) == before


def test_a_pull_without_rows_is_a_file_with_columns(session: WriteSession) -> None:
    content = pulled(session, "observations", form="parquet")
    assert table(content) == []
    assert pq.read_schema(io.BytesIO(content)).names[0] == "seq"


@pytest.mark.parametrize("figure", ["0." + "1" * 11, "1" * 29])
def test_a_figure_that_does_not_fit_is_refused_not_rounded(figure: str) -> None:
    with pytest.raises(Invalid) as refused:
        b"".join(parquet_bytes(edition_of("figure", kind=Kind.NUMBER), iter([(figure,)])))
    assert refused.value.code == "parquet_number_too_long"
