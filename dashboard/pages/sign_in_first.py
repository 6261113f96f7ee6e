"""What an anonymous reader gets in place of a page that is not open to everybody."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import html

from dashboard.locale import _
from dashboard.pages.content import Content
from dashboard.reading import Reading


def sign_in_first(reading: Reading) -> Content:
    """The way to the sign-in page, and back here afterwards."""
    title = _("Sign in to see this page")
    href = "/sign-in?" + urlencode({"next": reading.place.href()})
    body = html.Div([html.H1(title), html.P(html.A(_("Sign in"), href=href, className="button"))], className="failed")
    return Content(title=title, body=body, found=False)
