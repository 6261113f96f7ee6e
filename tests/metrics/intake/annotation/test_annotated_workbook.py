"""Refused files handed back: marks where the problems are, and everything else as it was."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from xlsxwriter import Workbook as WrittenWorkbook

from metrics.errors import Message, Problem
from metrics.intake.annotation.annotated_workbook import CSV_SHEET, annotate
from metrics.intake.annotation.problem_sheet import PROBLEMS_SHEET
from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.comments import AUTHOR
from metrics.plan.files import read_plan
from tests.templates import ROOT, form, opened, rows, values, written


def problem(sheet: str | None, row: int | None, column: str | None, zh: str = "不是数字。", **more: Any) -> Problem:
    return Problem("value_not_a_number", Message(zh, "is not a number."), sheet=sheet, row=row, column=column, **more)


@pytest.fixture(scope="module")
def filled() -> bytes:
    """A template as a clerk fills it in and Excel saves it: formulas with results."""
    plan = read_plan(ROOT / "seed" / "plan")
    return written(plan, form(plan, values(items_online=1200), values(), {"materials_baseline": Decimal(1)}))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def commented(book: Workbook, sheet: str) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for line in book[sheet].iter_rows() for cell in line if cell.comment}


def coloured(book: Workbook, sheet: str) -> set[str]:
    return {
        place
        for area in book[sheet].conditional_formatting
        if any("biaochi" in str(rule.formula) for rule in area.rules)
        for place in str(area.sqref).split()
    }


def everything(content: bytes, *, results: bool) -> dict[tuple[str, str], Any]:
    """Value and look of every cell, and what surrounds them, of all sheets but the list of problems."""
    found: dict[tuple[str, str], Any] = {}
    for sheet in opened(content, results=results).worksheets:
        if sheet.title == PROBLEMS_SHEET:
            continue
        for line in sheet.iter_rows():
            for cell in line:
                look = (cell.number_format, cell.font.b, cell.fill.fgColor.rgb, cell.border.left.style)
                found[sheet.title, cell.coordinate] = (cell.value, cell.data_type, look, cell.protection.locked)
        widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
        heights = {number: row.height for number, row in sheet.row_dimensions.items()}
        choices = [(str(d.sqref), d.type, d.formula1) for d in sheet.data_validations.dataValidation]
        about = (widths, heights, choices, sheet.freeze_panes, sheet.sheet_state, sheet.protection.sheet)
        found[sheet.title, "about"] = (*about, sorted(map(str, sheet.merged_cells.ranges)), sheet.print_title_rows)
    return found


def test_every_bad_cell_is_coloured_and_commented(filled: bytes) -> None:
    row = rows(opened(filled))["items_online"]
    expected = Message("非负整数", "a whole number, not negative")
    found = [
        problem("月报", row, "D", expected=expected),
        problem("月报", row, "D", "超过事项总数。"),
        problem("校验", 5, "AB"),
    ]
    book = opened(annotate(filled, found))
    assert set(commented(book, "月报")) == coloured(book, "月报") == {f"D{row}"}
    text = commented(book, "月报")[f"D{row}"]
    assert (
        text.index("不是数字。")
        < text.index("is not a number.")
        < text.index("应填:非负整数")
        < text.index("超过事项总数")
    )
    assert set(commented(book, "校验")) == {"AB5"}


def test_everything_else_is_as_it_was(filled: bytes) -> None:
    row = rows(opened(filled))["items_online"]
    marked = annotate(filled, [problem("月报", row, "D"), problem(None, None, None)])
    for results in (False, True):
        assert everything(marked, results=results) == everything(filled, results=results)
    before, after = parts(filled), parts(marked)
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {
        *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
        "xl/worksheets/sheet1.xml",
    }
    old, new = before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"]
    cells = slice(old.index(b"<sheetData>"), old.index(b"</sheetData>"))
    assert new[cells] == old[cells]


def test_all_problems_are_listed_with_links(filled: bytes) -> None:
    found = [problem("月报", 9, "D", given="=1+1"), problem(None, None, None, "缺少原因。"), problem("没有", 3, "A")]
    book = opened(annotate(filled, found))
    assert book.sheetnames[-1] == PROBLEMS_SHEET
    sheet = book[PROBLEMS_SHEET]
    listed = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [line[1] for line in listed] == ["月报!D9", "", "没有!A3"]
    assert (listed[0][2], listed[0][3], listed[0][4]) == ("不是数字。", "is not a number.", "=1+1")
    assert sheet["E2"].data_type in ("s", "inlineStr")
    assert sheet["B2"].hyperlink is not None
    assert sheet["B2"].hyperlink.location == "'月报'!D9"
    assert sheet["B4"].hyperlink is None


def test_a_second_round_shows_what_is_wrong_then(filled: bytes) -> None:
    first = annotate(filled, [problem("月报", 9, "D"), problem("月报", 10, "D")])
    second = annotate(first, [problem("月报", 10, "D", "仍不是数字。"), problem("校验", 4, "C")])
    book = opened(second)
    assert book.sheetnames == opened(first).sheetnames
    assert set(commented(book, "月报")) == coloured(book, "月报") == {"D10"}
    assert set(commented(book, "校验")) == {"C4"}
    assert book[PROBLEMS_SHEET].max_row == 3
    clean = opened(annotate(second, []))
    assert commented(clean, "月报") == {}
    assert coloured(clean, "月报") == set()


def foreign() -> bytes:
    """Somebody's own workbook: a chart, comments, rich text, odd names, a sheet without any cell."""
    file = BytesIO()
    with WrittenWorkbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Tom & Jerry's <表>")
        sheet.write_row("A1", ["单位", "数"])
        sheet.write_rich_string("A2", "端", book.add_format({"bold": True}), "州", "区")
        sheet.write_number("B2", 12)
        sheet.write_formula("B3", "=SUM(B2)*2", None, 24)
        sheet.write_comment("B2", "请核对 <原件>", {"author": "王"})
        sheet.write_comment("C9", "别的")
        sheet.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": 1, "format": book.add_format()})
        sheet.insert_chart("D2", chart := book.add_chart({"type": "line"}))
        chart.add_series({"values": "='Tom & Jerry''s <表>'!$B$2:$B$3"})
        book.add_worksheet("空")
        book.define_name("总数", "='Tom & Jerry''s <表>'!$B$2")
    return file.getvalue()


