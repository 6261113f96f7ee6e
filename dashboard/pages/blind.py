"""What an assessor gets in place of a page with reported figures while assessment is blind (无感评估)."""

from __future__ import annotations

from dash import dcc, html

from dashboard.locale import _
from dashboard.pages.content import Content
from dashboard.reading import Reading


def blind_page(reading: Reading) -> Content:
    """The way to the page on which own figures are recorded."""
    title = _("Reported figures are kept from you until you have recorded your own")
    body = html.Div(
        [
            html.H1(title),
            html.P(_("Assessment is blind: each reported value appears beside yours once yours is recorded.")),
            html.P(dcc.Link(_("Go to the assessments"), href=reading.place.to("/assess"), className="button")),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)
