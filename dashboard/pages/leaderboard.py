"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.locale import _, month_text
from dashboard.pages.content import Content
from dashboard.parts import csv_link, empty, hidden, page_head, plain_table, section
from dashboard.reading import Reading
from dashboard.wording import NOTHING, unit_name
from metrics.periods import format_period, newest_ended_period
from metrics.queries.leaderboard import leaderboard
from metrics.results import Rank
from metrics.shown import shown_score

Component = Any


def leaderboard_page(reading: Reading) -> Content:
    """The page at `/leaderboard`."""
    period = None if reading.on is None else newest_ended_period(reading.on)
    rows = leaderboard(reading.session, reading.view, period=period)
    if not rows:
        body = html.Div(
            [
                page_head(_("Nobody is ranked yet"), reading),
                empty(
                    _("Nobody is ranked yet"),
                    _("A unit is ranked once it has reported every core target that applies to it."),
                ),
            ]
        )
        return Content(title=_("Leaderboard"), body=body)
    first = [unit_name(reading.plan.unit_by_code[row.unit_code]) for row in rows if row.rank == 1]
    month = month_text(rows[0].period)
    title = (
        _("First in {month}: {units}", units=_(", ").join(first), month=month) if first else _("Nobody is ranked yet")
    )
    headings = [_("Unit"), _("Rank"), _("Score"), hidden(_("Gauge")), _("Previous rank"), _("Movement")]
    table = plain_table(_("Leaderboard"), headings, [_row(reading, row) for row in rows])
    csv = csv_link(reading.place.csv("leaderboard", period=format_period(rows[0].period)))
    note = html.P(
        _("Score: the mean share reached of the core targets, each at most 1, of equal weight. Ties share a rank."),
        className="note",
    )
    body = html.Div(
        [page_head(title, reading), section(month, html.Div(table, className="scroll leaderboard"), note, aside=csv)]
    )
    return Content(title=title, body=body)


def _row(reading: Reading, row: Rank) -> list[Component]:
    unit = reading.plan.unit_by_code[row.unit_code]
    length = {"width": f"{float(row.score or 0):.2%}"}
    bar = html.Span(
        html.Span(className="bullet-fill fill-score", style=length), className="bullet", **{"aria-hidden": "true"}
    )
    return [
        dcc.Link(unit_name(unit), href=reading.place.to(f"/units/{unit.code}")),
        html.B(str(row.rank)) if row.rank is not None else _("unranked"),
        NOTHING if row.score is None else shown_score(row.score),
        bar if row.score is not None else "",
        NOTHING if row.previous_rank is None else str(row.previous_rank),
        movement_text(row.movement),
    ]


def movement_text(movement: int | None) -> str:
    """▲ 2, ▼ 1, = for no movement."""
    if movement is None:
        return NOTHING
    if movement == 0:
        return "="
    return f"▲ {movement}" if movement > 0 else f"▼ {-movement}"
