"""Rows as Parquet: typed columns, a few thousand rows a row group, titles and origin in the file's metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from metrics.errors import Invalid, Message
from metrics.publish.dataset import Heading, Kind, Row
from metrics.publish.edition import Edition

_ROW_GROUP = 20_000
# Exact, and readers can add it up at once (decision 29).
DECIMAL = pa.decimal128(38, 10)
_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: DECIMAL,
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.PERIOD: pa.string(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}


def parquet_bytes(edition: Edition, rows: Iterator[Row]) -> Iterator[bytes]:
    """The file, a row group at a time. Figures are decimals with ten places: exact, though zeros are added.

    Raises Invalid for a figure that does not fit into them; none is ever rounded.
    """
    columns, schema = edition.dataset.columns, _schema(edition)
    sink = _Drained()
    with pq.ParquetWriter(sink, schema, compression="snappy", version="2.6") as writer:
        while group := list(islice(rows, _ROW_GROUP)):
            arrays = [_array(column, cells) for column, cells in zip(columns, zip(*group, strict=True), strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=_ROW_GROUP)
            yield sink.drained()
    yield sink.drained()


def _schema(edition: Edition) -> pa.Schema:
    """Fields with both titles; about the whole: dataset, place in the ledger, parameters, whether it is synthetic."""
    view = edition.view
    about = {
        "biaochi.dataset": edition.dataset.name,
        "biaochi.as_of_seq": str(view.seq),
        "biaochi.recorded_at": "" if view.recorded_at is None else view.recorded_at.isoformat(timespec="microseconds"),
        "biaochi.parameters": json.dumps(edition.parameters, ensure_ascii=False),
        "biaochi.synthetic": "true" if edition.synthetic else "false",
    }
    return pa.schema([_field(column) for column in edition.dataset.columns], metadata=about)


def _field(column: Heading) -> pa.Field:
    titles = {"title.zh": column.title.zh, "title.en": column.title.en, "kind": column.kind.value}
    return pa.field(column.name, _TYPES[column.kind], metadata=titles)


def _array(column: Heading, cells: tuple[object, ...]) -> pa.Array:
    kind = _TYPES[column.kind]
    if column.kind not in (Kind.NUMBER, Kind.DATE, Kind.INSTANT):
        return pa.array(cells, type=kind)
    try:
        return pa.array(cells, type=pa.string()).cast(kind)
    except pa.ArrowInvalid as refused:
        raise Invalid(
            code="parquet_number_too_long",
            message=Message(
                f"{column.name} 列有数值超出 Parquet 小数的 28 位整数、10 位小数;请改用 CSV。",
                f"A figure in {column.name} exceeds Parquet's 28 digits before and 10 after the point; take the CSV.",
            ),
        ) from refused


class _Drained(io.RawIOBase):
    """A sink that gives away what was written to it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        before = len(self._written)
        self._written += memoryview(data)  # type: ignore[arg-type]  # pyarrow hands over bytes or buffers of its own
        return len(self._written) - before

    def drained(self) -> bytes:
        given, self._written = bytes(self._written), bytearray()
        return given
