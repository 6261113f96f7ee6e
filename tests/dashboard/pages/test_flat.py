"""The flat view: a row a reporting unit, whose figures are those of the pages, given in blocks as the grid asks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.grids.flat_grid import texts_of_grid
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import draw_body, nodes, of_class, outputs_of, said, signed_in, use_secret, window
from tests.people import person
from tests.trees import in_a_nation, load, with_counties

ROWS = "..flat-grid.getRowsResponse...flat-printed.href.."


def asked(client: TestClient, search: str = "", **request: Any) -> Any:
    body = {
        "output": ROWS,
        "outputs": outputs_of(ROWS),
        "inputs": [{"id": "flat-grid", "property": "getRowsRequest", "value": request}],
        "state": [{"id": "url", "property": "search", "value": search}],
        "changedPropIds": ["flat-grid.getRowsRequest"],
    }
    return client.post(CALLBACKS, json=body)


def rows(client: TestClient, search: str = "", **request: Any) -> tuple[list[dict[str, str]], int, str]:
    answer = asked(client, search, **request)
    assert answer.status_code == 200, answer.text
    told = answer.json()["response"]
    given = told["flat-grid"]["getRowsResponse"]
    return given["rowData"], given["rowCount"], told["flat-printed"]["href"]


def test_a_row_says_what_the_overview_says(submissions: WriteSession, evaluator: TestClient) -> None:
    found, count, _way = rows(evaluator, "?month=2019-09", startRow=0, endRow=100)
    by_code = {row["code"]: row for row in found}
    assert count == len(found) == 12
    assert (by_code["441202"]["TG-05A-value"], by_code["441202"]["TG-05A-status"]) == ("69.90", "▲ 滞后")
    assert by_code["441203"]["TG-05A-status"] == "✔ 达标"
    assert by_code["441204"]["TG-05A-value"] == ""
    assert by_code["441202"]["href"] == "/units/441202?month=2019-09"


def test_blocks_follow_each_other_in_the_order_asked_for(submissions: WriteSession, evaluator: TestClient) -> None:
    order = [{"colId": "code", "sort": "desc"}]
    whole = [row["code"] for row in rows(evaluator, startRow=0, endRow=100, sortModel=order)[0]]
    parts = [
        row["code"]
        for first in range(0, 12, 5)
        for row in rows(evaluator, startRow=first, endRow=first + 5, sortModel=order)[0]
    ]
    assert parts == whole == sorted(whole, reverse=True)


def test_what_is_chosen_can_be_printed(submissions: WriteSession, evaluator: TestClient) -> None:
    _rows, count, way = rows(
        evaluator,
        "?month=2019-09&lang=en",
        startRow=0,
        endRow=100,
        sortModel=[{"colId": "TG-05A-value", "sort": "desc"}],
        filterModel={"TG-05A-value": {"filterType": "number", "type": "greaterThan", "filter": 1}},
    )
    assert count == 2
    path, _mark, search = way.partition("?")
    tree = window(evaluator, path, "?" + search)
    assert not of_class(tree, "misread")
    (table,) = of_class(tree, "flat-printed")
    assert [said(node) for node in nodes(table) if node["props"].get("scope") == "row"] == [
        "Dinghu District",
        "Duanzhou District",
    ]


def test_columns_are_hidden_and_pinned_in_the_address_and_on_paper(
    submissions: WriteSession, evaluator: TestClient
) -> None:
    kept = json.dumps({"shown": ["code", "TG-05A-value", "TG-05A-status"], "pinned": ["TG-05A-status"]})
    search = f"?month=2019-09&lang=en&rows={kept}"
    tree = window(evaluator, "/flat", search)
    assert said(of_class(tree, "flat-columns-menu")).startswith("Columns: 4 of ")
    (grid,) = (node for node in nodes(tree) if node["type"] == "AgGrid")
    begins = grid["props"]["dashGridOptions"]["initialState"]
    assert begins["columnPinning"]["leftColIds"] == ["unit", "TG-05A-status"]
    assert "TG-05B-value" in begins["columnVisibility"]["hiddenColIds"]
    *_rows, way = rows(evaluator, search, sortModel=[{"colId": "code", "sort": "desc"}])
    path, _mark, printed = way.partition("?")
    tree = window(evaluator, path, "?" + printed)
    heads = [said(node) for node in nodes(of_class(tree, "flat-printed")) if node["props"].get("scope") == "col"]
    assert [head.rpartition(" ")[2] for head in heads] == ["Unit", "Status", "Code", "Value"]


def test_a_column_that_there_is_not_is_left_out_and_said(submissions: WriteSession, evaluator: TestClient) -> None:
    kept = json.dumps({"sortModel": [{"colId": "above-0", "sort": "asc"}, {"colId": "code", "sort": "desc"}]})
    tree = window(evaluator, "/flat", f"?month=2019-09&lang=en&layout=table&rows={kept}")
    assert "no such column: above-0" in said(tree)
    first = next(node for node in nodes(of_class(tree, "flat-printed")) if node["props"].get("scope") == "row")
    last = max(plan_at(submissions).reporting_units, key=lambda unit: unit.code)
    assert said(first) == last.name.en  # as the rest of the order says


def test_another_choice_is_no_other_window(submissions: WriteSession, evaluator: TestClient) -> None:
    """The grid stays as it is: what is done in it is in the address, and the rest of the page follows."""
    kept = json.dumps({"sortModel": [{"colId": "code", "sort": "desc"}]})
    before = evaluator.post(CALLBACKS, json=draw_body("/flat", "?month=2019-09")).json()["response"]["drawn"]["data"]
    answer = evaluator.post(CALLBACKS, json=draw_body("/flat", f"?month=2019-09&rows={kept}", before=before)).json()
    assert "frame" not in answer["response"]
    assert "AgGrid" not in json.dumps(answer)
    assert [said(part["children"]) for part in answer["sideUpdate"].values() if "English" in said(part["children"])]
    assert "sortModel" in json.dumps(answer["sideUpdate"])


def test_scores_and_months_have_their_own_columns(submissions: WriteSession, client: TestClient) -> None:
    person(submissions, "li", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "li"))
    scores, *_ = rows(client, "?month=2019-09&show=scores", startRow=0, endRow=1)
    assert (scores[0]["unit"], scores[0]["rank"]) == ("鼎湖区", "1")
    waiting = {"state": {"filterType": "text", "type": "contains", "filter": "待审核"}}
    months, *_ = rows(client, "?month=2019-09&show=months", startRow=0, endRow=9, filterModel=waiting)
    assert [row["unit"] for row in months] == ["端州区", "鼎湖区"]


def test_the_units_of_a_nation_say_what_they_stand_below(submissions: WriteSession, evaluator: TestClient) -> None:
    load(submissions, in_a_nation(plan_at(submissions)))
    record(submissions, "450102", "2019-09", items_online=500)
    found, count, _way = rows(evaluator, "?month=2019-09", startRow=12, endRow=100)
    assert (count, [(row["unit"], row["above-0"], row["above-1"]) for row in found]) == (
        14,
        [("乙一县", "乙省", "乙市"), ("乙二县", "乙省", "乙市")],
    )
    narrowed, count, _way = rows(evaluator, "?month=2019-09&under=450000", startRow=0, endRow=100)
    assert (count, narrowed[0]["above-0"]) == (2, "乙市")


def test_no_more_rows_are_given_at_once_than_a_page_takes(submissions: WriteSession, evaluator: TestClient) -> None:
    load(submissions, with_counties(plan_at(submissions), 300))
    found, count, _way = rows(evaluator, "?month=2019-09", startRow=0, endRow=10**9)
    assert (len(found), count) == (300, 312)
    tree = window(evaluator, "/flat", "?month=2019-09&layout=table&lang=en")
    assert "Units 1–300 of 312" in said(of_class(tree, "pages"))
    tree = window(evaluator, "/flat", "?month=2019-09&layout=table&lang=en&page=2")
    assert not of_class(tree, "misread")
    assert len([node for node in nodes(of_class(tree, "flat-printed")) if node["props"].get("scope") == "row"]) == 12


def test_a_stranger_is_given_no_rows(session: WriteSession, client: TestClient) -> None:
    answer = asked(client, startRow=0, endRow=9)
    assert answer.status_code in (200, 204, 401)
    assert '"unit"' not in answer.text


@pytest.mark.parametrize(
    "request_",
    [
        {"startRow": "a"},
        {"startRow": -5, "endRow": -9},
        {"startRow": True, "endRow": 1e300},
        {"sortModel": 3, "filterModel": [[]]},
        {"x": "y" * 9000},
    ],
)
def test_what_no_grid_asks_is_refused_or_answered(
    submissions: WriteSession, evaluator: TestClient, request_: dict[str, Any]
) -> None:
    assert asked(evaluator, **request_).status_code in (200, 400)


def test_the_texts_of_the_grid_are_chinese_and_hold_no_script() -> None:
    texts = texts_of_grid()
    assert texts["contains"] == "包含"
    assert not any("function" in text or "<" in text for text in texts.values())


def test_the_grid_is_given_no_code(submissions: WriteSession, evaluator: TestClient) -> None:
    (grid,) = (node for node in nodes(window(evaluator, "/flat")) if node["type"] == "AgGrid")
    assert grid["props"]["dangerously_allow_code"] is False
    assert '"function"' not in json.dumps(grid["props"])
