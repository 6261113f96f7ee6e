"""What lies beneath what is seen: contents under joined cells, formats by rule, built-in formats, widths by default."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.intake_corpus.families.writing import case
from tests.intake_corpus.labels import Case, Reads, Right, asks, refuses
from tests.intake_corpus.offices import SHORT, at, figures, form, spot, tidy, wide
from tests.spreadsheet.model import Book, Sheet, place
from tests.spreadsheet.xlsx import Dialect, parts, zipped

_SHEET, _STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
_BUILT_IN_SAME = (1, 3, 37, 38, 41)  # whole numbers as they are
_BUILT_IN_OTHER = (9, 10, 11, 14, 15, 16, 17, 18, 20, 22, 27, 31, 45, 46, 47, 48, 57, 58)


def cases() -> Iterator[Case]:
    yield from _under_joined_cells()
    yield from _by_rule()
    yield from _built_in()
    yield from _of_the_sheet()
    yield from _of_formulas()


def _or_asked(*cells: str) -> tuple[Right, ...]:
    return (refuses(*cells), asks(*cells))


def _line(sheet: Sheet, *rows: int) -> list[str]:
    return [at(sheet, row, column) for row in rows for column in range(1, sheet.width + 1)]


def _under_joined_cells() -> Iterator[Case]:
    """Joined cells show the first one's content; what programs left in the others is seen by nobody."""
    units = tidy({("441225", "2021-02"): figures(3300, blocks=("systems", "instant"))})
    for line in units.rows[2:]:
        line[0].value = "怀集县"
    units.merges.append((2, 1, 4, 1))
    read = Reads(Book([units]).figures())
    yield case("contents under joined cells", "under-units", units, read, *_or_asked(*_line(units, 2, 3, 4)))
    months = tidy({("441225", "2021-02"): figures(3301, blocks=("systems", "instant"))})
    months.rows[3][1].value = "2021年1月"
    months.merges.append((2, 2, 4, 2))
    read = Reads(Book([months]).figures())
    yield case("contents under joined cells", "under-months", months, read, *_or_asked(*_line(months, 2, 3, 4)))
    names = form("441225", "2021-02", figures(3302, blocks=SHORT))
    names.merges += [(4, 2, 5, 2)]
    yield case("contents under joined cells", "under-names", names, *_or_asked(*_line(names, 4, 5)))
    heads = wide({(u, "2021-02"): figures(3303, blocks=("instant", "systems")) for u in ("441225", "441202")})
    heads.merges.append((1, 3, 1, 4))
    cells = _line(heads, 1, 2, 3)
    yield case("contents under joined cells", "under-headings", heads, *_or_asked(*cells))
    figure = form("441225", "2021-02", figures(3304))
    row, column = spot(figure, "items_hall")
    figure.merges.append((row - 1, column, row, column))
    cells = [at(figure, row - 1, column), at(figure, row, column)]
    yield case("contents under joined cells", "under-figures", figure, *_or_asked(*cells))
    label = form("441225", "2021-02", figures(3305, blocks=SHORT))
    label.cell(2, 3).value, label.cell(2, 4).value = "怀集县", "报告期:2021年2月"
    label.merges.append((2, 2, 2, 3))
    read = Reads(Book([label]).figures())
    yield case("contents under joined cells", "under-labels", label, read, *_or_asked(*_line(label, 2, 3)))


def _with_rule(sheet: Sheet, where: str, rule: str, look: str) -> bytes:
    found = parts(Book([sheet]), Dialect())
    text = f'<conditionalFormatting sqref="{where}">{rule}</conditionalFormatting>'
    page, _, rest = str(found[_SHEET]).partition("</sheetData>")
    merges = re.match(r"<mergeCells.*?</mergeCells>", rest)
    ahead = merges[0] if merges else ""
    found[_SHEET] = f"{page}</sheetData>{ahead}{text}{rest[len(ahead) :]}"
    found[_STYLES] = str(found[_STYLES]).replace("</styleSheet>", f'<dxfs count="1">{look}</dxfs></styleSheet>')
    return zipped(found)


