"""Units ticked in a table to be set beside each other: a box in each row, and below the table what leads there.

Both are one form, sent as the address of `/compare`, which says what is wrong with one unit or six; it needs no script.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.locale import _
from dashboard.parts import hidden
from dashboard.window.address import Address
from dashboard.window.choices import carried
from dashboard.words.figures import unit_name
from metrics.plan.model import Unit
from metrics.queries.comparison import FEWEST, MOST

Component = Any
_FORM = "chosen-units"


def choosable(unit: Unit, *name: Component, address: Address) -> Component:
    """The name of a unit with the box that chooses it; alone for a room or in somebody else's page, where none asks."""
    if address.projected or address.embedded:
        return list(name)
    words = _("Compare {unit}", unit=unit_name(unit))
    box = dmc.Checkbox(
        value=unit.code,
        label=hidden(words),
        size="xs",
        className="choose",
        attributes={"input": {"name": "unit", "form": _FORM, "title": words}},
    )
    return html.Div([box, html.Span(list(name))], className="choosable")


def compare_chosen(address: Address) -> Component:
    """What leads to the units ticked, in sight as soon as one is (assets/compare.css)."""
    if address.projected or address.embedded:
        return None
    return html.Form(
        [
            *carried(address),
            html.Button(_("Compare the units ticked"), type="submit", className="button button-main"),
            html.Span(_("{fewest} to {most} units", fewest=FEWEST, most=MOST), className="note"),
        ],
        id=_FORM,
        method="get",
        action="/compare",
        className="act-bar compare-chosen",
    )
