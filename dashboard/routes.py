"""Which page answers which path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.pages.content import Content
from dashboard.pages.not_found import not_found
from dashboard.pages.overview import overview
from dashboard.reading import Reading


@dataclass(frozen=True, slots=True)
class Route:
    """`answer` gets the reading and what the pattern's groups matched."""

    pattern: re.Pattern[str]
    answer: Callable[..., Content]


ROUTES = (
    Route(re.compile(r"/"), overview),
)


def answer(reading: Reading) -> Content:
    """The page at the reading's path."""
    for route in ROUTES:
        found = route.pattern.fullmatch(reading.place.path)
        if found is not None:
            return route.answer(reading, **found.groupdict())
    return not_found(reading)


def is_known(path: str) -> bool:
    """True if some page may answer `path`."""
    return any(route.pattern.fullmatch(path) for route in ROUTES)
