"""A slide's file: native and editable, in our font, whole on its page, and the same bytes for the same slide."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from metrics.bulletin.document import Chart, DocumentTable
from metrics.slides.as_document import document_of, docx_of, pdf_of
from metrics.slides.as_pptx import pptx_file
from metrics.slides.slide import MOST_ROWS, Slide, SlideChart, SlideSeries, SlideTable, number

AT = datetime(2021, 1, 5, 4, 0, tzinfo=UTC)
EA = "{http://schemas.openxmlformats.org/drawingml/2006/main}ea"
LONG = "Guangdong-Guangxi Cooperation Special Pilot Zone (Zhaoqing) and everything that its name goes on to say"


def a_slide(
    *, rows: int = 3, name: str = "端州区", title: str = "11 个单位中有 10 个达到网上可办率", clauses: int = 1
) -> Slide:
    names = tuple(f"{name} {place}" for place in range(rows))
    figures = tuple(None if place == 1 else f"{70 + place}.25" for place in range(rows))
    chart = SlideChart("网上可办率, %", names, (SlideSeries("数值", figures, ("0B7A5E",)),), line=Decimal(70))
    cells = tuple((name, figure or "未报", "✔ 达标") for name, figure in zip(names, figures, strict=True))
    table = SlideTable("各单位", ("填报单位", "数值", "状态"), cells, frozenset({0, 2}))
    quoted = tuple(f"「网上可办率不低于70%」 第{place}行" for place in range(clauses))
    return Slide("x", "zh", title, "TG-05A", chart, table, "", quoted, ("评估日 2020年12月31日",), "演示数据")


def opened(slide: Slide) -> Any:
    made = Presentation(io.BytesIO(pptx_file(slide, made_at=AT)))
    (page,) = made.slides
    return made, page


def test_chart_and_table_are_native_and_hold_the_figures_as_written() -> None:
    _made, page = opened(a_slide())
    (chart,) = [shape.chart for shape in page.shapes if shape.has_chart]
    assert list(chart.plots[0].categories) == ["端州区 0", "端州区 1", "端州区 2"]
    assert list(chart.plots[0].series[0].values) == [70.25, None, 72.25]
    assert chart.value_axis.minimum_scale == 0
    (table,) = [shape.table for shape in page.shapes if shape.has_table]
    assert [[cell.text for cell in row.cells] for row in table.rows][1:3] == [
        ["端州区 0", "70.25", "✔ 达标"],
        ["端州区 1", "未报", "✔ 达标"],
    ]
    described = [shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in page.shapes if shape.has_chart]
    assert described == ["网上可办率, %: 端州区 0 70.25; 端州区 1 —; 端州区 2 72.25"]


def test_a_cell_is_made_alike_whether_it_is_the_first_of_its_kind_or_a_later_one() -> None:
    row, other = ("端州区 & <甲>", "", "✔ 达标"), ("两行\n在此", "1.50", "另一\n格")
    for rows in ((row, other, row), (other, row, other)):
        slide = a_slide()
        _made, page = opened(replace(slide, table=replace(slide.table, rows=rows)))
        (table,) = [shape.table for shape in page.shapes if shape.has_table]
        _headings, *made = [[(cell.text, cell._tc.xml) for cell in row.cells] for row in table.rows]
        assert [tuple(text for text, _written in cells) for cells in made] == list(rows)
        assert made[0] == made[2]


def test_series_of_equal_standing_are_named_in_their_order_and_each_has_its_bars_in_the_document_too() -> None:
    names = ("网上可办率", "一窗率")
    both = tuple(
        SlideSeries(unit, figures, (colour,))
        for unit, figures, colour in (("端州区", ("70.25", None), "2E5AAC"), ("鼎湖区", ("64.00", "81.50"), "840B47"))
    )
    slide = replace(a_slide(), chart=SlideChart("数值, %", names, both, named=True))
    _made, page = opened(slide)
    (chart,) = [shape.chart for shape in page.shapes if shape.has_chart]
    assert not chart.has_legend  # programs that turn bars round turn it round as well, or do not
    (named,) = [p for s in page.shapes if s.has_text_frame for p in s.text_frame.paragraphs if "■ " in p.text]
    assert named.text.split() == ["■", "端州区", "■", "鼎湖区"]
    assert [str(run.font.color.rgb) for run in named.runs if run.text == "■ "] == ["2E5AAC", "840B47"]
    assert [(one.name, list(one.values)) for one in chart.plots[0].series] == [
        ("端州区", [70.25, None]),
        ("鼎湖区", [64.0, 81.5]),
    ]
    assert slide.chart is not None
    assert slide.chart.text == "数值, %: 网上可办率 端州区 70.25 / 鼎湖区 64.00; 一窗率 端州区 — / 鼎湖区 81.50"
    drawn = [block for block in document_of(slide).blocks if isinstance(block, Chart)]
    assert [(chart.title, [(bar.label, bar.shown) for bar in chart.bars]) for chart in drawn] == [
        ("网上可办率 · 数值, %", [("端州区", "70.25"), ("鼎湖区", "64.00")]),
        ("一窗率 · 数值, %", [("端州区", "—"), ("鼎湖区", "81.50")]),
    ]


def test_finding_clause_and_foot_are_said_whole() -> None:
    _made, page = opened(a_slide(clauses=5))
    said = "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
    assert page.shapes.title.text_frame.text.replace("\u00a0", " ") == "11 个单位中有 10 个达到网上可办率"
    for words in ("「网上可办率不低于70%」 第0行", "… +2", "评估日 2020年12月31日", "演示数据"):
        assert words in said


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("7 units share 100.00 %; +0.52 pp a month", ["7\u00a0units", "100.00\u00a0%", "+0.52\u00a0pp"]),
        ("并列第一 100.00 %,应于 30 Sep 2019", ["100.00\u00a0%", "30\u00a0Sep"]),
        ("11个单位中有10个达标", []),
        ("7 of 11 meet the rate = 100 %", ["7\u00a0of", "11\u00a0meet", "=\u00a0100\u00a0%"]),
    ],
)
def test_no_line_of_a_title_ends_between_a_figure_and_what_it_counts(title: str, kept: list[str]) -> None:
    _made, page = opened(replace(a_slide(), title=title))
    for written in (page.shapes.title.text_frame.text, document_of(replace(a_slide(), title=title)).title):
        assert written.replace("\u00a0", " ") == title
        assert re.findall(r"[^ ;,]+\u00a0[^ ;,]*", written) == kept


@pytest.mark.parametrize(
    "title",
    [
        "网上可办率(剔除例外)自2020年11月至2020年12月 +0.14 百分点，贡献最大的是鼎湖区（+0.05）；1个单位沿用前期",
        "Online rate (after exemptions) +0.14 pp from Nov 2020 to Dec 2020: the largest part, +0.05, comes from Dinghu "
        "District; 1 unit is carried",
        "很长的标题" * 9,
    ],
)
def test_a_title_stays_in_its_box_with_what_no_line_parts(title: str) -> None:
    """Held against a wrapping of its own: every wide character and word, and what a figure counts with it."""
    _made, page = opened(replace(a_slide(), title=title))
    box = page.shapes.title
    size = box.text_frame.paragraphs[0].runs[0].font.size
    room, lines, taken = box.width / size, 1, 0.0
    for word in re.split(r"(?<= )|(?<=[\u3000-\uffef])", box.text_frame.text):
        wide = sum(1 if ord(sign) > 0x2E7F else 0.68 for sign in word)  # bold
        lines, taken = (lines + 1, wide) if taken + wide > room else (lines, taken + wide)
    assert lines * size * 1.2 <= box.height


def test_no_line_of_a_cell_ends_between_a_figure_and_what_it_counts() -> None:
    rows = (("端州区", "100.00 %", "≥ 60 %"), ("鼎湖区", "+0.52 pp", "达标"))
    slide = replace(a_slide(), table=replace(a_slide().table, rows=rows))
    _made, page = opened(slide)
    (table,) = [shape.table for shape in page.shapes if shape.has_table]
    _headings, *made = [tuple(cell.text for cell in row.cells) for row in table.rows]
    (listed,) = [block for block in document_of(slide).blocks if isinstance(block, DocumentTable)]
    for written in (tuple(made), listed.rows):
        assert written == (("端州区", "100.00\u00a0%", "≥\u00a060\u00a0%"), ("鼎湖区", "+0.52\u00a0pp", "达标"))


def test_every_text_names_a_font_for_chinese() -> None:
    _made, page = opened(a_slide())
    frames = [shape.text_frame for shape in page.shapes if shape.has_text_frame]
    frames += [cell.text_frame for s in page.shapes if s.has_table for row in s.table.rows for cell in row.cells]
    runs = [run for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]
    assert len(runs) > 12
    assert {run._r.rPr.find(EA).get("typeface") for run in runs} == {"Microsoft YaHei"}


@pytest.mark.parametrize("name", ["端州区", LONG])
@pytest.mark.parametrize("rows", [1, MOST_ROWS])
@pytest.mark.parametrize("title", ["短", "很长的标题" * 14, LONG + LONG])
def test_nothing_reaches_beyond_the_page_or_over_what_is_below(name: str, rows: int, title: str) -> None:
    made, page = opened(replace(a_slide(rows=rows, name=name, title=title, clauses=3), more="共 20 行,此处列 14 行"))
    assert (made.slide_width, made.slide_height) == (Inches(13.333), Inches(7.5))
    body = 0
    for shape in page.shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= made.slide_width
        assert shape.top + shape.height <= made.slide_height
        if shape.has_chart or shape.has_table:
            high = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            body = max(body, shape.top + high)
    assert body <= Inches(6.08)
    texts = [shape for shape in page.shapes if shape.has_text_frame and shape.text_frame.text]
    (more,) = [shape for shape in texts if shape.text_frame.text.startswith("共 20 行")]
    (clause,) = [shape for shape in texts if shape.text_frame.text.startswith("「")]
    (table,) = [shape for shape in page.shapes if shape.has_table]
    (drawn,) = [shape for shape in page.shapes if shape.has_chart]
    assert 2 * rows * drawn.chart.category_axis.tick_labels.font.size <= drawn.height  # else names are left out
    assert table.top + sum(row.height for row in table.table.rows) <= more.top
    assert more.top + more.height <= clause.top


def test_a_date_in_chinese_stands_in_one_line_with_the_room_that_programs_put_between_its_parts() -> None:
    """Six parts and a quarter of a character between any two, a figure as wide as LibreOffice's font has it."""
    cells = tuple((LONG, "2020年12月31日", "■ 逾期") for _row in range(MOST_ROWS))
    table = SlideTable("各单位", ("填报单位", "完成时限", "状态"), cells, frozenset({0, 1, 2}))
    _made, page = opened(replace(a_slide(), table=table))
    (shown,) = [shape.table for shape in page.shapes if shape.has_table]
    size = shown.cell(1, 1).text_frame.paragraphs[0].runs[0].font.size
    assert shown.columns[1].width - Inches(0.1) >= (8 * 0.64 + 3 + 5 * 0.25) * size


