"""Drawing the template's two sheets: the form, and the checks with what they compare."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from metrics.forms import decimal_places, plain
from metrics.intake.template.check_row import FIRST_CHECK_ROW, LEFT_COLUMN, RESULT_COLUMN, RIGHT_COLUMN, CheckRow
from metrics.intake.template.form_cells import (
    BEFORE_COLUMN,
    CHECK_COLUMN,
    DIFFERENCE_COLUMN,
    HEADING_ROW,
    VALUE_COLUMN,
    FormCells,
    Formula,
)
from metrics.intake.template.styles import TemplateStyles, colour_verdicts, number_style
from metrics.intake.template.verdicts import block_verdict, difference, element_verdict, form_verdict
from metrics.intake.vocabulary.template_names import HEADINGS, PERIOD_LABEL, REASON_LABEL, UNIT_LABEL
from metrics.periods import add_months, format_period
from metrics.plan.model import Element, Severity, Text
from metrics.shown_blocks import month_before

UNIT_ROW, PERIOD_ROW, REASON_ROW, NOTE_ROW = 2, 3, 4, 5
_FORM_WIDTHS = {"A": 40, "B": 20, "C": 8, "D": 12, "E": 12, "F": 10, "G": 27}
_CHECK_WIDTHS = {"A": 6, "B": 8, "C": 62, "D": 12, "E": 5, "F": 12, "G": 20}
_LINE_HEIGHT, _PADDING = 14, 4  # points
_TITLE = Text(zh="{plan}月报", en="{plan}: monthly submission")
_SYNTHETIC = Text(zh="演示数据,并非真实数据", en="Synthetic demonstration data, not real figures")
_SUMMARY_LABEL = Text(zh="校验结果", en="Checks")
_REASONS = (
    Text(zh="误填更正", en="mistyped"),
    Text(zh="漏报补报", en="left out before"),
    Text(zh="统计口径调整", en="counted differently before"),
    Text(zh="部门数据更新", en="a department updated its figures"),
    Text(zh="按审核意见修改", en="as the reviewer asked"),
)
_REASON_HINT = Text(
    zh="可从列表选择,也可直接填写。只在更正已报送的月报时填写。",
    en="Choose from the list or write your own. Only for a correction of a submission that was sent.",
)
_CHECK_TITLE = Text(
    zh="校验(由公式计算,只供参考;以报送时系统的校验为准)",
    en="Checks (calculated by formulas, as a guide; what counts is the system's check when the submission is sent)",
)
_CHECK_HEADINGS = (
    Text(zh="序号", en="No."),
    Text(zh="级别", en="Level"),
    Text(zh="校验内容", en="What is checked"),
    Text(zh="左边", en="Left"),
    Text(zh="关系", en="Is"),
    Text(zh="右边", en="Right"),
    Text(zh="结果", en="Result"),
)
_LEVELS = {Severity.ERROR: Text(zh="错误", en="error"), Severity.WARNING: Text(zh="提醒", en="warning")}
_WHOLE = Text(zh="非负整数,不填百分比。", en="A whole number, not negative; never a percentage.")
_DECIMAL = Text(zh="非负数,最多{places}位小数。", en="Not negative, at most {english}.")
_REFUSED_TITLE = Text(zh="不符合要求", en="Not acceptable")


def draw_form(
    workbook: Workbook,
    sheet: Worksheet,
    styles: TemplateStyles,
    cells: FormCells,
    checks: Sequence[CheckRow],
    *,
    due: str,
    synthetic: bool,
) -> None:
    """The form: the place, then blocks with one row an element."""
    for letter, width in _FORM_WIDTHS.items():
        sheet.set_column(f"{letter}:{letter}", width)
    title = cells.say(_TITLE).format(plan=cells.say(cells.plan.document.title))
    sheet.write_string("A1", title, styles.title)
    if synthetic:
        sheet.write_string(f"D{UNIT_ROW}", cells.say(_SYNTHETIC), styles.notice)
    _draw_place(sheet, styles, cells)
    sheet.merge_range(f"A{NOTE_ROW}:G{NOTE_ROW}", due, styles.note)
    lines = [_height(line, sum(_FORM_WIDTHS.values())) - _PADDING for line in due.splitlines()]
    sheet.set_row(NOTE_ROW - 1, sum(lines) + _PADDING)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(HEADING_ROW - 1, column, cells.say(heading), styles.heading)
    sheet.set_row(HEADING_ROW - 1, 2 * _LINE_HEIGHT + _PADDING)
    numbers = _number_styles(workbook, cells)
    verdicts = []
    for block in cells.plan.blocks:
        if block.code not in cells.blocks:
            continue
        rows = cells.blocks[block.code]
        sheet.set_row(rows.heading - 1, _LINE_HEIGHT + _PADDING)
        sheet.write_string(f"A{rows.heading}", cells.say(block.name), styles.block)
        for letter in "BCDEF":
            sheet.write_blank(f"{letter}{rows.heading}", None, styles.block)
        month = month_before(cells.plan, block.code, cells.form.period)
        if month != add_months(cells.form.period, -1):  # not what the column's heading says
            sheet.write_string(f"{BEFORE_COLUMN}{rows.heading}", format_period(month), styles.block)
        _write(sheet, f"{CHECK_COLUMN}{rows.heading}", block_verdict(cells, rows), styles.block_state)
        for element in (element for element in cells.plan.elements if element.block == block.code):
            verdicts.append(_draw_element(sheet, styles, cells, element, checks, numbers))
    sheet.write_string("A6", cells.say(_SUMMARY_LABEL), styles.label)
    _write(sheet, "B6", form_verdict(cells, checks, verdicts), styles.summary)
    colour_verdicts(workbook, sheet, f"{CHECK_COLUMN}{cells.first_row}:{CHECK_COLUMN}{cells.last_row}")
    colour_verdicts(workbook, sheet, "B6")
    sheet.freeze_panes(HEADING_ROW, 0)
    first = next(iter(cells.rows.values()), HEADING_ROW + 1)
    sheet.set_selection(f"{VALUE_COLUMN}{first}")
    sheet.print_area(0, 0, cells.last_row - 1, len(HEADINGS) - 1)


def _draw_place(sheet: Worksheet, styles: TemplateStyles, cells: FormCells) -> None:
    """Unit and period, locked; for a correction its reason, to fill in."""
    unit = cells.form.unit
    sheet.write_string(f"A{UNIT_ROW}", cells.say(UNIT_LABEL), styles.label)
    sheet.write_string(f"B{UNIT_ROW}", unit.code, styles.place)
    sheet.write_string(f"C{UNIT_ROW}", cells.say(unit.name), styles.place)
    sheet.write_string(f"A{PERIOD_ROW}", cells.say(PERIOD_LABEL), styles.label)
    sheet.write_string(f"B{PERIOD_ROW}", format_period(cells.form.period), styles.place)
    if cells.form.revision == 0:
        return
    sheet.write_string(f"A{REASON_ROW}", cells.say(REASON_LABEL), styles.label)
    sheet.merge_range(f"B{REASON_ROW}:F{REASON_ROW}", "", styles.reason)
    sheet.data_validation(
        f"B{REASON_ROW}",
        {
            "validate": "list",
            "source": [cells.say(reason) for reason in _REASONS],
            "error_type": "information",
            "show_error": False,
            "input_title": cells.say(REASON_LABEL),
            "input_message": cells.say(_REASON_HINT),
        },
    )


_Numbers = dict[tuple[int, str], Format]


def _number_styles(workbook: Workbook, cells: FormCells) -> _Numbers:
    places = sorted({element.decimals for element in cells.plan.elements})
    return {
        (decimals, kind): number_style(workbook, decimals=decimals, kind=kind)
        for decimals in places
        for kind in ("fill", "shown", "change")
    }


def _draw_element(
    sheet: Worksheet,
    styles: TemplateStyles,
    cells: FormCells,
    element: Element,
    checks: Sequence[CheckRow],
    numbers: _Numbers,
) -> Formula:
    """One row. Answers its verdict."""
    row, code, places = cells.rows[element.code], element.code, element.decimals
    sheet.set_row(row - 1, _height(cells.say(element.name), _FORM_WIDTHS["A"]))
    sheet.write_string(f"A{row}", cells.say(element.name), styles.name)
    sheet.write_string(f"B{row}", code, styles.code)
    sheet.write_string(f"C{row}", cells.say(element.unit_of_measure), styles.measure)
    _write_value(sheet, f"{VALUE_COLUMN}{row}", cells.form.now.get(code), numbers[places, "fill"])
    _write_value(sheet, f"{BEFORE_COLUMN}{row}", cells.form.before.get(code), numbers[places, "shown"])
    _write(sheet, f"{DIFFERENCE_COLUMN}{row}", difference(cells, element), numbers[places, "change"])
    verdict = element_verdict(cells, element, checks)
    _write(sheet, f"{CHECK_COLUMN}{row}", verdict, styles.check)
    _limit(sheet, cells, element)
    return verdict


def _limit(sheet: Worksheet, cells: FormCells, element: Element) -> None:
    """Only numbers the form accepts can be typed; the element's note appears when its cell is chosen."""
    cell, places, maximum = f"{VALUE_COLUMN}{cells.rows[element.code]}", element.decimals, plain(element.maximum)
    rule = cells.say(_WHOLE)
    limits: dict[str, object]
    if places:
        rule = cells.say(_DECIMAL).format(places=places, english=decimal_places(places))
        condition = f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<={maximum},ROUND({cell},{places})={cell})"
        limits = {"validate": "custom", "value": condition}
    else:
        limits = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": int(element.maximum)}
    note = "" if element.note is None else cells.say(element.note)
    sheet.data_validation(
        cell,
        limits
        | {
            "error_title": _shortened(cells.say(_REFUSED_TITLE), 32),
            "error_message": _shortened(f"{cells.say(element.name)}: {rule}", 255),
            "input_title": _shortened(cells.say(element.name), 32),
            "input_message": _shortened(f"{rule} {note}".strip(), 255),
        },
    )


