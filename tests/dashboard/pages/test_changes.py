"""What changed, as a page: two months or two moments, counts that lead to their rows, refusals in words."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboard.pages.changes import FIGURES, FLIPPED, GROUPS, SUBMISSIONS
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

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


def _title(client: TestClient, search: str) -> str:
    return next(said(node) for node in nodes(window(client, "/changes", search)) if node["type"] == "H1")


def test_the_finding_of_a_month_without_data_begins_with_that(evaluator: TestClient, submissions: WriteSession) -> None:
    assert _title(evaluator, "?month=2019-11").startswith("2019年11月没有任何月报；")
    page = said(window(evaluator, "/changes", "?month=2019-11&lang=en"))
    assert page.count("No submission for Nov 2019 has been recorded") == 1
    assert "the figures shown are those of" not in page


def test_the_finding_counts_what_is_no_longer_judged(evaluator: TestClient, submissions: WriteSession) -> None:
    record(submissions, "441202", "2019-10", items_online=720)  # the other has not come
    told = evaluator.get("/api/v1/changes.csv?period=2019-10").text.splitlines()
    ceased = [row for row in told if row.startswith("441203,") and ",status," in row]
    assert ceased
    assert f"{len(ceased)} newly judged or no longer judged" in _title(evaluator, "?month=2019-10&lang=en")


def test_since_an_entry_one_month_is_judged_twice(evaluator: TestClient, submissions: WriteSession) -> None:
    since = newest_seq(submissions)
    record(submissions, "441204", "2019-09", items_online=800)
    page = window(evaluator, "/changes", f"{MONTHS}&since={since}")
    text = said(page)
    assert "against what was known of it at" in text
    assert "Newly judged, or no longer judged" in text
    assert "Cause: a submission" in said(of_class(page, "note"))  # once, not in every row
    assert "Cause" not in [said(cell) for cell in nodes(page) if cell["type"] == "Th"]
    (row,) = [n for n in nodes(page) if n["type"] == "Tr" and "Submission" in said(n) and "Sihui" not in said(n)][:1]
    assert "Gaoyao" in said(row)


def test_a_beginning_after_the_end_is_said_in_words(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(
        evaluator, "/changes", f"{MONTHS}&as_of={newest_seq(submissions) - 1}&since={newest_seq(submissions)}"
    )
    assert "later than what is known as of" in said(page)


@pytest.mark.parametrize("earlier", ["2019-09", "2020-03"])
def test_a_month_held_against_lies_before_the_other_on_the_page_as_in_the_file(
    evaluator: TestClient, submissions: WriteSession, earlier: str
) -> None:
    page = window(evaluator, "/changes", f"{MONTHS}&period_from={earlier}")
    assert f"The month held against, {earlier}, has to lie before 2019-09." in said(page)
    (way,) = [n["props"]["href"] for n in nodes(of_class(page, "empty")) if "href" in n["props"]]
    assert "period_from" not in way
    answer = evaluator.get(f"/api/v1/changes.csv?period=2019-09&period_from={earlier}")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_conflict")


def test_a_month_beside_a_moment_means_nothing_and_is_said_to(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/changes", f"{MONTHS}&since=1&period_from=2019-08")
    assert "period_from=2019-08" in said(of_class(page, "misread"))


@pytest.mark.parametrize("since", [False, True], ids=["since last month", "since an entry"])
def test_the_csv_of_a_section_has_its_rows_and_no_others(
    evaluator: TestClient, submissions: WriteSession, since: bool
) -> None:
    before = newest_seq(submissions)
    for online in (800, 600):  # corrections that turn verdicts
        post(submissions, "441202", "2019-09", reason="更正", items_online=online)
    record(submissions, "441204", "2019-09", items_online=800)
    counted = {}
    for name in GROUPS:
        page = window(evaluator, "/changes", f"{MONTHS}&show={name}" + (f"&since={before}" if since else ""))
        hrefs = {n["props"]["href"] for n in nodes(page) if "changes.csv" in str(n["props"].get("href"))}
        rows = [n for n in nodes(page) if n["type"] == "Th" and n["props"].get("scope") == "row"]
        if not hrefs:
            assert rows == []
            continue
        (href,) = hrefs
        lines = evaluator.get(href).text.splitlines()[1:]
        assert len(lines) == len(rows) > 0, name
        counted[name] = len(lines)
    assert {FLIPPED, FIGURES, SUBMISSIONS} <= counted.keys()


def test_what_is_said_to_be_left_out_hides_nothing(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/changes", f"{MONTHS}&show=nope&since=never&period_from=once")
    assert "Nothing changed" not in said(page)
    hrefs = {str(n["props"]["href"]) for n in nodes(page) if "changes.csv" in str(n["props"].get("href"))}
    assert hrefs
    assert all(evaluator.get(href).status_code == 200 for href in hrefs)


def test_one_revision_for_several_units_is_one_row(evaluator: TestClient, submissions: WriteSession) -> None:
    body = revision(
        for_units=["441202", "441203"], threshold="60", effective_from="2019-09-15", citations=[CITATION], reason="分期"
    )
    revise_target(submissions, "TG-05A", principal=EVALUATOR, body=body)
    page = window(evaluator, "/changes", f"{MONTHS}&show=targets")
    (row,) = [n for n in nodes(page) if n["type"] == "Tr" and "分期" in said(n)]
    assert "Duanzhou District, Dinghu District" in said(row)
    (href,) = {n["props"]["href"] for n in nodes(page) if "changes.csv" in str(n["props"].get("href"))}
    assert len(evaluator.get(href).text.splitlines()) == 3  # the file has a row for each unit


def test_of_a_sort_that_did_not_change_only_that_is_said(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/changes", f"{MONTHS}&show=lights")
    assert "Nothing changed" not in said(page)
    assert "Lights set by hand 0" in said(of_class(page, "empty"))