def test_the_same_slide_has_the_same_bytes_whenever_it_is_made() -> None:
    slide = a_slide()
    first = [write(slide, made_at=AT) for write in (pptx_file, docx_of)]
    time.sleep(2.02 - time.time() % 2)  # a zip file dates by two seconds
    assert [write(slide, made_at=AT) for write in (pptx_file, docx_of)] == first


def test_a_document_says_what_the_slide_says() -> None:
    slide = a_slide(clauses=2)
    document = document_of(slide)
    assert document.title.replace("\u00a0", " ") == slide.title
    assert [table.rows for table in document.tables] == [slide.table.rows]
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said == ["TG-05A"]
    assert (document.synthetic, document.notes) == (True, (*slide.clauses, *slide.foot))  # clauses in small type


def test_what_is_required_is_a_line_in_a_document_and_its_caption_speaks_of_no_colours() -> None:
    reached = SlideSeries("Reached", ("70.47", "99.11"), ("0B7A5E", "B3261E"))
    required = SlideSeries("Required", ("60", "100"), ("5C6670",))
    chart = SlideChart(
        "in the colour of its status", ("A", "B"), (reached, required), in_document="the line is required"
    )
    (drawn,) = [one for one in document_of(replace(a_slide(), chart=chart)).blocks if isinstance(one, Chart)]
    assert drawn.title == "the line is required"
    assert [bar.line for bar in drawn.bars] == [Fraction(60, 100), Fraction(1)]


def test_a_figure_is_the_number_that_is_written() -> None:
    told = {"+1.20": "1.20", "−0.40": "-0.40", "1,204.50": "1204.50", "<+0.01": "0", "<−0.01": "0"}
    assert {figure: str(number(figure)) for figure in told} == told


@pytest.mark.parametrize("odd", ["\x01", "\x0b", "\x1f", "\ufffe"])
def test_what_no_document_holds_is_left_out_of_every_text_of_all_forms(odd: str) -> None:
    slide = replace(a_slide(name=f"端{odd}州", title=f"全{odd}市"), clauses=(f"条{odd}款",), more=f"又{odd}有")
    _made, page = opened(slide)
    (chart,) = [shape.chart for shape in page.shapes if shape.has_chart]
    assert next(iter(chart.plots[0].categories)).replace("\n", "") == "端州 0"
    assert docx_of(slide, made_at=AT).startswith(b"PK")
    assert pdf_of(slide, made_at=AT).startswith(b"%PDF")
