"""The work sheet of a sample, to be taken along and filled in: as CSV and as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from metrics.errors import Message
from metrics.forms import plain
from metrics.intake.work_sheet import SyntheticMark
from metrics.publish.as_csv import BYTE_ORDER_MARK, lines, neutralised
from metrics.publish.dataset import synthetic_label
from metrics.publish.edition import SYNTHETIC_DATA
from metrics.publish.workbook import Number, TextCell, Value, Workbook
from metrics.publish.workbook_parts import NAME, TITLE
from metrics.queries.samples import FoundCell, SampleRead

COLUMNS = {
    "unit": Message("单位代码", "Unit code"),
    "unit_name": Message("填报单位", "Reporting unit"),
    "period": Message("报告期", "Period"),
    "element": Message("填报项代码", "Element code"),
    "element_name": Message("填报项", "Element"),
    "unit_of_measure": Message("计量单位", "Unit of measure"),
    "reported_value": Message("填报值", "Reported value"),
    "evidence_asked": Message("请提供的佐证", "Evidence asked for"),
    "finding": Message("核查结果(一致/不符/无佐证/实测)", "Finding (confirmed, differs, no_evidence or measured)"),
    "value": Message("实际值", "Value found"),
    "note": Message("备注", "Note"),
}
MARK = SyntheticMark(above=SYNTHETIC_DATA, behind=(synthetic_label("zh"), synthetic_label("en")))
_WIDTHS = (12, 18, 10, 26, 30, 12, 14, 44, 24, 14, 30)
_EVIDENCE = {
    "stock": Message("报告期末的事项清单或系统导出(含时间)", "The list or dated system export as of the period's end"),
    "flow": Message("报告期内发生的台账或系统导出(含时间)", "The register or dated system export of the period"),
}


def work_sheet_csv(read: SampleRead, *, language: str) -> bytes:
    """The sheet as CSV with a byte-order mark, so that Excel and WPS read its Chinese."""
    rows = [[neutralised(cell) for cell in row] for row in _rows(read, language)]
    return BYTE_ORDER_MARK.encode() + lines([list(COLUMNS), *rows])


def work_sheet_xlsx(read: SampleRead, *, language: str) -> bytes:
    """The sheet as a workbook: titles and the columns' names above; the demonstration's says so first."""
    title = Message(f"抽样核查表 {read.sample.number}", f"Sample {read.sample.number}").in_language(language)
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as file:
        with (
            Workbook(file, title=title, created=read.sample.recorded_at) as workbook,
            workbook.sheet(title, frozen=2 + read.synthetic, widths=_WIDTHS) as sheet,
        ):
            if read.synthetic:
                sheet.add([TextCell(SYNTHETIC_DATA, TITLE), *[None] * (len(COLUMNS) - 1)])
            sheet.add([TextCell(title.in_language(language), TITLE) for title in COLUMNS.values()])
            sheet.add([TextCell(name, NAME) for name in COLUMNS])
            reported = list(COLUMNS).index("reported_value")
            for row in _rows(read, language):
                cells: list[Value | Number] = [TextCell(cell) if cell else None for cell in row]
                if row[reported]:
                    cells[reported] = Number(row[reported])
                sheet.add(cells)
        file.seek(0)
        return file.read()


def _rows(read: SampleRead, language: str) -> Iterator[list[str]]:
    for cell in read.cells:
        yield _row(read, cell, language)


def _row(read: SampleRead, found: FoundCell, language: str) -> list[str]:
    cell, plan = found.cell, read.plan
    element = plan.element_by_code[cell.element]
    asked = _EVIDENCE[element.nature.value]
    return [
        cell.unit,
        plan.unit_by_code[cell.unit].name.in_language(language) + (synthetic_label(language) if read.synthetic else ""),
        cell.period,
        cell.element,
        element.name.in_language(language),
        element.unit_of_measure.in_language(language),
        "" if found.reported is None else plain(found.reported),
        asked.in_language(language),
        "",
        "",
        "",
    ]
