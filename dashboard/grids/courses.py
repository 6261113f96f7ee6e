"""The figures behind a chart of courses, as a table: units down, months across, each leading to its explanation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc

from dashboard.locale import _, month_text
from dashboard.parts import plain_table
from dashboard.place import Place
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
    place: Place,
    target: str | None,
) -> Component:
    """Values without unit; 未报 where a unit did not report, — where nothing applies.

    Each leads to the verdict on `target` (None: there is none to explain) in its own month.
    """
    months = sorted({rate.period for unit in units for rate in courses.get((unit.code, indicator.code), ())})
    rows = []
    for unit in units:
        rates = {rate.period: rate for rate in courses.get((unit.code, indicator.code), ())}
        cells = []
        for month in months:
            text = _text(plan, indicator, rates.get(month))
            href = None if target is None else _why(place, unit=unit.code, target=target, month=month)
            cells.append(text if href is None else dcc.Link(text, href=href, title=_("Why this colour?")))
        rows.append([unit_name(unit), *cells])
    return plain_table(caption, [_("Unit"), *[month_text(month) for month in months]], rows, says_caption=True)


def _why(place: Place, *, unit: str, target: str, month: date) -> str:
    """The address of this page in another month, with the explanation opened."""
    return f"{place.in_month(month)}#why={unit}/{target}"


def _text(plan: Plan, indicator: Indicator, rate: Rate | None) -> str:
    if rate is None:
        return NOTHING
    return value_text(plan, indicator, rate.value) if rate.reported else _("Not reported")
