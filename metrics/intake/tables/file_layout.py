"""How a file is laid out, by headings, measures and order: a layout confirmed once is known next month."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from typing import Literal

from metrics.errors import Message
from metrics.intake.file_reading import FileNotice
from metrics.intake.grid import Cell, CellKind, Grid, GridSheet
from metrics.intake.tables.findings import FigureEntry, Findings
from metrics.intake.tables.sheet_tables import Table
from metrics.intake.tables.titles import unsigned
from metrics.intake.template.stamp import Stamp
from metrics.intake.vocabulary.comparable_texts import folded
from metrics.intake.vocabulary.headings import HeadingRole
from metrics.intake.vocabulary.months import without_months
from metrics.intake.vocabulary.names import Vocabulary

_EXPECTED = {"block_blank", "return_blank"}  # what is left blank, in layouts that say what they mean
_DIGITS = re.compile(r"[0-9]+")
_TIDY = [*enumerate(("unit_code", "period", "element_code", "value"), start=1)]


def layout_of(grid: Grid, stamp: Stamp | None, notices: Iterable[FileNotice]) -> Literal["template", "tidy", "other"]:
    """Which of the layouts that say by themselves what they mean, if it is one and nothing else stands in it."""
    if any(notice.code not in _EXPECTED for notice in notices):
        return "other"
    if stamp is not None:
        return "template"
    first = next(iter(grid.sheets[0].cells.values()), {})
    if grid.kind == "csv" and [(cell.column, cell.text) for cell in first.values()] == _TIDY:
        return "tidy"
    return "other"


def notice_missing_rows(stamp: Stamp | None, found: Findings, vocabulary: Vocabulary) -> None:
    """Say which rows of our own form are gone: a row that was deleted is no row that was left blank."""
    if stamp is None or not found.entries:
        return
    there = {entry.element for entry in found.entries}
    missing = [element.name for element in vocabulary.plan.elements if element.code not in there]
    if missing:
        zh, en = "、".join(name.zh for name in missing[:5]), ", ".join(name.en for name in missing[:5])
        message = Message(
            f"模板缺少 {len(missing)} 行:{zh}{'等' if len(missing) > 5 else ''}。",
            f"{len(missing)} rows of the template are missing: {en}{' …' if len(missing) > 5 else ''}.",
        )
        found.notice(found.entries[0].place.sheet, "row_missing", message)


def remember_words(sheet: GridSheet, figure_rows: Collection[int], found: Findings) -> None:
    """Note the words of a sheet that stand in no row of figures: titles, labels, notes, comments; not who signed.

    Months and digits are left out, so that they are the same next month.
    """
    words = [_bare(sheet.name or "")]
    for row, cells in sheet.rows():
        if row not in figure_rows:
            words += [_bare(cell.text) for cell in unsigned(cells.values()) if cell.kind is CellKind.TEXT]
    found.tables.append(["words", *words, *(_bare(text) for text in sheet.comments.values())])


def remember_table(table: Table, entries: Iterable[FigureEntry], found: Findings) -> None:
    """Note the headings, measures and order of elements of a table that was read."""
    header = table.header
    heads = [header.headings[column] for column in sorted(header.headings)]
    groups = [cell for column in sorted(header.groups) for cell in header.groups[column]]
    found.headings.update((cell.text, None) for cell in heads)
    measures = {
        (entry.element, _word(cell))
        for entry in entries
        for column in table.columns(HeadingRole.MEASURE)
        if (cell := table.sheet.merged_at(entry.place.row, column)) is not None
    }
    elements = dict.fromkeys(entry.element for entry in entries)
    found.tables.append(
        [
            "wide" if table.is_wide else "long",
            *(f"{cell.column} {_word(cell)}" for cell in heads),
            *(_word(cell) for cell in groups),
            *(f"{element} {measure}" for element, measure in sorted(measures)),
            *elements,
            *sorted({text for entry in entries for _, text in entry.unread if not _DIGITS.search(text)}),
        ]
    )


def fingerprint(found: Findings) -> str:
    """SHA-256 (hex) of what :func:`remember_table` noted."""
    return hashlib.sha256(json.dumps(found.tables, ensure_ascii=False).encode()).hexdigest()


def _bare(text: str) -> str:
    return _DIGITS.sub("", folded(without_months(text)))


def _word(cell: Cell) -> str:
    return folded(without_months(cell.text))
