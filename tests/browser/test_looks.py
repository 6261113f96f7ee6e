"""How pages look in a real browser: nothing cut, nothing on top of other things, one screen where that was promised."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import grave, unfold
from tests.browser.going import go_on
from tests.serving import LiveServer

SIZES = ((1920, 1080), (1280, 720), (390, 844))  # a desk, a projector, a phone
# Labels at lines' ends that lie on the lines, beyond the picture, or on each other; nothing while there is none.
MISPLACED = """[...document.querySelectorAll(".course .js-plotly-plot")].map((plot) => {
  const sheet = plot.getBoundingClientRect();
  const lines = sheet.left + plot._fullLayout._size.l + plot._fullLayout._size.w;
  const boxes = plot.layout.annotations.flatMap((label, place) => label.ax === undefined ? [] :
    [plot.querySelector(`.annotation[data-index="${place}"] text`).getBoundingClientRect()]);
  const off = boxes.filter((box, place) => box.left < lines || box.right > sheet.right + 1 ||
    boxes.some((other, behind) => behind > place && box.top < other.bottom - 2 && other.top < box.bottom - 2));
  return boxes.length > 1 ? off.length : -1;
})"""

# Whether no part of a label, of due dates and windows too, lies beyond the picture.
WHOLE = """() => [...document.querySelectorAll(".course .js-plotly-plot")].flatMap((plot) => {
  const sheet = plot.getBoundingClientRect();
  return [...plot.querySelectorAll(".annotation text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < sheet.left - 1 || box.right > sheet.right + 1;
  }).map((text) => text.textContent);
}).length === 0"""

# Headings of which a line is one Chinese character, as when there is no room for two; a whole heading of one is none.
ALONE = """[...document.querySelectorAll("#content thead th")].filter((th) => th.checkVisibility()).flatMap((th) => {
  const texts = document.createTreeWalker(th, NodeFilter.SHOW_TEXT);
  const lines = new Map();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement.closest(".hidden-text")) continue;
    [...text.data].forEach((letter, place) => {
      if (!/\\p{Script=Han}/u.test(letter)) return;
      const range = document.createRange();
      range.setStart(text, place);
      range.setEnd(text, place + 1);
      const top = Math.round(range.getBoundingClientRect().top);
      lines.set(top, (lines.get(top) ?? 0) + 1);
    });
  }
  return lines.size > 1 && [...lines.values()].includes(1) ? [th.textContent] : [];
})"""

# The smallest letters in drawings that are shown as pictures, in px of the page.
SMALLEST = """Math.min(...[...document.querySelectorAll("#content img[src^='data:image/svg']")].flatMap((img) => {
  const drawn = decodeURIComponent(img.src);
  const sizes = [...drawn.matchAll(/font-size="([0-9.]+)"/g)].map((found) => Number(found[1]));
  return img.checkVisibility() && img.clientWidth ? sizes.map((size) => size * img.clientWidth / img.naturalWidth) : [];
}))"""


@pytest.fixture
def evaluator(evaluators_window: tuple[Page, list[str]]) -> Iterator[Page]:
    """That page, as large as a desk's; what the browser complains of fails the test."""
    page, complaints = evaluators_window
    complaints.clear()
    page.set_viewport_size({"width": 1280, "height": 720})
    yield page
    assert complaints == []


def show(page: Page, server: LiveServer, address: str) -> None:
    """Load the first page that is looked at, and go on from there to the others."""
    if page.url == "about:blank":
        page.goto(server.url + address)
    else:
        go_on(page, address)
    page.wait_for_selector("#content h1")


def test_labels_at_the_ends_of_lines_stand_beside_them_and_on_no_other(
    evaluator: Page, live_server: LiveServer
) -> None:
    for view, sizes in (("", SIZES), ("&view=projector", SIZES[:2])):
        for address in ("/targets/TG-05A?month=2019-09&unit=441202&unit=441203", "/leaderboard?month=2019-09"):
            show(evaluator, live_server, address + view + "&lang=en")
            for width, height in sizes:
                evaluator.set_viewport_size({"width": width, "height": height})
                evaluator.wait_for_function(f"() => {MISPLACED}.join() === '0'")


def test_all_that_decides_fits_on_a_projector(evaluator: Page, live_server: LiveServer) -> None:
    for language in ("zh", "en"):
        show(evaluator, live_server, f"/?month=2019-09&lang={language}")
        evaluator.wait_for_selector(".matrix")
        assert evaluator.evaluate("document.documentElement.scrollHeight") <= 720
        for more, last in (("", ".matrix-section .legend"), ("&targets=all", ".matrix tbody tr:last-child")):
            show(evaluator, live_server, f"/?month=2019-09&view=projector&lang={language}{more}")
            expect(evaluator.locator(".cards")).to_be_in_viewport(ratio=1)
            expect(evaluator.locator(last).first).to_be_in_viewport(ratio=1)
            expect(evaluator.locator(".further-down")).to_be_in_viewport(ratio=1)


def test_an_address_for_a_room_opened_on_a_phone_is_no_wider_than_that(
    evaluator: Page, live_server: LiveServer
) -> None:
    evaluator.set_viewport_size({"width": 390, "height": 844})
    for path in ("/?", "/leaderboard?", "/targets/TG-05A?", "/compare?unit=441202&unit=441203&"):
        show(evaluator, live_server, f"{path}month=2019-09&view=projector&lang=en")
        evaluator.wait_for_load_state("networkidle")
        evaluator.wait_for_function("() => document.documentElement.scrollWidth <= 390")