def draw_checks(
    workbook: Workbook, sheet: Worksheet, styles: TemplateStyles, cells: FormCells, checks: Sequence[CheckRow]
) -> None:
    """Every check in words, the two numbers it compares, and its verdict."""
    for letter, width in _CHECK_WIDTHS.items():
        sheet.set_column(f"{letter}:{letter}", width)
    sheet.write_string("A1", cells.say(_CHECK_TITLE), styles.title)
    for column, heading in enumerate(_CHECK_HEADINGS):
        sheet.write_string(FIRST_CHECK_ROW - 2, column, cells.say(heading), styles.heading)
    most = max((element.decimals for element in cells.plan.elements), default=0)
    counts = number_style(workbook, decimals=most, kind="shown")
    counts.set_num_format("#,##0" + (".#" if most else "") + "#" * (most - 1))
    rates = number_style(workbook, decimals=4, kind="shown")
    for check in checks:
        shown = counts if check.exact else rates
        sheet.set_row(check.row - 1, _height(check.message, _CHECK_WIDTHS["C"]))
        sheet.write_number(f"A{check.row}", check.number, styles.centred)
        sheet.write_string(f"B{check.row}", cells.say(_LEVELS[check.severity]), styles.centred)
        sheet.write_string(f"C{check.row}", check.message, styles.sentence)
        _write(sheet, f"{LEFT_COLUMN}{check.row}", check.left, shown)
        sheet.write_string(f"E{check.row}", check.sign, styles.centred)
        _write(sheet, f"{RIGHT_COLUMN}{check.row}", check.right, shown)
        _write(sheet, f"{RESULT_COLUMN}{check.row}", check.result, styles.check)
    if checks:
        last = checks[-1].row
        colour_verdicts(workbook, sheet, f"{RESULT_COLUMN}{FIRST_CHECK_ROW}:{RESULT_COLUMN}{last}")
        sheet.print_area(0, 0, last - 1, len(_CHECK_HEADINGS) - 1)
    sheet.freeze_panes(FIRST_CHECK_ROW - 1, 0)


def _write(sheet: Worksheet, cell: str, formula: Formula, style: Format) -> None:
    """A formula with what it gives now, or a plain value."""
    number = formula.value if isinstance(formula.value, Decimal) else None
    if not formula.text:
        _write_value(sheet, cell, number, style)
    else:
        sheet.write_formula(cell, formula.text, style, formula.value if number is None else float(number))


def _write_value(sheet: Worksheet, cell: str, value: Decimal | None, style: Format) -> None:
    """A count; it has fewer digits than a double holds."""
    if value is None:
        sheet.write_blank(cell, None, style)
    else:
        sheet.write_number(cell, float(value), style)


def _height(text: str, width: float) -> float:
    """The height in points of a row that holds `text` in a column of `width` digits.

    Programs fit heights to wrapped text only where nobody has protected the sheet.
    """
    places = sum(1.9 if ord(character) > 0x2E7F else 0.9 for character in text)
    return _LINE_HEIGHT * ceil(places / (width - 1)) + _PADDING


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