def _by_rule() -> Iterator[Case]:
    """Conditional formats: colours change nothing; lines, hidden or other digits do."""
    looks = {
        "struck": "<dxf><font><strike/></font></dxf>",
        "hidden": '<dxf><numFmt numFmtId="170" formatCode=";;;"/></dxf>',
        "other": '<dxf><numFmt numFmtId="171" formatCode="&quot;约&quot;0"/></dxf>',
        "scaled": '<dxf><numFmt numFmtId="172" formatCode="0.0,"/></dxf>',
    }
    rules = {
        "always": '<cfRule type="expression" dxfId="0" priority="1"><formula>TRUE</formula></cfRule>',
        "above": '<cfRule type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>0</formula></cfRule>',
    }
    for n, (name, look) in enumerate(looks.items()):
        for kind, rule in rules.items():
            sheet = form("441225", "2021-02", figures(3310 + n, blocks=SHORT))
            row, column = spot(sheet, "items_instant")
            content = _with_rule(sheet, place(row, column), rule, look)
            right = _or_asked(at(sheet, row, column))
            yield Case("look by a rule", f"rule-{name}-{kind}.xlsx", content, right)
    red = '<dxf><font><b/><color rgb="FFFF0000"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf>'
    for kind, rule in rules.items():
        sheet = form("441225", "2021-02", figures(3320))
        content = _with_rule(sheet, "D4:D50", rule, red)
        yield Case("colour by a rule", f"rule-colour-{kind}.xlsx", content, (Reads(Book([sheet]).figures()),))
    yield from _signs_by_rule()


def _signs_by_rule() -> Iterator[Case]:
    """Bars and icons, in place of the figure and beside it."""
    for n, kind in enumerate(("iconSet", "dataBar")):
        sheet = form("441225", "2021-02", figures(3325 + n, blocks=SHORT))
        row, column = spot(sheet, "items_instant")
        inside = {
            "iconSet": '<iconSet iconSet="3Arrows" showValue="0"><cfvo type="percent" val="0"/><cfvo type="percent" val="33"/>'
            '<cfvo type="percent" val="67"/></iconSet>',
            "dataBar": '<dataBar showValue="0"><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>',
        }[kind]
        content = _with_rule(
            sheet, place(row, column), f'<cfRule type="{kind}" priority="1">{inside}</cfRule>', "<dxf/>"
        )
        yield Case(
            "sign in place of the figure by a rule", f"rule-{kind}.xlsx", content, _or_asked(at(sheet, row, column))
        )
        shown = _with_rule(
            sheet,
            place(row, column),
            f'<cfRule type="{kind}" priority="1">{inside}</cfRule>'.replace(' showValue="0"', ""),
            "<dxf/>",
        )
        yield Case(
            "sign beside the figure by a rule", f"rule-{kind}-shown.xlsx", shown, (Reads(Book([sheet]).figures()),)
        )


def _with_built_in(sheet: Sheet, number: int) -> bytes:
    """The sheet with the built-in number format in place of every own one."""
    found = parts(Book([sheet]), Dialect())
    styles = re.sub(r"<numFmts.*?</numFmts>", "", str(found[_STYLES]))
    found[_STYLES] = styles.replace('numFmtId="164"', f'numFmtId="{number}"')
    return zipped(found)


def _built_in() -> Iterator[Case]:
    """Formats that files name by a number alone."""
    for number in (*_BUILT_IN_SAME, *_BUILT_IN_OTHER):
        sheet = form("441225", "2021-02", figures(3330 + number, blocks=SHORT))
        row, column = spot(sheet, "items_instant")
        sheet.cell(row, column).look = "placeholder"
        same = number in _BUILT_IN_SAME
        right = (Reads(Book([sheet]).figures()),) if same else _or_asked(at(sheet, row, column))
        kind = "built-in format that shows the number" if same else "built-in format that shows another"
        yield Case(kind, f"built-in-{number}.xlsx", _with_built_in(sheet, number), right)


