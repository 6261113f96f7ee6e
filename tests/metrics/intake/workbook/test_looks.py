"""Cells that look like something else than they hold: runs of texts, lines through cells, what is hidden, formulas."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.intake.grid import Cell, CellKind
from tests.matrices import every
from tests.metrics.intake.raw_workbooks import (
    MAIN,
    inline,
    number_formats,
    only_cell,
    parts_of,
    read,
    styles,
)

STRUCK, RAISED = '<xf numFmtId="0" fontId="1"/>', '<xf numFmtId="0" fontId="2"/>'
RUNS = {  # properties -> is the run struck out, is it raised or lowered; None: as the cell is
    "": (None, None),
    "<rPr/>": (False, False),
    '<rPr><b/><color rgb="#FFF"/></rPr>': (False, False),
    "<rPr><strike/></rPr>": (True, False),
    '<rPr><strike val="1"/><sz val="11"/></rPr>': (True, False),
    '<rPr><strike val="true"/></rPr>': (True, False),
    '<rPr><strike val="0"/></rPr>': (False, False),
    '<rPr><strike val="false"/></rPr>': (False, False),
    '<rPr><vertAlign val="superscript"/></rPr>': (False, True),
    '<rPr><vertAlign val="subscript"/></rPr>': (False, True),
    '<rPr><vertAlign val="baseline"/></rPr>': (False, False),
    '<rPr><strike/><vertAlign val="superscript"/></rPr>': (True, True),
}
PHONETIC = '<rPh sb="0" eb="1"><t>7</t></rPh><phoneticPr fontId="1"/>'


def texts(content: str, *, shared: bool, style: int = 0) -> dict[str, str]:
    """A workbook of one cell with this content of an `is` or `si`, in the cell style `style` (1 struck, 2 raised)."""
    given = styles([STRUCK, RAISED])
    if shared:
        row = f'<row r="1"><c r="A1" s="{style}" t="s"><v>1</v></c></row>'
        return parts_of(row, strings=f'<sst xmlns="{MAIN}"><si><t>x</t></si><si>{content}</si></sst>', style=given)
    return parts_of(f'<row r="1"><c r="A1" s="{style}" t="inlineStr"><is>{content}</is></c></row>', style=given)


@every(shared=[True, False], style=[0, 1, 2], first=RUNS, second=RUNS)
def test_two_runs_of_every_kind(first: str, second: str, style: int, shared: bool) -> None:
    content = "".join(f"<r>{look}<t>{text}</t></r>" for look, text in ((first, "95"), (second, "98"))) + PHONETIC
    cell = only_cell(texts(content, shared=shared, style=style))
    looks = [
        [own if own is not None else style == at for at, own in enumerate(RUNS[look], 1)] for look in (first, second)
    ]
    struck, raised = [look[0] for look in looks], [look[1] for look in looks]
    odd = [(s and not all(struck)) or (r and not all(raised)) for s, r in zip(struck, raised, strict=True)]
    assert (cell.kind, cell.text) == (CellKind.TEXT, "9598")
    assert cell.struck is all(struck)
    assert cell.partly == "".join(text for text, is_odd in zip(("95", "98"), odd, strict=True) if is_odd)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("style", [0, 1, 2])
def test_a_plain_text_looks_as_its_cell(shared: bool, style: int) -> None:
    cell = only_cell(texts(f"<t>98</t>{PHONETIC}", shared=shared, style=style))
    assert (cell.text, cell.struck, cell.partly) == ("98", style == 1, "")


@pytest.mark.parametrize("shared", [True, False])
def test_a_struck_blank_between_runs_is_nothing(shared: bool) -> None:
    cell = only_cell(texts("<r><t>9</t></r><r><rPr><strike/></rPr><t> </t></r><r><t>8</t></r>", shared=shared))
    assert (cell.text, cell.struck, cell.partly) == ("9 8", False, "")


@pytest.mark.parametrize(
    ("written", "text"),
    {
        "端州区_x000D_": "端州区\r", "_x0039_8": "98", "9_x000D__x000A_8": "9\r\n8", "_x005F_x000D_": "_x000D_", "_x4E00_": "一",
        "_xD83D__xDE00_": "😀", "_x000_": "_x000_", "_X000D_": "_X000D_", "a_x0001_b": "a\ufffdb", "_xD83D_": "\ufffd",
    }.items(),
)  # fmt: skip
@pytest.mark.parametrize("how", ["shared", "inline", "formula", "run"])
def test_escaped_characters(written: str, text: str, how: str) -> None:
    if how == "formula":
        parts = parts_of(f'<row r="1"><c r="A1" t="str"><f>B1</f><v>{written}</v></c></row>')
    else:
        content = f"<r><t>{written}</t></r>" if how == "run" else f"<t>{written}</t>"
        parts = texts(content, shared=how == "shared")
    assert only_cell(parts).text == text


VALUES = {
    "n": ("<v>98</v>", CellKind.NUMBER), "b": ("<v>1</v>", CellKind.TRUTH), "e": ("<v>#N/A</v>", CellKind.ERROR), "str": ("<v>98</v>", CellKind.TEXT),
    "inlineStr": ("<is><t>98</t></is>", CellKind.TEXT), "d": ("<v>2021-02-01</v>", CellKind.DATE),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("style", [0, 1, 2, 3])
def test_a_line_through_the_cell_whatever_it_holds(kind: str, style: int) -> None:
    given = styles([STRUCK, RAISED, '<xf numFmtId="4" fontId="1" applyFont="0"/>'])
    cell = only_cell(parts_of(f'<row r="1"><c r="A1" s="{style}" t="{kind}">{VALUES[kind][0]}</c></row>', style=given))
    assert (cell.kind, cell.struck) == (VALUES[kind][1], style in (1, 3))


@pytest.mark.parametrize(
    "code", ["yyyy\\-mm", 'yyyy"年"m"月"', "[$-804]yyyy/m/d;@", "h:mm", "[h]:mm:ss", "mmm\\-yy", "[DBNum1]yyyy年m月"]
)
def test_dates_are_no_numbers(code: str) -> None:
    cell = only_cell(parts_of('<row r="1"><c r="A1" s="1"><v>44228</v></c></row>', style=number_formats([code])))
    assert (cell.kind, cell.shown) == (CellKind.DATE, None)


@pytest.mark.parametrize("code", ['yyyy"年3月"', '"2020年"m"月"', "yyyy\\-\\0\\3", 'yyyy"年三月"', 'yyyy"-"mm"-15"'])
def test_dates_whose_format_writes_digits_of_its_own(code: str) -> None:
    cell = only_cell(parts_of('<row r="1"><c r="A1" s="1"><v>44228</v></c></row>', style=number_formats([code])))
    assert (cell.kind, cell.text, cell.shown) == (CellKind.DATE, "2021-02-01", code)


@pytest.mark.parametrize("number", [14, 17, 22, 27, 31, 36, 50, 57, 58])
def test_formats_that_every_program_knows_by_number(number: int) -> None:
    style = styles([f'<xf numFmtId="{number}" fontId="0"/>'])
    cell = only_cell(parts_of('<row r="1"><c r="A1" s="1"><v>44228</v></c></row>', style=style))
    assert (cell.kind, cell.text) == (CellKind.DATE, "2021-02-01")


@pytest.mark.parametrize(
    ("code", "value", "look"),
    [
        ('"约"0', "98", {"shown": "约98"}), ('0"0"', "98", {"shown": "980"}), (";;;", "98", {"shown": ""}), ("0", "38.5", {"shown": "39"}),
        ('0"户"', "98", {"suffix": "户"}), ("0.00", "98", {}), ("0%", "1", {"percent": True}), ("#,##0,", "20114", {"scaled": True}),
        ("# ?/?", "98", {"shown": "# ?/?"}),
    ],
)  # fmt: skip
def test_number_formats_reach_the_cell(code: str, value: str, look: dict[str, Any]) -> None:
    cell = only_cell(parts_of(f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>', style=number_formats([code])))
    assert cell == Cell(1, 1, CellKind.NUMBER, value, **look)


def test_a_text_that_its_format_hides_or_changes() -> None:
    row = f'<row r="1">{inline("A1", "98", style=1)}{inline("B1", "98", style=2)}{inline("C1", "98", style=3)}</row>'
    sheet = read(parts_of(row, style=number_formats([";;;", '"约"@', "0.00"])))
    assert [cell.shown for cell in sheet.cells[1].values()] == ["", "约98", None]


@pytest.mark.parametrize("filled", [True, False])
def test_a_content_repeated_over_the_width(filled: bool) -> None:
    style = styles([f'<xf numFmtId="0" fontId="0"><alignment horizontal="{"fill" if filled else "center"}"/></xf>'])
    row = f'<row r="1"><c r="A1" s="1"><v>98</v></c>{inline("B1", "98", style=1)}</row>'
    shown = {cell.shown for cell in read(parts_of(row, style=style)).cells[1].values()}
    assert shown == ({"9898…"} if filled else {None})


@pytest.mark.parametrize("zeros", ["0", "1", "false", None])
def test_zeros_that_the_sheet_does_not_show(zeros: str | None) -> None:
    view = "" if zeros is None else f'showZeros="{zeros}"'
    around = (f'<sheetViews><sheetView {view} workbookViewId="0"/></sheetViews>', "")
    row = '<row r="1"><c r="A1"><v>0</v></c><c r="B1"><v>10</v></c><c r="C1"><v>0.0</v></c></row>'
    shown = [cell.shown for cell in read(parts_of(row, around=around)).cells[1].values()]
    assert shown == ([None] * 3 if zeros in ("1", None) else ["", None, ""])


RULES: dict[str, dict[str, Any]] = {
    '<cfRule type="expression" dxfId="0"><formula>A1&gt;0</formula></cfRule>': {"shown": ""},
    '<cfRule type="cellIs" operator="equal" dxfId="0"><formula>98</formula></cfRule>': {"shown": ""},
    '<cfRule type="cellIs" operator="equal" dxfId="0"><formula>0</formula></cfRule>': {},
    '<cfRule type="cellIs" operator="equal" dxfId="0"><formula>$B$1</formula></cfRule>': {"shown": ""},
    '<cfRule type="cellIs" operator="between" dxfId="0"><formula>1</formula><formula>99</formula></cfRule>': {
        "shown": ""
    },
    '<cfRule type="cellIs" operator="notBetween" dxfId="0"><formula>1</formula><formula>99</formula></cfRule>': {},
    '<cfRule type="cellIs" operator="lessThan" dxfId="0"><formula>98</formula></cfRule>': {},
    '<cfRule type="expression" dxfId="1"><formula>1</formula></cfRule>': {"struck": True},
    '<cfRule type="expression" dxfId="2"><formula>1</formula></cfRule>': {},
    '<cfRule type="expression" dxfId="3"><formula>1</formula></cfRule>': {"shown": "约98"},
    '<cfRule type="expression"><formula>1</formula></cfRule>': {},
    '<cfRule type="dataBar"><dataBar showValue="0"><cfvo type="min"/></dataBar></cfRule>': {"shown": ""},
    '<cfRule type="dataBar"><dataBar><cfvo type="min"/></dataBar></cfRule>': {},
    '<cfRule type="iconSet"><iconSet showValue="0"><cfvo type="percent" val="0"/></iconSet></cfRule>': {"shown": ""},
    '<cfRule type="colorScale"><colorScale><cfvo type="min"/></colorScale></cfRule>': {},
}


@every(rule=RULES, area=["A1", "A1:A9", "C3 A1:B2", "B1", "?"])
def test_rules_that_hide_or_change_digits(rule: str, area: str) -> None:
    looks = "".join(
        f"<dxf>{look}</dxf>"
        for look in (
            '<numFmt numFmtId="200" formatCode=";;;"/>',
            "<font><strike/></font>",
            "<font><b/></font><fill/>",
            '<numFmt numFmtId="201" formatCode="&quot;约&quot;0"/>',
        )
    )
    around = ("", f'<conditionalFormatting sqref="{area}">{rule}</conditionalFormatting>')
    row = '<row r="1"><c r="A1"><v>98</v></c></row>'
    cell = only_cell(parts_of(row, around=around, style=styles(more=f"<dxfs>{looks}</dxfs>")))
    assert cell == Cell(1, 1, CellKind.NUMBER, "98", **(RULES[rule] if area != "B1" else {}))


HIDDEN_ROWS = {
    'hidden="1"': True, 'hidden="true"': True, 'ht="0" customHeight="1"': True, 'ht="0"': True, 'ht="0.75"': True,
    'ht="15" hidden="0"': False, 'ht="5"': False, "": False, 'outlineLevel="1" hidden="1"': True, 'outlineLevel="1"': False,
}  # fmt: skip
HIDDEN_COLUMNS = {
    'hidden="1"': True, 'width="9" hidden="true"': True, 'width="0" customWidth="1"': True, 'width="0.1"': True, 'width="9"': False,
    'width="1"': False, "": False,
}  # fmt: skip


@every(attributes=HIDDEN_ROWS, default=["", 'defaultRowHeight="0"', 'defaultRowHeight="15" zeroHeight="1"'])
def test_rows_that_nobody_sees(attributes: str, default: str) -> None:
    """By `zeroHeight` only rows are hidden that are not written at all (ECMA-376, 18.3.1.81)."""
    around = (f"<sheetFormatPr {default}/>", "")
    sheet = read(parts_of(f'<row r="3" {attributes}><c r="A3"><v>1</v></c></row>', around=around))
    hidden = HIDDEN_ROWS[attributes] or (default == 'defaultRowHeight="0"' and "ht=" not in attributes)
    assert sheet.hides(3, 1) is hidden


@every(attributes=HIDDEN_COLUMNS, default=["", 'defaultColWidth="0"', 'defaultColWidth="9"'])
def test_columns_that_nobody_sees(attributes: str, default: str) -> None:
    around = (f'<sheetFormatPr {default}/><cols><col min="2" max="3" {attributes}/></cols>', "")
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="C1"><v>1</v></c><c r="D1"><v>1</v></c></row>'
    sheet = read(parts_of(row, around=around))
    nothing_wide = default == 'defaultColWidth="0"'
    inside = HIDDEN_COLUMNS[attributes] or (nothing_wide and "width" not in attributes)
    assert [sheet.hides(1, column) for column in (1, 2, 3, 4)] == [nothing_wide, inside, inside, nothing_wide]


@pytest.mark.parametrize("state", ["hidden", "veryHidden", "visible"])
def test_sheets_that_nobody_sees(state: str) -> None:
    parts = parts_of('<row r="1"><c r="A1"><v>1</v></c></row>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('sheetId="1"', f'sheetId="1" state="{state}"')
    assert read(parts).hides(1, 1) is (state != "visible")
