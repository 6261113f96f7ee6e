"""A verdict that a correction turned is marked on every page and slide that shows it, with value, date and reason."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.pages.corrected import MOST
from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.dashboard.pages.test_slides import COMPARE, slide, table_of, words_of
from tests.metrics.queries.test_views import post

MONTH = "month=2019-09"
WHY = "漏数三项"


@pytest.fixture
def turned(submissions: WriteSession) -> WriteSession:
    """Sihui, and the city with it, is first behind on what can be done online, and meets it after a correction."""
    post(submissions, "441284", "2019-09", items_online=500)
    post(submissions, "441284", "2019-09", items_online=900, reason=WHY)
    return submissions


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_marks_it_and_says_what_it_was(evaluator: TestClient, turned: WriteSession, language: str) -> None:
    page = window(evaluator, "/", f"?{MONTH}&lang={language}")
    listed = said(of_class(page, "flips"))
    assert WHY in listed
    assert ("Sihui" if language == "en" else "四会") in listed
    marks = [said(mark) for mark in of_class(page, "flip-mark")]
    assert any("◇" in mark and WHY in mark for mark in marks)
    before, after = listed.split("→")[:2]
    assert before.rstrip()[-5:] != after.strip()[-5:]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_below_the_matrix_two_lines_at_most_stand_in_sight_and_the_mark_leads_to_all(
    evaluator: TestClient, turned: WriteSession, language: str
) -> None:
    """Three verdicts are turned here; what the page has no room for on a projector is folded, and none is left out."""
    page = window(evaluator, "/", f"?{MONTH}&lang={language}")
    (flips,) = of_class(page, "flips")
    folded = [item for fold in of_type(flips, "Details") for item in of_type(fold, "Li")]
    assert (len(of_type(flips, "Li")) - len(folded), len(folded)) == (1, 2)
    assert "2" in said(of_type(flips, "Summary"))
    (legend,) = (one for one in of_class(page, "legend") if "◇" in said(one))
    (way,) = of_type(legend, "Link")
    assert "show=flipped" in way["props"]["href"]
    assert of_type(flips["props"]["children"], "P") == []


def test_an_overview_without_such_a_correction_says_nothing_of_it(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    post(submissions, "441284", "2019-09", items_online=900)
    post(submissions, "441284", "2019-09", items_online=901, reason="更正")
    page = window(evaluator, "/", f"?{MONTH}&lang=en")
    assert of_class(page, "flips") == []
    assert of_class(page, "flip-mark") == []


def test_the_city_is_marked_where_a_unit_turned_it(evaluator: TestClient, turned: WriteSession) -> None:
    page = window(evaluator, "/", f"?{MONTH}&lang=en")
    (cards,) = of_class(page, "cards")
    (row,) = of_class(page, "city-row")
    assert WHY in said(of_class(cards, "flip-mark"))
    assert WHY in said(of_class(row, "flip-mark"))


def test_the_table_of_all_units_marks_it(evaluator: TestClient, turned: WriteSession) -> None:
    page = window(evaluator, "/flat", f"?{MONTH}&lang=en&layout=table")
    assert "◇" in said(page)


@pytest.mark.parametrize("path", ["/", "/flat?layout=table", "/flat"])
def test_a_page_says_how_many_corrections_it_did_not_look_at(
    evaluator: TestClient, turned: WriteSession, path: str
) -> None:
    corrected_often(turned)
    page = window(evaluator, path.partition("?")[0], f"?{path.partition('?')[2]}&{MONTH}&lang=en")
    assert "2 older corrections were not looked at" in said(of_class(page, "flips"))


def test_a_slide_says_how_many_corrections_it_did_not_look_at(evaluator: TestClient, turned: WriteSession) -> None:
    corrected_often(turned)
    said_there = words_of(slide(evaluator, f"/targets/TG-05A?{MONTH}&lang=en"))
    assert "2 older corrections were not looked at" in said_there


def of_type(tree: Any, kind: str) -> list[dict[str, Any]]:
    """The components of `tree` of that kind."""
    return [node for node in nodes(tree) if node["type"] == kind]


def corrected_often(session: WriteSession) -> None:
    """Nine more corrections after the one that turned: those that are looked at turned nothing."""
    for online in range(901, 901 + MOST + 1):
        post(session, "441284", "2019-09", items_online=online, reason="更正")


@pytest.mark.parametrize(
    "path", ["/", "/?sort=-TG-05A.value", "/targets/TG-05A", "/units/441284", f"{COMPARE}&unit=441284"]
)
def test_every_slide_marks_it(evaluator: TestClient, turned: WriteSession, path: str) -> None:
    page = path + ("&" if "?" in path else "?") + f"{MONTH}&lang=en"
    found = slide(evaluator, page)
    assert WHY in words_of(found)
    assert any("◇" in cell for row in table_of(found) for cell in row)