def _of_the_sheet() -> Iterator[Case]:
    """What the sheet says of all its cells."""
    zeros = form("441225", "2021-02", figures(3400) | {"items_instant": 0})
    row, column = spot(zeros, "items_instant")
    found = parts(Book([zeros]), Dialect())
    view = '<sheetViews><sheetView showZeros="0" workbookViewId="0"/></sheetViews><sheetData>'
    found[_SHEET] = str(found[_SHEET]).replace("<sheetData>", view)
    yield Case("sheet that shows no zeros", "zeros-hidden.xlsx", zipped(found), _or_asked(at(zeros, row, column)))
    narrow = form("441225", "2021-02", figures(3401))
    found = parts(Book([narrow]), Dialect())
    default = '<sheetFormatPr defaultRowHeight="14" defaultColWidth="0"/><cols><col min="1" max="3" width="9"/></cols>'
    found[_SHEET] = str(found[_SHEET]).replace("<sheetData>", default + "<sheetData>")
    right = _or_asked(*(at(narrow, r, 4) for r in range(1, 60)))
    yield Case("figures out of sight", "width-default.xlsx", zipped(found), right)
    full = form("441225", "2021-02", figures(3402))
    row, column = spot(full, "items_instant")
    full.cell(row, column).look = "0"
    found = parts(Book([full]), Dialect())
    found[_STYLES] = str(found[_STYLES]).replace(
        'numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>',
        'numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0"><alignment horizontal="fill"/></xf>',
    )
    yield Case("content that fills its cell", "alignment-fill.xlsx", zipped(found), _or_asked(at(full, row, column)))
    very = [form("441225", "2021-02", figures(3403)), form("441225", "2021-01", figures(3404))]
    very[1].name = "底稿"
    found = parts(Book(very), Dialect())
    found["xl/workbook.xml"] = str(found["xl/workbook.xml"]).replace('name="底稿"', 'name="底稿" state="veryHidden"')
    cells = ["底稿", *_line(very[1], 1, 2, 3)]
    yield Case("figures out of sight", "very-hidden.xlsx", zipped(found), _or_asked(*cells))


def _of_formulas() -> Iterator[Case]:
    """One formula over several cells, under a file that is to be calculated again."""
    for n, again in enumerate((False, True)):
        sheet = form("441225", "2021-02", figures(3410 + n))
        row, column = spot(sheet, "items_total")
        sheet.cell(row, column).formula = "TRANSPOSE(Z1:AC1)"
        found = parts(Book([sheet], recalculate=again), Dialect())
        area = f"{place(row, column)}:{place(row + 2, column)}"
        found[_SHEET] = str(found[_SHEET]).replace("<f>TRANSPOSE", f'<f t="array" ref="{area}">TRANSPOSE')
        cells = [at(sheet, row + k, column) for k in range(3)]
        right: tuple[Right, ...] = (refuses(*cells, each=True),) if again else (Reads(Book([sheet]).figures()),)
        yield Case("one formula over several figures", f"formula-array-{n}.xlsx", zipped(found), right)
        shared = form("441225", "2021-02", figures(3412 + n))
        row, column = spot(shared, "items_total")
        for k in range(3):
            shared.cell(row + k, column).formula = "F4" if k == 0 else "SHARED"
        found = parts(Book([shared], recalculate=again), Dialect())
        text = str(found[_SHEET]).replace("<f>F4</f>", f'<f t="shared" ref="{area}" si="0">F4</f>')
        found[_SHEET] = text.replace("<f>SHARED</f>", '<f t="shared" si="0"/>')
        cells = [at(shared, row + k, column) for k in range(3)]
        right = (refuses(*cells, each=True),) if again else (Reads(Book([shared]).figures()),)
        yield Case("one formula over several figures", f"formula-shared-{n}.xlsx", zipped(found), right)
