"""What differs between two releases, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.locale import _, language, month_text
from dashboard.parts import icon, plain_table
from dashboard.wording import MINUS, NOTHING, indicator_name, status_word, unit_name
from metrics.periods import parse_period
from metrics.plan.model import Plan
from metrics.publish.dataset import Cell, Row
from metrics.publish.differences import COLUMNS
from metrics.results import Status

Component = Any
_NAMES = [column.name for column in COLUMNS]


def changes_table(plan: Plan, rows: Sequence[Row]) -> Component:
    """`rows` of :data:`metrics.publish.differences.COLUMNS`, in their order."""
    headings = [_("Unit"), _("Month"), _("Indicator or target"), _("Before"), _("After"), _("Changed by")]
    cells = [_cells(plan, dict(zip(_NAMES, row, strict=True))) for row in rows]
    return html.Div(plain_table(_("What changed"), headings, cells), className="scroll")


def _cells(plan: Plan, row: dict[str, Cell]) -> list[Component]:
    unit = plan.unit_by_code.get(str(row["unit_code"]))
    month = parse_period(str(row["period"] or ""))
    is_rate = row["kind"] == "rate"
    return [
        unit_name(unit) if unit else str(row["unit_name"]),
        month_text(month) if month else NOTHING,
        _figure_name(plan, row),
        _value(row["before"]) if is_rate else _status(row["before"]),
        _value(row["after"]) if is_rate else _status(row["after"]),
        _signed(row["change"]),
    ]


def _figure_name(plan: Plan, row: dict[str, Cell]) -> str:
    if row["kind"] == "rate":
        indicator = plan.indicator_by_code.get(str(row["indicator_code"]))
        return indicator_name(indicator) if indicator else str(row["indicator_code"])
    revisions = plan.target_revisions.get(str(row["target_code"]))
    return revisions[-1].name.in_language(language()) if revisions else str(row["target_code"])


def _value(cell: Cell) -> str:
    return NOTHING if cell is None else str(cell).replace("-", MINUS)


def _status(cell: Cell) -> Component:
    if cell is None:
        return NOTHING
    status = Status(str(cell))
    return html.Span([icon(status), status_word(status)], className="status")


def _signed(cell: Cell) -> str:
    if cell is None:
        return ""
    text = str(cell)
    if not text.strip("0."):
        return text
    return text.replace("-", MINUS) if text.startswith("-") else f"+{text}"
