"""The rail at the left of every page, and how a page stands on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.locale import _
from dashboard.window.address import Address
from dashboard.window.asset_files import asset_url
from metrics.principal import Principal, Role

Component = Any


@dataclass(frozen=True, slots=True)
class RailLink:
    """How a page stands on the rail. `word`: in the language spoken.

    `icon`: the name of a file in assets/icons. `first_for`: roles whose own work the page is.
    """

    icon: str
    word: Callable[[], str]
    first_for: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class RailItem:
    """A link with the path that it leads to. `at_desk`: the page there knows no other time than now."""

    path: str
    link: RailLink
    at_desk: bool = False


def is_clerk(principal: Principal | None) -> bool:
    return principal is not None and principal.role is Role.CLERK


def _here(address: Address, items: Sequence[RailItem]) -> str | None:
    """The path of the link that stands for the page: its own, else the nearest above it."""
    above = [item.path for item in items if item.path != "/" and address.path.startswith(item.path + "/")]
    return address.path if address.path in [item.path for item in items] else max(above, key=len, default=None)


def _rail_link(address: Address, item: RailItem, *, here: bool) -> Component:
    path, word = item.path, item.link.word()
    inside = [
        html.Span(
            className="icon",
            style={"--shape": f"url({asset_url(f'icons/{item.link.icon}.svg')})"},
            **{"aria-hidden": "true"},
        ),
        html.Span(word, className="word"),
    ]
    href = address.at_desk(path) if item.at_desk else address.to(path)
    return dcc.Link(inside, href=href, className="rail-link here" if here else "rail-link", title=word)


def _all_places() -> Component:
    """On a telephone, where the rail has room for a few links: shows them all (frame.css)."""
    words = [
        html.Span("⋯", className="more-sign", **{"aria-hidden": "true"}),
        html.Span(_("All pages"), className="word"),
    ]
    return html.Details(html.Summary(words, className="rail-link"), className="menu rail-more")


def rail(address: Address, principal: Principal | None, items: Sequence[RailItem]) -> Component:
    """The main navigation: the pages there are for whoever looks."""
    here = _here(address, items)
    return html.Nav(
        [
            dcc.Link(
                [
                    html.Span(className="logo", **{"aria-hidden": "true"}),
                    html.Span("标尺", className="word wordmark", lang="zh-CN"),
                ],
                href=address.at_desk("/my") if is_clerk(principal) else address.to("/"),
                className="rail-logo",
                title="Biaochi 标尺",
            ),
            html.Ul([html.Li(_rail_link(address, item, here=item.path == here)) for item in items]),
            _all_places(),
            html.Button(
                [
                    html.Span(className="icon icon-fold", **{"aria-hidden": "true"}),
                    html.Span(_("Collapse"), className="word"),
                ],
                type="button",
                className="rail-fold",
                title=_("Collapse or expand the navigation"),
                **{"data-does": "fold"},
            ),
        ],
        className="rail",
        **{"aria-label": _("Main navigation")},
    )
