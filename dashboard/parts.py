"""Small pieces that pages share: a status with its icon and word, an instrument, a link to the CSV, a note."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import Scale, as_image, small_rod
from dashboard.locale import _, date_text
from dashboard.place import Place
from dashboard.reading import Reading
from dashboard.theme import Palette
from dashboard.wording import NOTHING, light_word, status_word, unit_name
from metrics.plan.model import Unit
from metrics.results import Light, Progress, Status

Component = Any


def icon(status: Status) -> Component:
    """The status's sign alone; its word must stand beside it or be hidden beside it."""
    return html.Span(className=f"sign sign-{css_name(status)}", **{"aria-hidden": "true"})


def css_name(status: Status) -> str:
    return status.value.replace("_", "-")


def status_mark(status: Status) -> Component:
    """Icon and word."""
    return html.Span([icon(status), status_word(status)], className="status")


def shown_status(verdict: Progress) -> Status:
    """The status whose sign and colour a verdict is shown with: the rules' own, or that of the light set by hand."""
    return verdict.status if verdict.override is None else _OF_LIGHT[verdict.override.light]


def verdict_icon(verdict: Progress) -> Component:
    """The sign of a verdict; the words of it, and :func:`hand_mark`, must stand beside it."""
    return icon(shown_status(verdict))


def verdict_mark(verdict: Progress) -> Component:
    """Icon and word of the status; of a light set by hand the light's, and that it is by hand."""
    if verdict.override is None:
        return status_mark(verdict.status)
    light = html.Span([verdict_icon(verdict), light_word(verdict.override.light)], className="status")
    return html.Span([light, hand_mark(verdict)], className="by-hand")


def hand_mark(verdict: Progress) -> Component:
    """The mark of a light that somebody set by hand; nothing for the rules' own."""
    if verdict.override is None:
        return None
    said = _("Set by hand to {light}", light=light_word(verdict.override.light))
    why = _(": ") + verdict.override.reason if verdict.override.reason else ""
    return html.Span(["✎", hidden(said)], className="mark", title=f"{said}{why}")


def verdict_tint(verdict: Progress) -> str:
    """The class that tints a verdict's cell: by its status, or by the light that somebody set."""
    return f"tint-{css_name(shown_status(verdict))}"


_OF_LIGHT = {
    Light.GREEN: Status.MET,
    Light.AMBER: Status.BEHIND,
    Light.RED: Status.OVERDUE,
    Light.GREY: Status.NO_DATA,
}


def hidden(text: str) -> Component:
    """Text for those who listen instead of look."""
    return html.Span(text, className="hidden-text")


def rod_image(
    scale: Scale, *, level: Fraction | None, steps: Sequence[Fraction], status: Status, palette: Palette
) -> Component:
    """The small instrument beside a value; the value itself stands beside it, so the picture needs no words."""
    drawn = small_rod(scale, level=level, steps=steps, colour=palette.statuses[status], palette=palette)
    return html.Img(src=as_image(drawn), alt="", className="small-rod", width=72, height=12)


def page_head(title: str, reading: Reading, *under: Component, dated: bool = True) -> Component:
    """The page's finding as its heading, the day it is judged on beside it where it is `dated`."""
    judged = "" if reading.on is None or not dated else _("Judged on {date}", date=date_text(reading.on))
    return html.Div(
        [html.Div([html.H1(title), *under]), html.P(judged, className="note page-date")], className="page-head"
    )


def csv_link(href: str) -> Component:
    return html.A(_("Download CSV"), href=href, className="quiet-link", download="")


def why_href(progress: Progress) -> str:
    """The fragment that opens the explanation of one verdict."""
    return f"#why={progress.unit_code}/{progress.target_code}"


def unit_link(unit: Unit, place: Place) -> Component:
    return dcc.Link(unit_name(unit), href=place.to(f"/units/{unit.code}"), title=unit_name(unit))


def section(title: str, *children: Component, aside: Component = None, name: str = "") -> Component:
    """A part of a page with its heading; `aside` stands at the heading's right."""
    head = html.Div([html.H2(title), html.Div(aside, className="section-aside")], className="section-head")
    return html.Section([head, *children], className=f"section {name}".strip())


def empty(title: str, *lines: Component) -> Component:
    """What stands where something will be: what would fill it, and who owes it."""
    return html.Div(
        [
            html.Span(className="empty-rod", **{"aria-hidden": "true"}),
            html.Div([html.P(title, className="empty-title"), *[html.P(line) for line in lines]]),
        ],
        className="empty",
    )


def table_view(table: Component, *, csv: str | None = None) -> Component:
    """The figures of a chart as a table, folded until asked for."""
    return html.Details(
        [html.Summary(_("Table view")), html.Div(table, className="scroll"), *([csv_link(csv)] if csv else [])],
        className="table-view",
    )


def plain_table(
    caption: str, headings: Sequence[Component], rows: Sequence[Sequence[Component]], *, says_caption: bool = False
) -> Component:
    """A table whose first column names its rows. The caption is for listeners unless no heading says it to the eye."""
    return html.Table(
        [
            html.Caption(caption, className="" if says_caption else "hidden-text"),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody([html.Tr([html.Th(row[0], scope="row"), *map(_cell, row[1:])]) for row in rows]),
        ],
        className="figures",
    )


def _cell(cell: Component) -> Component:
    """What holds nothing is marked as such, for the style sheet to leave out where there is no column to fill."""
    return html.Td(cell, className="nothing") if cell == NOTHING else html.Td(cell)
