"""A table held against what was recomputed, cell by cell: what is the same, what is not, and what is not proved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.observations import safe
from metrics.ledger.verifying.tables import WRITTEN_BY_PEOPLE

_KEYS = {
    "rates": ("unit_code", "period", "indicator_code"),
    "progress": ("unit_code", "target_code"),
    "leaderboard": ("unit_code", "period"),
}
_LISTED = 20  # differences
Cells = dict[str, str]


class Proof(NamedTuple):
    """How much of a table was recomputed and is the same. `beside`: columns of the file that were not recomputed."""

    table: str
    rows: int
    columns: list[str]
    beside: list[str]

    @property
    def cells(self) -> int:
        """How many cells were proved."""
        return self.rows * len(self.columns)

    def told(self, zh: str, en: str) -> str:
        """How much that is, and what more is to be said of it, in both languages."""
        size = f"{self.rows} × {len(self.columns)} = {self.cells}"
        rest = f" {', '.join(self.beside)}"
        left = (
            ("未证明的列(本文件不识):" + rest, "not proved, unknown to this verify.py:" + rest)
            if self.beside
            else ("每一列都已证明", "every column is proved")
        )
        return (
            f"{self.table}:{size} 格(行 × 列){zh},{left[0]}。\n"
            f"{self.table}: {size} cells (rows × columns){en}; {left[1]}."
        )


class OtherCell(NamedTuple):
    """Where a file is not as recomputed. `row`: the cells by which it is known, or its number."""

    row: tuple[str, ...]
    column: str
    given: str
    recomputed: str

    def __str__(self) -> str:
        what = f"[{self.column}] {self.given!r} ≠ {self.recomputed!r}" if self.column else self.given
        return f"  {' · '.join(self.row)} {what}"


def compare(
    table: str, content: bytes, rows: Iterable[dict[str, Any]], columns: Sequence[str], *, released: bool = False
) -> Proof:
    """Hold the CSV `content` against `rows` in these `columns`. Raises Wrong with every cell that differs.

    Of a file that was `released` by another version some columns may be unknown here, or not there yet.
    """
    plain = content[3:] if content[:3] == b"\xef\xbb\xbf" else content
    heading, given = _read(plain)
    beside = [name for name in heading if name not in columns] if released else []
    columns = [name for name in columns if not released or name in heading]
    if [name for name in heading if name not in beside] != columns or len(set(heading)) < len(heading) or not columns:
        raise Wrong(
            f"标题行不是 {table} 的列:{','.join(heading)[:400]}",
            f"The heading is not the columns of {table}: {','.join(heading)[:400]}",
        )
    expected = [_cells(row, columns) for row in rows]
    found = _differences(_KEYS[table], expected, given, columns)
    if found:
        raise _wrong(table, found, len(expected) * len(columns))
    merged = [{**cells, **right} for cells, right in zip(given, expected)]
    if plain != _csv(merged, heading):
        raise Wrong(
            "各格内容相同,但行的次序或写法(引号、换行等)与下载的文件不同。",
            "Every cell is the same, but rows are in another order or written otherwise (quotes, line ends).",
        )
    return Proof(table, len(expected), list(columns), beside)


def _cells(row: dict[str, Any], columns: Sequence[str]) -> Cells:
    cells = {name: "" if row[name] is None else str(row[name]) for name in columns}
    return {name: safe(cell) if name in WRITTEN_BY_PEOPLE else cell for name, cell in cells.items()}


def _csv(rows: Sequence[Cells], columns: Sequence[str]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return buffer.getvalue().encode()


def _read(content: bytes) -> tuple[list[str], list[Cells]]:
    """The heading, and a mapping a line; what a line lacks is empty in it, what it has too much is not."""
    csv.field_size_limit(1 << 30)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8", "backslashreplace"), newline="")))
    heading = lines[0] if lines else []
    return heading, [{**dict.fromkeys(heading, ""), **dict(zip(heading, line))} for line in lines[1:]]


def _differences(
    key: Sequence[str], expected: Sequence[Cells], given: Sequence[Cells], columns: Sequence[str]
) -> list[OtherCell]:
    """By the cells by which rows are known; by their numbers where those are not among the columns, or not unique."""
    ours, theirs = (_known_by(key, rows, columns) for rows in (expected, given))
    if len(set(ours)) < len(ours) or len(set(theirs)) < len(theirs):
        ours, theirs = (_numbers(rows) for rows in (expected, given))
    by_key, found = dict(zip(theirs, given)), []
    for row, right in zip(ours, expected):
        cells = by_key.pop(row, {})
        if not cells:
            found.append(OtherCell(row, "", "缺少此行 · this row is missing", ""))
            continue
        found += [OtherCell(row, name, cells[name], right[name]) for name in columns if cells[name] != right[name]]
    return found + [OtherCell(row, "", "多出此行 · a row too many", "") for row in by_key]


def _known_by(key: Sequence[str], rows: Sequence[Cells], columns: Sequence[str]) -> list[tuple[str, ...]]:
    names = key if set(key) <= set(columns) else ()
    return [tuple(row[name] for name in names) for row in rows]


def _numbers(rows: Sequence[Cells]) -> list[tuple[str, ...]]:
    return [(f"第 {number} 行 row {number}",) for number in range(1, len(rows) + 1)]


def _wrong(table: str, found: Sequence[OtherCell], cells: int) -> Wrong:
    listed = "".join(f"\n{one}" for one in found[:_LISTED])
    more = f"\n  … {len(found) - _LISTED}" if len(found) > _LISTED else ""
    return Wrong(
        f"{table}:{cells} 格中 {len(found)} 处与重算不符:行 [列] 文件 ≠ 重算。",
        f"{table}: of {cells} cells, {len(found)} differ: row [column] file ≠ recomputed.",
        lines=listed + more,
    )
