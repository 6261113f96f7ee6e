"""The figures behind a chart of courses, as a table: units down, months across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.locale import _, month_text
from dashboard.parts import plain_table
from dashboard.wording import NOTHING, unit_name, value_text
from metrics.plan.model import Indicator, Plan, Unit
from metrics.results import Rate

Component = Any


def course_table(
    plan: Plan,
    indicator: Indicator,
    *,
    units: Sequence[Unit],
    courses: dict[tuple[str, str], list[Rate]],
    caption: str,
) -> Component:
    """Values without unit; 未报 where a unit did not report, — where nothing applies."""
    months = sorted({rate.period for unit in units for rate in courses.get((unit.code, indicator.code), ())})
    rows = []
    for unit in units:
        rates = {rate.period: rate for rate in courses.get((unit.code, indicator.code), ())}
        rows.append([unit_name(unit), *[_cell(plan, indicator, rates.get(month)) for month in months]])
    return plain_table(caption, [_("Unit"), *[month_text(month) for month in months]], rows, says_caption=True)


def _cell(plan: Plan, indicator: Indicator, rate: Rate | None) -> str:
    if rate is None:
        return NOTHING
    return value_text(plan, indicator, rate.value) if rate.reported else _("Not reported")
