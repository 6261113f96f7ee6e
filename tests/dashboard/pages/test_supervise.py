"""`/supervise`: a section for every noun that is followed up, with the way to it."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, said, window


def links(tree: object) -> set[str]:
    return {node["props"]["href"] for node in nodes(tree) if "href" in node["props"]}


def test_what_is_late_and_silent_is_counted_and_led_to(evaluator: TestClient, submissions: WriteSession) -> None:
    shown = window(evaluator, "/supervise", "?month=2019-09&lang=en")
    text = said(shown)
    assert "Sep 2019: 9 submissions have not come" in text
    assert "tasks without an update for two months" in text
    assert {"/periods?month=2019-09&lang=en", "/tasks?month=2019-09&lang=en&state=silent"} <= links(shown)


def test_in_chinese_the_page_is_called_as_offices_call_it(evaluator: TestClient, submissions: WriteSession) -> None:
    assert "督办" in said(window(evaluator, "/supervise"))
