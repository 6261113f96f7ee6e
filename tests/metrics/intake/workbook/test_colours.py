"""A content of the colour of what lies behind it shows nothing; of a colour that is not surely the same, it shows."""

from __future__ import annotations

import pytest

from metrics.intake.grid import Cell, CellKind
from metrics.intake.workbook.colours import Colours, are_alike, colour_of
from tests.matrices import every
from tests.metrics.intake.raw_workbooks import MAIN, inline, only_cell, parts_of, read

WAYS = {  # attributes of a colour -> what it is, None where nobody can say
    'rgb="FFFFFFFF"': "white", 'rgb="00FFFFFF"': "white", 'rgb="ffffff"': "white", 'rgb="FFFDFDFE"': "white", 'indexed="9"': "white",
    'indexed="1"': "white", 'indexed="65"': "white", 'theme="0"': "white", 'theme="0" tint="0.5"': "white",
    'theme="1" tint="1"': "white", 'rgb="FF000000" tint="1"': "white",
    'rgb="FFFFFF00"': "yellow", 'indexed="13"': "yellow", 'indexed="5"': "yellow",
    'theme="1"': "black", 'rgb="FF000000"': "black", 'indexed="8"': "black", 'theme="0" tint="-1"': "black",
    'theme="0" tint="-0.25"': "grey", 'rgb="FFBFBFBF"': "grey", 'theme="1" tint="0.75"': "grey",
    'theme="4"': "accent", 'theme="4" tint="0.5"': "light accent",
    'auto="1"': None, 'indexed="64"': None, 'rgb="#FFF"': None, 'rgb="white"': None, "": None, 'indexed="99"': None, 'theme="0" tint="x"': None,
    'theme="0" tint="7"': None,
}  # fmt: skip
ROW = '<row r="1"><c r="A1" s="1"><v>98</v></c>' + inline("B1", "端州区", style=1) + "</row>"


def look(font: str = "", fill: str = "<fill/>", *, code: str = "General", more: str = "", rules: str = "") -> str:
    """Styles in which the cell style 1 has this content of its font, this fill and number format, and rules these looks."""
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts><fonts><font/><font>{font}</font>'
        f'</fonts><fills><fill/>{fill}</fills><borders><border/></borders><cellXfs><xf/><xf numFmtId="200" fontId="1" fillId="1"/></cellXfs>'
        f"<dxfs>{rules}</dxfs>{more}</styleSheet>"
    )


