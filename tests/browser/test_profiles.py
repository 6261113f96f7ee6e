"""What tests share of a browser tells none of them what another one left: a profile is emptied between them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browsing import Profile
from tests.serving import LiveServer

_LEAVE = """() => {
  localStorage.setItem("left", "1"); sessionStorage.setItem("left", "1"); document.cookie = "left=1; path=/";
  return Promise.all([caches.open("left"), new Promise(done => { indexedDB.open("left").onsuccess = done; })]).then();
}"""
_FOUND = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie, navigator.onLine ? "" : "offline",
  ...await caches.keys(), ...(await indexedDB.databases()).map(each => each.name),
  (await navigator.permissions.query({name: "clipboard-read"})).state,
].filter(Boolean)"""


def test_nothing_that_a_page_left_is_there_for_the_next_one(profile: Profile, live_server: LiveServer) -> None:
    def opened() -> Page:
        page = profile.context.new_page()
        page.goto(f"{live_server.url}/healthz")
        return page

    page = opened()
    before = page.evaluate(_FOUND)
    profile.context.grant_permissions(["clipboard-read"], origin=live_server.url)
    page.evaluate(_LEAVE)
    profile.context.route("**", lambda route: route.abort())
    profile.context.set_offline(True)
    assert len(page.evaluate(_FOUND)) == len(before) + 6
    profile.empty()
    assert page.is_closed()
    assert opened().evaluate(_FOUND) == before
    profile.empty()
