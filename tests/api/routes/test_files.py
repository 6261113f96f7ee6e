"""`/submissions/files` over HTTP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import RefusedFile
from metrics.principal import Role
from tests.builders import UNIT, whole_submission
from tests.callers import SUBMISSIONS, Caller, caller, refusal, stored
from tests.sent_files import confirm, send
from tests.workbooks import csv_bytes, tidy_rows, wide_rows, xlsx_bytes

FOREIGN = "441203"


def kept(session: WriteSession) -> int:
    return session.scalar(select(func.count()).select_from(RefusedFile)) or 0


def test_a_workbook_is_posted_whole(bureau: Caller, session: WriteSession) -> None:
    before = stored(session)
    response = confirm(bureau, xlsx_bytes(wide_rows([UNIT, "鼎湖"], "2019年9月")))
    assert response.status_code == 201, response.text
    answer = response.json()
    assert [(r["unit"], r["period"], r["revision"], r["changed"]) for r in answer["returns"]] == [
        (UNIT, "2019-09", 1, 45),
        (FOREIGN, "2019-09", 1, 45),
    ]
    assert answer["returns"][0]["values"]["startup_days"] == "38.5"
    assert [(c["about"], c["sheet"], c["row"], c["column"], c["read"], c["recorded"]) for c in answer["changes"]] == [
        ("period", "月报", 2, "B", "2019年9月", "2019-09"),
        ("unit", "月报", 3, "A", "鼎湖", FOREIGN),
    ]
    assert answer["file"]["name"] == "九月.xlsx"
    assert stored(session) == (before[0] + 2, before[1] + 2, before[2] + 1)


def test_one_bad_cell_stores_nothing_of_the_whole_file(bureau: Caller, session: WriteSession) -> None:
    rows = [*tidy_rows(UNIT), *tidy_rows(FOREIGN, items_instant="35%")[1:]]
    before = stored(session)
    body = refusal(send(bureau, csv_bytes(rows), name="a.csv"), 422)
    (error,) = body["errors"]
    assert (error["code"], error["row"], error["column"], error["given"]) == ("value_percentage", 77, "D", "35%")
    assert {"zh", "en"} == set(error["expected"])
    assert stored(session) == before


def test_a_dry_run_answers_the_same_and_stores_nothing(clerk: Caller, session: WriteSession) -> None:
    content, before = xlsx_bytes(tidy_rows()), stored(session)
    looked_over = send(clerk, content, dry_run=True)
    assert looked_over.status_code == 200, looked_over.text
    assert stored(session) == before
    posted = confirm(clerk, content)
    same = ("unit", "period", "revision", "state", "changed", "unchanged", "warnings", "values")
    assert [{k: r[k] for k in same} for r in looked_over.json()["returns"]] == [
        {k: r[k] for k in same} for r in posted.json()["returns"]
    ]
    assert (looked_over.json()["versions"], list(posted.json()["versions"])) == ({}, [f"{UNIT}/2019-09"])
    refused = send(clerk, xlsx_bytes(tidy_rows(items_total=1)), dry_run=True)
    assert "file" not in refusal(refused, 422)
    assert kept(session) == 0


def test_a_revision_names_its_reason_and_the_version_that_a_dry_run_answers(clerk: Caller) -> None:
    first = clerk.post(whole_submission())
    corrected = csv_bytes(tidy_rows(items_instant=351))
    missing = refusal(send(clerk, corrected, reason="漏报"), 428)
    assert (missing["code"], missing["errors"][0]["given"]) == ("version_missing", f"{UNIT}/2019-09")
    versions = send(clerk, corrected, reason="漏报", dry_run=True).json()["versions"]
    assert versions == {f"{UNIT}/2019-09": first.headers["ETag"]}
    assert refusal(send(clerk, corrected, versions=versions), 422)["errors"][0]["code"] == "reason_missing"
    weak = {key: f"W/{etag}" for key, etag in versions.items()}
    assert refusal(send(clerk, corrected, reason="漏报", versions=weak), 412)["code"] == "version_weak"
    posted = send(clerk, corrected, reason="漏报", versions=versions)
    assert (posted.status_code, posted.json()["returns"][0]["revision"]) == (201, 2)
    stale = send(clerk, csv_bytes(tidy_rows(items_instant=352)), reason="再改", versions=versions)
    assert refusal(stale, 412)["code"] == "version_stale"


def test_the_same_file_again_changes_nothing(clerk: Caller, session: WriteSession) -> None:
    content = xlsx_bytes(tidy_rows())
    confirm(clerk, content)
    before = stored(session)
    again = confirm(clerk, content)
    assert (again.status_code, again.json()["returns"][0]["changed"]) == (200, 0)
    assert stored(session)[:2] == before[:2]


def test_a_retry_with_the_key_gets_the_same_answer(clerk: Caller, session: WriteSession) -> None:
    content = xlsx_bytes(tidy_rows())
    reading = send(clerk, content, dry_run=True).json()["reading"]
    first = send(clerk, content, key="retry", reading=reading)
    again = send(clerk, content, key="retry", reading=reading)
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 200, "true")
    assert again.json() == first.json()
    other = send(clerk, xlsx_bytes(tidy_rows(items_instant=351)), key="retry")
    assert refusal(other, 422)["code"] == "idempotency_key_reused"
    assert kept(session) == 0


@pytest.mark.parametrize("rows", [tidy_rows(FOREIGN), wide_rows([UNIT, FOREIGN]), [*tidy_rows(), *tidy_rows("鼎湖区")]])
def test_a_clerk_cannot_send_another_units_figures(clerk: Caller, session: WriteSession, rows: list[Any]) -> None:
    before = stored(session)
    body = refusal(send(clerk, xlsx_bytes(rows)), 403)
    assert (body["code"], body["errors"][0]["sheet"]) == ("unit_forbidden", "月报")
    assert stored(session) == before


def test_another_units_figures_are_refused_wherever_they_are_hidden(clerk: Caller, session: WriteSession) -> None:
    before = stored(session)
    sheets = {"月报": tidy_rows(), "隐": tidy_rows(FOREIGN)}

    def hide_sheet(sheet: Any) -> None:
        sheet.parent["隐"].sheet_state = "veryHidden"

    def hide_row(sheet: Any) -> None:
        sheet.append([FOREIGN, "2019-09", "items_instant", 3])
        sheet.row_dimensions[sheet.max_row].hidden = True

    def bad_row(sheet: Any) -> None:
        sheet.append([FOREIGN, "2019-09", "nonsense", 3])

    for content in (
        xlsx_bytes(sheets, hide_sheet),
        xlsx_bytes(tidy_rows(), hide_row),
        xlsx_bytes(tidy_rows(), bad_row),
    ):
        assert refusal(send(clerk, content), 403)["code"] == "unit_forbidden"
    assert stored(session) == before


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_other_roles_cannot_send_files(client: TestClient, session: WriteSession, role: Role) -> None:
    somebody = caller(client, session, "somebody", role)
    assert refusal(send(somebody, xlsx_bytes(tidy_rows())), 403)["code"] == "role_forbidden"
    assert refusal(send(somebody, xlsx_bytes(tidy_rows()), dry_run=True), 403)
    refusal(client.post(f"{SUBMISSIONS}/files", files={"file": b"x"}), 401)


def test_warnings_are_acknowledged_with_the_file(clerk: Caller) -> None:
    content = csv_bytes(tidy_rows(materials_current=5500))
    (warning,) = send(clerk, content, dry_run=True).json()["returns"][0]["warnings"]
    assert (warning["code"], warning["acknowledged"]) == ("materials_grew", None)
    posted = send(clerk, content, acknowledged={"materials_grew": "新增证明"})
    assert posted.json()["returns"][0]["warnings"][0]["acknowledged"] == "新增证明"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"acknowledged": "{"}, "body_not_json"),
        ({"acknowledged": "[]"}, "body_not_an_object"),
        ({"acknowledged": '{"materials_grew": 1}'}, "body_invalid"),
        ({"acknowledged": {"nonsense": "x"}}, "file_invalid"),
        ({"versions": {"441299/2019-09": '"x"'}}, "version_unknown"),
        ({"reason": "a\x00b"}, "field_invalid"),
        ({"nonsense": "x"}, "body_invalid"),
        ({"reason": "x" * 2001}, "body_invalid"),
    ],
)
def test_fields_that_cannot_be_read_are_refused(clerk: Caller, fields: dict[str, Any], code: str) -> None:
    assert refusal(send(clerk, csv_bytes(tidy_rows()), **fields), 422)["code"] == code


def test_bodies_that_are_no_upload_are_refused(clerk: Caller) -> None:
    address, headers = f"{SUBMISSIONS}/files", clerk.headers | {"Idempotency-Key": "k"}
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert "multipart" in refusal(clerk.client.post(address, headers=headers, json={}), 415)["message"]["zh"]
    assert refusal(
        clerk.client.post(address, headers=headers | {"Content-Type": "multipart/form-data"}, content=b""), 400
    )
    for content in (b"nonsense", b"--x\r\n\r\nno name\r\n--x--", b"--x\r\nContent-Disposition: form-data"):
        assert clerk.client.post(address, headers=headers | form, content=content).status_code in (400, 422)
    twice = clerk.client.post(address, headers=headers, files=[("file", b"a"), ("file", b"b")])
    assert twice.status_code in (400, 422)
    elsewhere = clerk.client.post(address, headers=headers, files={"upload": b"a"})
    assert refusal(elsewhere, 422)["code"] == "field_unknown"
    assert refusal(clerk.client.post(address, headers=headers, data={"reason": "x"}, files={"x": b""}), 422)
    large = clerk.client.post(address, headers=headers, files={"file": b"0" * (11 * 1024 * 1024 + 1)})
    assert "10 MB" in refusal(large, 413)["message"]["zh"]
    assert refusal(clerk.client.post(address, headers=clerk.headers, files={"file": b"a"}), 400)["code"] == (
        "idempotency_key_missing"
    )
    assert refusal(clerk.client.post(f"{address}?x=1", headers=headers, files={"file": b"a"}), 400)


def test_a_refused_file_comes_back_with_its_bad_cells_marked(
    clerk: Caller, neighbour: Caller, bureau: Caller, session: WriteSession
) -> None:
    body = refusal(send(clerk, xlsx_bytes(tidy_rows(items_instant="35%"))), 422)
    assert body["annotated"] == f"{SUBMISSIONS}/files/{body['file']}/annotated.xlsx"
    for who in (clerk, bureau):
        response = who.client.get(body["annotated"], headers=who.headers)
        assert response.status_code == 200, response.text
        assert "filename*=UTF-8''%E4%B9%9D%E6%9C%88-annotated.xlsx" in response.headers["Content-Disposition"]
        cell = load_workbook(BytesIO(response.content))["月报"]["D32"]
        assert cell.value == "35%"
        assert cell.comment is not None
        assert "应填数量,不填百分比" in cell.comment.text
    assert refusal(neighbour.client.get(body["annotated"], headers=neighbour.headers), 404)["code"] == "file_unknown"
    assert refusal(clerk.get("/files/999999/annotated.xlsx"), 404)
    refusal(clerk.client.get(body["annotated"]), 401)


def test_a_refused_csv_comes_back_as_a_workbook(clerk: Caller) -> None:
    body = refusal(send(clerk, csv_bytes(tidy_rows(items_instant="35%")), name="a.csv"), 422)
    response = clerk.client.get(body["annotated"], headers=clerk.headers)
    assert response.status_code == 200, response.text
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    assert (sheet["D32"].value, sheet["D32"].comment is not None) == ("35%", True)


def test_only_the_last_refused_files_of_an_account_are_kept(clerk: Caller, session: WriteSession) -> None:
    numbers = [refusal(send(clerk, csv_bytes(tidy_rows(items_instant="-1"))), 422)["file"] for _ in range(7)]
    assert set(session.scalars(select(RefusedFile.id))) == set(numbers[2:])


def test_a_file_is_refused_while_its_period_is_locked(clerk: Caller, bureau: Caller, session: WriteSession) -> None:
    locked = bureau.client.post(
        "/api/v1/periods/2019-09/lock", json={"reason": "核定"}, headers=bureau.headers | {"Idempotency-Key": "lock"}
    )
    assert locked.status_code in (200, 201), locked.text
    before = stored(session)
    body = refusal(send(clerk, xlsx_bytes(tidy_rows())), 409)
    assert (body["code"], body["errors"][0]["given"]) == ("period_locked", f"{UNIT}/2019-09")
    assert stored(session)[:2] == before[:2]
