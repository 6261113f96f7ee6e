"""Choices that the address keeps: menus of links, and what a form that is sent as an address takes along.

A menu is used by pointer or by keyboard without asking the server first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text
from dashboard.window.address import Address

Component = Any


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its words, the address at which it is chosen, and how much there is then; None: not said."""

    words: str
    href: str
    chosen: bool
    count: int | None = None


def choice_menu(label: str, options: Sequence[Option], *, shows_label: bool = True) -> Component:
    """The menu, folded over the words of what is chosen; one option is."""
    shown = next(option.words for option in options if option.chosen)
    links = [
        html.Li(
            dcc.Link(
                option.words if option.count is None else [option.words, _counted(option.count)],
                href=option.href,
                className="quiet-link chosen" if option.chosen else "quiet-link",
            ),
            **({"aria-current": "true"} if option.chosen else {}),
        )
        for option in options
    ]
    caret = html.Span("▾", className="caret", **{"aria-hidden": "true"})
    named = html.Span(label, className="control-label" if shows_label else "hidden-text")
    summary = html.Summary([named, html.Span(shown, className="chosen-words"), caret], title=label + _(": ") + shown)
    return html.Details(
        [summary, html.Div(html.Ul(links, className="choices"), className="menu-panel")], className="menu choice-menu"
    )


def _counted(count: int) -> Component:
    return html.Span([" ", count_text(count)], className="count")


def carried(address: Address) -> list[Component]:
    """What all pages have in their address, for a form that is sent as the address of one."""
    return [dcc.Input(type="hidden", name=name, value=value) for name, value in address.common]
