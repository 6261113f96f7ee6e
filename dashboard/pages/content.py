"""What a page answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """`title` goes into the window's title; `body` is the page, its heading included.

    `desk`: a clerk's own page; phases and the time controls of those who judge are not on it.
    """

    title: str
    body: Any
    found: bool = True
    desk: bool = False
