"""The monthly form as a workbook: unit and period filled in and locked, last month beside, the checks as formulas.

Everything but the cells to fill is locked, without a password. The same form and stamp give the same bytes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from metrics.intake.template.checks import check_rows
from metrics.intake.template.form_cells import HEADING_ROW, FormCells, UnitForm, form_cells
from metrics.intake.template.sheets import draw_checks, draw_form
from metrics.intake.template.stamp import Stamp
from metrics.intake.template.styles import make_styles
from metrics.intake.vocabulary.template_names import CHECKS_SHEET, FORM_SHEET, HIDDEN_SHEET
from metrics.periods import format_period
from metrics.plan.model import Plan, Text
from metrics.shown_blocks import left_out_words, shown_blocks

_A4 = 9
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.7, "bottom": 0.7}  # inches
_ALLOWED = {"format_columns": True, "format_rows": True}  # widths may be changed on protected sheets


def write_template(plan: Plan, form: UnitForm, *, language: str, stamp: Stamp, synthetic: bool = False) -> bytes:
    """The workbook (XLSX) for `form`, headings in `language` (zh or en); `stamp` goes on its hidden sheet.

    `synthetic`: the figures in it are demonstration data, and the workbook says so.
    """
    cells = form_cells(plan, form, language=language)
    checks = check_rows(cells)
    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, options) as workbook:
        title = f"{cells.say(form.unit.name)} {format_period(form.period)} {cells.say(FORM_SHEET)}"
        made = datetime(form.period.year, form.period.month, 1)  # noqa: DTZ001  a constant, so that bytes are the same
        workbook.set_properties({"title": title, "author": "Biaochi 标尺", "created": made})
        styles = make_styles(workbook)
        form_sheet = workbook.add_worksheet(cells.say(FORM_SHEET))
        checks_sheet = workbook.add_worksheet(cells.say(CHECKS_SHEET))
        draw_form(workbook, form_sheet, styles, cells, checks, due=_due_words(cells), synthetic=synthetic)
        draw_checks(workbook, checks_sheet, styles, cells, checks)
        for sheet, repeated in ((form_sheet, HEADING_ROW), (checks_sheet, 3)):
            _set_up_print(sheet, cells, heading_row=repeated)
            sheet.protect("", _ALLOWED)
        _write_hidden(workbook, stamp)
        form_sheet.activate()
    return written.getvalue()


_DUE = Text(
    zh="报送截止 {day}(含当日)。只填“本期数”一列,按块填全或整块留空;没有发生的填 0。数据以 {month} 月末为准。",
    en="Due by {day}, that day included. Fill in the column “This period” only, each block whole or not at all; "
    "nothing to count is 0. Figures are as of the end of {month}.",
)


def _due_words(cells: FormCells) -> str:
    local = cells.form.due.astimezone(ZoneInfo(cells.plan.document.timezone)) - timedelta(microseconds=1)
    due = cells.say(_DUE).format(day=local.date().isoformat(), month=format_period(cells.form.period))
    left_out = left_out_words(cells.plan, shown_blocks(cells.plan, cells.form.period, there=cells.form.now))
    return due if left_out is None else f"{due}\n{cells.say(left_out)}"


_PAGE = Text(zh="第 &P 页,共 &N 页", en="Page &P of &N")


def _set_up_print(sheet: Worksheet, cells: FormCells, *, heading_row: int) -> None:
    """A4 upright, as wide as the page, the headings on every page, unit and period above, page numbers below."""
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**_MARGINS)
    sheet.repeat_rows(heading_row - 1)
    unit = cells.say(cells.form.unit.name).replace("&", "&&")
    period, document = format_period(cells.form.period), cells.plan.document.document_number.replace("&", "&&")
    sheet.set_header(f"&L{unit} {cells.form.unit.code}&R{period}")
    sheet.set_footer(f"&L{document}&C{cells.say(_PAGE)}&RBiaochi 标尺")


def stamp_for(form: UnitForm) -> Stamp:
    """A new stamp for `form`; its nonce makes every download another file."""
    return Stamp(unit=form.unit.code, period=format_period(form.period), etag=form.etag or "").sealed()


def _write_hidden(workbook: Workbook, stamp: Stamp) -> None:
    """What the file was made for and from. The reader trusts the visible cells and holds these against them."""
    sheet = workbook.add_worksheet(HIDDEN_SHEET)
    for row, (key, value) in enumerate(stamp.rows()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.protect("")
    sheet.hide()
