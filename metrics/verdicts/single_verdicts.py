"""Verdicts one by one out of whole columns: for the few units that a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from metrics.periods import last_day, period_numbered
from metrics.results import Override, Progress, Projection, Rate
from metrics.verdicts.ratios import Mask, Ratios, Whole
from metrics.verdicts.single_rates import single_rates
from metrics.verdicts.verdict_figures import VerdictFigures
from metrics.verdicts.verdict_table import RULES, SIGNALS, STATUSES, TIMINGS, VerdictTable


def single_verdicts(
    table: VerdictTable, overrides: Mapping[int, Override] = {}, *, without_period: bool = False
) -> tuple[Progress, ...]:
    """The verdict of every row. `overrides`: by row; `without_period`: nothing is known of any period."""
    targets, plan = table.targets, table.targets.plan
    rows = zip(
        table.unit.tolist(),
        table.target.tolist(),
        _rates(table, without_period=without_period),
        _figures(table),
        strict=True,
    )
    found = []
    for row, (unit, place, rate, figures) in enumerate(rows):
        target = targets.targets[place]
        found.append(
            Progress(
                unit_code=plan.units[unit].code,
                target_code=target.code,
                target_revision=target.revision,
                indicator_code=str(target.indicator),
                comparator=target.comparator or "",
                threshold=targets.thresholds[place],
                due_on=target.due_on,
                evaluated_on=targets.month.on,
                period=None if rate is None else rate.period,
                rate=rate,
                value=None if rate is None else rate.value,
                override=overrides.get(row),
                **figures,
            )
        )
    return tuple(found)


def _figures(table: VerdictTable) -> Iterator[dict[str, Any]]:
    """What the columns say of every row, by the name it has in a verdict."""
    figures = VerdictFigures(table)
    paces = _values(figures.present_pace, table.paced)
    columns: dict[str, Iterable[object]] = {
        "status": [STATUSES[place] for place in table.status.tolist()],
        "timing": [None if place < 0 else TIMINGS[place] for place in table.timing.tolist()],
        "light": [SIGNALS[place] for place in table.light.tolist()],
        "gap": _values(figures.gap, table.judged),
        "required_pace": _values(figures.required_pace, table.required),
        "line": _values(figures.line, table.judged),
        "projection": _projections(figures, paces),
        "regressed": table.regressed.tolist(),
        "denominator_watch": table.denominator_watch.tolist(),
        "decided_by": [RULES[place] for place in table.rule.tolist()],
        "present_pace": paces,
        "points": figures.points.tolist(),
        "shortfall": _values(figures.shortfall_amount, figures.short),
    }
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _rates(table: VerdictTable, *, without_period: bool) -> list[Rate | None]:
    """The rate judged of every row, one object a course; None where no period is known or the unit was not there."""
    period = table.targets.month.period
    if without_period:
        return [None] * len(table)
    courses, first, back = np.unique(table.course, return_index=True, return_inverse=True)
    month = np.full(len(courses), table.month)
    units = table.unit[first].tolist()
    found = single_rates(
        table.known.rates, table.rate[first], unit=units, indicator=table.indicator[first], month=month
    )
    there = [table.targets.plan.units[unit].exists_on(last_day(period)) for unit in units]
    return [found[place] if there[place] else None for place in back.tolist()]


def _values(values: Ratios, known: Mask) -> list[Fraction | None]:
    fractions: Iterator[Fraction] = iter(values.take(known).fractions())
    return [next(fractions) if here else None for here in known.tolist()]


def _projections(figures: VerdictFigures, slopes: list[Fraction | None]) -> list[Projection | None]:
    table = figures.table
    points = table.known.paces.points
    found: list[Projection | None] = []
    columns = zip(
        _values(figures.projected_value, figures.projected),
        _values(figures.range_low, figures.ranged),
        _values(figures.range_high, figures.ranged),
        _month_ends(figures.reached_month),
        slopes,
        table.pace.tolist(),
        strict=True,
    )
    for value, low, high, on, slope, pace in columns:
        if value is None or slope is None:
            found.append(None)
        else:
            found.append(Projection(value, low, high, on, slope, int(points[pace])))
    return found


def _month_ends(months: Whole) -> list[date | None]:
    """The last days of the months of these numbers; None for −1."""
    return [None if month < 0 else last_day(period_numbered(month)) for month in months.tolist()]
