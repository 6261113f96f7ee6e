"""The clerk's month by file: the template fetched, filled in, sent, fetched again, corrected, sent."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import UNIT, whole_values
from tests.callers import Caller, refusal
from tests.sent_files import send


def fetched(who: Caller, period: str = "2019-09", language: str = "zh") -> bytes:
    response = who.client.get(f"/api/v1/templates/{period}.xlsx?unit={UNIT}&lang={language}", headers=who.headers)
    assert response.status_code == 200, response.text
    return bytes(response.content)


def filled(template: bytes, values: Mapping[str, Any], *, reason: str = "", period: str = "") -> bytes:
    """The template with `values` written into the cells to fill, found by the codes beside them."""
    workbook = load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    heading = next(cell for row in sheet.iter_rows() for cell in row if cell.value in ("本期数", "This period"))
    for row in sheet.iter_rows(min_row=heading.row + 1):
        code = next((cell.value for cell in row if cell.value in values), None)
        if code is not None:
            row[heading.column - 1].value = values[str(code)]
    _write(sheet, ("更正原因", "Reason for the correction"), reason)
    _write(sheet, ("报告期", "Period"), period)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write(sheet: Worksheet, labels: tuple[str, ...], text: str) -> None:
    for row in sheet.iter_rows(max_row=12):
        for cell in row:
            if text and cell.value in labels:
                sheet.cell(cell.row, cell.column + 1).value = text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_template_is_accepted_and_corrected(clerk: Caller, language: str) -> None:
    first = send(clerk, filled(fetched(clerk, language=language), whole_values(startup_days=38.5)))
    assert first.status_code == 201, first.text
    answer = first.json()
    assert answer["returns"][0]["values"] == {code: str(value) for code, value in whole_values().items()}
    assert answer["notices"] == []
    corrected = filled(fetched(clerk, language=language), {"items_instant": 351}, reason="漏报一项")
    second = send(clerk, corrected)
    assert second.status_code == 201, second.text
    assert (second.json()["returns"][0]["revision"], second.json()["returns"][0]["changed"]) == (2, 1)
    shown = clerk.get(f"/{second.json()['returns'][0]['id']}").json()
    assert shown["reason"] == "漏报一项"
    again = send(clerk, filled(corrected, {"items_instant": 352}, reason="再改"))
    assert refusal(again, 412)["code"] == "version_stale"


def test_a_template_from_before_the_first_submission_does_not_overwrite_it(clerk: Caller) -> None:
    early = fetched(clerk)
    send(clerk, filled(early, whole_values(startup_days=38.5)))
    late = filled(early, whole_values(startup_days=38.5, items_instant=351), reason="漏报")
    assert refusal(send(clerk, late), 412)["code"] == "version_stale"
    assert refusal(send(clerk, late, dry_run=True), 412)["code"] == "version_stale"


def test_last_months_template_with_the_month_overwritten_is_refused(clerk: Caller) -> None:
    moved = filled(fetched(clerk, "2019-08"), whole_values(startup_days=38.5), period="2019-09")
    error = refusal(send(clerk, moved), 422)["errors"][0]
    assert (error["code"], error["given"]) == ("template_mismatch", f"{UNIT} 2019-09")


def test_a_template_whose_hidden_sheet_was_changed_is_refused(clerk: Caller) -> None:
    workbook = load_workbook(BytesIO(filled(fetched(clerk), whole_values(startup_days=38.5))))
    workbook["_biaochi"]["B3"].value = "441203"
    written = BytesIO()
    workbook.save(written)
    assert refusal(send(clerk, written.getvalue()), 422)["errors"][0]["code"] == "template_damaged"


def test_a_marked_workbook_can_be_corrected_and_sent_again(clerk: Caller) -> None:
    refused = refusal(send(clerk, filled(fetched(clerk), whole_values(startup_days=38.5, items_instant="35%"))), 422)
    marked = clerk.client.get(refused["annotated"], headers=clerk.headers)
    answer = send(clerk, filled(marked.content, {"items_instant": 350}))
    assert answer.status_code == 201, answer.text
    assert answer.json()["notices"] == []
