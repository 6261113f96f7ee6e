"""Every page for those who listen, who use a keyboard, who see little contrast, and on paper, in a real browser.

A page of every sort is looked at once: by axe whole in the light theme, with everything folded in it open; those that
use every colour and every sort of field once more for contrast in the dark theme; those that tables and charts fill for
words cut off or a page wider than the window at three sizes. These are in English, whose words are the longer ones, the
others in Chinese: structure and names do not depend on the theme, nor contrast on the language. `python -m
benchmarks.accessibility` walks every page in both languages and both themes, with the demonstration's figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.outside import OUTSIDE
from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.principal import Role
from tests.accessibility import CONTRAST, EMBEDDED, PAGES, grave, unfold
from tests.browser.going import go_on
from tests.browser.hand import window_of
from tests.browser.widths import SPREAD, WIDE, cut_or_too_wide
from tests.browsing import Profile
from tests.dashboard.conftest import SUBMISSIONS, record
from tests.people import browser_session
from tests.serving import LiveServer

# What opens beside a page, and pages without the window or without its frame.
LOADED_ANEW = ("/#", EMBEDDED[1], *(page.path for page in OUTSIDE))
COLOURFUL = (
    "/",
    "/leaderboard",
    "/collect",
    "/compare?unit=441202&unit=441203",
    "/changes",
    "/following",
    "/targets/TG-05A/moved",
    "/targets/TG-05A/revise",
    "/units/441202/elements/items_online",
    EMBEDDED[1],
)
ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
PAPER = 1031  # px: A4 landscape less the margins of assets/print.css
INK = "rgb(27, 31, 36)"
SMALL_OR_CUT = """() => [...document.querySelectorAll(".window *")].filter((part) => {
  const words = [...part.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
  const style = getComputedStyle(part);
  const cut = style.textOverflow === "ellipsis" && part.scrollWidth > part.clientWidth + 1;
  const seen = words && part.checkVisibility() && part.getBoundingClientRect().width > 1;
  return seen && (parseFloat(style.fontSize) < 18 || cut);
}).map((part) => part.textContent.slice(0, 40))"""


@pytest.fixture(scope="module")
def secrets(live_server: LiveServer) -> dict[str, str]:
    """A session for every role that PAGES names; two units have reported for July to September 2019."""
    with Sessions(live_server.database.engine).write() as session:
        for (unit, month), changes in SUBMISSIONS.items():
            record(session, unit, month, **changes)
        roles = (Role.EVALUATOR, Role.REVIEWER, Role.CLERK, Role.ASSESSOR, Role.LEADER, Role.ADMIN)
        return {role.value: browser_session(session, role.value, role=role) for role in roles}


@pytest.fixture(scope="module")
def evaluators_window(profile: Profile, live_server: LiveServer, secrets: dict[str, str]) -> Iterator[Page]:
    """An evaluator's page that stays open from test to test, for the last tests of this file."""
    with window_of(profile, live_server, secrets["evaluator"]) as (page, _complaints):
        page.emulate_media(reduced_motion="reduce")
        yield page


@pytest.fixture
def evaluator(evaluators_window: Page) -> Page:
    """That page, at its top and as large as a desk's."""
    evaluators_window.set_viewport_size({"width": 1280, "height": 720})
    evaluators_window.evaluate("window.scrollTo(0, 0)")
    return evaluators_window


def turn_to(page: Page, server: LiveServer, address: str) -> None:
    """The page at `address` in the window that is open; the first one is loaded."""
    if page.url == "about:blank":
        page.goto(server.url + address)
    else:
        go_on(page, address)
    wait_for(page, address)


def show(page: Page, server: LiveServer, address: str, *, secret: str | None) -> None:
    page.context.clear_cookies(name=COOKIE)
    if secret is not None:
        page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])
    page.emulate_media(reduced_motion="reduce")  # what fades in has little contrast on its way
    if page.url.partition("#")[0] == server.url + address.partition("#")[0]:
        page.goto("about:blank")  # what differs in its fragment alone is not loaded; it takes the browser half a load
    page.goto(server.url + address)
    wait_for(page, address)


def wait_for(page: Page, address: str) -> None:
    """Until what stands on the page at `address` is there."""
    page.wait_for_selector("#content h1, .sign-in-card")
    if "#why=" in address:
        page.wait_for_selector(".why")
    if address == "/collect":
        page.wait_for_selector("#collect-file input[aria-label]", state="attached")
    if address.split("?")[0] == "/flat" and "layout=table" not in address:  # its grid is drawn in steps
        page.wait_for_selector(".ag-row")


