"""Somebody at a page with a pointer, whose clicks are counted; and what tables and files say to them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Download, Locator, Page

from dashboard.window.access import COOKIE
from tests.browser.going import go_on
from tests.browsing import PATIENCE, Profile
from tests.serving import ROOT, LiveServer

Row = dict[str, str]


class Hand:
    """A page and how often it was pressed. Files come as they are asked for."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page, self.url, self.clicks = page, server.url, 0

    def overview(self, language: str) -> None:
        self.show(f"/?lang={language}")
        self.page.wait_for_selector(f"html[lang^={language}] .matrix")

    def show(self, address: str) -> None:
        """Go on to the page in the window that is open; load it where there is none, or where it is the page shown."""
        if self.page.url.startswith(self.url) and self.page.url.partition("#")[0] != self.url + address:
            go_on(self.page, address)
        else:
            self.page.goto(self.url + address)

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def file(self, what: Locator) -> Download:
        with self.page.expect_download() as coming:
            self.click(what)
        return coming.value

    def table(self, name: str, **parameters: str) -> list[Row]:
        """A dataset as the file has it, pulled with the browser's own session."""
        answer = self.page.request.get(f"{self.url}/api/v1/{name}.csv", params={**parameters})
        assert answer.ok, answer.text()
        return rows_of(answer.text())

    def cell(self, unit: str, target: str) -> Locator:
        return self.page.locator(f'.matrix a[href="#why={unit}/{target}"]')

    def heading(self, target: str) -> Locator:
        return self.page.locator(f'.matrix thead a[href*="/targets/{target}"]')

    def rail(self, name: str) -> Locator:
        return self.page.locator(".rail").get_by_role("link", name=name, exact=True)


@contextmanager
def window_of(profile: Profile, server: LiveServer, secret: str) -> Iterator[tuple[Page, list[str]]]:
    """A page that stays open from one job to the next, as an evaluator's does, and what its browser complains of."""
    page, complaints = profile.context.new_page(), list[str]()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])
    yield page, complaints
    profile.empty()


def rows_of(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def saved(download: Download) -> bytes:
    return download.path().read_bytes()


def shown(table: Locator) -> list[list[str]]:
    """The texts of a table's rows, cell by cell, without what is there for listeners alone."""
    cells: list[list[str]] = table.evaluate(
        """(table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => {
          const copy = cell.cloneNode(true);
          copy.querySelectorAll(".hidden-text").forEach((one) => one.remove());
          return copy.textContent.trim().replaceAll("−", "-");
        }))"""
    )
    return cells


def clicks_written() -> dict[str, int]:
    """How many clicks docs/pages.md says that each job takes."""
    text = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    return {number: int(clicks) for number, clicks in re.findall(r"^\| (\d+) \| .* \| (\d+) \|$", text, re.MULTILINE)}
