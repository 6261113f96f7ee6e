"""Which pages may be neither wider than the window nor cut, at which sizes, and what is."""

from __future__ import annotations

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as StillNot

STARTUP = "/targets/TG-06A/moved"  # in a measure of several words
WIDE = tuple(
    ("evaluator", address) for address in ("/?targets=all", "/?lang=zh", "/targets/TG-08A", "/nowhere", STARTUP)
)
SPREAD = (
    *(address for _evaluator, address in WIDE),
    "/",
    "/targets",
    "/targets/TG-05A",
    "/units",
    "/units/441202",
    "/tasks",
    "/leaderboard",
    "/review",
    "/review/3",
    "/periods",
    "/compare?unit=441202&unit=441203",
    "/changes",
    "/targets/TG-05A/moved",
    "/targets/TG-05A/revise",
    "/units/441202/elements/items_online",
    "/freshness",
    "/following",
)
SIZES = ((1920, 1080), (390, 844), (1280, 720))  # a desk, a phone, a projector
# Words beyond their cell, and words that end in "…" where nothing leads to the whole: a link, a row that opens.
CUT = """() => [...document.querySelectorAll(".window *")].filter((part) => {
  if (!part.checkVisibility() || part.clientWidth <= 1 || part.scrollWidth <= part.clientWidth + 1) return false;
  if (part.matches("#content :is(td, th)")) return !part.matches(".rows *, .track");
  const whole = part.closest("a, summary, .track") || part.matches(".rows *");
  return getComputedStyle(part).textOverflow === "ellipsis" && !whole;
}).map((part) => part.textContent)"""

# Cards and frames of tables that are wider inside than outside, so that one would have to push what is in them aside.
BEYOND = """() => [...document.querySelectorAll("#content :is(.scroll, .section, .card, .ranking, .multiple)")]
  .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.className} by ${part.scrollWidth - part.clientWidth}`)"""
FITTING = [address for address in SPREAD if address != "/?targets=all"]


def cut_or_too_wide(page: Page, address: str) -> list[str]:
    """Words cut off, and whether the page is wider than the window, at each size; the last is the window's own.

    On a page that is to fit, also what is wider than the card or the table's frame around it, but on a phone.
    """
    found: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        try:
            page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
        except StillNot:
            found.append(f"is wider than {width}")
        found += [f"at {width} cut: {words}" for words in page.evaluate(CUT)]
        if address in FITTING and width >= 1280:
            try:  # a chart takes its new width a moment after the window did
                page.wait_for_function(f"() => !({BEYOND})().length")
            except StillNot:
                found += [f"at {width} beyond: {part}" for part in page.evaluate(BEYOND)]
    return found
