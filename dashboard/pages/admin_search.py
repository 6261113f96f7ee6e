"""Search fields of the administrator's lists: a form that is sent as an address, so that a search is a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _
from dashboard.window.reading import Reading
from metrics.plan.model import Plan

Component = Any
_FEW = 3  # choices, which need no field to look for one among them


def search_form(
    reading: Reading, fields: Sequence[Component], *, kept: Mapping[str, str], clear: Sequence[str]
) -> Component:
    """`kept`: what the address says beside the fields; `clear`: the names by which something is searched for now."""
    hidden_ones = {**kept, "lang": reading.address.language}
    hidden = [dcc.Input(type="hidden", name=name, value=value) for name, value in hidden_ones.items()]
    press = html.Button(_("Search"), type="submit", className="button button-main")
    everything = reading.address.without(*clear).href() if clear else None
    ways = [] if everything is None else [dcc.Link(_("Clear"), href=everything, className="quiet-link")]
    return html.Form(
        [*hidden, *fields, html.Div([press, *ways], className="admin-press")],
        method="get",
        action=reading.address.path,
        className="admin-search",
        key=reading.address.href(),
        role="search",
    )


def text_field(name: str, label: str, value: str, *, placeholder: str, error: str | None = None) -> Component:
    return dmc.TextInput(label=label, name=name, value=value, placeholder=placeholder, error=error, size="xs")


def choice_field(
    name: str, label: str, words: Mapping[str, str], chosen: str, *, error: str | None = None
) -> Component:
    """One of `words`, or all."""
    return dmc.Select(
        label=label,
        name=name,
        data=[{"value": value, "label": word} for value, word in words.items()],
        value=chosen if chosen in words else None,
        placeholder=_("All"),
        searchable=len(words) > _FEW,
        nothingFoundMessage=_("Nothing has this name"),
        clearable=True,
        error=error,
        size="xs",
    )


def unit_code(plan: Plan, text: str) -> str:
    """The code of the one unit with that name; the text itself where there is none or more than one."""
    name = text.strip().casefold()
    found = [unit.code for unit in plan.units if name in (unit.name.zh.casefold(), unit.name.en.casefold())]
    return found[0] if len(found) == 1 else text
