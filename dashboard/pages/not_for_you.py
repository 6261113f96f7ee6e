"""Pages that are not for everybody say so, and lead on."""

from __future__ import annotations

from dataclasses import replace

from dash import dcc, html

from dashboard.locale import _
from dashboard.pages.content import Content
from dashboard.reading import Reading


def not_for_you(reading: Reading) -> Content:
    """The review's page for those who neither review nor evaluate."""
    title = _("The review is the city bureau's")
    links = [dcc.Link(_("Overview"), href=reading.place.to("/"))]
    if reading.principal is not None:
        units = sorted(reading.principal.units & reading.plan.unit_by_code.keys())
        links += [dcc.Link(_("What became of your returns"), href=reading.place.to(f"/units/{code}")) for code in units]
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("Reviewers verify and return the units' returns here; evaluators may look.")),
            html.P(_("A returned return carries its reason on the unit's page.")),
            html.P(links, className="owing"),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)


def not_now(reading: Reading) -> Content:
    """The review has no past: what is verified is the present."""
    title = _("Returns are reviewed as they stand now")
    link = dcc.Link(_("Show them as they stand now"), href=replace(reading.place, as_of=None, release=None).href())
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("The other pages show what was known earlier; a return's own history is on its page.")),
            html.P(link),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)
