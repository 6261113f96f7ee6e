"""Every cell with content is a figure, a heading, a unit, a period, a measure, a total or a note, or it stops the file."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from metrics.intake.file_questions import Opened
from metrics.intake.file_reading import FileReading
from metrics.intake.isolated_process import read_bytes
from metrics.intake.reading import reading_of
from tests.workbooks import city_plan, xlsx_bytes

Rows = list[list[Any]]
FORM: Rows = [
    ["封开县2021年2月报送表"],
    ["填报单位:", "封开县", "报告期:", "2021年2月"],
    ["序号", "填报项", "计量单位", "本期数"],
    [1, "自建系统应接数", "个", 12],
    [2, "自建系统已接数", "个", 9],
]
WIDE: Rows = [
    ["填报单位", "报告期", "自建系统应接数", "自建系统已接数", "备注"],
    ["封开县", "2021-02", 12, 9, "正常"],
]


def read(rows: Rows | dict[str, Rows], **how: Any) -> FileReading:
    return reading_of(read_bytes(xlsx_bytes(rows)), city_plan(), name="表.xlsx", sha256="", **how)


def changed(rows: Rows, row: int, column: int, value: Any) -> Rows:
    """`rows` with another value in one cell, which may lie to the right of the others."""
    copy = [[*line, *[None] * (column - len(line))] for line in rows]
    copy[row - 1][column - 1] = value
    return copy


def said(reading: FileReading) -> set[str]:
    return {f"{p.code} {p.cell}" for p in reading.problems} | {question.id for question in reading.questions}


@pytest.mark.parametrize("rows", [FORM, WIDE])
def test_what_a_sheet_plainly_says_is_read(rows: Rows) -> None:
    reading = read(rows)
    assert (reading.problems, reading.questions) == ((), ())
    assert {sent.key: sent.values for sent in reading.submissions} == {
        "441225/2021-02": {"systems_due": "12", "systems_connected": "9"}
    }


@pytest.mark.parametrize(
    ("rows", "stops"),
    [
        (changed(FORM, 4, 5, 70), "column_unnamed 月报!E4"),
        (changed(FORM, 4, 5, "万"), "column_unnamed 月报!E4"),
        (changed(FORM, 1, 4, 12), "figure_unnamed 月报!D1"),
        (changed(FORM, 4, 3, "百个"), "measure_differs 月报!C4"),
        (changed(FORM, 4, 3, "项"), "measure_differs 月报!C4"),
        (changed(FORM, 1, 4, "单位:百个"), "measure_differs 月报!D1"),
        (changed(FORM, 3, 4, "本期数(百个)"), "measure_differs 月报!D3"),
        (changed(FORM, 4, 2, "自建系统应接数(百个)"), "measure_differs 月报!B4"),
        ([*FORM, ["注:本表以百个为单位。"]], "measure_differs 月报!A6"),
        ([*FORM, [None, None, None, 21]], "element_blank 月报!B6"),
        ([*FORM, ["备注", None, None, 21]], "figure_unnamed 月报!D6"),
        ([*FORM[:3], [None, None, None, "上月"], *FORM[3:]], "element_blank 月报!B4"),
        (changed(FORM, 3, 5, "本月数"), "heading_twice 月报!E3"),
        (changed(changed(FORM, 3, 5, "核减"), 4, 5, 3), "heading_unknown 月报!E3"),
        (changed(FORM, 4, 2, "自建系统应结数"), "element_unknown 月报!B4"),
        (changed(FORM, 2, 2, "风开县"), "unit_unknown 月报!B2"),
        (changed(WIDE, 2, 6, 999), "column_unnamed 月报!F2"),
        (changed(WIDE, 2, 5, "单位:百个"), "measure_differs 月报!E2"),
        (changed(WIDE, 1, 4, "自建系统已接数(百个)"), "measure_differs 月报!D1"),
        ([WIDE[0], [None, None, "上月", "本月"], *WIDE[1:]], "row_between 月报!C2"),
        ([WIDE[0], [None, None, "百个", "个"], *WIDE[1:]], "measure_differs 月报!C2"),
        ([*WIDE, ["封开县", "2021-02", 12, 9, "另报"]], "rows_differ_unread 月报!E3"),
        ([*WIDE, [None, None, 12, 9]], "unit_blank 月报!A3"),
        ([[None, None, "上月", "上月"], *WIDE], "heading_other 月报!C1"),
        (changed(FORM, 3, 4, "2021年1月"), "period_conflict 月报!D3"),
        (changed(changed(FORM, 4, 3, 12), 4, 4, None), "figure_unnamed 月报!C4"),
        ([["填报单位", "封开县", "报告期", "2021-02"], ["填报项", "代码", "本期数"], ["即办件事项数", 12, None]], "figure_unnamed 月报!B3"),
        (changed(FORM, 3, 4, "本期数(累计)"), "heading_other 月报!D3"),
        ([*FORM, [3, "即办件率", "项", 270]], "element_unknown 月报!B6"),
        (changed(FORM, 2, 2, "封开县市场监督管理局"), "unit_unknown 月报!B2"),
        (changed(FORM, 2, 2, "封开县、怀集县"), "unit_unknown 月报!B2"),
        ([["封开县2021年2月"], ["填报项", "本期数", "填报项", "上月数"], ["自建系统应接数", 12, "自建系统已接数", 9]], "heading_other 月报!D2"),
        ([["封开县2021年2月报送表", None, "怀集县2021年2月报送表"], ["填报项", "本期数"], ["自建系统应接数", 12]], "unit_conflict 月报!A2"),
        ([*changed(changed(FORM, 3, 5, "更正数"), 4, 5, 12), [None, None, None, None, 5]], "figure_unnamed 月报!E6"),
        ([["封开县2021年2月"], [None, "本期数", "填报项", "本期数"], ["自建系统应接数", 12, "自建系统已接数", 9]], "heading_twice 月报!D2"),
        (changed(FORM, 3, 4, "本期数(亩)"), "heading_other 月报!D3"),
        (changed(changed(FORM, 4, 2, 12), 4, 4, None), "figure_unnamed 月报!B4"),
    ],
)  # fmt: skip
def test_what_nobody_can_assign_stops_the_file_at_its_cell(rows: Rows, stops: str) -> None:
    reading = read(rows)
    assert stops in said(reading)
    problem = next(p for p in reading.problems if f"{p.code} {p.cell}" == stops)
    assert problem.message.zh
    assert problem.message.en
    assert problem.given is not None


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        (changed(FORM, 1, 1, "怀集县2021年2月报送表"), "title_unit@月报!A1"),
        (changed(FORM, 1, 1, "封开县2021年1月报送表"), "title_month@月报!A1"),
        (changed(FORM, 1, 1, "封开县二〇二〇年二月报送表"), "title_month@月报!A1"),
        (changed(FORM, 1, 1, "封开县2021年1-2月报送表"), "title_month@月报!A1"),
        ({"1月": FORM}, "title_month@1月!A3"),
        ({"怀集县": FORM}, "title_unit@怀集县!A3"),
        (changed(changed(FORM, 3, 5, "更正数"), 5, 5, 10), "correction_column@月报!E3"),
        ({"市监": FORM, "人社": FORM}, "figures_repeated@人社!D4"),
        (changed(FORM, 1, 1, "封开县2021年2月政务服务累计报送表"), "title_other@月报!A1"),
        (changed(FORM, 1, 1, "江口镇2021年2月报送表"), "title_part@月报!A1"),
        (changed(WIDE, 2, 5, 207), "remark_meant@月报!E2"),
        (changed(WIDE, 2, 5, "应为207"), "remark_meant@月报!E2"),
        ([*FORM, ["注:以上为1月数据,2月数据尚未汇总。"]], "note_meant@月报!A6"),
        ([*FORM, ["更正:自建系统应接数应为 13。"]], "note_meant@月报!A6"),
        (changed(changed(WIDE, 1, 6, "乡镇"), 2, 6, "江口镇"), "column_meant@月报!F1"),
    ],
)  # fmt: skip
def test_what_only_the_sender_knows_is_asked_with_both_values(rows: Rows | dict[str, Rows], asked: str) -> None:
    reading = read(rows)
    assert [question.id for question in reading.open_questions] == [asked]
    answered = read(rows, answers={asked: reading.questions[0].choices[0].value})
    assert answered.open_questions == ()
    assert answered.problems == ()
    assert read(rows, answers={asked: "perhaps"}).problems[0].code == "answer_unknown"


def test_the_correction_counts_only_where_the_sender_says_so() -> None:
    rows = changed(changed(FORM, 3, 5, "更正数"), 5, 5, 10)
    for answer, value in (("corrected", "10"), ("original", "9")):
        reading = read(rows, answers={"correction_column@月报!E3": answer})
        assert reading.submissions[0].values == {"systems_due": "12", "systems_connected": value}


@pytest.mark.parametrize(
    "rows",
    [
        [["封开县2021年2月报送表"], ["填报项", "本期数", "填报项", "本期数"], ["自建系统应接数", 12, "自建系统已接数", 9]],
        [["封开县2021年2月"], ["填报项", "计量单位", "本期数", "填报项", "计量单位", "本期数"], ["自建系统应接数", "个", 12, "自建系统已接数", "个", 9]],
        [["封开县2021年报送表"], ["填报项", "2021年1月", "2021年2月"], ["自建系统应接数", None, 12], ["自建系统已接数", None, 9]],
        [["报告期", "2021年2月"], ["填报项", "封开县"], ["自建系统应接数", 12], ["自建系统已接数", 9]],
        [["填报单位", "封开县"], ["报告期", "2021年2月"], ["自建系统应接数", 12], ["自建系统已接数", 9]],
        [["封开县2021年2月"], ["填报项", "自建系统应接数", "自建系统已接数"], ["计量单位", "个", "个"], ["上月数", 11, 8], ["本月数", 12, 9]],
        [["封开县"], ["月份", "自建系统应接数", "自建系统已接数"], ["2021年2月", 12, 9]],
        [["填报单位:封开县(盖章)   报告期:2021年2月"], ["填报项", "报送数"], ["自建系统应接数", 12], ["自建系统已接数", 9]],
        [["填报单位", "广东省肇庆市封开县"], ["报告期", "2021.2.28"], ["填报项", "本月完成数"], ["自建系统应接数", 12], ["自建系统已接数", 9], ["系统对接率", "75%"]],
        [["填报单位", "封开县人民政府"], ["报告期", "二〇二一年二月"], ["填报项", "计量单位", "2021年2月"], ["甲", "乙", 1], ["自建系统应接数", "个", 12], ["自建系统已接数", "个", 9]],
    ],
)  # fmt: skip
def test_layouts_of_county_offices_are_read(rows: Rows) -> None:
    reading = read(rows)
    assert (reading.problems, reading.questions) == ((), ())
    assert {sent.key: sent.values for sent in reading.submissions} == {
        "441225/2021-02": {"systems_due": "12", "systems_connected": "9"}
    }


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [("单位:百个", "measure_differs 月报!D4"), ("应为 13,以此为准", "comment_meant@月报!D4"), ("已与部门核对", "")],
)
def test_comments_on_cells_are_told_asked_about_or_refused(text: str, said_of_it: str) -> None:
    def comment(sheet: Worksheet) -> None:
        sheet["D4"].comment = Comment(text, "陈")

    reading = reading_of(read_bytes(xlsx_bytes(FORM, comment)), city_plan(), name="表.xlsx", sha256="")
    assert said(reading) == ({said_of_it} if said_of_it else set())
    assert ("comment_skipped" in {notice.code for notice in reading.notices}) is (not said_of_it)


def test_what_is_cut_off_is_no_figure() -> None:
    content = f"unit_code,period,element_code,value\r\n441225,2021-02,items_instant,98{' ' * 600}7".encode()
    reading = reading_of(read_bytes(content), city_plan(), name="", sha256="")
    assert [problem.code for problem in reading.problems] == ["value_unclear"]


def test_more_questions_than_anybody_answers_refuse_the_file() -> None:
    rows = [
        WIDE[0],
        *(["封开县", f"2021-{month:02d}", 12, 9, f"有误{year}"] for year in range(9) for month in range(1, 13)),
    ]
    reading = read(rows)
    assert len(reading.questions) == 50
    assert "file_too_many_questions" in {problem.code for problem in reading.problems}


def test_a_name_joined_over_two_figures_is_refused() -> None:
    rows: Rows = [*FORM[:4], [2, None, "个", 12], [3, "自建系统已接数", "个", 9]]
    reading = reading_of(
        read_bytes(xlsx_bytes(rows, lambda sheet: sheet.merge_cells("B4:B5"))), city_plan(), name="", sha256=""
    )
    assert "name_spans 月报!B5" in said(reading)


def test_two_months_below_each_other_are_two_months() -> None:
    january: Rows = [["2021年1月"], *FORM[2:]]
    february: Rows = [["2021年2月"], ["填报项", "本期数"], ["自建系统应接数", 14], ["自建系统已接数", 9]]
    reading = read([["填报单位:", "封开县"], *january, [], *february])
    assert {sent.key: sent.values["systems_due"] for sent in reading.submissions} == {
        "441225/2021-01": "12",
        "441225/2021-02": "14",
    }


def test_what_lies_below_joined_cells_is_nobodys() -> None:
    rows: Rows = [
        ["填报单位", "报告期", "填报项", "数值"],
        ["封开县", "2021-02", "自建系统应接数", 12],
        ["怀集县", "2021-01", "自建系统已接数", 9],
    ]

    def join(sheet: Worksheet) -> None:
        for letter in "AB":
            below = sheet[f"{letter}3"].value
            sheet.merge_cells(f"{letter}2:{letter}3")
            sheet._cells[3, "AB".index(letter) + 1] = Cell(sheet, row=3, column="AB".index(letter) + 1, value=below)

    reading = reading_of(read_bytes(xlsx_bytes(rows, join)), city_plan(), name="表.xlsx", sha256="")
    assert [sent.key for sent in reading.submissions] == ["441225/2021-02"]


def test_a_workbook_of_several_months_is_asked_which_one() -> None:
    january = changed(changed(FORM, 1, 1, "封开县2021年1月"), 2, 4, "2021年1月")
    reading = read({"1月": january, "2月": FORM})
    assert [question.code for question in reading.questions] == ["several_months"]
    chosen = read({"1月": january, "2月": FORM}, answers={reading.questions[0].id: "2021-02"})
    assert [sent.key for sent in chosen.submissions] == ["441225/2021-02"]


def test_a_file_of_another_month_than_the_open_form_is_asked_about() -> None:
    assert [q.code for q in read(FORM, opened=Opened("441225", "2021-03")).questions] == ["form_differs"]
    assert read(FORM, opened=Opened("441225", "2021-02")).questions == ()


def test_a_sheet_of_figures_that_is_no_table_stops_the_file() -> None:
    assert said(read({"月报": FORM, "明细": [["甲公司", 5], ["乙公司", 7]]})) == {"sheet_unread 明细!B1"}
    assert said(read({"月报": FORM, "说明": [["联系电话:", 7581234], ["只填数量。"]]})) == set()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["填报项", "单位"], ["自建系统应接数", 12]], "缺数所在列的标题"),
        ([["项数", "本期数"], ["自建系统应接数", 12]], "缺“填报项”列"),
        ([["你好"]], "没有找到标题行"),
    ],
)
def test_a_file_without_a_table_says_what_was_found_and_what_is_missing(rows: Rows, words: str) -> None:
    content = "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode()
    reading = reading_of(read_bytes(content), city_plan(), name="表.csv", sha256="")
    assert [problem.code for problem in reading.problems] == ["file_no_table"]
    assert words in reading.problems[0].message.zh


def test_the_fingerprint_is_the_same_next_month_and_another_for_another_layout() -> None:
    next_month = changed(changed(FORM, 1, 1, "封开县2021年3月报送表"), 2, 4, "2021年3月")
    assert read(FORM).fingerprint == read(next_month).fingerprint
    others = (changed(FORM, 3, 4, "数值"), [*FORM[:3], FORM[4], FORM[3]], changed(FORM, 4, 3, None), WIDE)
    assert len({read(rows).fingerprint for rows in (FORM, *others)}) == len(others) + 1


@pytest.mark.parametrize(
    ("rows", "is_known"),
    [
        ([*FORM, ["填表人:李四", None, "2021年4月2日"]], True),
        (changed(FORM, 1, 1, "封开县2021年2月份报送表"), False),
        ([*FORM, ["注:以上为累计数"]], False),
        (changed(changed(FORM, 3, 5, "情况"), 4, 5, "另报"), False),
        ({"表二": FORM}, False),
    ],
)
def test_a_layout_is_known_only_with_the_words_that_it_was_confirmed_with(rows: Rows, is_known: bool) -> None:
    confirmed = read([*FORM, ["填表人:张三", None, "2021年3月1日"]] if is_known else FORM)
    assert (read(rows).fingerprint == confirmed.fingerprint) is is_known


def test_a_template_or_a_machines_file_with_anything_else_in_it_is_read_back() -> None:
    rows = ["unit_code,period,element_code,value", "441225,2021-02,items_instant,351"]
    for extra, layout in (([], "tidy"), (["注:以上为1月数,,,"], "other"), (["合计,,,351"], "other")):
        content = "\r\n".join([*rows, *extra]).encode()
        assert reading_of(read_bytes(content), city_plan(), name="", sha256="").layout == layout
