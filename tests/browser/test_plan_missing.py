"""The page before a plan is loaded, in a real browser: nothing grave for axe, nothing refused by its own policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.accessibility import grave
from tests.databases import Database
from tests.serving import live


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_it_is_read_by_everybody(page: Page, clean_database: Database, tmp_path: Path, theme: str, width: int) -> None:
    with clean_database.as_owner() as connection:
        connection.execute(text("alter table plan_records disable trigger plan_records_append_only"))
        connection.execute(text("delete from plan_records"))
    complaints: list[str] = []
    with live(clean_database, home=tmp_path) as service:
        page.on("console", lambda message: complaints.append(message.text))
        page.context.add_cookies([{"name": "biaochi_theme", "value": theme, "url": service.url}])
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"{service.url}/units/441202?lang=en")
        expect(page.get_by_role("heading", name="尚未载入方案")).to_be_visible()
        expect(page.get_by_role("heading", name="No plan is loaded yet")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert grave(page) == []
    assert [text for text in complaints if "503" not in text] == []
