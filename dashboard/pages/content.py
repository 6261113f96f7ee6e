"""What a page answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """`title` goes into the window's title; `body` is the page, its heading included."""

    title: str
    body: Any
    found: bool = True
