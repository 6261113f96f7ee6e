"""What a page answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.window.address import Address


@dataclass(frozen=True, slots=True)
class Content:
    """`title` goes into the window's title; `body` is the page, its heading included.

    `desk`: a clerk's own page; phases and the time controls of those who judge are not on it.
    `address`: the page's own, if it was asked for by one that left something open; the browser shows it from then on.
    `follows`: what of the address the page takes up without being drawn as another one.
    `embeds`: may stand in somebody else's page. `present`: knows no other time than now.
    """

    title: str
    body: Any
    found: bool = True
    desk: bool = False
    address: Address | None = None
    follows: tuple[str, ...] = ()
    embeds: bool = False
    present: bool = False