def test_somebodys_own_workbook_keeps_charts_comments_and_names() -> None:
    name = "Tom & Jerry's <表>"
    content = foreign()
    marked = annotate(content, [problem(name, 2, "B"), problem(name, 3, "B"), problem("空", 4, "C")])
    book = opened(marked)
    said = commented(book, name)
    assert set(said) == {"B2", "B3", "C9"}
    assert said["B2"].startswith("不是数字。")
    assert said["B2"].endswith("请核对 <原件>")
    assert said["C9"] == "别的"
    assert book[name]["B2"].comment is not None
    assert book[name]["B2"].comment.author == "王"
    assert book[name]["B3"].comment is not None
    assert book[name]["B3"].comment.author == AUTHOR
    assert set(commented(book, "空")) == {"C4"}
    assert "总数" in book.defined_names
    before, after = parts(content), parts(marked)
    for part in before:
        if "chart" in part or part in ("xl/sharedStrings.xml", "docProps/app.xml", "xl/theme/theme1.xml"):
            assert after[part] == before[part]
    assert book[PROBLEMS_SHEET]["B2"].hyperlink is not None
    assert book[PROBLEMS_SHEET]["B2"].hyperlink.location == "'Tom & Jerry''s <表>'!B2"


def test_texts_from_outside_stay_text(filled: bytes) -> None:
    hostile = '</t></is></c><f>HYPERLINK("http://x")</f>\x00\x07\ud800￾'
    book = opened(annotate(filled, [problem("月报", 9, "D", hostile, given=hostile)]))
    assert "HYPERLINK" in str(book[PROBLEMS_SHEET]["C2"].value)
    assert book[PROBLEMS_SHEET]["C2"].data_type != "f"
    assert "HYPERLINK" in commented(book, "月报")["D9"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_becomes_a_workbook_of_texts(encoding: str) -> None:
    text = '单位代码,数值,备注\r\n007,12,"=HYPERLINK(""http://x"")"\r\n,,\r\n441202,85.3%,+1\r\n'
    found = [problem(None, 4, "B"), problem(None, 3, "B"), problem(None, 4, None)]
    book = opened(annotate(text.encode(encoding), found))
    assert book.sheetnames == [CSV_SHEET, PROBLEMS_SHEET]
    sheet = book[CSV_SHEET]
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["单位代码", "数值", "备注"],
        ["007", "12", '=HYPERLINK("http://x")'],
        [None, None, None],
        ["441202", "85.3%", "+1"],
    ]
    assert sheet["C2"].data_type == "s"
    assert set(commented(book, CSV_SHEET)) == {"A4", "B3", "B4"}
    assert sheet["B4"].fill.fgColor.rgb == "FFF6D5D2"
    assert sheet["B2"].fill.fgColor.rgb != "FFF6D5D2"
    link = book[PROBLEMS_SHEET]["B2"].hyperlink
    assert link is not None
    assert link.location == f"'{CSV_SHEET}'!B4"


def test_what_cannot_be_opened_is_refused(filled: bytes, tmp_path: Path) -> None:
    broken = parts(filled) | {"xl/workbook.xml": b"<workbook"}
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in broken.items():
            archive.writestr(name, content)
    with pytest.raises(FileRefused):
        annotate(file.getvalue(), [problem("月报", 9, "D")])


def test_a_long_list_says_how_much_it_leaves_out(filled: bytes) -> None:
    found = [problem("月报", 9 + n % 40, "D") for n in range(6000)]
    book = load_workbook(BytesIO(annotate(filled, found)), read_only=True)
    last = list(book[PROBLEMS_SHEET].iter_rows(values_only=True))[-1]
    assert last[2] == "另有 1000 处未列出。"
