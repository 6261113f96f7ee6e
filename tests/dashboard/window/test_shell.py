"""The bar that says which submissions are due or late: who sees it, when, and where it leads."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

import dashboard.window.reminder_lines
from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.people import person

OVERDUE = datetime(2019, 10, 7, 2, tzinfo=UTC)


class On7October(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return OVERDUE


@pytest.fixture(autouse=True)
def on_7_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard.window.reminder_lines, "datetime", On7October)


def test_a_clerk_is_told_on_every_page_and_led_to_the_form(clerk: TestClient) -> None:
    for path in ("/", "/collect"):
        bar = of_class(window(clerk, path), "reminder")
        assert "端州区 2019-09 月报和工作进展情况材料应于 2019-10-05 前报送" in said(bar)
        assert [node["props"]["href"] for node in nodes(bar) if "href" in node["props"]] == ["/collect"]


def test_it_speaks_the_page_s_language(clerk: TestClient) -> None:
    assert "were due by 2019-10-05" in said(of_class(window(clerk, "/", "?lang=en"), "reminder"))


def test_views_of_the_past_do_not_remind(clerk: TestClient) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    assert of_class(window(clerk, "/", f"?as_of={today}"), "reminder") == []


def test_a_reviewer_is_told_who_is_missing_and_led_to_the_queue(client: TestClient, session: WriteSession) -> None:
    person(session, "li", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "li"))
    bar = of_class(window(client, "/"), "reminder")
    assert "个单位未报" in said(bar)
    assert [node["props"]["href"] for node in nodes(bar) if "href" in node["props"]] == ["/review"]


def test_others_and_the_public_are_told_nothing(evaluator: TestClient) -> None:
    assert of_class(window(evaluator, "/"), "reminder") == []
