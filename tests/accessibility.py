"""What axe finds on a page: the serious and the critical, each with the element that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from dashboard.outside import OUTSIDE
from dashboard.routes import ROUTES

GRAVE = ("serious", "critical")
CONTRAST = ("color-contrast",)
EXPLAINED = ("evaluator", "/#why=441202/TG-05A")
EMBEDDED = ("evaluator", "/targets/TG-05A?embed=1")
PAGES = (
    *(route.example for route in ROUTES if not route.unwalked),
    EXPLAINED,
    EMBEDDED,
    *((page.walker, page.path) for page in OUTSIDE),
)
"""Who looks at which page in the tests: every page but those whose declaration says why not."""


def unfold(page: Page) -> None:
    """Open every folded part, so that forms and tables in it are looked at too; menus would cover what is below."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true; })")


def grave(page: Page, *, rules: Sequence[str] = (), within: str | None = None) -> list[str]:
    """One line for each element that breaks a rule of serious or critical impact; `rules` empty: all that axe has.

    `within`: a selector of the only part that is looked at.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{violation['impact']} {violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
