"""The dataset of verdicts, written from whole columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from metrics.database import ReadSession
from metrics.periods import format_period, last_day, period_numbered
from metrics.plan.model import Target, Text, Unit
from metrics.publish import columns as c
from metrics.publish.columns import column, exact, flag, iso
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Kind, Pull, Wording
from metrics.publish.first_rows import count_progress, head_of_progress
from metrics.publish.pull import month_asked_for
from metrics.publish.shape import ACROSS
from metrics.publish.vintages import with_vintages
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.view import View
from metrics.verdicts.ratios import Mask, Ratios, Whole
from metrics.verdicts.rounded_columns import amounts, shown_distances, shown_values
from metrics.verdicts.verdict_figures import VerdictFigures
from metrics.verdicts.verdict_table import SIGNALS, STATUSES, TIMINGS, VerdictTable

_AT_ONCE = 20_000  # rows


@dataclass(frozen=True, eq=False)
class VerdictPart:
    """Some rows of the verdicts. `period`: whose figures were judged, None where nothing is known."""

    table: VerdictTable
    period: date | None

    @cached_property
    def figures(self) -> VerdictFigures:
        return VerdictFigures(self.table)

    def by_unit(self, cell: Callable[[Unit], Cell]) -> list[Cell]:
        """The cell of every row's unit."""
        return _picked([cell(unit) for unit in self.table.targets.plan.units], self.table.unit)

    def by_target(self, cell: Callable[[Target], Cell]) -> list[Cell]:
        """The cell of every row's target."""
        return _picked([cell(target) for target in self.table.targets.targets], self.table.target)

    def values(self, values: Ratios, known: Mask) -> Sequence[Cell]:
        """Values of the rows' indicators as they are shown."""
        return shown_values(self.table.targets.plan, self.table.indicator, values, known=known)

    def periods(self) -> list[Cell]:
        """The period judged; empty for a unit that did not exist in it."""
        period = self.period
        if period is None:
            return [None] * len(self.table)
        return self.by_unit(lambda unit: format_period(period) if unit.exists_on(last_day(period)) else None)

    def reached(self) -> list[Cell]:
        """The last days of the months in which thresholds are reached."""
        months, places = np.unique(self.figures.reached_month, return_inverse=True)
        days = [None if month < 0 else iso(last_day(period_numbered(month))) for month in months.tolist()]
        return _picked(days, places)

    def overrides(self) -> list[Cell]:
        """The lights set by hand."""
        return [self.table.by_hand[row].value if row in self.table.by_hand else None for row in range(len(self.table))]


def _picked(cells: Sequence[Cell], places: Whole) -> list[Cell]:
    return [cells[place] for place in places.tolist()]


def _parts(session: ReadSession, view: View, pull: Pull) -> Iterator[VerdictPart]:
    plan = view.plan
    wanted = {
        code
        for code, revisions in plan.target_revisions.items()
        if (not pull.targets or code in pull.targets)
        and (not pull.indicators or any(one.indicator in pull.indicators for one in revisions))
    }
    judged = progress_by_unit(session, view, month=month_asked_for(pull), units=pull.units or None, targets=wanted)
    if judged.table is None:
        return
    table = judged.table
    if pull.indicators:  # a revision may measure by another indicator than the one before it
        asked = np.array([one.indicator in pull.indicators for one in table.targets.targets], dtype=bool)
        table = table.only(asked[table.target])
    for start in range(0, len(table), _AT_ONCE):
        yield VerdictPart(table.only(np.arange(start, min(start + _AT_ONCE, len(table)))), judged.period)


def _target_names(part: VerdictPart, words: Wording) -> list[Cell]:
    return part.by_target(lambda target: words.say(target.name))


