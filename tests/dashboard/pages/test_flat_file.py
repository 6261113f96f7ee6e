"""The file of a grid is what the grid shows: its rows, columns and order, for whom the page is; nothing in it runs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import AuditEntry
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.people import person
from tests.trees import load, with_counties

CHOICE = {
    "sortModel": [{"colId": "TG-05A-value", "sort": "desc"}],
    "shown": ["TG-05A-value", "code", "TG-05A-status"],
    "pinned": ["code"],
}


def grid(client: TestClient, search: str) -> list[list[str]]:
    """Headings and rows of the printed table at an address: what the grid shows there, in pages."""
    tree = window(client, "/flat", f"{search}&layout=table")
    (table,) = [node for node in nodes(of_class(tree, "flat-printed")) if node["type"] == "Table"]
    rows = [node["props"]["children"] for node in nodes(table) if node["type"] == "Tr"]
    return [[said(cell) for cell in row] for row in rows]


def ways(client: TestClient, search: str) -> dict[str, str]:
    """The files that the page offers, by their ending."""
    hrefs = [str(node["props"].get("href", "")) for node in nodes(window(client, "/flat", search))]
    return {href.split("/")[2]: href for href in hrefs if href.startswith("/tables/")}


@pytest.mark.parametrize("show", ["verdicts", "scores", "months"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_files_are_what_is_shown(
    submissions: WriteSession, evaluator: TestClient, show: str, language: str
) -> None:
    search = f"?month=2019-09&show={show}&lang={language}&rows=" + json.dumps(CHOICE if show == "verdicts" else {})
    expected = [[cell.replace("−", "-").removeprefix("+") for cell in row] for row in grid(evaluator, search)]
    files = ways(evaluator, search)
    answer = evaluator.get(files["csv"])
    assert answer.headers["content-type"].startswith("text/csv")
    assert [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))] == expected
    assert len(expected) == 13
    book = load_workbook(io.BytesIO(evaluator.get(files["xlsx"]).content))
    sheet, about = book.worksheets
    assert [[_written(cell) for cell in row] for row in sheet.iter_rows()] == expected
    assert "2019" in str(about["A2"].value)


def _written(cell: Any) -> str:
    """A spreadsheet's cell as the file of texts has it."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return cell.value
    decimals = len(cell.number_format.partition(".")[2])
    return f"{cell.value:.{decimals}f}"


def test_the_file_has_more_rows_than_a_printed_page(submissions: WriteSession, evaluator: TestClient) -> None:
    load(submissions, with_counties(plan_at(submissions), 320))
    answer = evaluator.get(ways(evaluator, "?month=2019-09")["csv"])
    assert len(answer.text.splitlines()) == 1 + 12 + 320


def test_a_name_that_a_spreadsheet_would_run_is_harmless(submissions: WriteSession, evaluator: TestClient) -> None:
    plan = plan_at(submissions)
    named = [
        unit.model_copy(update={"name": unit.name.model_copy(update={"zh": "=1+1"})}) if unit.code == "441202" else unit
        for unit in plan.units
    ]
    load(submissions, plan.model_copy(update={"units": tuple(named)}))
    files = ways(evaluator, "?month=2019-09")
    assert "'=1+1," in evaluator.get(files["csv"]).text
    (sheet, _about) = load_workbook(io.BytesIO(evaluator.get(files["xlsx"]).content)).worksheets
    assert "'=1+1" in [row[0].value for row in sheet.iter_rows()]


def test_who_may_not_see_the_page_has_no_file_and_taking_one_is_in_the_audit(
    submissions: WriteSession, client: TestClient
) -> None:
    address = "/tables/csv/flat?month=2019-09"
    assert client.get(address, follow_redirects=False).status_code in (303, 401)
    person(submissions, "han", role=Role.EVALUATOR)
    use_secret(client, signed_in(submissions, "han"))
    assert client.get(address).status_code == 200
    assert client.get("/tables/docx/flat").status_code == 404
    assert client.get("/tables/csv/units").status_code == 404
    records = submissions.scalars(select(AuditEntry).where(AuditEntry.action == "data.pull")).all()
    assert [(record.actor, record.subject, record.outcome) for record in records] == [
        ("han", "/flat csv", "done"),
        ("han", "/flat docx", "refused"),
        ("han", "/units csv", "refused"),
    ]


def test_on_paper_figures_end_below_each_other_and_words_begin_so(
    submissions: WriteSession, evaluator: TestClient
) -> None:
    tree = window(evaluator, "/flat", "?month=2019-09&lang=en&layout=table&rows=" + json.dumps(CHOICE))
    (table,) = [node for node in nodes(of_class(tree, "flat-printed")) if node["type"] == "Table"]
    figures = of_class(table, "amount")
    assert [said(one).split()[-1] for one in figures[:1]] == ["Value"]
    assert len(figures) == 13
    assert all(said(one).replace(".", "").isdigit() for one in figures[1:] if said(one))
