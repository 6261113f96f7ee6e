"""What differs between two releases, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.locale import _, language, month_text, pgettext
from dashboard.parts import icon, plain_table, scrolled
from dashboard.words.figures import MINUS, NOTHING, indicator_name, status_word, unit_name
from metrics.periods import parse_period
from metrics.plan.model import Plan
from metrics.publish.differences import ReleaseDifference
from metrics.results import Status

Component = Any


def changes_table(plan: Plan, differences: Sequence[ReleaseDifference]) -> Component:
    """`differences` between two releases, in their order."""
    headings = [
        _("Unit"),
        _("Month"),
        _("Indicator or target"),
        _("Before"),
        _("After"),
        pgettext("how much", "Change"),
    ]
    cells = [_cells(plan, difference) for difference in differences]
    return scrolled(plain_table(_("What changed"), headings, cells))


def _cells(plan: Plan, row: ReleaseDifference) -> list[Component]:
    unit = plan.unit_by_code.get(row.said["unit_code"])
    month = parse_period(row.said["period"])
    is_rate = row.kind == "rate"
    return [
        unit_name(unit) if unit else row.said["unit_name"],
        month_text(month) if month else NOTHING,
        _figure_name(plan, row),
        _value(row.before) if is_rate else _status(row.before),
        _value(row.after) if is_rate else _status(row.after),
        _signed(row.change),
    ]


def _figure_name(plan: Plan, row: ReleaseDifference) -> str:
    if row.target is None:
        indicator = plan.indicator_by_code.get(row.said["indicator_code"])
        return indicator_name(indicator) if indicator else row.said["indicator_code"]
    revisions = plan.general_targets.get(row.target)
    return revisions[-1].name.in_language(language()) if revisions else row.target


def _value(value: str | None) -> str:
    return NOTHING if value is None else value.replace("-", MINUS)


def _status(status: str | None) -> Component:
    if status is None:
        return NOTHING
    found = Status(status)
    return html.Span([icon(found), status_word(found)], className="status")


def _signed(change: str | None) -> str:
    if change is None:
        return ""
    if not change.strip("0."):
        return change
    return change.replace("-", MINUS) if change.startswith("-") else f"+{change}"
