"""Two to five units beside each other: what the page shows, and what it says of one and of six."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.dashboard.shown_tables import body
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

UNITS = ("441202", "441203", "441204", "441223", "441224", "441225")


def _search(*units: str, more: str = "lang=en") -> str:
    return "?" + "&".join([*(f"unit={unit}" for unit in units), more])


def test_units_stand_beside_each_other_in_the_order_of_the_address(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    page = window(evaluator, "/compare", _search("441203", "441202"))
    assert "not understood" not in said(page).lower()
    table = of_class(page, "compared-table")[0]
    text = said(table)
    assert "85.00 %" in text
    assert "69.90 %" in text
    assert "Apart: \u221215.10" in text
    heads = [said(node) for node in nodes(table) if node["type"] == "Th" and node["props"].get("scope") == "col"]
    assert [head.startswith(name) for head, name in zip(heads[2:], ("Dinghu", "Duanzhou"), strict=True)] == [True, True]
    pictures = [node["props"]["alt"] for node in nodes(page) if node["type"] == "Img" and node["props"].get("alt")]
    assert any("85.00 %" in words and "69.90 %" in words for words in pictures)


def test_of_who_has_not_reported_what_was_reported_last_is_told_as_such(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    post(submissions, "441202", "2019-10", items_online=700)
    table = of_class(window(evaluator, "/compare", _search("441203", "441202", more="month=2019-10")), "compared-table")
    row = next(n for n in nodes(table) if n["type"] == "Tr" and "网上可办率(阶段)" in said(n))
    cells = [said(cell) for cell in row["props"]["children"] if cell["type"] == "Td"][1:]
    assert "未报" in cells[0]
    assert cells[0].endswith("上次 2019-09: 85.00")
    assert "上次" not in cells[1]


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ((), "Which units are to be compared?"),
        (UNITS[:1], "One unit is chosen; a comparison takes two to five"),
        (("441202", "441202"), "One unit is chosen; a comparison takes two to five"),
        (UNITS, "6 units are chosen; at most five stand beside each other"),
    ],
)
def test_too_few_and_too_many_are_said_in_words(
    evaluator: TestClient, submissions: WriteSession, units: tuple[str, ...], words: str
) -> None:
    page = window(evaluator, "/compare", _search(*units))
    assert words in said(page)
    assert not of_class(page, "compared-table")


def test_a_unit_that_is_none_is_told(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/compare", _search("441202", "nowhere", "441203"))
    assert "unit=nowhere" in said(page)
    assert of_class(page, "compared-table")


def test_a_page_that_takes_one_unit_tells_of_the_others(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/assess", _search("441202", "441203"))
    assert "unit=441202" in said(page)


def test_the_csv_is_of_what_is_shown(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/compare", _search("441203", "441202"))
    (href,) = {node["props"]["href"] for node in nodes(page) if "comparison.csv" in str(node["props"].get("href"))}
    lines = evaluator.get(href).text.splitlines()
    shown = body(of_class(page, "compared-table"))
    assert len(lines) - 1 == 2 * len(shown)


def test_what_was_corrected_is_told_with_the_verdict_that_it_turned(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    address = "?unit=441202&unit=441203&month=2019-09&lang=en"
    assert not of_class(window(evaluator, "/compare", address), "corrections")
    post(submissions, "441202", "2019-09", reason="漏计", items_online=710)
    told = said(of_class(window(evaluator, "/compare", address), "corrections"))
    for words in ("Duanzhou District", "Online rate", "Sep 2019", "69.90", "71.00", "漏计", "→"):
        assert words in told, words
    assert not of_class(window(evaluator, "/compare", address.replace("441202", "441204")), "corrections")


def test_charts_mark_what_was_corrected(evaluator: TestClient, submissions: WriteSession) -> None:
    address = "?unit=441202&unit=441203&month=2019-09&lang=en"

    def marked() -> dict[str, int]:
        """By what is said of a chart: its diamonds."""
        charts = [node["props"] for node in of_class(window(evaluator, "/compare", address), "multiple-course")]
        return {chart["alt"]: unquote(chart["src"]).count('class="revised"') for chart in charts}

    assert not any(marked().values())
    post(submissions, "441202", "2019-09", reason="漏计", items_online=710)
    found = [(words, count) for words, count in marked().items() if count]
    assert found
    assert all(count == 1 and "Duanzhou District" in words for words, count in found)
    assert all("; corrected: Sep 2019" in words.partition("Dinghu District")[0] for words, _count in found)
    assert any(words.startswith("Online rate: ") for words, _count in found)
    legend = said(of_class(window(evaluator, "/compare", address), "line-legend"))
    assert "◇corrected" in legend


def test_what_all_are_level_on_is_folded_where_it_is_much(evaluator: TestClient, submissions: WriteSession) -> None:
    page = window(evaluator, "/compare", _search("441203", "441202"))
    apart, level = of_class(page, "compared-table")
    folded = body(level)
    assert len(folded) >= 4
    assert f"All are level on {len(folded)} targets" in said(page)
    charts, level_charts = of_class(page, "compared-charts")
    more = len(of_class(level_charts, "multiple"))
    assert f"{more} more charts, on which all are level now" in said(page)
    assert {said(tile) for tile in of_class(charts, "multiple")}.isdisjoint(
        map(said, of_class(level_charts, "multiple"))
    )
    differences = [said(cell) for row in folded for cell in row[3:]]
    assert all("Apart: 0.00" in cell for cell in differences), differences
    assert any("Apart: 0.00" not in said(cell) for row in body(apart) for cell in row[3:])


@pytest.mark.parametrize("path", ["/", "/targets/TG-05A", "/leaderboard"])
def test_units_are_ticked_where_one_stands_and_lead_to_the_comparison(
    evaluator: TestClient, submissions: WriteSession, path: str
) -> None:
    """A box in every row with the unit's code, all of one form, which keeps the month, the level and the language."""
    page = window(evaluator, path, "?month=2019-09&as_of=5&lang=en")
    (form,) = of_class(page, "compare-chosen")
    assert (form["props"]["method"], form["props"]["action"]) == ("get", "/compare")
    kept = {node["props"]["name"]: node["props"]["value"] for node in nodes(form) if node["type"] == "Input"}
    assert kept == {"month": "2019-09", "as_of": "5", "lang": "en"}
    rows = of_class(page, "choosable")
    boxes = [node["props"] for row in rows for node in nodes(row) if node["type"] == "Checkbox"]
    assert {(box["attributes"]["input"]["name"], box["attributes"]["input"]["form"]) for box in boxes} == {
        ("unit", form["props"]["id"])
    }
    led_to = [next(n["props"]["href"] for n in nodes(row) if "href" in n["props"]) for row in rows]
    assert [box["value"] for box in boxes] == [href.partition("?")[0].removeprefix("/units/") for href in led_to]
    assert len({*led_to}) == len(led_to) >= 12
    (named,) = (said(box["label"]) for box in boxes if box["value"] == "441202")
    assert named == "Compare Duanzhou District"


