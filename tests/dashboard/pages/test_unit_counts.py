"""What a unit counts, on its page: every count with its newest value, month and versions, against the file."""

from __future__ import annotations

import csv
import io
from typing import Any

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.queries.test_views import post


def lines(page: Any) -> dict[str, str]:
    """What is said of each count beside its name, by the element that its name leads to."""
    found = {}
    for line in nodes(of_class(page, "unit-counts")):
        if line["type"] == "Li":
            name, beside = line["props"]["children"]
            found[name["props"]["href"].partition("?")[0].rpartition("/")[2]] = said(beside)
    return found


def test_every_count_stands_with_its_newest_value_as_known_then(evaluator: TestClient, session: WriteSession) -> None:
    plan = plan_at(session)
    first = post(session, "441202", "2019-08", items_online=650, items_new=1)
    post(session, "441202", "2019-09", items_online=690, items_new=3)
    post(session, "441202", "2019-09", reason="漏计", items_online=710, items_new=3)
    page = window(evaluator, "/units/441202", "?month=2019-09&lang=en")
    now = lines(page)
    assert list(now) == [element.code for element in plan.elements]
    assert now["items_online"] == "710 items 2 versions"
    assert now["items_new"] == "3 items"
    assert "; 1 corrected" in said(page)
    then = lines(window(evaluator, "/units/441202", f"?month=2019-09&as_of={first}&lang=en"))
    assert then["items_online"] == "650 items"
    assert then["items_new"] == "1 item"
    august = lines(window(evaluator, "/units/441202", "?month=2019-08&lang=en"))
    assert august == then


def test_the_file_has_what_is_listed(evaluator: TestClient, session: WriteSession) -> None:
    post(session, "441202", "2019-09", items_online=690)
    page = window(evaluator, "/units/441202", "?month=2019-09&lang=en")
    (href,) = {str(n["props"]["href"]) for n in nodes(page) if "observations.csv" in str(n["props"].get("href"))}
    rows = list(csv.DictReader(io.StringIO(evaluator.get(href).text.removeprefix("\ufeff"))))
    listed = {code: text.partition(" ")[0].replace(",", "") for code, text in lines(page).items()}
    assert {row["element_code"]: row["value"] for row in rows} == listed


def test_of_another_unit_a_clerk_sees_the_counts_that_rates_are_made_of(
    clerk: TestClient, submissions: WriteSession
) -> None:
    plan = plan_at(submissions)
    assert [*lines(window(clerk, "/units/441203"))] == [
        element.code for element in plan.elements if element.code in plan.published_elements
    ]
    assert [*lines(window(clerk, "/units/441202"))] == [element.code for element in plan.elements]


def test_nothing_is_listed_of_what_sends_none(evaluator: TestClient, submissions: WriteSession) -> None:
    for unit in ("441200", "441204"):
        assert not of_class(window(evaluator, f"/units/{unit}"), "unit-counts")
