"""The clerk's form in a browser: opening it, pasting into it, counting what was sent from it."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from metrics.database import Sessions
from metrics.models import Submission
from tests.serving import LiveServer

UNITS = ("441202", "441203", "441204", "441223", "441224", "441225", "441226")
_PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const pasted = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(pasted);
}"""
_CELLS = """() => Object.fromEntries([...document.querySelectorAll("#collect .cell-row")].map(
  row => [row.dataset.code, row.querySelector("input").value]))"""


def paste(page: Page, text: str) -> None:
    """Paste `text` into the cell that has the focus."""
    page.evaluate(_PASTE, text)


def cells(page: Page) -> dict[str, str]:
    """Element code → the text in its cell."""
    found: dict[str, str] = page.evaluate(_CELLS)
    return found


def open_form(page: Page, server: LiveServer, unit: str, search: str = "") -> None:
    page.goto(f"{server.url}/collect?unit={unit}&period=2019-09{search}")
    expect(page.locator("#collect-progress")).to_contain_text("/45")


def sent(server: LiveServer, unit: str) -> int:
    with Sessions(server.database.engine).read() as session:
        count = session.scalar(select(func.count()).select_from(Submission).where(Submission.unit_code == unit))
    return (count or 0) - 1  # the one of August


def lose_one_answer(page: Page) -> None:
    """The next submission that is sent reaches the server; what the server answers does not reach the page."""

    def lose(route: Route) -> None:
        if "collect-sent-said" in (route.request.post_data or "") and not lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    lost: list[str] = []
    page.route("**/_dash-update-component?*", lose)
