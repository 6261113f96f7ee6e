"""F4: the connection is lost while typing, on sending, and comes back: nothing typed is lost, nothing is doubled."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.models import Draft
from tests.builders import whole_values
from tests.clerk_form import cells, lose_one_answer, open_form, paste, sent
from tests.serving import LiveServer

SAID_WITHIN = 3000  # ms
# From the first key after this to the first words about the connection, in the browser's own time.
_MEASURE = """() => {
  window.typedAt = window.saidAt = 0;
  document.addEventListener("input", () => { window.typedAt = window.typedAt || performance.now(); }, true);
  new MutationObserver(() => { window.saidAt = window.saidAt || performance.now(); })
    .observe(document.getElementById("collect-connection"), {childList: true, characterData: true, subtree: true});
}"""
# What the line about the connection has said on this page: on a busy machine a slow answer soon says something else.
_LISTEN = """
  window.said = [];
  new MutationObserver(() => window.said.push(document.getElementById("collect-connection")?.textContent || ""))
    .observe(document, {childList: true, characterData: true, subtree: true});
"""
_PUT_BACK = "() => window.said.some(words => words.includes('未能保存的输入'))"
# A page that was left lingers for a moment on a busy machine, and hears that the connection is back: it asks no more.
_LEAVE = "() => { window.fetch = () => Promise.reject(new TypeError('the page was left')); }"
_KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('biaochi_typed:')).length"
_SIGN_OUT = """() => {
  const form = document.querySelector("form[action='/sign-out']");
  form.addEventListener("submit", event => event.preventDefault());
  form.requestSubmit();
}"""
LOST, SAVED = "连接中断：输入已留在本浏览器", "草稿已存"
ALL = "\n".join(str(value) for value in whole_values().values())


def draft(server: LiveServer, unit: str) -> dict[str, str]:
    """What the server has kept for the unit."""
    with Sessions(server.database.engine).read() as session:
        typed = session.scalar(select(Draft.typed).where(Draft.unit_code == unit))
    return {} if typed is None else typed["values"]


@contextmanager
def hanging(server: LiveServer) -> Iterator[None]:
    """The service takes connections and answers none of them."""
    group = os.getpgid(server.process.pid)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


@pytest.mark.parametrize("how", ["no network", "a server that hangs"])
def test_what_is_typed_without_connection_is_kept_and_saved_when_it_is_back(
    signed_in: Page, live_server: LiveServer, how: str, record_property: Callable[[str, object], None]
) -> None:
    page, unit = signed_in, {"no network": "441202", "a server that hangs": "441203"}[how]
    open_form(page, live_server, unit)
    page.locator("#cell-items_total").fill("1000")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    page.evaluate(_MEASURE)
    with no_network(page) if how == "no network" else hanging(live_server):
        page.locator("#cell-items_instant").fill("350")
        expect(page.locator("#collect-draft")).to_have_text("尚未保存")
        expect(page.locator("#collect-connection")).to_contain_text(LOST)
        waited = page.evaluate("Math.max(0, window.saidAt - window.typedAt)")
        page.locator("#cell-items_total").fill("1001")
        expect(page.locator("#collect-draft")).to_have_text("尚未保存")
        assert page.evaluate(_KEPT) == 1
    expect(page.locator("#collect-connection")).to_have_text("连接已恢复。")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    assert draft(live_server, unit) == {"items_total": "1001", "items_instant": "350"}
    assert page.evaluate(_KEPT) == 0
    record_property(f"ms until the lost connection was said ({how})", round(waited))
    assert waited <= SAID_WITHIN


def test_what_was_typed_without_connection_survives_a_closed_page(signed_in: Page, live_server: LiveServer) -> None:
    page, unit = signed_in, "441204"
    page.add_init_script(_LISTEN)
    open_form(page, live_server, unit)
    page.locator("#cell-items_total").fill("1000")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    with no_network(page):
        page.locator("#cell-items_online").fill("850")
        page.locator("#collect-note").fill("附注")
        expect(page.locator("#collect-connection")).to_contain_text(LOST)
        page.evaluate(_LEAVE)
        page.goto("about:blank")
    assert draft(live_server, unit) == {"items_total": "1000"}
    open_form(page, live_server, unit)
    page.wait_for_function(_PUT_BACK)
    expect(page.locator("#cell-items_online")).to_have_value("850")
    expect(page.locator("#collect-note")).to_have_value("附注")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    assert draft(live_server, unit) == {"items_total": "1000", "items_online": "850"}
    assert page.evaluate(_KEPT) == 0
    page.reload()
    expect(page.locator("#cell-items_online")).to_have_value("850")
    expect(page.locator("#collect-progress")).to_contain_text("/45")
    assert not page.evaluate(_PUT_BACK)


def test_what_was_kept_does_not_overwrite_what_another_computer_saved(
    signed_in: Page, browser: Browser, live_server: LiveServer, secret: str
) -> None:
    page, unit = signed_in, "441223"
    open_form(page, live_server, unit)
    page.locator("#cell-items_total").fill("1000")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    with no_network(page):
        page.locator("#cell-items_total").fill("1001")
        expect(page.locator("#collect-connection")).to_contain_text(LOST)
        page.evaluate(_LEAVE)
        page.goto("about:blank")
    other = browser.new_context()
    other.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    window = other.new_page()
    open_form(window, live_server, unit)
    window.locator("#cell-items_total").fill("1250")
    expect(window.locator("#collect-draft")).to_contain_text(SAVED)
    other.close()
    open_form(page, live_server, unit)
    expect(page.locator(".difference")).to_contain_text("1250")
    expect(page.locator("#cell-items_total")).to_have_value("1001")
    expect(page.locator("#collect-draft")).to_have_text("尚未保存")
    assert draft(live_server, unit) == {"items_total": "1250"}
    assert page.evaluate(_KEPT) == 1
    page.get_by_role("button", name="保留我填的").click()
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    assert (draft(live_server, unit), page.evaluate(_KEPT)) == ({"items_total": "1001"}, 0)


def test_sending_without_connection_says_so_and_is_never_doubled(signed_in: Page, live_server: LiveServer) -> None:
    page, unit = signed_in, "441224"
    open_form(page, live_server, unit)
    page.locator("#cell-items_total").focus()
    paste(page, ALL)
    expect(page.locator("#collect-progress")).to_have_text("已填45/45")
    with no_network(page):
        page.locator("#collect-send").click()
        expect(page.locator("#collect-refused")).to_contain_text("没有收到回应")
        assert page.evaluate(_KEPT) == 1
    expect(page.locator("#collect-connection")).to_have_text("连接已恢复。")
    expect(page.locator("#collect-refused")).to_contain_text("没有收到回应")  # still: nothing was sent by itself
    assert (sent(live_server, unit), len(cells(page))) == (0, 45)
    lose_one_answer(page)
    page.locator("#collect-send").click()
    expect(page.locator("#collect-refused")).to_contain_text("没有收到回应")
    assert sent(live_server, unit) == 1  # recorded, though its answer was lost
    expect(page.locator("#collect-connection")).to_have_text("连接已恢复。")
    expect(page.locator("#collect-refused")).to_contain_text("没有收到回应")
    page.locator("#collect-send").click()
    page.wait_for_url("**/collect/receipt/*")
    assert sent(live_server, unit) == 1
    assert draft(live_server, unit) == {}
    assert page.evaluate(_KEPT) == 0


def test_changed_after_an_answer_that_never_came_it_is_said_what_was_recorded(
    signed_in: Page, live_server: LiveServer
) -> None:
    page = signed_in
    open_form(page, live_server, "441226")
    page.locator("#cell-items_total").focus()
    paste(page, ALL)
    lose_one_answer(page)
    page.locator("#collect-send").click()
    expect(page.locator("#collect-refused")).to_contain_text("没有收到回应")
    page.locator("#cell-startups").fill("7")
    expect(page.locator("#collect-connection")).to_have_text("连接已恢复。")
    page.locator("#collect-send").click()
    expect(page.locator("#collect-refused")).to_contain_text("上次报送已收到并记录")
    assert sent(live_server, "441226") == 1
    page.locator("#collect-reason").fill("录入有误")
    page.locator("[data-does='send-over']").click()
    page.wait_for_url("**/collect/receipt/*")
    expect(page.locator(".receipt")).to_contain_text("录入有误")


def test_who_was_signed_out_finds_it_again_and_signing_out_leaves_nothing(
    signed_in: Page, live_server: LiveServer, secret: str
) -> None:
    page = signed_in
    open_form(page, live_server, "441202")
    page.context.clear_cookies()
    page.locator("#cell-items_hall").fill("900")
    page.wait_for_url("**/sign-in?next=*")
    assert page.evaluate(_KEPT) == 1
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    open_form(page, live_server, "441202")
    expect(page.locator("#cell-items_hall")).to_have_value("900")
    expect(page.locator("#collect-draft")).to_contain_text(SAVED)
    with no_network(page):
        page.locator("#cell-items_hall").fill("901")
        expect(page.locator("#collect-connection")).to_contain_text(LOST)
        assert page.evaluate(_KEPT) == 1
        page.evaluate(_SIGN_OUT)
        assert page.evaluate(_KEPT) == 0


def test_a_click_without_connection_changes_neither_page_nor_address_and_is_done_once_that_is_back(
    signed_in: Page, live_server: LiveServer
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/targets?lang=zh")
    heading = page.locator("#content h1")
    expect(heading).to_be_visible()
    before, address = heading.inner_text(), page.url
    with no_network(page):
        page.locator('a[href^="/units"]').first.click()
        expect(page.locator("#told-later")).to_contain_text("网络连接中断")
        expect(heading).to_have_text(before)
        assert page.url == address
    expect(page).to_have_url(re.compile("/units"))
    expect(heading).not_to_have_text(before)
    expect(page.locator("#told-later")).to_be_hidden()


def test_what_is_answered_in_the_service_s_place_is_said_and_the_page_comes_once_the_service_answers(
    signed_in: Page, live_server: LiveServer
) -> None:
    """A proxy's or a network's own page with status 200, and an answer that is cut off."""
    page, drawing = signed_in, "**/_dash-update-component?*"
    foreign = {"content_type": "text/html", "body": "<html>sign in to the network</html>"}
    for answer in (foreign, {"content_type": "application/json", "body": '{"multi": true, "resp'}):
        page.goto(f"{live_server.url}/targets?lang=zh")
        heading, told = page.locator("#content h1"), page.locator("#told-later")
        expect(heading).to_be_visible()
        before, address = heading.inner_text(), page.url
        page.route(drawing, in_its_place(answer))
        page.locator('a[href^="/units"]').first.click()
        expect(told).to_contain_text("网络连接中断")
        expect(heading).to_have_text(before)
        assert page.url == address
        page.unroute(drawing)
        told.locator("button").click()
        expect(page).to_have_url(re.compile("/units"))
        expect(heading).not_to_have_text(before)
        expect(told).to_be_hidden()


def in_its_place(answer: dict[str, str]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=200, content_type=answer["content_type"], body=answer["body"])


@pytest.mark.parametrize("status", [502, 400])
def test_a_page_that_the_service_does_not_give_is_said_and_comes_once_it_does(
    signed_in: Page, live_server: LiveServer, status: int
) -> None:
    page, drawing = signed_in, "**/_dash-update-component?*"
    page.goto(f"{live_server.url}/targets?lang=zh")
    heading, told = page.locator("#content h1"), page.locator("#told-later")
    expect(heading).to_be_visible()
    before, address = heading.inner_text(), page.url
    page.route(drawing, lambda route: route.fulfill(status=status, body="", headers={"Retry-After": "60"}))
    link = page.locator('a[href^="/units"]').first
    link.click()
    expect(told.locator("button")).to_have_text("关闭" if status == 400 else "立即重试")
    expect(heading).to_have_text(before)
    assert page.url == address
    page.unroute(drawing)
    link.click()
    expect(heading).not_to_have_text(before)
    expect(page).to_have_url(re.compile("/units"))
    expect(told).to_be_hidden()
