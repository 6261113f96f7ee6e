"""What passes from the process that takes files apart to the one that reads them."""

from __future__ import annotations

import json
from dataclasses import fields

from metrics.intake.grid import Cell, CellKind, Grid, GridSheet, Merge, grid_from_json, grid_to_json, joined_cells

_LOOK = {"shown": "约98", "suffix": "户", "partly": "1"}  # the texts; every other field is a truth


def _cell(kind: CellKind, row: int, changed: str | None = None) -> Cell:
    cell = {"row": row, "column": 4, "kind": kind, "text": "98"}
    return Cell(**cell, **({changed: _LOOK.get(changed, True)} if changed else {}))  # type: ignore[arg-type]


def test_every_field_of_every_kind_of_cell_arrives() -> None:
    names = [field.name for field in fields(Cell) if field.name not in ("row", "column", "kind", "text")]
    cells = [_cell(kind, 0, name) for kind in CellKind for name in (None, *names)]
    placed = {
        row: {4: _cell(cell.kind, row, name)}
        for row, (cell, name) in enumerate(zip(cells, [None, *names] * 9, strict=False), 1)
    }
    merges = (Merge(1, 4, 1, 5),)
    sheet = GridSheet(
        "月报", placed, True, frozenset({2}), frozenset({4, 5}), merges, joined_cells(merges), {(7, 5): "应为 207"}
    )
    grid = Grid("xlsx", (sheet, GridSheet(None, {})), "utf-8")
    assert grid_from_json(json.loads(grid_to_json(grid))) == grid
