"""How a file is laid out, by headings, measures and order: a layout confirmed once is known next month."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Literal

from metrics.intake.findings import Entry, Findings
from metrics.intake.folding import folded
from metrics.intake.grid import Cell, Grid
from metrics.intake.headings import Role
from metrics.intake.mentions import without_months
from metrics.intake.stamp import Stamp
from metrics.intake.tables import Table

_TIDY = [*enumerate(("unit_code", "period", "element_code", "value"), start=1)]


def layout_of(grid: Grid, stamp: Stamp | None) -> Literal["template", "tidy", "other"]:
    """Which of the layouts that say by themselves what they mean, if it is one of them."""
    if stamp is not None:
        return "template"
    first = next(iter(grid.sheets[0].cells.values()), {})
    if grid.kind == "csv" and [(cell.column, cell.text) for cell in first.values()] == _TIDY:
        return "tidy"
    return "other"


def remember_table(table: Table, entries: Iterable[Entry], found: Findings) -> None:
    """Note the headings, measures and order of elements of a table that was read."""
    header = table.header
    heads = [header.headings[column] for column in sorted(header.headings)]
    groups = [cell for column in sorted(header.groups) for cell in header.groups[column]]
    found.headings.update((cell.text, None) for cell in heads)
    measures = {
        (entry.element, _word(cell))
        for entry in entries
        for column in table.columns(Role.MEASURE)
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
        ]
    )


def fingerprint(found: Findings) -> str:
    """SHA-256 (hex) of what :func:`remember_table` noted."""
    return hashlib.sha256(json.dumps(found.tables, ensure_ascii=False).encode()).hexdigest()


def _word(cell: Cell) -> str:
    return folded(without_months(cell.text))
