"""What the forms about targets are made of: ticks, entries, and the buttons that try."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.acts.targets import EVERY, TRY
from dashboard.locale import _

Component = Any


def ticks(legend: str, boxes: list[Component]) -> Component:
    return html.Fieldset([html.Legend(legend), html.Div(boxes, className="ticks")], className="field field-wide")


def tick(value: str, label: str, *, ticked: bool) -> Component:
    return dmc.Checkbox(value=value, label=label, checked=ticked, size="xs")


def tries() -> Component:
    """The buttons that show what would change."""
    return html.Div(
        [
            _press(_("Show what would change"), TRY, main=True),
            _press(_("Show it for every month it judges"), EVERY),
        ],
        className="field-wide buttons",
    )


def _press(word: str, step: str, *, main: bool = False) -> Component:
    return html.Button(
        word, type="submit", name="step", value=step, className="button button-main" if main else "button"
    )


def entry(field: str, label: str, *, name: str = "revise", **properties: Any) -> Component:
    identity = f"{name}-{field}"
    given = {"type": "text", "value": "", "autoComplete": "off", "className": "entry"} | properties
    return html.Div(
        [html.Label(label, htmlFor=identity), dcc.Input(id=identity, name=field, **given)], className="field"
    )


def day_value(day: Any) -> str:
    return "" if day is None else str(day.isoformat())
