"""Plain rows of CSV, read in whole columns: lines of ASCII without a quotation mark, each with as many cells.

Nearly every file is nothing else. What is said of such lines is what Python's own reader says of them, in a tenth of
the time; of any other lines nothing is said, and that reader reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv

_LONGEST_CELL = 100_000  # characters; Python's reader refuses those beyond 131,072
_LINE_END = 10
_AS_WRITTEN = csv.ParseOptions(quote_char=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False)
_TEXTS = pa.dictionary(pa.int32(), pa.string())


class Texts(Sequence[str]):
    """A column of texts: those that stand in it, once each, and for each row which of them it has."""

    def __init__(self, different: Sequence[str], which: npt.NDArray[np.int64]) -> None:
        self.different, self.which = different, which

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """The column as a list would hold it."""
        which, different = pd.factorize(np.array([*texts], dtype=np.object_))
        return cls(different.tolist(), which.astype(np.int64))

    @classmethod
    def alike(cls, text: str, rows: int) -> Texts:
        """So many rows with the same text."""
        return cls([text], np.zeros(rows, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.which)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return Texts(self.different, self.which[at])
        return self.different[int(self.which[at])]


def plain_rows(lines: str, width: int) -> Sequence[Texts] | None:
    """The columns of `lines`, whole lines; None if they are not all plain rows of `width` cells."""
    if not lines.isascii() or '"' in lines or "\0" in lines or lines.count("\r") != lines.count("\r\n"):
        return None
    if lines.startswith(("\n", "\r\n")) or "\n\n" in lines or "\n\r\n" in lines:
        return None  # a blank line is a row that counts and says nothing
    content = lines.encode()
    ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == _LINE_END)
    rows = len(ends) + (not content.endswith(b"\n"))
    if int(np.diff(ends, prepend=-1, append=len(content)).max()) > _LONGEST_CELL:
        return None
    names = [*map(str, range(width))]
    try:
        read = csv.read_csv(
            pa.BufferReader(content),
            csv.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
            _AS_WRITTEN,
            csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, _TEXTS), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # a row of another width
        return None
    return [*_columns(read)] if read.num_rows == rows else None


def _columns(read: pa.Table) -> Iterator[Texts]:
    for column in read.columns:
        found = column.combine_chunks()
        found = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
        yield Texts(found.dictionary.to_pylist(), found.indices.to_numpy().astype(np.int64))
