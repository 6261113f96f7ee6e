"""The layouts of files that a unit has confirmed: who did so when, and the way to withdraw one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, press
from dashboard.locale import _, instant_text
from metrics.queries.confirmed_layouts import LayoutRow

Component = Any
_MOST_WORDS = 6  # headings that are shown of one layout; all of them on being pointed at


def layouts_part(rows: Sequence[LayoutRow], *, names: Mapping[str, str], timezone: str) -> list[Component]:
    """Those that hold; nothing where none does. `names`: what the people with these logins are called."""
    held = [row for row in rows if row.holds]
    if not held:
        return []
    return [
        html.Details(
            [
                html.Summary(_("Confirmed layouts ({count})", count=len(held))),
                html.P(_("Files of these layouts are sent without being confirmed again."), className="note"),
                html.Ul([html.Li(_layout(row, names=names, timezone=timezone)) for row in held]),
            ],
            className="panel-part layouts-part",
        )
    ]


def _layout(row: LayoutRow, *, names: Mapping[str, str], timezone: str) -> list[Component]:
    words = _(", ").join(row.headings[:_MOST_WORDS]) + (" …" if len(row.headings) > _MOST_WORDS else "")
    at = instant_text(row.confirmed_at, timezone=timezone)
    who = names.get(row.confirmed_by, row.confirmed_by)
    withdraw = asking_form(
        "layout.withdraw",
        press(_("Withdraw"), named=_("Withdraw the layout {words}", words=words)),
        fields={"layout": str(row.id)},
    )
    return [
        html.Span(words, className="layout-words", title=_(", ").join(row.headings)),
        html.Span(_("Confirmed by {who}, {when}", who=who, when=at), className="note"),
        withdraw,
    ]
