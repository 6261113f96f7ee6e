"""What changed, as a page: two months or two moments, counts that lead to their rows, refusals in words."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window

MONTHS = "?lang=en&month=2019-09"


def test_since_last_month_both_ways_are_counted_and_each_count_is_a_link(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    page = window(evaluator, "/changes", MONTHS)
    assert "Sep 2019 against Aug 2019, both as known" in said(page)
    assert "Turned better" in said(page)
    links = [n["props"]["href"] for n in nodes(of_class(page, "filters")) if "href" in n["props"]]
    assert any("show=better" in href for href in links)
    alone = window(evaluator, "/changes", MONTHS + "&show=better")
    heads = [said(node) for node in nodes(alone) if node["type"] == "H2"]
    assert [head.split(" (")[0] for head in heads if head.startswith("Turned")] == ["Turned better"]


def test_since_an_entry_one_month_is_judged_twice(evaluator: TestClient, submissions: WriteSession) -> None:
    since = newest_seq(submissions)
    record(submissions, "441204", "2019-09", items_online=800)
    page = window(evaluator, "/changes", f"{MONTHS}&since={since}")
    text = said(page)
    assert "against what was known of it at" in text
    assert "Newly judged, or no longer" in text
    assert "a submission came" in text
    (row,) = [n for n in nodes(page) if n["type"] == "Tr" and "Submission" in said(n) and "Sihui" not in said(n)][:1]
    assert "Gaoyao" in said(row)


def test_a_beginning_after_the_end_is_said_in_words(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(
        evaluator, "/changes", f"{MONTHS}&as_of={newest_seq(submissions) - 1}&since={newest_seq(submissions)}"
    )
    assert "later than what is known as of" in said(page)


def test_the_csv_of_a_section_has_its_rows(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/changes", MONTHS + "&show=better")
    hrefs = {n["props"]["href"] for n in nodes(page) if "changes.csv" in str(n["props"].get("href"))}
    (href,) = hrefs
    lines = evaluator.get(href).text.splitlines()
    shown = [n for n in nodes(page) if n["type"] == "Tr"]
    assert len([line for line in lines if ",better," in line]) == len(shown) - 1
