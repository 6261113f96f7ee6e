"""Months before the plan, without data and beyond it say so, and never that all is well."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, said, window


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2018-12", "The plan was issued on 12 Feb 2019: nothing in it was due yet."),
        ("2019-07", "No submission for Jul 2019 has been recorded"),
        ("2020-05", "No submission for May 2020 has been recorded; the figures shown are those of Aug 2019"),
    ],
)
def test_a_month_outside_says_so_and_claims_nothing(
    evaluator: TestClient, session: WriteSession, month: str, words: str
) -> None:
    for reported in ("2018-12", "2019-06", "2019-08"):
        record(session, "441202", reported, items_online=999)
    tree = window(evaluator, "/", f"?month={month}&lang=en")
    (heading,) = [said(node) for node in nodes(tree) if node["type"] == "H1"]
    assert heading == words
    assert "Nothing needs attention" not in said(tree)
    assert words in said(window(evaluator, "/targets/TG-05A", f"?month={month}&lang=en"))
