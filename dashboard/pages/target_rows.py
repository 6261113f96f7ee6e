"""The rows of a target's table: every unit of the level, and those of them that the address asks for, in its order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.grids.chosen_table import Row
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
from metrics.publish.dataset import Wording
from metrics.publish.progress import PROGRESS, verdict_cells
from metrics.publish.shape import TableShape
from metrics.publish.shaped import arranged
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Status
from metrics.verdicts.ratios import Whole

UNIT = "unit_code"
NAMES = (
    UNIT,
    "value",
    "status",
    "gap",
    "required_pace",
    "present_pace",
    "projected_value",
    "projected_on",
    "misses",
    "shortfall",
    "projected_shortfall",
)
HEADINGS = {column.name: column for column in PROGRESS.columns}


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """`every`: a row for each of the level's units, judged at `places`; `found`: those shown, as `shape` asks."""

    every: list[Row]
    places: Whole
    found: list[Row]
    shape: TableShape

    @property
    def arranges(self) -> bool:
        """True if rows are left out or sorted."""
        return bool(self.shape.sort or self.shape.where)

    @property
    def ranked(self) -> list[str]:
        """The units shown that are ranked or come last among those ranked, in order: those the target applies to."""
        return [str(row[UNIT]) for row in self.found if row["status"] != Status.NOT_APPLICABLE]


def chosen_rows(reading: Reading, judged: JudgedProgress) -> ChosenRows:
    """The table's rows and those of them that the address asks for; something is judged."""
    assert judged.table is not None  # noqa: S101  a period is judged
    codes = {unit.code for unit in reading.level.units}
    places = [place for place, unit in enumerate(reading.plan.units) if unit.code in codes]
    rows_judged = np.flatnonzero(np.isin(judged.table.unit, places))
    words = Wording(reading.session, reading.view, language=reading.address.language)
    rows: list[Row] = [*verdict_cells(judged, rows_judged, words, names=frozenset(HEADINGS))]
    shape = shape_at(reading, PROGRESS, names=NAMES)
    return ChosenRows(rows, rows_judged, arranged(rows, shape, HEADINGS), shape)
