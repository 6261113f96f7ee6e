"""The dataset of units beside each other: the verdicts of `progress`, target by target, and how far units lie apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Cell, Column, Dataset, Kind, Pull
from metrics.publish.progress import PROGRESS, VerdictPart
from metrics.publish.pull import month_asked_for
from metrics.queries.comparison import FEWEST, MOST
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View
from metrics.verdicts.ratios import Ratios, Whole
from metrics.verdicts.rounded_columns import shown_distances
from metrics.verdicts.verdict_table import VerdictTable

_OF_PROGRESS = (
    *("target_code", "target_name", "comparator", "threshold", "due_on"),
    *("unit_code", "unit_name", "period", "value", "status", "light", "gap", "required_pace"),
    *("projected_value", "projected_on", "present_pace", "shortfall", "override"),
)


@dataclass(frozen=True, eq=False)
class ComparedPart(VerdictPart):
    """Some rows of the verdicts; `first`: beside each that of the unit it is held against; −1 where that has none."""

    first: Whole

    def differences(self) -> list[Cell]:
        """The value less that of the unit it is held against; empty for that unit, and where one is not judged."""
        table = self.table
        other = table.only(np.maximum(self.first, 0))
        known = table.judged & other.judged & (self.first >= 0)
        known &= (table.indicator == other.indicator) & (table.unit != other.unit)
        apart = Ratios.spread(known, table.value.take(known) - other.value.take(known))
        return list(shown_distances(apart, known=known))


def _parts(session: ReadSession, view: View, pull: Pull) -> Iterator[ComparedPart]:
    targets = pull.targets or None
    judged = progress_by_unit(session, view, month=month_asked_for(pull), units=pull.units or None, targets=targets)
    if judged.table is None:
        return
    table = _by_target(judged.table, pull.units)
    yield ComparedPart(table, judged.period, _of_the_first(table, pull.units))


def _by_target(table: VerdictTable, units: tuple[str, ...]) -> VerdictTable:
    """The rows target by target in the order of the plan, of each target the units as they were asked for."""
    codes = [unit.code for unit in table.targets.plan.units]
    place = np.arange(len(codes))
    for order, unit in enumerate(dict.fromkeys(units)):
        place[codes.index(unit)] = order
    return table.only(np.lexsort((place[table.unit], _codes(table)[table.target])))


def _codes(table: VerdictTable) -> Whole:
    """Of every target in the table the first that has its code: a unit's own is one with the general one."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(t.code, place) for place, t in enumerate(table.targets.targets)], dtype=np.int64)


def _of_the_first(table: VerdictTable, units: tuple[str, ...]) -> Whole:
    """Beside each row that of its target and of the unit that all are held against; −1 where it has no such row."""
    codes = [unit.code for unit in table.targets.plan.units]
    targets = _codes(table)[table.target]
    found = np.full(len(table.targets.targets), -1, dtype=np.int64)
    held = np.flatnonzero(table.unit == (codes.index(units[0]) if units else table.unit.min(initial=len(codes))))
    found[targets[held]] = held
    beside: Whole = found[targets]
    return beside


def _columns() -> tuple[Column[ComparedPart], ...]:
    """Those of `progress`, the target's before the unit's; and the difference."""
    of_progress: dict[str, Column[Any]] = {one.name: one for one in PROGRESS.columns}
    ordered = [of_progress[name] for name in _OF_PROGRESS]
    difference: Column[ComparedPart] = column(
        "difference",
        Kind.NUMBER,
        "与首个单位的指标值之差,以百分点或计量单位计;首个单位及不适用的为空",
        "Value less that of the first unit asked for (of all units: the first of the plan); empty for that "
        "unit, and where the target does not apply",
        lambda part, _: part.differences(),
    )
    return (*ordered, difference)


COMPARISON = Dataset[ComparedPart](
    name="comparison",
    title=Text(zh="单位对比", en="Comparison of units"),
    grain=Text(
        zh="一行为一个可计量目标与一个单位在评估日的判定,单位按所给先后(2至5个,不给为全部),均与首个单位相比",
        en="One row per measured target × unit asked for (two to five, or all), on one date, held against the first",
    ),
    columns=_columns(),
    order=("target in display order", "unit as asked for"),
    parameters=EVERYWHERE | {"unit", "target", "on", "period", "basis"},
    records=_parts,
    in_parts=True,
    by_method=True,
    single=frozenset({"period"}),
    numbers={"unit": (FEWEST, MOST)},
)
