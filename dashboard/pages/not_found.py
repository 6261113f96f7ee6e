"""What stands where there is no page."""

from __future__ import annotations

from dash import dcc, html

from dashboard.locale import _
from dashboard.pages.content import Content
from dashboard.parts import empty
from dashboard.reading import Reading


def not_found(reading: Reading, *, what: str = "") -> Content:
    """404: `what` names the thing that does not exist, if a page looked for one."""
    title = what or _("There is no page at this address")
    body = html.Div(
        [
            html.Div(html.H1(title), className="page-head"),
            empty(
                _("Nothing stands at {path}", path=reading.place.path[:120]),
                _("The address may be misspelt, or the thing did not exist yet at the moment you are looking at."),
                dcc.Link(_("To the overview"), href=reading.place.to("/")),
            ),
        ]
    )
    return Content(title=title, body=body, found=False)
