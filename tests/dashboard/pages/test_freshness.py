"""The page of what stopped: its finding, its rows, and the ways to it."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window


def test_what_stopped_is_told_for_a_month_with_since_when_and_how_long(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    del submissions  # of 441202 and 441203, up to September 2019
    tree = window(evaluator, "/freshness", "?month=2019-10&lang=en")
    assert "11 units have stopped reporting; 1 dataset has stopped" in said(tree)
    table = [[said(cell) for cell in row["props"]["children"]] for row in nodes(tree) if row["type"] == "Tr"]
    rows = {row[0]: row[1:] for row in table}
    assert rows["Duanzhou District"][1:] == ["Sep 2019", "Oct 2019", "5 Nov 2019", "1", "1"]
    assert rows["Sihui City"][1:3] == ["—", "Jul 2019"]
    links = [node["props"].get("href", "") for node in nodes(tree)]
    assert any("/api/v1/freshness.csv?on=2019-11-06" in link for link in links)


def test_nothing_has_stopped_before_anything_was_sent(evaluator: TestClient) -> None:
    assert "没有停报" in said(window(evaluator, "/freshness"))


def test_units_without_a_report_for_months_lead_there(evaluator: TestClient, submissions: WriteSession) -> None:
    del submissions
    panel = of_class(window(evaluator, "/", "?month=2019-09"), "attention")
    assert any(node["props"].get("href") == "/freshness?month=2019-09" for node in nodes(panel))
