"""The window in a real browser: by keyboard, by address, in both languages and themes, on a projector and a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, Response, Route, expect

from dashboard.window.access import COOKIE
from tests.browser.going import go_on
from tests.browser.signing_in import show_code
from tests.people import PASSWORD
from tests.serving import LiveServer

MOST_BYTES = 1_500_000  # quality P7


def show(page: Page, server: LiveServer, address: str) -> None:
    page.goto(server.url + address)
    page.wait_for_selector("#content h1")


def test_signing_in_leads_back_to_where_one_wanted_to_go(
    live_server: LiveServer, evaluator_secret: str, page: Page
) -> None:
    page.goto(f"{live_server.url}/targets/TG-05A?lang=en")
    page.get_by_label("User name").or_(page.get_by_label("用户名")).fill("wang")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    show_code(page, live_server, "wang")
    page.wait_for_url(f"{live_server.url}/targets/TG-05A?lang=en")
    expect(page.locator("h1")).to_contain_text("1 of 11 units meet")


def test_a_colour_is_explained_by_keyboard_and_the_link_reproduces_it(evaluator: Page, live_server: LiveServer) -> None:
    show(evaluator, live_server, "/?month=2019-09")
    cell = evaluator.locator('a[href="#why=441202/TG-05A"]').first
    cell.focus()
    evaluator.keyboard.press("Enter")
    explanation = evaluator.locator(".why")
    expect(explanation).to_contain_text("699 ÷ 1,000 × 100")
    assert evaluator.url.endswith("/?month=2019-09#why=441202/TG-05A")
    evaluator.keyboard.press("Escape")
    expect(explanation).to_have_count(0)
    expect(cell).to_be_focused()
    evaluator.reload()
    evaluator.goto(f"{live_server.url}/units/441202?month=2019-09#why=441202/TG-05A")
    expect(evaluator.locator(".why")).to_contain_text("699 ÷ 1,000 × 100")


def test_the_time_controls_are_kept_in_the_address(evaluator: Page, live_server: LiveServer) -> None:
    show(evaluator, live_server, "/")
    evaluator.locator("#month").click()
    evaluator.get_by_role("option", name="2019年8月").click()
    evaluator.wait_for_url(re.compile(r"\?month=2019-08$"))
    expect(evaluator.locator(".page-date")).to_have_text("评估日2019年8月31日")
    evaluator.locator(".as-of-button").click()
    evaluator.locator("#as-of-entry").fill("2")
    evaluator.keyboard.press("Enter")
    evaluator.wait_for_url(re.compile(r"\?month=2019-08&as_of=2$"))
    expect(evaluator.locator(".as-of-button")).to_contain_text("序号 2")
    evaluator.get_by_role("link", name="English").click()
    expect(evaluator.locator("html")).to_have_attribute("lang", "en")
    expect(evaluator.locator(".page-date")).to_have_text("Judged on 31 Aug 2019")
    evaluator.get_by_role("link", name="Targets", exact=True).click()
    evaluator.wait_for_url(re.compile(r"/targets\?month=2019-08&as_of=2&lang=en$"))


def test_the_theme_is_the_systems_until_one_is_chosen_and_the_rail_stays_folded(
    evaluator: Page, live_server: LiveServer
) -> None:
    html, paper = evaluator.locator("html"), "getComputedStyle(document.body).backgroundColor"
    evaluator.emulate_media(color_scheme="dark")
    show(evaluator, live_server, "/targets")
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    assert evaluator.evaluate(paper) == "rgb(20, 23, 26)"
    evaluator.emulate_media(color_scheme="light")
    show(evaluator, live_server, "/")
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    assert evaluator.evaluate(paper) == "rgb(250, 250, 247)"
    evaluator.locator("#theme-toggle").click()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    evaluator.get_by_role("button", name="收起").click()
    expect(html).to_have_class(re.compile("rail-folded"))
    show(evaluator, live_server, "/units")  # the system's is light
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(html).to_have_class(re.compile("rail-folded"))
    evaluator.locator("#theme-toggle").click()
    evaluator.emulate_media(color_scheme="dark")
    evaluator.reload()
    evaluator.wait_for_selector("#content h1")
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")


def answers_of_a_cold_browser(page: Page, server: LiveServer, address: str, drawn: str) -> list[Response]:
    """Everything that a browser with nothing in its cache asks for until `drawn` is there and the page rests."""
    session, answers = page.context.new_cdp_session(page), []
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("response", lambda answer: answers.append(answer))
    show(page, server, address)
    page.wait_for_selector(drawn)
    page.wait_for_load_state("networkidle")
    for answer in answers:
        answer.finished()
    return answers


@pytest.mark.parametrize(
    ("address", "drawn"),
    [
        ("/", "main h1"),
        ("/targets/TG-05A", ".course .scatterlayer"),
        ("/units/441202", ".js-plotly-plot .scatterlayer"),
    ],
)
def test_the_first_page_is_light_and_asks_nobody_else(
    evaluator: Page, live_server: LiveServer, address: str, drawn: str
) -> None:
    answers = answers_of_a_cold_browser(evaluator, live_server, address, drawn)
    asked = [answer for answer in answers if answer.url.startswith("http")]
    sizes = sum(answer.request.sizes()["responseBodySize"] for answer in asked)
    assert any("dash_renderer" in answer.url for answer in asked), "something was cached"
    assert [answer.url for answer in asked if not answer.url.startswith(live_server.url)] == []
    assert 0 < sizes <= MOST_BYTES
    assert any("plotly" in answer.url for answer in asked) is ("scatterlayer" in drawn)
    assert [answer.url for answer in asked if "ag_grid" in answer.url] == []


def test_whoever_is_signed_out_elsewhere_is_asked_to_sign_in_again(
    page: Page, live_server: LiveServer, evaluator_secret: str
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": evaluator_secret, "url": live_server.url}])
    show(page, live_server, "/targets/TG-05A/revise")
    page.locator("#revise-effective_from").fill("2019-09-15")
    page.locator("#revise-reason").fill("系统上线较晚")
    page.context.clear_cookies(name=COOKIE)
    page.locator("button[value=try]").first.click()  # what is typed stands nowhere else: it is not left for signing in
    expect(page.locator("#told-later")).to_contain_text("登录已失效，未保存任何内容")
    with page.expect_popup() as beside:
        page.locator("#told-later button").click()
    beside.value.wait_for_url(re.compile(r"/sign-in\?next=%2Ftargets%2FTG-05A%2Frevise"))
    expect(page.locator("#revise-reason")).to_have_value("系统上线较晚")
    page.get_by_role("link", name="目标", exact=True).click()
    page.wait_for_url(re.compile(r"/sign-in\?next=%2Ftargets"))


def test_a_chart_whose_script_does_not_come_is_drawn_once_it_does(evaluator: Page, live_server: LiveServer) -> None:
    lost: list[str] = []
    page = evaluator.context.new_page()  # what this one's console says is meant

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort() if len(lost) < 3 else route.continue_()

    page.route("**/plotly-basic.min.js", lose)
    page.goto(f"{live_server.url}/targets/TG-05A?month=2019-09&lang=zh")
    told = page.locator("#told-later")
    for times in (1, 2):
        expect(told).to_contain_text("图表")
        assert len(lost) == times
        told.locator("button").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(told).to_be_hidden()


@pytest.mark.parametrize("part", ["**/react-dom@*", "**/src/window.js"])
def test_a_page_that_lacks_what_it_begins_with_says_so_and_comes_once_that_does(
    evaluator: Page, live_server: LiveServer, part: str
) -> None:
    page = evaluator.context.new_page()  # what this one's console says is meant
    page.clock.install()
    page.route(part, lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.goto(f"{live_server.url}/releases?lang=en")
    told = page.locator("#skeleton p")
    expect(told).to_contain_text("could not be loaded whole; it tries again by itself in 5 s.")
    page.clock.fast_forward(5_000)  # it is asked for again, and the page stays as it is while it does not come
    expect(told.locator("button")).to_have_text("Try again now")
    page.unroute(part)
    page.clock.fast_forward(5_000)
    expect(page.locator("#content h1")).to_be_visible()
    expect(told).to_be_hidden()
    page.close()


# From here on one page stays open, as an evaluator's does: no test after these asks for a page of its own.


@pytest.fixture
def staying(evaluators_window: tuple[Page, list[str]]) -> Iterator[Page]:
    """That page, wherever the test before left it; what the browser complains of fails the test."""
    page, complaints = evaluators_window
    complaints.clear()
    yield page
    assert [text for text in complaints if "404" not in text] == []


def turn_to(page: Page, server: LiveServer, address: str) -> None:
    """The page at `address` in the window that is open; the first one is loaded."""
    if page.url == "about:blank":
        show(page, server, address)
    else:
        go_on(page, address)


def test_the_address_of_a_pull_is_copied(staying: Page, live_server: LiveServer) -> None:
    staying.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    turn_to(staying, live_server, "/data?dataset=progress&lang=en")
    button = staying.locator('#content [data-does="copy"]').first
    source = staying.locator("#" + (button.get_attribute("data-copies") or ""))
    button.click()
    expect(button).to_have_text("Copied")
    assert staying.evaluate("navigator.clipboard.readText()") == source.text_content()


def test_a_chart_is_saved_as_a_picture_that_speaks_for_itself(
    staying: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    turn_to(staying, live_server, "/targets/TG-05A?month=2019-09")
    staying.wait_for_selector(".course .js-plotly-plot .scatterlayer")
    for form in ("PNG", "SVG"):
        every_chart_is_saved(staying, form, tmp_path)


def every_chart_is_saved(page: Page, form: str, tmp_path: Path) -> None:
    saved = {}
    for button in page.get_by_role("button", name=form, exact=True).all():
        with page.expect_download() as download:
            button.click()
        name = download.value.suggested_filename
        download.value.save_as(tmp_path / name)
        saved[name.split("_")[1]] = (name, (tmp_path / name).read_bytes())
    assert set(saved) == {"course", "ranking", "units"}
    for shown, (name, picture) in saved.items():
        assert re.fullmatch(rf"TG-05A_{shown}_2019-09_as-of-\d+\.{form.lower()}", name)
        if form == "PNG":
            assert picture.startswith(b"\x89PNG\r\n\x1a\n")
            assert int.from_bytes(picture[16:20]) == 2400
            assert len(set(picture)) > 200, "a blank picture"
        else:
            text = picture.decode()
            for part in ("网上可办率", "评估日2019年9月30日", "账本序号", "第82行"):
                assert part in text
            drawn = text.count("<rect") if shown == "ranking" else text.count("<path") + text.count("<polyline")
            assert drawn > 12


def test_what_is_laid_out_on_a_page_is_saved_as_it_stands_there(
    staying: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    pages = (
        "/?month=2019-09&map=TG-05A",
        "/leaderboard?month=2019-09",
        "/compare?unit=441202&unit=441203&month=2019-09",
    )
    for path, words in zip(pages, ("端州", "端州区", "网上可办率"), strict=True):
        turn_to(staying, live_server, path)
        drawing = saved_drawing(staying, tmp_path)
        said = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
        assert words in said
        assert any("评估日2019年9月30日" in str(text) for text in said)
        assert any("第82行" in str(text) for text in said)
        fills = {rect.get("fill") for rect in drawing.iter("{http://www.w3.org/2000/svg}rect")}
        assert len(fills) > 2 or "compare" in path  # that one is of lines, and of those alone that are not folded
        charts = staying.locator(".compared-charts").first.locator(".multiple")
        assert len(drawing.findall("{http://www.w3.org/2000/svg}svg")) == charts.count() or "compare" not in path
        assert not any("color(" in str(fill) or "var(" in str(fill) for fill in fills)


def saved_drawing(page: Page, folder: Path) -> ElementTree.Element:
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG", exact=True).first.click()
    download.value.save_as(folder / "saved.svg")
    return ElementTree.parse(folder / "saved.svg").getroot()  # noqa: S314  drawn by the page


def test_a_course_is_lifted_and_its_unit_chosen(staying: Page, live_server: LiveServer) -> None:
    turn_to(staying, live_server, "/targets/TG-05A?month=2019-09")
    plot = staying.locator(".course .js-plotly-plot")
    staying.wait_for_selector(".course .js-plotly-plot .scatterlayer .point")
    place = plot.evaluate("plot => plot.data.findIndex(course => course.meta && course.opacity !== 1)")
    unit = plot.evaluate("(plot, place) => plot.data[place].meta", place)
    plot.hover()
    opacity = "([plot, place]) => plot.data[place].opacity"
    said = "([plot, name, place]) => plot.emit(name, { points: [{ curveNumber: place }] })"
    handle = plot.element_handle()
    staying.evaluate(said, [handle, "plotly_hover", place])
    assert staying.evaluate(opacity, [handle, place]) == 1
    staying.evaluate(said, [handle, "plotly_unhover", place])
    assert staying.evaluate(opacity, [handle, place]) < 1
    staying.evaluate(said, [handle, "plotly_click", place])
    staying.wait_for_url(re.compile(rf"unit={unit}$"))
