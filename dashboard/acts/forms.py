"""Forms that ask to have something done. They need no callback of their own: src/acts/asking.js sends what they say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.locale import _

Component = Any


def asking_form(
    do: str,
    *children: Component,
    fields: dict[str, str] | None = None,
    about: str = "",
    name: str = "",
    once: bool = False,
) -> Component:
    """A form that asks for the act `do`; `fields` go with what is filled in. `name` is a CSS class.

    The form is another one (its fields empty) whenever `about`, or a field, changes, and when it was done. `once`: a
    `key` goes along that is the form's own until then, so that the same form pressed again is the same attempt.
    """
    given = json.dumps(fields or {}, sort_keys=True)
    return html.Form(
        list(children),
        key=f"{do} {given} {about}",
        className=f"asking {name}".strip(),
        **{"data-asks": do, "data-fields": given},
        **({"data-once": "true"} if once else {}),
    )


def press(word: str, *, main: bool = False, named: str | None = None) -> Component:
    """The button that sends its form. `named` says more to those who listen."""
    label = {} if named is None else {"aria-label": named}
    return html.Button(word, type="submit", className="button button-main" if main else "button", **label)


def folded(word: str, form: Component, *, opened: bool = False) -> Component:
    """A form behind its name, so that what it does is never one press away by accident."""
    return html.Details([html.Summary(word), form], key=getattr(form, "key", None), className="act", open=opened)


def slots(*forms: Component | None) -> list[Component]:
    """A place of its own for each form, empty where one is not offered: what comes or goes in one leaves the others."""
    return [html.Div([] if form is None else [form], className="slot") for form in forms]


def reason_field(identity: str, label: str, *, phrases: Sequence[str] = (), required: bool = True) -> list[Component]:
    """A text area for a reason; a phrase pressed is put into it."""
    field = html.Textarea(name="reason", id=identity, required=required, maxLength=2000, rows=3, className="entry")
    return [
        html.Label(label, htmlFor=identity),
        field,
        *([_phrases(identity, phrases)] if phrases else []),
    ]


def _phrases(identity: str, phrases: Sequence[str]) -> Component:
    buttons = [
        html.Li(
            html.Button(phrase, type="button", className="phrase", **{"data-does": "phrase", "data-into": identity})
        )
        for phrase in phrases
    ]
    return html.Ul(buttons, className="phrases", **{"aria-label": _("Quick phrases")})
