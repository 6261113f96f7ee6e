"""The second step of signing in, as a person takes it."""

from __future__ import annotations

from playwright.sync_api import Page

from metrics.database import Sessions
from tests.people import present_code
from tests.serving import LiveServer


def show_code(page: Page, server: LiveServer, username: str) -> None:
    """Type the person's present code where the page asks for it; without a second factor, set it up beside the page."""
    field = page.locator("#code")
    field.wait_for()
    with Sessions(server.database.engine).write() as session:
        typed = present_code(session, username)
    field.fill(typed)
    page.keyboard.press("Enter")
