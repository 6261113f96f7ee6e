"""What the browser that asks has said of light and dark, by its cookie: chosen by a person, or its system's."""

from __future__ import annotations

from flask import request

from dashboard.theme import Theme, theme_of

_TOLD = frozenset((*(theme.value for theme in Theme), *(f"auto-{theme.value}" for theme in Theme)))


def theme_told() -> str:
    """The cookie's `light`, `dark`, `auto-light` or `auto-dark`; nothing where it says none of them."""
    said = request.cookies.get("biaochi_theme", "")
    return said if said in _TOLD else ""


def theme_shown() -> str:
    """The theme that the page is answered in: where nobody chose one, the page looks up the system's anew."""
    return theme_of(theme_told()).value
