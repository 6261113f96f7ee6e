"""The work sheet of a sample over HTTP: taken along, filled in, sent back, and what is wrong with it named."""

from __future__ import annotations

import io
import json

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from tests.api.routes.test_samples import ADDRESS, UNIT, draw, filled, look, result, sheet, upload
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one unit's submission: 850 of 1000 online."""
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


def test_the_work_sheet_comes_back_as_csv(assessor: Caller) -> None:
    number = draw(assessor)
    rows = sheet(assessor, number)
    (mine,) = [row for row in rows if row["unit"] == UNIT and row["element"] == "items_online"]
    assert (mine["reported_value"], mine["unit_name"], mine["finding"]) == ("850", "端州区", "")
    assert mine["evidence_asked"]
    assert sheet(assessor, number, lang="en")[0]["unit_name"] != rows[0]["unit_name"]
    content = filled(rows, items_online=("一致", ""), items_total=("differs", "１，０１０"))
    made = upload(assessor, number, content)
    assert (made.status_code, made.json()["recorded"]) == (201, 2), made.text
    assert upload(assessor, number, content).status_code == 200
    assert result(look(assessor, number))["share"] == "50.00"


def test_the_work_sheet_comes_back_as_a_workbook(assessor: Caller) -> None:
    number = draw(assessor)
    response = assessor.client.get(f"{ADDRESS}/{number}.xlsx", headers=assessor.headers)
    workbook = load_workbook(io.BytesIO(response.content))
    page = workbook.worksheets[0]
    names = [cell.value for cell in page[2]]
    for row in page.iter_rows(min_row=3):
        if row[0].value == UNIT:
            row[names.index("value")].value = 850 if row[names.index("element")].value == "items_online" else 7
            row[names.index("finding")].value = "实测"
    buffer = io.BytesIO()
    workbook.save(buffer)
    made = upload(assessor, number, buffer.getvalue())
    assert (made.status_code, made.json()["recorded"]) == (201, 2), made.text
    assert result(look(assessor, number))["confirmed"] == 1


def test_bad_cells_of_a_work_sheet_are_named(assessor: Caller, session: WriteSession) -> None:
    number = draw(assessor)
    before = newest_seq(session)
    rows = sheet(assessor, number)
    place = next(n for n, row in enumerate(rows, 2) if row["unit"] == UNIT and row["element"] == "items_online")
    wrong = filled(rows, items_online=("differs", "很多"), items_total=("maybe", ""))
    refused = refusal(upload(assessor, number, wrong), 422)  # a count that cannot be read hides nothing else
    unknown = next(n for n, row in enumerate(rows, 2) if row["unit"] == UNIT and row["element"] == "items_total")
    places = {(error["row"], error["column"]) for error in refused["errors"]}
    assert places == {(place, "J"), (unknown, "I")}
    assert [e["code"] for e in refused["errors"] if e["row"] == unknown] == ["finding_unknown"]
    assert newest_seq(session) == before


@pytest.mark.parametrize("by_hand", ["851", "", "八百", "850.5"])
def test_a_work_sheet_whose_reported_values_were_changed_is_refused_at_each_place(
    assessor: Caller, session: WriteSession, by_hand: str
) -> None:
    number = draw(assessor)
    before = newest_seq(session)
    rows = sheet(assessor, number)
    places = {row["element"]: n for n, row in enumerate(rows, 2) if row["unit"] == UNIT}
    stranger = next(n for n, row in enumerate(rows, 2) if row["unit"] != UNIT)
    rows[places["items_online"] - 2]["reported_value"] = by_hand
    rows[stranger - 2]["reported_value"] = "1"  # where nothing was reported, in a row that is not filled
    refused = refusal(upload(assessor, number, filled(rows, items_total=("一致", ""))), 422)
    said = {(error["row"], error["column"]): error for error in refused["errors"]}
    assert said.keys() == {(places["items_online"], "G"), (stranger, "G")}
    assert {error["code"] for error in said.values()} == {"reported_value_changed"}
    assert "850" in json.dumps(said[places["items_online"], "G"]["expected"])
    assert newest_seq(session) == before


@pytest.mark.parametrize("written", ["850", "850.0", "８５０", " 850 "])
def test_a_reported_value_that_a_spreadsheet_writes_in_another_way_is_the_same(assessor: Caller, written: str) -> None:
    number = draw(assessor)
    rows = sheet(assessor, number)
    for row in rows:
        if row["unit"] == UNIT and row["element"] == "items_online":
            row["reported_value"] = written
    assert upload(assessor, number, filled(rows, items_online=("一致", ""))).status_code == 201
