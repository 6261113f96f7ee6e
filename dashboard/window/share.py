"""Sharing what is shown: an address that stays true, and the lines that put the page into another one.

Neither carries rights: whoever opens them signs in, or sees what is released where that is open to anyone.
"""

from __future__ import annotations

from typing import Any

from dash import html
from flask import has_request_context, request

from dashboard.locale import _
from dashboard.window.address import Address
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from metrics.settings import settings

Component = Any


def pinned(reading: Reading) -> Address:
    """The address that shows for ever what is shown now: its month named, and up to which entry things are known."""
    address = reading.address
    month = reading.month.period if reading.month is not None else None
    if reading.view.public and address.as_of is None and reading.releases:
        return address.pinned(month=month, as_of=None, release=address.release or reading.releases[0])
    return address.pinned(month=month, as_of=None if address.release else reading.view.seq, release=address.release)


def share_control(reading: Reading, content: Content) -> Component:
    """The menu in the top bar; nothing where there is no page. A page that knows only now is shared as it is then."""
    if not content.found:
        return None
    site = request.host_url.rstrip("/") if has_request_context() else ""
    if content.present:
        address = reading.address
        said = _(
            "This address shows what is there when it is opened. It grants no rights: whoever opens it has to sign in."
        )
    else:
        address = pinned(reading)
        said = _("This address always shows the same. It grants no rights: whoever opens it has to sign in.")
    lines = [html.P(said, className="note"), _copied("share-address", _("Address"), site + address.href())]
    if content.embeds:
        framed = f'<iframe src="{site}{address.embedding()}" title="标尺 Biaochi" width="100%" height="640"></iframe>'
        lines += [_copied("share-embedding", _("For a page of your own"), framed)]
        if not settings().embed_origins:
            note = _("No page may show it yet: the operator names those that may (BIAOCHI_EMBED_ORIGINS).")
            lines += [html.P(note, className="note")]
    words = _("Share")
    icon = html.Span(className="icon icon-share", **{"aria-hidden": "true"})
    summary = html.Summary([icon, html.Span(words, className="hidden-text")], className="icon-button", title=words)
    panel = html.Div(lines, className="menu-panel share-panel")
    return html.Details([summary, panel], className="menu")


def _copied(identity: str, label: str, text: str) -> Component:
    copying = {"data-does": "copy", "data-copies": identity, "data-copied": _("Copied")}
    named = {"aria-label": _("Copy: {what}", what=label)}
    button = html.Button(_("Copy"), type="button", className="button", **copying, **named)
    return html.Div(
        [html.Span(label, className="pull-label"), html.Code(text, id=identity), button], className="pull-line"
    )