def test_no_page_has_a_grave_fault_or_is_cut_or_wider_than_the_window(
    page: Page, live_server: LiveServer, secrets: dict[str, str]
) -> None:
    found: list[str] = []
    before = None  # who looks at the window that is open
    for who, address in sorted((*PAGES, *WIDE), key=lambda one: (one[0], one[1].startswith(LOADED_ANEW))):
        english = address in SPREAD and "lang=" not in address
        shown = f"{address}{'&' if '?' in address else '?'}lang=en" if english else address
        if who == before and not address.startswith(LOADED_ANEW):
            go_on(page, shown)
            wait_for(page, address)
        else:
            show(page, live_server, shown, secret=secrets.get(who))
        before = None if address.startswith(LOADED_ANEW) else who
        if address in SPREAD:
            found += [f"{address} {line}" for line in cut_or_too_wide(page, address)]
        if (who, address) in WIDE:
            continue
        unfold(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} unfolded is wider than the window")
        explained = ".mantine-Drawer-content" if "#why=" in address else None  # the page below has its own turn
        found += [f"{address} {line}" for line in grave(page, within=explained)]
        if address in COLOURFUL:
            page.evaluate("document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')")
            found += [f"{address} dark {line}" for line in grave(page, rules=CONTRAST)]
            page.evaluate("document.documentElement.setAttribute('data-mantine-color-scheme', 'light')")
    assert found == []


def test_of_texts_that_are_alike_two_are_looked_at_and_no_other_is_left_out(page: Page) -> None:
    faint, cells = "color: #bbb; background: #fff", ["<td>figure</td>"] * 30
    cells[7] = f'<td id="other" style="{faint}">figure</td>'
    cells[13] = '<td style="opacity: 0.3"><b id="around">figure</b></td>'
    cells[20] = f'<td id="long" style="{faint}">a figure</td>'
    covered = """<div style="position: relative; height: 20px"><div style="position: absolute; z-index: -1; width: 100%;
        height: 20px; background: #333"></div><p id="covered" style="position: relative">figure</p></div>"""
    plain = '<div style="position: relative; height: 20px"><div></div><p style="position: relative">figure</p></div>'
    page.set_content(f"<main><table><tr>{''.join(cells)}</tr></table>{plain * 3}{covered}</main>")
    found = " ".join(grave(page, rules=CONTRAST))
    assert [name for name in ("other", "around", "long", "covered") if f"#{name}" not in found] == []
    fainter = cells[7].replace("#bbb", "#ccc")
    page.set_content(f"<main><table><tr>{fainter * 30}</tr></table></main>")
    assert 1 <= len(grave(page, rules=CONTRAST)) <= 2 < len(grave(page, rules=CONTRAST, every=True))


def test_menus_and_lists_open_and_close_by_keyboard_and_axe_finds_nothing_grave_in_them(
    page: Page, live_server: LiveServer, secrets: dict[str, str]
) -> None:
    show(page, live_server, "/tasks?lang=en", secret=secrets["evaluator"])
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for menu in (".choice-menu", ".menu:has(.as-of-button)", ".menu:has(.person)", ".menu:has(.share-panel)"):
        summary = page.locator(f"{menu} > summary").first
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"{menu} .menu-panel").first).to_be_visible()
        assert grave(page, within=menu) == []
        page.keyboard.press("Escape")
        expect(page.locator(f"{menu} .menu-panel").first).to_be_hidden()
        expect(summary).to_be_focused()
    page.locator("#month").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option").first).to_be_visible()
    assert grave(page, within=".mantine-Select-dropdown") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    show(page, live_server, "/?lang=en", secret=secrets["evaluator"])  # a page that others may put into theirs
    page.locator(".menu:has(.share-panel) > summary").press("Enter")
    assert grave(page, within=".share-panel") == []


def test_a_room_sees_the_page_alone_until_escape_is_pressed(evaluator: Page, live_server: LiveServer) -> None:
    page = evaluator
    turn_to(page, live_server, "/?month=2019-09&lang=en")
    page.locator(".projector-switch").click()
    expect(page.locator(".projector-bar")).to_contain_text("Known as of")
    expect(page.locator(".rail")).to_have_count(0)
    expect(page.locator(".matrix-section .legend")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.locator(".rail")).to_be_visible()
    assert "view=" not in page.url


