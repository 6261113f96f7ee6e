"""Every unit beside one target: what is shown is what the file has, sorted, filtered and with columns left out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision

PAGE = "/targets/TG-05A"


def section(tree: Any) -> Any:
    (found,) = of_class(tree, "target-units")
    return found


def shown_rows(part: Any) -> list[list[str]]:
    """The texts of the table's cells, row by row, without its headings."""
    (table,) = of_class(part, "sortable")
    rows = [node for node in nodes(table) if node["type"] == "Tr"][1:]
    return [[said(cell) for cell in row["props"]["children"]] for row in rows]


def files(part: Any) -> dict[str, str]:
    """The addresses of the files by their form."""
    hrefs = [str(node["props"].get("href", "")) for node in nodes(part)]
    return {href.split("?")[0].rpartition(".")[2]: href for href in hrefs if href.startswith("/api/v1/progress")}


def table_of(client: TestClient, href: str) -> list[dict[str, str]]:
    answer = client.get(href)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "&sort=-value",
        "&sort=shortfall&lang=en",
        "&where=status:behind,met",
        "&where=misses:;status:no_data",
        "&columns=gap,value&sort=value&where=value:*",
        "&columns=shortfall,present_pace",
    ],
)
def test_the_file_has_the_rows_and_columns_that_are_shown(
    evaluator: TestClient, submissions: WriteSession, asked: str
) -> None:
    part = section(window(evaluator, PAGE, "?month=2019-09" + asked))
    rows, found = shown_rows(part), files(part)
    table = table_of(evaluator, found["csv"])
    assert [row["unit_name"] for row in table] == [cells[0].removesuffix("§") for cells in rows]
    headings = [
        node
        for node in nodes(of_class(part, "sortable"))
        if node["type"] == "Th" and node["props"].get("scope") == "col"
    ]
    assert len(headings) == len(rows[0])
    if "columns=gap,value" in asked:
        assert list(table[0]) == ["unit_code", "unit_name", "gap", "value"]
        figures = [[cell.replace("−", "-").replace("+", "") for cell in cells[1:]] for cells in rows]
        assert figures == [[row["gap"], row["value"]] for row in table]
    assert evaluator.get(found["xlsx"]).status_code == 200


def test_nothing_that_fits_is_said_and_makes_no_file(evaluator: TestClient, submissions: WriteSession) -> None:
    part = section(window(evaluator, PAGE, "?month=2019-09&where=status:overdue"))
    assert "没有符合条件的单位" in said(part)
    assert files(part) == {}
    (way,) = [node["props"]["href"] for node in nodes(of_class(part, "nothing-left")) if "href" in node["props"]]
    assert way == f"{PAGE}?month=2019-09"


def test_filters_are_links_that_say_how_many(evaluator: TestClient, submissions: WriteSession) -> None:
    part = section(window(evaluator, PAGE, "?month=2019-09"))
    linked = [node for node in nodes(of_class(part, "counted-links")) if "href" in node["props"]]
    links = {said(node): node["props"]["href"] for node in linked}
    assert links["未报10"] == f"{PAGE}?month=2019-09&where=status%3Ano_data"
    assert len(shown_rows(section(window(evaluator, PAGE, "?month=2019-09&where=status:no_data")))) == 10


def test_a_heading_sorts_down_then_up_then_not_at_all(evaluator: TestClient, submissions: WriteSession) -> None:
    search, way = "?month=2019-09", []
    for _turn in range(3):
        part = section(window(evaluator, PAGE, search))
        (link,) = [node for node in of_class(part, "sort-link") if said(node).startswith("数值")]
        search = "?" + link["props"]["href"].partition("?")[2]
        way.append(search.partition("sort=")[2])
    assert way == ["-value", "value", ""]


def test_what_means_nothing_in_the_address_is_said(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, PAGE, "?month=2019-09&sort=colour&where=status:red&columns=seq")
    words = said(of_class(tree, "misread"))
    assert all(name in words for name in ("sort", "where", "columns"))
    assert len(shown_rows(section(tree))) == 12


def test_a_unit_with_a_date_of_its_own_is_not_counted_by_that_of_the_others(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    """Duanzhou is given until the end of the year; in October everybody else's date is over."""
    body = revision(for_units=["441202"], due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION])
    revise_target(submissions, "TG-05A", principal=EVALUATOR, body=body)
    record(submissions, "441202", "2019-10", items_online=699)
    record(submissions, "441203", "2019-10", items_online=690)
    for language, title in (
        (
            "zh",
            "11个单位中有1个未达标，时限为2019年9月30日；10个无从推算；另有1个单位期限单列，其中0个按其期限未达标或不能达标",
        ),
        (
            "en",
            "1 of 11 units have not met it, due 30 Sep 2019; 10 cannot be judged; "
            "1 with a date of its own, 0 missing it",
        ),
    ):
        part = section(window(evaluator, PAGE, f"?month=2019-10&lang={language}"))
        assert said(next(node for node in nodes(part) if node["type"] == "H2")) == title
    headings = [said(node) for node in nodes(part) if node["type"] == "Th"]
    assert any("Projected to its due date" in heading for heading in headings)
    (row,) = [cells for cells in shown_rows(part) if cells[0].startswith("Duanzhou")]
    assert any("2020" in cell or "2019" in cell for cell in row)  # when its pace reaches the target


def test_a_distance_that_is_written_as_none_still_says_on_which_side_it_lies(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    """+0.004 and −0.004 points: neither is 0.00, which stands for met to the point."""
    for unit, online in (("441204", 70_004), ("441223", 69_996), ("441224", 70_000)):
        record(submissions, unit, "2019-09", items_total=100_000, items_online=online)
    search = "?month=2019-09&lang=en&columns=gap,status"
    rows = {cells[0]: cells[1:] for cells in shown_rows(section(window(evaluator, PAGE, search)))}
    assert rows["Gaoyao District"][0] == "<+0.01"
    assert rows["Guangning County"][0] == "−0.01"
    assert rows["Huaiji County"][0] == "0.00"