def solid(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor {colour}/><bgColor indexed="64"/></patternFill></fill>'


def shown(style: str, *, around: tuple[str, str] = ("", "")) -> set[str | None]:
    """What the number and the text show."""
    cells = read(parts_of(ROW, style=style, around=around)).cells[1]
    return {cell.shown for cell in cells.values()}


@every(ink=WAYS, behind=WAYS)
def test_every_colour_on_every_other(ink: str, behind: str) -> None:
    same = WAYS[ink] is not None and WAYS[ink] == WAYS[behind]
    assert shown(look(f"<color {ink}/>", solid(behind))) == ({""} if same else {None})


FILLS = {
    "<fill/>": True, "<fill><patternFill/></fill>": True, '<fill><patternFill patternType="none"/></fill>': True, "": True,
    '<fill><patternFill patternType="none"><fgColor rgb="FFFF0000"/></patternFill></fill>': True, solid('rgb="FFFFFFFF"'): True,
    '<fill><patternFill patternType="gray125"/></fill>': False, '<fill><patternFill patternType="solid"/></fill>': False,
    '<fill><patternFill patternType="sparkling"/></fill>': False, solid('rgb="FF0000FF"'): False, solid('rgb="?"'): False,
    '<fill><gradientFill><stop position="0"><color rgb="FFFFFFFF"/></stop></gradientFill></fill>': False,
}  # fmt: skip


@every(fill=FILLS, ink=WAYS)
def test_what_lies_behind(fill: str, ink: str) -> None:
    assert shown(look(f"<color {ink}/>", fill)) == ({""} if FILLS[fill] and WAYS[ink] == "white" else {None})


def test_a_palette_of_the_workbooks_own() -> None:
    own = "<colors><indexedColors><rgbColor rgb='00FF0000'/><rgbColor rgb='00FFFFFF'/></indexedColors></colors>"
    assert shown(look('<color indexed="0"/>', more=own)) == {None}
    assert shown(look('<color indexed="1"/>', more=own)) == {""}
    assert shown(look('<color indexed="9"/>', more=own)) == {None}


FORMATS = {  # number formats over a white font -> the number and the text that are seen
    "0": ("", ""), "[White]0": ("", ""), "[Red]0": (None, ""), "[红色]0": (None, ""), "[白]0": ("", ""), "[Color 3]0": (None, ""),
    "0;[Red]-0": ("", ""), "[Red]0;0": (None, ""), '"[Red]"0': ("", ""), "[&gt;100][Red]0;0": (None, None), "0;-0;0;[Red]@": ("", None),
}  # fmt: skip


@pytest.mark.parametrize("code", FORMATS)
def test_colours_of_number_formats(code: str) -> None:
    cells = read(parts_of(ROW, style=look('<color rgb="FFFFFFFF"/>', code=code))).cells[1]
    number, text = FORMATS[code]
    assert (cells[1].shown, cells[2].shown) == ("" if number is not None else None, text)


def test_a_number_format_that_is_white() -> None:
    cells = read(parts_of(ROW, style=look(code="[White]0"))).cells[1]
    assert (cells[1].shown, cells[2].shown) == ("", None)


RUNS = {  # colours of two runs, in a cell of a white font -> what is seen of 95 and 98
    ("", ""): "", ("<rPr/>", "<rPr/>"): None, ("<rPr/>", ""): "95", ("", "<rPr/>"): "98",
    ('<rPr><color rgb="FFFF0000"/></rPr>', '<rPr><color indexed="9"/></rPr>'): "95",
    ('<rPr><color indexed="9"/></rPr>', '<rPr><color theme="0"/></rPr>'): "",
    ('<rPr><color theme="1"/></rPr>', '<rPr><color rgb="?"/></rPr>'): None,
}  # fmt: skip


@pytest.mark.parametrize("runs", RUNS)
def test_parts_of_a_text(runs: tuple[str, str]) -> None:
    content = "".join(f"<r>{run}<t>{text}</t></r>" for run, text in zip(runs, ("95", "98"), strict=True))
    row = f'<row r="1"><c r="A1" s="1" t="inlineStr"><is>{content}</is></c></row>'
    assert only_cell(parts_of(row, style=look('<color rgb="FFFFFFFF"/>'))).shown == RUNS[runs]


@pytest.mark.parametrize("paper", ["<tableParts><tablePart/></tableParts>", "<picture/>"])
def test_what_else_may_lie_behind_a_cell_without_a_fill(paper: str) -> None:
    white = '<color rgb="FFFFFFFF"/>'
    assert shown(look(white), around=("", paper)) == {None}
    assert shown(look(white, solid('rgb="FFFFFFFF"')), around=("", paper)) == {""}


LOOKS = {  # what a rule changes -> its ink, what it puts behind; None: nothing
    "": (None, None), '<font><color rgb="FFFFFFFF"/></font>': ("white", None), '<font><color theme="0"/></font><fill/>': ("white", None),
    '<font><b/></font>': (None, None), '<font><color rgb="FFFF0000"/></font>': ("red", None), '<font><color auto="1"/></font>': ("?", None),
    '<fill><patternFill><bgColor rgb="FFFFFFFF"/></patternFill></fill>': (None, "white"),
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFFFF"/><bgColor rgb="FFFF0000"/></patternFill></fill>': (None, "red"),
    '<font><color rgb="FFFF0000"/></font><fill><patternFill><bgColor indexed="10"/></patternFill></fill>': ("red", "red"),
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill>': (None, "?"),
    '<fill><patternFill patternType="gray125"><bgColor rgb="FFFF0000"/></patternFill></fill>': (None, "?"),
}  # fmt: skip
CELLS = {
    ("white", "white"): ('<color rgb="FFFFFFFF"/>', "<fill/>"), ("?", "white"): ("", "<fill/>"), ("red", "white"): ('<color rgb="FFFF0000"/>', "<fill/>"),
    ("red", "red"): ('<color rgb="FFFF0000"/>', solid('rgb="FFFF0000"')), ("?", "red"): ("", solid('rgb="FFFF0000"')),
}  # fmt: skip


@every(newer=[True, False], changed=LOOKS, cell=CELLS)
def test_rules_of_colours(cell: tuple[str, str], changed: str, newer: bool) -> None:
    """In the form of newer programs too, which say what a rule changes within it, and where it holds behind it."""
    ink, behind = LOOKS[changed][0] or cell[0], LOOKS[changed][1] or cell[1]
    if newer:
        around = (
            "",
            extended(
                '<x14:cfRule type="cellIs" operator="greaterThan"><xm:f>0</xm:f>',
                f"<x14:dxf>{changed}</x14:dxf></x14:cfRule>",
            ),
        )
    else:
        around = ("", rule('type="cellIs" operator="greaterThan" dxfId="0"', "0"))
    hidden = ink == behind and ink != "?"
    assert shown(look(*CELLS[cell], rules=f"<dxf>{changed}</dxf>"), around=around) == ({""} if hidden else {None})


def rule(attributes: str, *formulas: str, area: str = "A1:B1") -> str:
    bounds = "".join(f"<formula>{formula}</formula>" for formula in formulas)
    return f'<conditionalFormatting sqref="{area}"><cfRule {attributes}>{bounds}</cfRule></conditionalFormatting>'


def extended(*content: str, area: str = "A1:B1") -> str:
    x14, xm = (
        "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
        "http://schemas.microsoft.com/office/excel/2006/main",
    )
    return (
        f'<extLst><ext uri="x" xmlns:x14="{x14}"><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="{xm}">{"".join(content)}'
        f"<xm:sqref>{area}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )


CONDITIONS = {  # a rule of a white font -> does it hide 98, and 端州区
    ('type="cellIs" operator="equal"', "98"): (True, False), ('type="cellIs" operator="equal"', "0"): (False, False),
    ('type="cellIs" operator="notEqual"', "0"): (True, True), ('type="cellIs" operator="lessThan"', "100"): (True, False),
    ('type="cellIs" operator="greaterThan"', "100"): (False, True), ('type="cellIs" operator="between"', "1", "99"): (True, False),
    ('type="cellIs" operator="notBetween"', "1", "99"): (False, True), ('type="cellIs" operator="equal"', '"端州区"'): (False, True),
    ('type="cellIs" operator="equal"', '"x"'): (False, False), ('type="cellIs" operator="equal"', "$C$1"): (True, True),
    ('type="expression"', "A1=0"): (False, False), ('type="expression"', "A1=98"): (True, False), ('type="expression"', "$A1&gt;90"): (True, True),
    ('type="expression"', "$A1&lt;90"): (False, False), ('type="expression"', "$A$1=98"): (True, True), ('type="expression"', "$C1=\"\""): (True, True),
    ('type="expression"', "$A1=\"\""): (False, False), ('type="expression"', "B1=\"端州区\""): (True, False), ('type="expression"', "ISERROR(A1)"): (False, False),
    ('type="expression"', "ISBLANK(A1)"): (False, False), ('type="expression"', "ISBLANK($C1)"): (True, True), ('type="expression"', "MOD(ROW(),2)=1"): (True, True),
    ('type="containsErrors"', "ISERROR(A1)"): (False, False), ('type="containsBlanks"', "LEN(TRIM(A1))=0"): (False, False),
    ('type="duplicateValues"',): (True, True),
}  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_that_surely_do_not_hold(condition: tuple[str, ...]) -> None:
    attributes, *formulas = condition
    around = ("", rule(f'{attributes} dxfId="0"', *formulas))
    style = look(rules='<dxf><font><color rgb="FFFFFFFF"/></font></dxf>')
    cells = read(parts_of(ROW, style=style, around=around)).cells[1]
    assert tuple(cell.shown == "" for cell in cells.values()) == CONDITIONS[condition]


@pytest.mark.parametrize("over", ["colorScale", "dataBar"])
def test_a_bar_or_a_scale_behind_a_white_content(over: str) -> None:
    around = (
        "",
        f'<conditionalFormatting sqref="A1:B1"><cfRule type="{over}"><{over}/></cfRule></conditionalFormatting>',
    )
    assert shown(look('<color rgb="FFFFFFFF"/>'), around=around) == {None}


def test_a_fill_that_makes_a_white_content_seen() -> None:
    """Two rules, of which one may put a colour behind what the other makes white."""
    both = rule('type="expression" dxfId="0"', "TODAY()") + rule('type="expression" dxfId="1"', "TODAY()")
    white, red = (
        '<font><color rgb="FFFFFFFF"/></font>',
        '<fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill>',
    )
    assert shown(look(rules=f"<dxf>{white}</dxf><dxf>{red}</dxf>"), around=("", both)) == {None}
    assert shown(look(rules=f"<dxf>{white}</dxf><dxf>{white}</dxf>"), around=("", both)) == {""}


NEWER = {
    '<x14:cfRule type="dataBar"><x14:dataBar showValue="0"/></x14:cfRule>': {"shown": ""},
    '<x14:cfRule type="dataBar"><x14:dataBar/></x14:cfRule>': {},
    '<x14:cfRule type="iconSet"><x14:iconSet custom="1" showValue="0"><x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo></x14:iconSet></x14:cfRule>': {"shown": ""},
    '<x14:cfRule type="iconSet"><x14:iconSet custom="1"/></x14:cfRule>': {},
    '<x14:cfRule type="expression"><xm:f>表2!A1=1</xm:f><x14:dxf><font><strike/></font></x14:dxf></x14:cfRule>': {"struck": True},
    '<x14:cfRule type="expression"><xm:f>表2!A1=1</xm:f><x14:dxf><numFmt formatCode=";;;"/></x14:dxf></x14:cfRule>': {"shown": ""},
    '<x14:cfRule type="cellIs" operator="equal"><xm:f>0</xm:f><x14:dxf><font><strike/></font></x14:dxf></x14:cfRule>': {},
}  # fmt: skip


@pytest.mark.parametrize("written", NEWER)
@pytest.mark.parametrize("area", ["A1:B1", "C1"])
def test_rules_of_newer_programs(written: str, area: str) -> None:
    cell = only_cell(parts_of('<row r="1"><c r="A1"><v>98</v></c></row>', around=("", extended(written, area=area))))
    assert cell == Cell(1, 1, CellKind.NUMBER, "98", **(NEWER[written] if area == "A1:B1" else {}))  # type: ignore[arg-type]


def test_colours_that_are_nearly_the_same() -> None:
    assert are_alike("FFFFFF", "FAFAFA")
    assert not are_alike("FFFFFF", "F2F2F2")
    assert not Colours("?", "?").hides
    assert colour_of({"rgb": "FF4F81BD", "tint": "0.5"}) == colour_of({"rgb": "4F81BD", "tint": "0.5"}) != "4F81BD"