def test_a_room_reads_everything(evaluator: Page, live_server: LiveServer) -> None:
    """Nothing on a projector is smaller than 18 px, in charts as in words, and no name is cut."""
    page = evaluator
    for path in ("/", "/leaderboard", "/targets/TG-05A"):
        address = f"{path}?month=2019-09&view=projector&lang=en"
        turn_to(page, live_server, address)
        page.wait_for_load_state("networkidle")
        if path == "/targets/TG-05A":
            page.wait_for_selector(".js-plotly-plot .main-svg")
        for width, height in ((1920, 1080), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(SMALL_OR_CUT) == [], (path, width)


def test_another_month_is_shown_where_one_was(evaluator: Page, live_server: LiveServer) -> None:
    """As far down, with what was open still open; the time controls are in sight there."""
    page = evaluator
    turn_to(page, live_server, "/leaderboard?month=2019-09&lang=en")
    page.set_viewport_size({"width": 1280, "height": 480})
    page.locator("summary", has_text="How each score is worked out").click()
    page.evaluate("window.scrollTo(0, 200)")
    earlier = page.get_by_title("Earlier month: Aug 2019")
    expect(earlier).to_be_in_viewport()
    earlier.dispatch_event("click")  # Playwright's own click scrolls to where the bar would stand if it did not stick
    page.wait_for_url("**month=2019-08**")
    expect(page.locator("h1")).to_contain_text("Aug 2019")
    expect(page.locator("details[open] > summary", has_text="How each score")).to_be_visible()
    page.wait_for_function("() => window.scrollY === 200")


def test_a_telephone_leads_everywhere(evaluator: Page, live_server: LiveServer) -> None:
    page = evaluator
    page.set_viewport_size({"width": 390, "height": 844})
    turn_to(page, live_server, "/?lang=en")
    there = page.locator(".rail li a")
    expect(there.filter(visible=True)).to_have_count(4)
    page.get_by_text("All pages").click()
    expect(there.filter(visible=True)).to_have_count(there.count())
    page.get_by_role("link", name="Leaderboard").click()
    expect(page.locator("h1")).to_contain_text("First in")
    expect(there.filter(visible=True)).to_have_count(5)


def test_a_page_printed_from_the_dark_theme_is_ink_on_paper_and_not_cut_off(
    evaluator: Page, live_server: LiveServer
) -> None:
    page = evaluator
    page.goto("about:blank")  # the theme is the window's, which is loaded anew
    page.context.add_cookies([{"name": "biaochi_theme", "value": "dark", "url": live_server.url}])
    for path in ("/?targets=all&", "/targets/TG-05A?", "/tasks?"):
        page.emulate_media(media="screen", reduced_motion="reduce")
        page.set_viewport_size({"width": 1920, "height": 1080})
        turn_to(page, live_server, f"{path}month=2019-09&lang=en")
        if path == "/targets/TG-05A?":
            page.wait_for_selector(".js-plotly-plot .main-svg")
        expect(page.locator("h1")).not_to_have_css("color", INK)
        page.emulate_media(media="print", reduced_motion="reduce")
        page.set_viewport_size({"width": PAPER, "height": 700})
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        printed_well(page)


def printed_well(page: Page) -> None:
    """Ink on paper, without what leads elsewhere, nothing beyond the paper; the foot says the days."""
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".top-bar")).to_be_hidden()
    expect(page.locator("h1")).to_have_css("color", INK)
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    assert cut_off(page) == []
    foot = page.evaluate("document.documentElement.style.getPropertyValue('--print-foot')")
    assert foot.startswith('"Judged on 30 Sep 2019 · Known as of: ')


def cut_off(page: Page) -> list[str]:
    """The texts and pictures in the page that reach beyond the paper or hide a part of themselves."""
    found: list[str] = page.evaluate(
        """(width) => [...document.querySelectorAll("#content *")]
          .filter((part) => part.checkVisibility() && !part.closest(".hidden-text"))
          .filter((part) => {
            const hides = getComputedStyle(part).overflowX !== "visible" && part.scrollWidth > part.clientWidth + 1;
            return part.getBoundingClientRect().right > width + 1 || (hides && part.tagName !== "svg");
          })
          .map((part) => part.outerHTML.slice(0, 120))""",
        PAPER,
    )
    return found


def test_links_among_the_words_of_flipped_verdicts_are_told_by_more_than_colour(page: Page) -> None:
    style = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("base.css", "pages.css"))
    item = '<li>◇ <a class="unit-name" href="/units/1">unit</a> · <a href="/targets/1">target</a>: flipped</li>'
    page.set_content(f'<style>{style}</style><div class="flips"><ul>{item}</ul></div>')
    drawn = "[...document.querySelectorAll('.flips a')].map((one) => getComputedStyle(one).textDecorationLine)"
    assert page.evaluate(drawn) == ["underline", "underline"]
