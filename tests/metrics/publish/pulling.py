"""Pulls as bytes and as rows, with parameters as in an address."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from metrics.database import ReadSession
from metrics.publish.catalogue import DATASETS
from metrics.publish.pull import check_pull, parse_pull
from metrics.publish.rendering import render
from metrics.queries.reader_view import view_for


def pulled(session: ReadSession, name: str, *, form: str = "csv", **given: Any) -> bytes:
    """The bytes of a pull; digest and size are checked against them."""
    asked = {key: value if isinstance(value, list) else [value] for key, value in given.items()}
    dataset = DATASETS[name].asked(asked)
    pull = parse_pull(dataset, asked, timezone=lambda: "Asia/Shanghai")
    view = view_for(session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
    check_pull(pull, view)
    with (rendered := render(dataset, session=session, view=view, pull=pull, form=form)).file as file:
        content = file.read()
    assert hashlib.sha256(content).digest() == rendered.sha256
    assert len(content) == rendered.size
    return content


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The cells of a workbook, sheet by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def table(content: bytes) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return found


def as_far_as_told(rows: Iterable[tuple[Any, ...]], told: Sequence[tuple[object, ...]]) -> list[tuple[Any, ...]]:
    """Each row's first cells, as many as `told` has for it: a column that is added at the end has a test of its own."""
    return [row[: len(cells)] for row, cells in zip(rows, told, strict=True)]
