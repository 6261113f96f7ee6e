"""The history of one count: from a verdict's explanation to every value that was sent, and who may see it."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from tests.dashboard.drawn import nodes, said, why_body, window
from tests.metrics.queries.test_views import post

COUNT = "/units/441202/elements/items_online"


def test_every_value_is_there_with_its_reason_and_what_it_took_the_place_of(
    evaluator: TestClient, session: WriteSession
) -> None:
    post(session, "441202", "2019-09", items_online=690)
    post(session, "441202", "2019-09", reason="漏计", items_online=710)
    page = window(evaluator, COUNT, "?lang=en")
    rows = [said(node) for node in nodes(page) if node["type"] == "Tr"][1:]
    assert len(rows) == 2
    assert rows[0].startswith("Sep 2019710690")
    assert "漏计" in rows[0]
    assert "Corrected since" in rows[1]
    hrefs = [str(node["props"].get("href")) for node in nodes(page)]
    (csv,) = [href for href in hrefs if "observations.csv" in href]
    assert len(evaluator.get(csv).text.splitlines()) == 3


def test_the_explanation_of_a_units_verdict_leads_to_its_counts(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", "/", "?lang=en"))
    why = answer.json()["response"]["why"]["children"]
    assert "History of its counts" in said(why)
    assert f"{COUNT}?lang=en" in {node["props"].get("href") for node in nodes(why)}


def test_a_clerk_sees_of_another_unit_no_count_that_no_rate_is_made_of(
    clerk: TestClient, submissions: WriteSession
) -> None:
    closed = window(clerk, "/units/441203/elements/items_new", "?lang=en")
    assert "Only the unit itself" in said(closed)
    own = window(clerk, "/units/441202/elements/items_new", "?lang=en")
    assert "Every value that was sent" in said(own)


def test_what_adds_up_others_leads_to_theirs(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/units/441200/elements/items_online", "?lang=en")
    assert COUNT in {str(node["props"].get("href")).partition("?")[0] for node in nodes(page)}


def test_a_count_that_is_none_is_not_found(evaluator: TestClient, submissions: WriteSession) -> None:
    assert "There is no count nothing" in said(window(evaluator, "/units/441202/elements/nothing", "?lang=en"))
