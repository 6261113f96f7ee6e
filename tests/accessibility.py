"""What axe finds on a page: the serious and the critical, each with the element that it is about.

Contrast is four fifths of what axe takes, and a table has the same words on the same ground a hundred times: of texts
that cannot differ in it only the first few are looked at. `alike_texts.js` says which those are; `every` looks at all.
Rules whose breach is neither serious nor critical are not tried at all, nor are the page's style sheets read again,
which only rules of moving pictures and turned screens want.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
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
_MARK_TEXTS = (Path(__file__).parent / "assets" / "alike_texts.js").read_text(encoding="utf-8")
_LOOK = """async ([within, options, mark, kept]) => {
  if (mark) mark_texts(mark, within);
  axe.configure({ rules: [{ id: "color-contrast", selector: mark ? `[${mark}]` : "*" }] });
  const slight = axe._audit.rules.filter(({ impact }) => impact && !kept.includes(impact));
  const rules = Object.fromEntries(slight.map(({ id }) => [id, { enabled: false }]));
  const { violations } = await axe.run(within ?? document, { ...options, rules, preload: false });
  return violations;
}"""
_MARK = "data-text-of-its-kind"


def unfold(page: Page) -> None:
    """Open every folded part, so that forms and tables in it are looked at too; menus would cover what is below."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true; })")


def grave(page: Page, *, rules: Sequence[str] = (), within: str | None = None, every: bool = False) -> list[str]:
    """One line for each element that breaks a rule of serious or critical impact; `rules` empty: all that axe has.

    `within`: a selector of the only part that is looked at. `every`: the contrast of each text, and not of a few that
    are alike.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    few = not every and (not rules or set(CONTRAST) <= set(rules))
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE_SCRIPT}\n{_MARK_TEXTS}\nnull")  # a function that stood last would be called
    found = page.evaluate(_LOOK, [within, options, _MARK if few else "", GRAVE])
    return [
        f"{violation['impact']} {violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
