"""The revision record on a unit's page: the same figures as the file that it links to."""

from __future__ import annotations

import csv
import io
from typing import Any

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.queries.test_views import post


def test_the_page_tells_what_the_file_has(evaluator: TestClient, session: WriteSession) -> None:
    for online in (640, 650, 630):
        post(session, items_online=online)
    tree: Any = window(evaluator, "/units/441202", "?month=2019-09&lang=en")
    (table,) = [one for one in of_class(tree, "figures") if "Furthest: first → newest" in said(one)]
    links = {str(node["props"].get("href")) for node in nodes(tree)}
    (href,) = [link for link in links if "/revisions.csv" in link]
    rows = list(csv.DictReader(io.StringIO(evaluator.get(href).text.removeprefix("\ufeff"))))
    row = next(row for row in rows if row["indicator_code"] == "online_rate")
    assert (row["revisions"], row["first_value"], row["newest_value"]) == ("2", "64.00", "63.00")
    shown = said(table)
    for part in (row["first_value"], row["newest_value"], row["median_days"], f"{row['late_percent']} %", "−1.00"):
        assert part in shown, part
    revised = [row for row in rows if row["months_revised"] != "0"]
    assert f"first figures of {len(revised)} indicator" in said(tree)
