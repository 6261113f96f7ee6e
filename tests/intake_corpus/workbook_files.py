"""Workbooks of the corpus, and ones with something in them that no workbook should have."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import whole_values
from tests.workbooks import city_plan, xlsx_bytes

HEADINGS = ["填报单位", "报告期", "填报项", "数值"]
Rows = list[list[Any]]


def tidy(*cells: tuple[str, Any], unit: Any = "441202", period: Any = "2019-09") -> Rows:
    """A tidy table of one unit and period, with Chinese headings."""
    return [HEADINGS, *([unit, period, element, value] for element, value in cells)]


def form(unit: str, period: str, values: dict[str, Any], *, english: bool = False) -> Rows:
    """The vertical form: unit and period above, a heading for each block, one row for each element."""
    plan, zh = city_plan(), not english
    labels = ("填报单位", "报告期") if zh else ("Reporting unit", "Period")
    heads = (
        ["填报项", "代码", "计量单位", "本期数", "上月数", "差异"]
        if zh
        else ["Element", "Code", "Unit of measure", "This period"]
    )
    rows: Rows = [["月报" if zh else "Submission"], [labels[0], unit], [labels[1], period], [], heads]
    for block in plan.blocks:
        elements = [e for e in plan.elements if e.block == block.code and e.code in values]
        if elements:
            rows.append([block.name.zh if zh else block.name.en])
        rows += [[(e.name.zh if zh else e.name.en), e.code, e.unit_of_measure.zh, values[e.code]] for e in elements]
    return rows


def workbook_files() -> dict[str, bytes]:
    """Name → content."""
    return {**_whole_forms(), **_cells(), **_layouts(), **_hidden(), **_no_workbooks()}


def _whole_forms() -> dict[str, bytes]:
    first = {
        code: value if code == "startup_days" else int(value) for code, value in whole_values(startup_days=38.5).items()
    }
    second = first | {"items_total": 1200, "items_public_service": 580, "items_hall_due": 1180, "items_trip2plus": 250}
    names = [city_plan().element_by_code[code].name.zh for code in first]
    wide: Rows = [
        ["填报单位", "报告期", *names],
        ["端州区", "2019年9月", *first.values()],
        [441203, 201909, *second.values()],
    ]
    return {
        "tidy.xlsx": xlsx_bytes([HEADINGS, *([441202, "2019-09", code, value] for code, value in first.items())]),
        "wide.xlsx": xlsx_bytes(wide),
        "form.xlsx": xlsx_bytes(form("端州区", "2019-09", first)),
        "form-english.xlsx": xlsx_bytes(form("Dinghu District", "2019-09", second, english=True)),
        "sheets.xlsx": xlsx_bytes({
            "说明": [["填报说明"], ["只填数量,不填百分比。"]],
            "端州区": form("端州区", "2019年9月", first)[2:],
            "鼎湖区": form("鼎湖区", "2019年9月", second)[2:],
        }),
    }  # fmt: skip


def _format(place: str, number_format: str) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[place].number_format = number_format

    return change


def _cells() -> dict[str, bytes]:
    two = (("自建系统应接数", 12), ("自建系统已接数", 9))
    rich = CellRichText("35", "1")
    return {
        "dates.xlsx": xlsx_bytes(tidy(*two, period=date(2019, 9, 1))),
        "dates-last-day.xlsx": xlsx_bytes(tidy(*two, period=datetime(2019, 9, 30))),  # noqa: DTZ001  cells have no zone
        "dates-1904.xlsx": xlsx_bytes(tidy(*two, period=date(2019, 9, 1)), lambda s: setattr(s.parent, "epoch", CALENDAR_MAC_1904)),
        "dates-middle.xlsx": xlsx_bytes(tidy(*two, period=date(2019, 9, 12))),
        "period-number.xlsx": xlsx_bytes(tidy(*two, period=2019.9)),
        "period-number-unclear.xlsx": xlsx_bytes(tidy(*two, period=2019.1)),
        "date-as-value.xlsx": xlsx_bytes(tidy(("自建系统应接数", date(2019, 12, 1)), ("自建系统已接数", 9))),
        "text-numbers.xlsx": xlsx_bytes(tidy(("自建系统应接数", "12"), ("自建系统已接数", " ９ "), ("法定时限合计", "20,114"), ("承诺时限合计", "9006"))),
        "floats.xlsx": xlsx_bytes(tidy(("自建系统应接数", 12.0), ("自建系统已接数", 9.000000000000002), ("本月企业开办户数", 3), ("本月企业开办累计用时", 1.1 * 3))),
        "floats-unclear.xlsx": xlsx_bytes(tidy(("自建系统应接数", 12.5), ("自建系统已接数", 0.853), ("即办件事项数", -3), ("本月企业开办户数", 3), ("本月企业开办累计用时", 3.14159))),
        "percent-format.xlsx": xlsx_bytes(tidy(("自建系统应接数", 1), ("自建系统已接数", 9)), _format("D2", "0%")),
        "percent-in-quotes.xlsx": xlsx_bytes(tidy(("自建系统应接数", 85), ("自建系统已接数", 9)), _format("D2", '0.0"%"')),
        "scaled-format.xlsx": xlsx_bytes(tidy(("法定时限合计", 20114), ("承诺时限合计", 9006)), _format("D2", "#,##0,")),
        "ten-thousands-format.xlsx": xlsx_bytes(tidy(("法定时限合计", 20114), ("承诺时限合计", 9006)), _format("D3", '0!.0000"万"')),
        "thousands-format.xlsx": xlsx_bytes(tidy(("法定时限合计", 20114), ("承诺时限合计", 9006)), _format("D2", "#,##0")),
        "formulas-uncalculated.xlsx": xlsx_bytes(tidy(("自建系统应接数", "=D3+3"), ("自建系统已接数", 9))),
        "error-cells.xlsx": xlsx_bytes(tidy(("自建系统应接数", "#N/A"), ("自建系统已接数", "#DIV/0!"), ("即办件事项数", "#REF!"))),
        "truth.xlsx": xlsx_bytes(tidy(("自建系统应接数", True), ("自建系统已接数", 9))),
        "rich-text.xlsx": xlsx_bytes(tidy(("即办件事项数", rich))),
        "words-and-blanks.xlsx": xlsx_bytes(tidy(("自建系统应接数", "无"), ("自建系统已接数", None), ("即办件事项数", "——"))),
        "units-as-numbers.xlsx": xlsx_bytes([HEADINGS, [441202, 201909, "即办件事项数", 351], [441203.0, 201909, "即办件事项数", 288], ["441204", 201909, "items_instant", 12]]),
    }  # fmt: skip


def _layouts() -> dict[str, bytes]:
    two_rows: Rows = [
        ["单位", "报告期", "系统对接", None, "即办件"],
        [None, None, "自建系统应接数", "自建系统已接数", "即办件事项数"],
    ]
    data: Rows = [["端州区", "2019-09", 12, 9, 351], ["鼎湖区", "2019-09", 10, 7, 288]]
    blank: Rows = [[], []]

    def join(*ranges: str) -> Callable[[Worksheet], None]:
        def change(sheet: Worksheet) -> None:
            for joined in ranges:
                sheet.merge_cells(joined)

        return change

    repeated = tidy(("自建系统应接数", 12), ("自建系统已接数", 9), ("即办件事项数", 351))
    for row in repeated[2:]:
        row[0] = row[1] = None
    return {
        "merged-headings.xlsx": xlsx_bytes([["2019年9月统计表"], *two_rows, *data], join("A1:E1", "A2:A3", "B2:B3", "C2:D2")),
        "merged-units.xlsx": xlsx_bytes(repeated, join("A2:A4", "B2:B4")),
        "blank-units.xlsx": xlsx_bytes(repeated),
        "merged-value.xlsx": xlsx_bytes(tidy(("自建系统应接数", 12), ("自建系统已接数", None)), join("D2:D3")),
        "leading-blank.xlsx": xlsx_bytes([*blank, *([None, None, *row] for row in tidy(("即办件事项数", 351)))]),
        "totals-and-notes.xlsx": xlsx_bytes([["填报单位", "报告期", "自建系统应接数", "自建系统已接数"], ["端州区", "2019-09", 12, 9], ["鼎湖区", "2019-09", 10, 7], ["合 计", None, 22, 16], ["注:以上为截至月末数。"], ["制表:张三", None, "审核:李四", "2019年10月8日"]]),
        "title-of-two-months.xlsx": xlsx_bytes([["2019年8月至2019年9月统计表"], ["填报单位", "即办件事项数", "可网办事项数"], ["端州区", 351, 850]]),
        "labels-differ.xlsx": xlsx_bytes([["填报单位:端州区", "填报单位:鼎湖区"], ["报告期", "2019-09"], ["填报项", "本期数"], ["即办件事项数", 351]]),
        "rates-beside.xlsx": xlsx_bytes([["填报单位", "报告期", "自建系统应接数", "自建系统已接数", "系统对接率", "备注"], ["端州区", "2019-09", 12, 9, 0.75, "正常"]]),
        "numbered.xlsx": xlsx_bytes(tidy(("1.自建系统应接数", 12), ("2、自建系统已接数(个)", 9), ("事项总数", 1000))),
    }  # fmt: skip


def _hidden() -> dict[str, bytes]:
    rows = tidy(("自建系统应接数", 12), ("自建系统已接数", 9), ("即办件事项数", 351))

    def hide_row(sheet: Worksheet) -> None:
        sheet.row_dimensions[4].hidden = True

    def hide_column(sheet: Worksheet) -> None:
        sheet.column_dimensions["D"].hidden = True

    def hide_sheet(sheet: Worksheet) -> None:
        workbook = sheet.parent
        assert workbook is not None
        workbook["旧"].sheet_state = "hidden"

    return {
        "hidden-row.xlsx": xlsx_bytes(rows, hide_row),
        "hidden-column.xlsx": xlsx_bytes(rows, hide_column),
        "hidden-sheet.xlsx": xlsx_bytes({"月报": rows, "旧": rows}, hide_sheet),
        "hidden-lists.xlsx": xlsx_bytes({"月报": rows, "旧": [["选项"], ["是"], ["否"]]}, hide_sheet),
    }


def _no_workbooks() -> dict[str, bytes]:
    whole = xlsx_bytes(tidy(("即办件事项数", 351)))
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    return {
        "named.csv": whole,
        "macros.xlsx": with_parts(whole, {"xl/vbaProject.bin": b"\x00" * 100}),
        "entities.xlsx": with_parts(whole, {"xl/sharedStrings.xml": entities}),
        "truncated.xlsx": whole[: len(whole) * 2 // 3],
        "binary.xlsx": with_parts(whole, {"xl/workbook.bin": b"\x00"}),
        "document.xlsx": with_parts(b"", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    }


def with_parts(workbook: bytes, parts: dict[str, bytes]) -> bytes:
    """`workbook` with these parts added or in place of its own."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        if workbook:
            with zipfile.ZipFile(BytesIO(workbook)) as source:
                for name in source.namelist():
                    if name not in parts:
                        target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return written.getvalue()