@pytest.mark.parametrize("mode", ["view=projector", "embed=1"])
def test_nothing_is_ticked_where_nothing_is_asked(evaluator: TestClient, submissions: WriteSession, mode: str) -> None:
    page = window(evaluator, "/leaderboard", f"?{mode}")
    assert "端州区" in said(page)
    assert not of_class(page, "compare-chosen") + of_class(page, "choosable")


@pytest.mark.parametrize(
    ("own", "lines"),
    [
        ((), ["What is due"]),
        (UNITS[:1], ["What is due for Dinghu District"]),  # Duanzhou's is not due yet
        (UNITS[:2], []),
    ],
)
def test_what_is_due_is_that_of_the_units_shown(
    evaluator: TestClient, submissions: WriteSession, own: tuple[str, ...], lines: list[str]
) -> None:
    """No line of the others' demand where every unit has a target of its own; where one has, each line says whose."""
    if own:
        body = revision(for_units=list(own), due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION])
        revise_target(submissions, "TG-05A", principal=EVALUATOR, body=body)
    page = window(evaluator, "/compare", _search(*UNITS[:2], more="month=2019-09&lang=en"))
    tables = [node for node in nodes(page) if node["type"] == "Table" and said(node).startswith("Online rate")]
    assert [said(node) for node in nodes(tables[0]) if "What is due" in said(node) and node["type"] == "Th"] == lines
    (said_of_it,) = [
        node["props"]["alt"]
        for node in nodes(page)
        if node["type"] == "Img" and str(node["props"].get("alt", "")).startswith("Online rate:")
    ]
    assert ("What is due for Dinghu District: 70.00" in said_of_it) == (own == UNITS[:1])
