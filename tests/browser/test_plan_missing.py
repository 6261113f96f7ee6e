"""The page before a plan is loaded, in a real browser: nothing grave for axe, nothing refused by its own policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.accessibility import grave
from tests.databases import Server
from tests.serving import LiveServer, live


@pytest.fixture(scope="module")
def service(server: Server, template: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A service on a database that has no plan."""
    with server.database(template=template) as database:
        with database.as_owner() as connection:
            connection.execute(text("alter table plan_records disable trigger plan_records_append_only"))
            connection.execute(text("delete from plan_records"))
        with live(database, home=tmp_path_factory.mktemp("no-plan")) as found:
            yield found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_it_is_read_by_everybody(page: Page, service: LiveServer, theme: str, width: int) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.context.add_cookies([{"name": "biaochi_theme", "value": theme, "url": service.url}])
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(f"{service.url}/units/441202?lang=en")
    expect(page.get_by_role("heading", name="尚未载入方案")).to_be_visible()
    expect(page.get_by_role("heading", name="No plan is loaded yet")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert grave(page) == []
    assert [text for text in complaints if "503" not in text] == []