_PLAIN = Dataset[VerdictPart](
    name="progress",
    title=Text(zh="目标进度", en="Progress"),
    grain=Text(
        zh="一行为一个填报单位(含全市)与一个可计量目标在评估日的判定",
        en="One row per unit (the city included) × measured target, judged on one date",
    ),
    columns=(
        c.UNIT_CODE.of(lambda part, _: part.by_unit(lambda unit: unit.code)),
        c.UNIT_NAME.of(lambda part, words: part.by_unit(lambda unit: words.units[unit.code])),
        c.TARGET_CODE.of(lambda part, _: part.by_target(lambda target: target.code)),
        c.TARGET_NAME.of(_target_names),
        c.INDICATOR_CODE.of(lambda part, _: part.by_target(lambda target: target.indicator)),
        c.COMPARATOR.of(lambda part, _: part.by_target(lambda target: target.comparator)),
        c.THRESHOLD.of(lambda part, _: part.by_target(lambda target: exact(target.exact_threshold))),
        c.DUE_ON.of(lambda part, _: part.by_target(lambda target: iso(target.due_on))),
        c.EVALUATED_ON.of(lambda part, _: [iso(part.table.targets.month.on)] * len(part.table)),
        c.PERIOD_JUDGED.of(lambda part, _: part.periods()),
        c.VALUE.of(lambda part, _: part.values(part.table.value, part.table.valued)),
        c.STATUS.of(lambda part, _: _picked([one.value for one in STATUSES], part.table.status)),
        column(
            "timing",
            Kind.CODE,
            "达标时点:on_time 按期、in_window 整改期内、late 逾期后",
            "When it was met: on_time, in_window, late",
            lambda part, _: _picked([*(one.value for one in TIMINGS), None], part.table.timing),
        ),
        c.LIGHT.of(lambda part, _: _picked([one.value for one in SIGNALS], part.table.light)),
        c.GAP.of(lambda part, _: shown_distances(part.figures.gap, known=part.table.judged)),
        c.REQUIRED_PACE.of(lambda part, _: shown_distances(part.figures.required_pace, known=part.table.required)),
        column(
            "projected_value",
            Kind.NUMBER,
            "按目前进度推算的到期值",
            "Value projected to the due date: the newest value carried on at the present pace",
            lambda part, _: part.values(part.figures.projected_value, part.figures.projected),
        ),
        column(
            "projected_on",
            Kind.DATE,
            "按目前进度达标的月末,已达标或到不了为空",
            "End of the month in which the present pace reaches the threshold; empty: met already, or never",
            lambda part, _: part.reached(),
        ),
        flag(
            "regressed",
            "曾达标现未达",
            "Was met in an earlier period and is not now",
            lambda part, _: part.table.regressed.tolist(),
        ),
        column(
            "present_pace",
            Kind.NUMBER,
            "最近 6 个已报月份的每月变化(中位斜率),不足 3 个为空",
            "Change per month over the last 6 months reported (Theil–Sen slope); empty: fewer than 3",
            lambda part, _: shown_distances(part.figures.present_pace, known=part.table.paced),
        ),
        c.SHORTFALL.of(
            lambda part, _: amounts(part.figures.shortfall, part.figures.amounts_of_one, known=part.figures.short)
        ),
        c.OVERRIDE.of(lambda part, _: part.overrides()),
        column(
            "range_low",
            Kind.NUMBER,
            "推算范围的下端,不足 5 个月为空",
            "Lower end of the range of the projection; empty: fewer than 5 months",
            lambda part, _: part.values(part.figures.range_low, part.figures.ranged),
        ),
        column(
            "range_high",
            Kind.NUMBER,
            "推算范围的上端,不足 5 个月为空",
            "Upper end of the range of the projection; empty: fewer than 5 months",
            lambda part, _: part.values(part.figures.range_high, part.figures.ranged),
        ),
        flag(
            "misses",
            "到期未达:到期前按推算的到期值,到期日起按指标值;无从推算为空",
            "Misses the due date: while months are left by the projected value, then by the value; empty: not known",
            lambda part, _: [
                missed if known else None
                for missed, known in zip(part.figures.misses.tolist(), part.figures.foreseen.tolist(), strict=True)
            ],
        ),
        column(
            "projected_shortfall",
            Kind.NUMBER,
            "推算的到期值尚差的数量(同 shortfall,按目前的分母)",
            "By how much the projected value misses the threshold, as `shortfall`, at today's denominator",
            lambda part, _: amounts(
                part.figures.projected_shortfall, part.figures.amounts_of_one, known=part.figures.projected_short
            ),
        ),
    ),
    order=("unit in display order", "target in display order"),
    parameters=EVERYWHERE | {"unit", "target", "indicator", "on", "period", "basis", ACROSS},
    records=_parts,
    in_parts=True,
    by_method=True,
    count=count_progress,
    head=head_of_progress,
    single=frozenset({"period"}),
    across=("target",),
)
PROGRESS = with_vintages(_PLAIN, key=("unit_code", "target_code"))


def verdict_cells(
    judged: JudgedProgress, rows: Whole, words: Wording, *, names: Collection[str]
) -> list[dict[str, Cell]]:
    """What the dataset says of `rows` of verdicts that are judged already, by the columns named, in their order."""
    if judged.table is None:
        return []
    part = VerdictPart(judged.table.only(rows), judged.period)
    columns: dict[str, Any] = {one.name: one.value(part, words) for one in PROGRESS.columns if one.name in names}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
