"""The verdict on every target for every unit on one date: the query beneath the matrix, target and unit pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.model import Plan, Target
from metrics.queries.courses import Rates, courses_of, no_courses
from metrics.queries.judged_month import judged_month
from metrics.queries.overrides import PresentOverride, Verdict, overrides_in_force
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View
from metrics.results import Override, Progress
from metrics.settings import settings
from metrics.verdicts.known_figures import KnownFigures
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.ratios import Mask, Places, Whole
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.target_table import TargetTable
from metrics.verdicts.verdict_table import SIGNALS, VerdictTable


@dataclass(frozen=True, eq=False)
class JudgedProgress:
    """Verdicts on the date `on`, from figures of `period` (None: nothing is known yet).

    `table` holds them in whole columns, a row a unit and target, both in display order; None where there is nothing to
    judge. `by_hand`: who set which light. `courses` holds the rates behind them: (unit, indicator) → rates up to
    `period`, oldest first, unreported ones included; see :func:`progress_by_unit` for how far back.
    """

    on: date | None
    period: date | None
    table: VerdictTable | None = None
    by_hand: Mapping[Verdict, PresentOverride] = field(default_factory=dict)
    courses: Rates = field(default_factory=dict)
    _made: dict[int, Progress] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def progress(self) -> tuple[Progress, ...]:
        """Every verdict one by one, in the table's order; for the few units of a page."""
        return () if self.table is None else self.some(np.arange(len(self.table)))

    def some(self, rows: Places | Mask) -> tuple[Progress, ...]:
        """The verdicts of these rows of the table one by one; each is made once, however many parts of a page ask."""
        if self.table is None:
            return ()
        wanted = np.arange(len(self.table))[rows].tolist()
        new = sorted(set(wanted) - self._made.keys())
        if new:
            table = self.table.only(np.array(new, dtype=np.int64))
            codes = table.codes() if table.by_hand else []
            overrides = {row: _override(table, row, self.by_hand[codes[row]]) for row in table.by_hand}
            made = single_verdicts(table, overrides, without_period=self.period is None)
            self._made.update(zip(new, made, strict=True))
        return tuple(self._made[row] for row in wanted)

    def of_units(self, units: Collection[str]) -> tuple[Progress, ...]:
        """The verdicts on these units one by one, in the table's order."""
        if self.table is None:
            return ()
        places = [place for place, unit in enumerate(self.table.targets.plan.units) if unit.code in units]
        return self.some(np.isin(self.table.unit, places))

    def of_unit(self, unit: str) -> tuple[Progress, ...]:
        """The verdicts on one unit one by one."""
        return self.of_units((unit,))

    def of(self, unit: str, target: str) -> Progress | None:
        return next((p for p in self.of_unit(unit) if p.target_code == target), None)


def _override(table: VerdictTable, row: int, found: PresentOverride) -> Override:
    return Override(
        light=found.light,
        computed=SIGNALS[table.computed_light[row]],
        reason=found.reason,
        actor=found.actor,
        recorded_at=found.recorded_at,
        seq=found.seq,
    )


def progress_by_unit(
    session: ReadSession,
    view: View,
    *,
    month: JudgedMonth | None = None,
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    whole_courses: bool = False,
) -> JudgedProgress:
    """Judge the measured targets in force on the day of `month` for the units that exist then, each by its own.

    `month` defaults to the one judged by default (`judged_month`). The judged period is the newest one with data
    up to `month`; a unit without a submission for it is not reported, whatever it reported before. Targets without a
    number have no row: they are tracked by milestones and task reports.

    Courses begin with the first known period for `whole_courses`; else no later than the month before the judged
    one, the newest submission, or what the present pace of what is owed monthly rests on. Verdicts are the same.
    """
    units = None if units is None else frozenset(units)
    month = month or judged_month(session, view)
    if month is None:
        return JudgedProgress(on=None, period=None)
    on, plan = month.on, view.plan
    ends = known_periods(session, view)
    period = None if ends is None or month.period < ends[0] else min(ends[1], month.period)
    table = _table(plan, JudgedMonth(period or month.period, on), no_courses(plan).known, units=units, targets=targets)
    known = no_courses(plan)
    if ends is not None and period is not None:
        known = courses_of(session, view, table.targets, units=units, first=ends[0], whole=whole_courses)
    by_hand = {} if period is None else overrides_in_force(session, view, period=period, units=units)
    verdicts = replace(table, known=known.known).with_lights({verdict: one.light for verdict, one in by_hand.items()})
    return JudgedProgress(on=on, period=period, table=verdicts, by_hand=by_hand, courses=known.rates)


def settled_before(
    judged: VerdictTable, month: JudgedMonth, *, units: Collection[str], targets: Collection[str]
) -> VerdictTable:
    """The verdicts in `month`, the one before that of `judged`, which its figures give without another reading.

    They are those on what was past its due date by then: other verdicts rest on figures of longer ago. `units` are
    among those of `judged`. Lights set by hand are left out.
    """
    table = _table(judged.targets.plan, month, judged.known, units=units, targets=targets)
    is_known = np.isin(table.targets.indicator, judged.targets.indicator)  # a revision may measure by another
    return table.only((table.targets.past & is_known)[table.target])


def values_held_against(
    plan: Plan, month: JudgedMonth, rates: RateTable, *, units: Collection[str], targets: Collection[str]
) -> VerdictTable:
    """The rows of one month with `rates` alone: of values and thresholds, not of paces or what rests on the past."""
    known = replace(no_courses(plan).known, rates=rates)
    return _table(plan, month, known, units=units, targets=targets)


def _table(
    plan: Plan,
    month: JudgedMonth,
    known: KnownFigures,
    *,
    units: Collection[str] | None,
    targets: Collection[str] | None,
) -> VerdictTable:
    """The verdicts in `month` on `targets` for the `units` that exist then, each by its own; None means all."""
    chosen = [p for p, one in enumerate(plan.units) if (units is None or one.code in units) and one.exists_on(month.on)]
    judged, rows = _targets_of(plan, chosen, on=month.on, targets=targets)
    return VerdictTable(
        targets=TargetTable(plan, month, judged),
        known=known,
        unit=np.repeat(np.array(chosen, dtype=np.int64), [len(row) for row in rows]),
        target=np.concatenate([np.zeros(0, dtype=np.int64), *rows]),
        lights=settings().lights,
    )


def _targets_of(
    plan: Plan, units: Sequence[int], *, on: date, targets: Collection[str] | None
) -> tuple[tuple[Target, ...], list[Whole]]:
    """The revisions by which any of `units`, places in the plan, is judged; and of each unit their places in these."""
    general = _measured(plan.targets_in_force(on), targets)
    found = {(target.code, target.revision): place for place, target in enumerate(general)}
    judged, by_general, rows = list(general), np.arange(len(general)), []
    for unit in units:
        code = plan.units[unit].code
        if code not in plan.own_targets:
            rows.append(by_general)
            continue
        of_unit = _measured(plan.targets_in_force(on, unit=code), targets)
        for target in of_unit:
            if (target.code, target.revision) not in found:
                found[target.code, target.revision] = len(judged)
                judged.append(target)
        rows.append(np.array([found[target.code, target.revision] for target in of_unit], dtype=np.int64))
    return tuple(judged), rows


def _measured(targets: Collection[Target], codes: Collection[str] | None) -> tuple[Target, ...]:
    return tuple(target for target in targets if target.measured and (codes is None or target.code in codes))
