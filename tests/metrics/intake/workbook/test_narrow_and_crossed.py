"""Numbers that are wider than their column, and figures that lines cross out from corner to corner."""

from __future__ import annotations

from itertools import product

import pytest

from tests.metrics.intake.raw_workbooks import MAIN, inline, parts_of, read

NUMBERS = {  # number, format -> how wide it is at least, in digits; None: nobody knows
    ("7", "General"): 1, ("98", "General"): 2, ("270123", "General"): 6, ("-270123", "General"): 6.5, ("38.5", "General"): 2, ("270123.75", "General"): 6,
    ("270123", "#,##0"): 6.5, ("1270123", "#,##0.00"): 10.5, ("98", "0.00"): 4.5, ("98", '0"户"'): 4, ("98", "0%"): None, ("270123", "0!.0,"): None,
    ("123456789012", "General"): None, ("98", "# ?/?"): None,
}  # fmt: skip
WIDTHS = [0.5, 1.0, 2.0, 3.71, 4.0, 5.5, 6.0, 6.25, 6.5, 9.14, 12.0]


def style(code: str = "General", *, font: str = "", xf: str = "", border: str = "<border/>") -> str:
    quoted = code.replace('"', "&quot;")
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{quoted}"/></numFmts><fonts><font><sz val="11"/></font>'
        f"<font>{font}</font></fonts><fills><fill/></fills><borders><border/>{border}</borders>"
        f'<cellXfs><xf/><xf numFmtId="200" fontId="1" borderId="1">{xf}</xf></cellXfs></styleSheet>'
    )


def shown(number: str, given: str, *, before: str, after: str = "") -> str | None:
    row = f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>'
    cell = read(parts_of(row, style=given, around=(before, after))).at(1, 1)
    assert cell is not None
    return cell.shown


def column(width: float) -> str:
    return f'<cols><col min="1" max="1" width="{width}" customWidth="1"/></cols>'


@pytest.mark.parametrize(("number", "width"), list(product(NUMBERS, WIDTHS)))
def test_numbers_in_columns_of_every_width(number: tuple[str, str], width: float) -> None:
    needed = NUMBERS[number]
    found = shown(number[0], style(number[1]), before=column(width))
    assert (found == "####") is (needed is not None and needed > width)


def test_a_default_width() -> None:
    assert shown("270123", style(), before='<sheetFormatPr defaultColWidth="3"/>') == "####"
    assert shown("270123", style(), before='<sheetFormatPr defaultColWidth="9"/>') is None
    assert shown("270123", style(), before='<sheetFormatPr defaultRowHeight="15"/>') is None
    assert shown("270123", style(), before='<sheetFormatPr defaultColWidth="3"/>' + column(9)) is None
    assert shown("270123", style(), before='<cols><col min="1" max="1" width="wide"/></cols>') is None


@pytest.mark.parametrize(
    ("given", "fits"),
    {
        style(): False, style(font='<sz val="11"/>'): False, style(font='<sz val="8"/>'): True, style(font='<sz val="18"/>'): False,
        style(font='<sz val="big"/>'): False, style(xf='<alignment shrinkToFit="1"/>'): True, style(xf='<alignment textRotation="90"/>'): True,
        style(xf='<alignment wrapText="1"/>'): False,
    }.items(),
)  # fmt: skip
def test_what_makes_a_number_fit(given: str, fits: bool) -> None:
    assert shown("270123", given, before=column(5)) == (None if fits else "####")


@pytest.mark.parametrize(("area", "fits"), [("A1:B1", True), ("A1:A2", False), ("B1:C1", False)])
def test_joined_columns_are_as_wide_as_all_of_them(area: str, fits: bool) -> None:
    merged = f'<mergeCells><mergeCell ref="{area}"/></mergeCells>'
    assert shown("270123", style(), before=column(3), after=merged) == (None if fits else "####")


def test_texts_run_on_over_the_column() -> None:
    sheet = read(parts_of(f'<row r="1">{inline("A1", "270123")}</row>', around=(column(2), "")))
    assert sheet.cells[1][1].shown is None


BORDERS = {
    '<border diagonalUp="1" diagonalDown="1"><diagonal style="thick"/></border>': True,
    '<border diagonalUp="1"><left style="thin"/><diagonal style="thin"><color auto="1"/></diagonal></border>': True,
    '<border diagonalDown="true"><diagonal style="hair"/></border>': True,
    '<border diagonalDown="0" diagonalUp="0"><diagonal style="thin"/></border>': False,
    '<border diagonalUp="1"><diagonal/></border>': False,
    '<border diagonalUp="1"><diagonal style="none"/></border>': False,
    '<border diagonalUp="1"/>': False,
    '<border><left style="thick"/><right style="thick"/><diagonal/></border>': False,
    '<border diagonalUp="wavy"><diagonal style="thin"/></border>': False,
    "": False,
}
CONTENTS = {
    '<c r="A1" s="1"><v>98</v></c>': True, '<c r="A1" s="1"><f>B1</f><v>98.5</v></c>': True, inline("A1", "98", style=1): True,
    inline("A1", "1,024", style=1): True, inline("A1", "85%", style=1): True, inline("A1", "９８", style=1): True,
    inline("A1", "指标 单位", style=1): False, inline("A1", "单位\n2月", style=1): False, '<c r="A1" s="1" t="b"><v>1</v></c>': False,
}  # fmt: skip


@pytest.mark.parametrize(("border", "content"), list(product(BORDERS, CONTENTS)))
def test_lines_through_figures_and_through_words(border: str, content: str) -> None:
    cell = read(parts_of(f'<row r="1">{content}</row>', style=style(border=border))).at(1, 1)
    assert cell is not None
    assert cell.struck is (BORDERS[border] and CONTENTS[content])