def test_what_is_pressed_on_a_phone_is_large_enough_or_far_from_what_else_is(
    evaluator: Page, live_server: LiveServer
) -> None:
    """WCAG 2.2, 2.5.8, which axe leaves out unless it is asked: 24 px, or a circle of that to itself."""
    evaluator.set_viewport_size({"width": 390, "height": 844})
    for path in ("/?", "/targets/TG-05A?", "/units/441202?", "/changes?", "/supervise?", "/leaderboard?", "/assess?"):
        show(evaluator, live_server, f"{path}month=2019-09&lang=zh")
        unfold(evaluator)
        assert grave(evaluator, rules=["target-size"]) == [], path


def test_what_needs_attention_and_the_map_are_in_sight_in_a_large_room(
    evaluator: Page, live_server: LiveServer
) -> None:
    evaluator.set_viewport_size({"width": 1920, "height": 1080})
    for language in ("zh", "en"):
        show(evaluator, live_server, f"/?month=2019-09&view=projector&lang={language}")
        for part in (".attention", ".tile-map"):
            expect(evaluator.locator(part)).to_be_in_viewport(ratio=1)
        hidden = (
            "() => { const it = document.querySelector('.attention-list'); return it.scrollHeight - it.clientHeight }"
        )
        assert evaluator.evaluate(hidden) <= 1, language


def test_no_heading_of_a_column_breaks_within_a_word(evaluator: Page, live_server: LiveServer) -> None:
    for address in ("/units/441202", "/targets/TG-05A", "/leaderboard", "/compare?unit=441202&unit=441203"):
        for view in ("", "projector"):
            where = f"{address}{'&' if '?' in address else '?'}month=2019-09&view={view}&lang=zh"
            show(evaluator, live_server, where)
            for width, height in SIZES[:2]:
                evaluator.set_viewport_size({"width": width, "height": height})
                assert evaluator.evaluate(ALONE) == [], (where, width)


def test_letters_of_a_comparison_are_large_enough_on_a_telephone(evaluator: Page, live_server: LiveServer) -> None:
    show(evaluator, live_server, "/compare?unit=441202&unit=441203&month=2019-09&lang=zh")
    for width, height in SIZES:
        evaluator.set_viewport_size({"width": width, "height": height})
        assert evaluator.evaluate(SMALLEST) >= 12, width


def test_a_unit_on_a_telephone_folds_what_nobody_has_to_look_at(evaluator: Page, live_server: LiveServer) -> None:
    show(evaluator, live_server, "/units/441202?month=2019-09&lang=zh")
    evaluator.wait_for_selector(".progress tbody tr")
    every, calm = (evaluator.locator(f".progress tbody tr{kind}").count() for kind in ("", ".calm"))
    seen = evaluator.locator(".progress tbody tr:visible")
    assert calm > 0
    expect(seen).to_have_count(every)
    evaluator.set_viewport_size({"width": 390, "height": 844})
    expect(seen).to_have_count(every - calm)
    evaluator.locator(".calm-rows summary").click()
    expect(seen).to_have_count(every)


def test_labels_of_due_dates_are_whole_on_a_telephone(evaluator: Page, live_server: LiveServer) -> None:
    for language in ("zh", "en"):
        evaluator.set_viewport_size({"width": 390, "height": 844})
        show(evaluator, live_server, f"/targets/TG-05A?month=2019-09&lang={language}")
        evaluator.wait_for_selector(".course .annotation text")
        evaluator.wait_for_function(WHOLE)
        evaluator.set_viewport_size({"width": 320, "height": 700})
        evaluator.wait_for_function(WHOLE)


def test_a_rank_and_its_movement_are_in_sight_on_a_telephone(evaluator: Page, live_server: LiveServer) -> None:
    for language in ("zh", "en"):
        evaluator.set_viewport_size({"width": 390, "height": 844})
        show(evaluator, live_server, f"/leaderboard?lang={language}")
        evaluator.wait_for_selector(".leaderboard thead th")
        edges = evaluator.evaluate(
            """() => {
              const frame = document.querySelector(".leaderboard .scroll, .leaderboard.scroll") ??
                document.querySelector(".leaderboard table").parentElement;
              const heading = document.querySelectorAll(".leaderboard thead th")[4];
              return [heading.getBoundingClientRect().right, frame.getBoundingClientRect().right];
            }"""
        )
        assert edges[0] <= edges[1] + 1, language


def test_the_columns_of_the_grid_are_chosen_on_the_narrowest_telephone(
    evaluator: Page, live_server: LiveServer
) -> None:
    for language in ("zh", "en"):
        evaluator.set_viewport_size({"width": 320, "height": 700})
        show(evaluator, live_server, f"/flat?lang={language}")
        evaluator.locator(".flat-columns-menu summary").click()
        links = evaluator.locator(".flat-columns-menu a:visible")
        rights = links.evaluate_all("links => links.map((link) => link.getBoundingClientRect().right)")
        assert rights
        assert max(rights) <= 320, language


def test_signs_and_bars_are_there_where_the_system_chooses_all_colours(
    evaluator: Page, live_server: LiveServer
) -> None:
    show(evaluator, live_server, "/targets/TG-05A?month=2019-09")
    grounds = """() => {
      const seen = (name) => [...document.querySelectorAll(name)].map((one) => getComputedStyle(one).backgroundColor);
      const ground = getComputedStyle(document.body).backgroundColor;
      const said = (colours) => [colours.length > 0, colours.includes(ground)];
      return [".ranking .sign", ".bullet-fill", ".icon"].map((name) => said(seen(name)));
    }"""
    try:
        evaluator.emulate_media(forced_colors="active")
        assert evaluator.evaluate(grounds) == [[True, False]] * 3
    finally:
        evaluator.emulate_media(forced_colors="none")
