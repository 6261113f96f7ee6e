"""A file dropped on the form: what it would do is shown first, and nobody else's figures come in by it."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.limits.body_sizes import LARGEST_DROPPED
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import RefusedFile, Submission
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.builders import UNIT, whole_values
from tests.dashboard.conftest import record
from tests.dashboard.drawn import asked_window, nodes, of_class, said, signed_in, use_secret, window
from tests.dashboard.forms import file_body, whole_body
from tests.people import person
from tests.templates import form, opened, rows, written
from tests.workbooks import office_rows, xlsx_bytes

ODD: tuple[dict[str, Any], ...] = (  # what no page of ours says with a file
    {"key": 1},
    {"versions": {"a": 1}},
    {"answers": {"a": 1}},
    {"answers": []},
    {"reading": ""},
    {"more": ""},
)
HEAD = "unit_code,period,element_code,value\r\n"


def csv_file(unit: str = UNIT, **changes: Any) -> bytes:
    lines = [f"{unit},2019-09,{code},{value}" for code, value in whole_values(**changes).items()]
    return (HEAD + "\r\n".join(lines)).encode()


def workbook(session: WriteSession, **changes: Any) -> bytes:
    """Our template, filled in; `changes` are written as they are."""
    plan = plan_at(session)
    book = opened(written(plan, form(plan)))
    for code, row in rows(book).items():
        value = changes.get(code, whole_values()[code])
        book.worksheets[0].cell(row, 4).value = float(value) if value == "38.5" else value
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def drop(
    client: TestClient, content: bytes, name: str = "九月.csv", *, language: str = "zh", answers: Any = None
) -> tuple[Any, Any]:
    """What the page says and shows of a file."""
    contents = "data:text/csv;base64," + base64.b64encode(content).decode()
    answer = client.post(CALLBACKS, json=file_body(contents, name, f"?lang={language}", answers=answers))
    assert answer.status_code == 200, answer.text
    response = answer.json()["response"]
    return response["collect-file-said"]["data"], response["collect-file-shown"]["children"]


def send(client: TestClient, content: bytes, **asked: Any) -> tuple[Any, Any]:
    contents = "data:text/csv;base64," + base64.b64encode(content).decode()
    """Send a file as the page would; without `reading` what is sent is what a look over it shows."""
    if "reading" not in asked:
        asked["reading"] = drop(client, content, "a.csv")[0]["reading"]
    body = {"key": "attempt-1", "reason": "", "versions": {}, "answers": {}} | asked
    answer = client.post(CALLBACKS, json=whole_body(json.dumps(body), contents, "a.csv"))
    assert answer.status_code == 200, answer.text
    response = answer.json()["response"]
    return response["collect-whole-said"]["data"], response["collect-whole-shown"]["children"]


def submissions(session: WriteSession) -> int:
    return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_good_file_is_shown_and_can_be_taken_over(clerk: TestClient, session: WriteSession) -> None:
    found, shown = drop(clerk, csv_file(items_total="１０００", items_licensing='"400 "'))
    assert found["returns"]["441202/2019-09"]["items_total"] == "1000"
    assert len(found["returns"]["441202/2019-09"]) == 45
    assert "１０００" in said(of_class(shown, "read-otherwise"))
    assert "端州区2019年9月：45个数" in said(shown)
    assert submissions(session) == 0


def test_bad_cells_are_named_and_the_rest_can_be_taken_over(clerk: TestClient, session: WriteSession) -> None:
    content = workbook(session, items_online="85.3%", items_instant="abc")
    found, shown = drop(clerk, content, "九月.xlsx")
    table = said(of_class(shown, "bad-cells"))
    assert "85.3%" in table
    assert "月报!D" in table
    taken = found["returns"]["441202/2019-09"]
    assert found["understood"]["441202/2019-09"] == 45 - 2
    assert (taken["items_online"], taken["items_instant"], taken["items_total"]) == ("85.3%", "abc", "1000")
    kept = session.scalar(select(RefusedFile.id))
    assert f"/api/v1/submissions/files/{kept}/annotated.xlsx" in {n["props"].get("href") for n in nodes(shown)}
    _found, shown = drop(clerk, content, "九月.xlsx", language="en")
    assert "2 places to correct" in said(shown)


@pytest.mark.parametrize(
    "rows",
    [
        ["填报单位,报告期,填报项,计量单位,数值", "441202,2019-09,即办件事项数,百项,3"],
        ["填报单位,报告期,填报项,数值", "441202,2019-09,即办件事项数,1,270"],
        ["填报单位,报告期,即办件事项数,,可网办事项数", "441202,2019-09,270,999,700"],
        ["怀集县2019年9月", "填报单位,报告期,填报项,数值", "441202,2019-09,即办件事项数,270"],
    ],
)
def test_figures_of_a_doubtful_file_cannot_be_taken_over(clerk: TestClient, rows: list[str]) -> None:
    found, shown = drop(clerk, "\r\n".join(rows).encode())
    assert found["returns"] == {}
    assert not [n for n in nodes(shown) if n["props"].get("data-does") == "take-over"]


def test_of_thousands_of_places_that_were_left_out_the_first_are_listed_and_the_others_counted(
    clerk: TestClient,
) -> None:
    again = "\r\n" + csv_file().decode().splitlines()[1]
    _said, shown = drop(clerk, csv_file() + (again * 2000).encode())
    (left_out,) = of_class(shown, "left-out")
    assert sum(node.get("type") == "Li" for node in nodes(left_out)) == 50
    assert "1,950" in said(left_out)


def test_a_figure_that_only_looks_wrong_is_not_taken_over(clerk: TestClient, session: WriteSession) -> None:
    def strike(sheet: Worksheet) -> None:
        sheet["D2"].font = Font(strike=True)

    rows: list[list[Any]] = [
        ["填报单位", "报告期", "填报项", "数值"],
        ["441202", "2019-09", "即办件事项数", 270],
        ["441202", "2019-09", "自建系统应接数", 7],
        ["441202", "2019-09", "自建系统已接数", 7],
    ]
    found, _shown = drop(clerk, xlsx_bytes(rows, strike), "九月.xlsx")
    assert found["returns"]["441202/2019-09"] == {"systems_due": "7", "systems_connected": "7"}


def test_a_file_with_another_unit_s_figures_is_refused_whole(clerk: TestClient, session: WriteSession) -> None:
    for content in (csv_file("441203"), csv_file() + b"\r\n441203,2019-09,items_total,777"):
        found, shown = drop(clerk, content)
        assert "不属于您的填报单位" in found["refused"]
        assert (found.get("returns"), shown) == (None, None)
        assert "不属于您的填报单位" in send(clerk, content, reading="x")[0]["refused"]
    assert submissions(session) == 0


@pytest.mark.parametrize("content", [b"\x00\x01", b"PK\x03\x04broken", b"\xff\xfea\x00", b"a", HEAD.encode()])
def test_what_is_no_file_of_ours_is_said_in_words(clerk: TestClient, content: bytes) -> None:
    found, shown = drop(clerk, content)
    assert found.get("refused") or of_class(shown, "said-error") or of_class(shown, "bad-cells")


@pytest.mark.parametrize(
    "contents", ["x", "data:,", "data:;base64,", "data:;base64,***", "base64,QUJD", "data:text/csv,QUJD", "𝟙,é"]
)
def test_what_is_no_data_address_is_refused(clerk: TestClient, contents: str) -> None:
    answer = clerk.post(CALLBACKS, json=file_body(contents, "\x00a"))
    assert "没有收到文件" in answer.json()["response"]["collect-file-said"]["data"]["refused"]


def test_a_file_that_is_too_large_is_refused(clerk: TestClient) -> None:
    assert "4 MB" in drop(clerk, b"a" * (LARGEST_DROPPED + 1))[0]["refused"]
    whole = "data:;base64," + "A" * (LARGEST_DROPPED * 2)
    assert clerk.post(CALLBACKS, json=file_body(whole, "a.csv")).status_code in (400, 413)


def test_a_file_of_many_units_is_sent_whole_and_once(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "wang"))
    content = csv_file() + b"\r\n" + csv_file("441203").partition(b"\r\n")[2]
    found, shown = drop(client, content)
    assert len(found["returns"]) == 2
    assert "2份月报" in said(shown)
    for _attempt in range(2):
        found, shown = send(client, content)
        assert found == {"sent": True}
        assert "端州区 2019年9月" in said(shown)
    assert submissions(session) == 2
    corrected = csv_file(items_instant=351)
    versions = drop(client, corrected)[0]["versions"]
    assert "更正" in send(client, corrected, key="attempt-2", versions=versions)[0]["refused"]
    assert send(client, corrected, key="attempt-3", reason="漏计", versions=versions)[0] == {"sent": True}


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        "[]",
        "{}",
        *(json.dumps({"key": "a", "reason": "", "versions": {}, "reading": "x", "answers": {}} | odd) for odd in ODD),
    ],
)
def test_a_whole_file_with_anything_else_beside_it_is_refused(clerk: TestClient, asked: Any) -> None:
    contents = "data:;base64," + base64.b64encode(csv_file()).decode()
    answer = clerk.post(CALLBACKS, json=whole_body(asked, contents, "a.csv"))
    assert "refused" in answer.json()["response"]["collect-whole-said"]["data"]


def test_every_figure_is_shown_as_it_is_written_and_read_beside_last_month(
    clerk: TestClient, session: WriteSession
) -> None:
    record(session, UNIT, "2019-08", items_instant=340)
    found, shown = drop(clerk, csv_file(items_instant="３５０", startup_days="38.50"))
    (table,) = of_class(shown, "reading-table")
    lines = [[said(cell) for cell in node["props"]["children"]] for node in nodes(table) if node["type"] == "Tr"]
    assert lines[0] == ["填报项", "文件中的写法", "读作", "单元格", "上月", "增减"]
    assert len(lines) == 1 + len(whole_values())
    (instant,) = [line for line in lines if line[0].startswith("即办件事项数")]
    assert instant[1:] == ["３５０", "350", "D32", "340", "+10"]
    assert "确认并报送" in said(of_class(shown, "ways-on"))
    assert found["answers"] == {}


def test_what_is_sent_is_what_was_shown(clerk: TestClient, session: WriteSession) -> None:
    shown = drop(clerk, csv_file())[0]["reading"]
    found, _receipts = send(clerk, csv_file(items_instant=351), reading=shown)
    assert (found["look_again"], submissions(session)) == (True, 0)
    assert "另一个文件" in found["refused"]
    assert send(clerk, csv_file(), reading=shown)[0] == {"sent": True}
    assert submissions(session) == 1


def test_a_warning_stands_at_its_figure(clerk: TestClient) -> None:
    _found, shown = drop(clerk, csv_file(materials_current=5500))
    (row,) = of_class(shown, "row-warning")
    assert "5500" in said(row)
    assert of_class(row, "said-warning")


@pytest.mark.parametrize("answers", ["[]", "{}", '{"file":"","answers":[]}', '{"file":"","answers":{"a":1}}', "{"])
def test_answers_that_no_page_sends_are_refused(clerk: TestClient, answers: str) -> None:
    assert "无法读取" in drop(clerk, csv_file(), answers=answers)[0]["refused"]


def test_answers_for_another_file_are_left_out_and_to_what_is_not_asked_refused(clerk: TestClient) -> None:
    file = drop(clerk, csv_file())[0]["file"]
    answers = {"file": file, "answers": {"nonsense": "x"}}
    assert drop(clerk, csv_file(items_instant=351), answers=json.dumps(answers))[0]["answers"] == {}
    _found, shown = drop(clerk, csv_file(), answers=json.dumps(answers))
    assert "nonsense" in said(of_class(shown, "bad-cells"))


def test_a_confirmed_layout_is_named_beside_the_form_and_withdrawn_by_its_own_unit_alone(
    clerk: TestClient, session: WriteSession
) -> None:
    content = xlsx_bytes(office_rows())
    assert send(clerk, content)[0] == {"sent": True}
    (part,) = of_class(window(clerk, "/collect", f"?unit={UNIT}&period=2019-10"), "layouts-part")
    assert "填报项、计量单位、本期数、更正数" in said(part)
    (form,) = [node for node in nodes(part) if node["type"] == "Form"]
    asked = {"do": form["props"]["data-asks"], "fields": json.loads(form["props"]["data-fields"])}
    person(session, "he", units={"441203"})
    use_secret(clerk, signed_in(session, "he"))
    assert "没有编号为" in said(of_class(asked_window(clerk, asked, "/collect"), "outcome-refused"))
    use_secret(clerk, signed_in(session))
    assert "已撤销该版式" in said(of_class(asked_window(clerk, asked, "/collect"), "outcome-done"))
    assert of_class(window(clerk, "/collect", f"?unit={UNIT}&period=2019-10"), "layouts-part") == []
