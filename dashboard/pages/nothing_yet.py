"""The overview before the first return: what would fill it, who owes it and by when."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import as_image, rod, scale_of
from dashboard.commitments import counted, steps_of
from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.parts import empty, page_head
from dashboard.reading import Reading
from dashboard.wording import indicator_name, unit_name
from metrics.periods import due_on, period_of
from metrics.plan.model import Indicator

Component = Any


def nothing_yet(reading: Reading) -> Component:
    """The page: the empty instruments, then who owes the first return."""
    plan = reading.plan
    core = {counted(indicator): indicator for indicator in reversed(plan.indicators) if indicator.core}
    owing = [unit for unit in plan.reporting_units if unit.figures_required]
    first = plan.document.first_period or period_of(plan.document.issued_on)
    links = [dcc.Link(unit_name(unit), href=reading.place.to(f"/units/{unit.code}")) for unit in owing]
    return html.Div(
        [
            page_head(_("The scale stands; no county has been measured yet"), reading),
            html.Div(
                [_instrument(reading, indicator) for indicator in reversed(core.values())],
                className="empty-instruments",
            ),
            empty(
                _("No monthly return has been recorded"),
                _("The first one, for {month}, fills the four instruments and the matrix.", month=month_text(first)),
                ngettext(
                    "{n} unit owes it by {date}:",
                    "{n} units owe it by {date}:",
                    len(owing),
                    date=date_text(due_on(first, rule=plan.due_rule)),
                ),
                html.Span(links, className="owing"),
                html.A(_("How returns are posted"), href="/api/v1/docs"),
            ),
        ]
    )


def _instrument(reading: Reading, indicator: Indicator) -> Component:
    steps = steps_of(reading.plan, indicator)
    drawn = rod(
        scale_of(indicator, steps), level=None, steps=steps, colour=reading.palette.line, palette=reading.palette
    )
    return html.Figure(
        [
            html.Img(src=as_image(drawn), alt="", width=30, height=96),
            html.Figcaption(
                [html.B(indicator_name(indicator)), html.Span(_("Nobody has reported yet"), className="note")]
            ),
        ],
        className="empty-instrument",
    )
