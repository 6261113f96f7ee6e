"""What the address of a page asks of a table: which columns and rows, and in which order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from dashboard.window.reading import Reading
from metrics.publish.dataset import AnyDataset
from metrics.publish.shape import COLUMNS, SORT, WHERE, TableShape, read_shape
from metrics.publish.shaped import shape_problems, target_problems

PARAMETERS = (COLUMNS, SORT, WHERE)


def shape_at(reading: Reading, dataset: AnyDataset, *, names: Collection[str], across: str | None = None) -> TableShape:
    """What the address asks of a table with these columns; what means nothing there is left out."""
    kept = {name: value for name in PARAMETERS if (value := reading.address.keeps(name))}
    told = {name: value for name, value in kept.items() if means_shape(reading, name, value, dataset, names, across)}
    return replace(read_shape(told), across=across)


def means_shape(
    reading: Reading, parameter: str, value: str, dataset: AnyDataset, names: Collection[str], across: str | None = None
) -> bool:
    """True if one of PARAMETERS with this value means something to a table with these columns."""
    shape = replace(read_shape({parameter: value}), across=across)
    if parameter == COLUMNS:
        return bool(shape.columns) and set(shape.columns) <= set(names)
    return not shape_problems(shape, dataset) and not target_problems(shape, reading.plan.target_revisions)
