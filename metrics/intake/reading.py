"""Files with submissions, read: bytes and a plan in, submissions out, with the place of every cell.

    reading = read_file("九月.xlsx", content, plan)
    reading.submissions       what would be posted: unit, period, and each cell as read and as recorded
    reading.changes       what is recorded otherwise than it was written
    reading.notices       rows, columns and sheets that were left out
    reading.problems      why it cannot be posted, each with its cell; empty if it can

Nothing is stored and no database is asked; `metrics.commands.post_file` posts a reading, or tries to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from metrics.errors import Message, Problem
from metrics.intake import limits
from metrics.intake.annotation.problem_sheet import PROBLEMS_SHEET
from metrics.intake.file_questions import Opened, choose_months, refuse_unknown_answers
from metrics.intake.file_reading import CellPlace, FileReading, FileSubmission
from metrics.intake.file_submissions import assemble
from metrics.intake.grid import Grid, GridSheet
from metrics.intake.isolation import grid_of
from metrics.intake.tables.file_layout import (
    fingerprint,
    layout_of,
    notice_missing_rows,
    remember_table,
    remember_words,
)
from metrics.intake.tables.findings import Findings
from metrics.intake.tables.nearest_headings import no_table
from metrics.intake.tables.remarks import check_comments, check_remarks
from metrics.intake.tables.sheet_tables import find_tables
from metrics.intake.tables.table_reading import read_table
from metrics.intake.tables.titles import Titles
from metrics.intake.tables.unaccounted_cells import account_for, refuse_unread_sheet
from metrics.intake.tables.units_of_measure import check_measures
from metrics.intake.template.stamp import Stamp, stamp_of
from metrics.intake.vocabulary import template_names
from metrics.intake.vocabulary.names import Vocabulary
from metrics.plan.model import Plan

_LONGEST_NAME = 200
# Made by us, never with figures.
_OWN_SHEETS = {template_names.CHECKS_SHEET.zh, template_names.CHECKS_SHEET.en, PROBLEMS_SHEET}


def read_file(
    name: str,
    content: bytes,
    plan: Plan,
    *,
    answers: Mapping[str, str] | None = None,
    opened: Opened | None = None,
) -> FileReading:
    """Read `content`, a CSV file or an .xlsx workbook whatever `name` says, in a process of its own.

    `answers`: question id → value of the choice that the sender took. `opened`: the form beside which it was dropped.

    It takes up to ten seconds and needs neither a database connection nor a lock: read first, then open a transaction.

    Raises Invalid `file_…` for a file that cannot be read at all; TooMany while too many files are being read. What is
    wrong inside is in the reading's `problems`.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    return reading_of(grid_of(content), plan, name=name[:_LONGEST_NAME], sha256=sha256, answers=answers, opened=opened)


def reading_of(
    grid: Grid,
    plan: Plan,
    *,
    name: str,
    sha256: str,
    answers: Mapping[str, str] | None = None,
    opened: Opened | None = None,
) -> FileReading:
    """What the cells of `grid` say. Pure."""
    found, vocabulary = Findings(answers=answers or {}), Vocabulary(plan)
    hidden_sheet = next((sheet for sheet in grid.sheets if sheet.name == template_names.HIDDEN_SHEET), None)
    stamp = None if hidden_sheet is None else _stamp(hidden_sheet, found)
    tables = 0
    covers = []
    for sheet in grid.sheets:
        if sheet is not hidden_sheet:
            read = _read_sheet(sheet, vocabulary, found)
            tables += read
            if not read and not sheet.hidden and sheet.name not in _OWN_SHEETS:
                covers.append(sheet)
    titles = Titles(found.entries, vocabulary, found)
    for sheet in covers:
        titles.check_cover(sheet)
    notice_missing_rows(stamp, found, vocabulary)
    submissions = choose_months(assemble(plan, found), found, opened, vocabulary)
    if stamp is not None:
        _hold_against_stamp(stamp, submissions, found)
    refuse_unknown_answers(found)
    problems = found.problems or _nothing_to_post(grid, vocabulary, tables, submissions)
    order = {sheet.name: place for place, sheet in enumerate(grid.sheets)}
    return FileReading(
        name=name,
        kind=grid.kind,
        encoding=grid.encoding,
        sha256=sha256,
        submissions=tuple(submissions),
        changes=tuple(sorted(found.changes, key=lambda c: (order[c.place.sheet], c.place.row, c.place.column))),
        notices=tuple(found.notices),
        problems=tuple(sorted(problems, key=lambda p: _in_file(order, p))),
        named=found.named,
        stamp=stamp,
        questions=tuple(found.questions),
        layout=layout_of(grid, stamp, found.notices),
        fingerprint=fingerprint(found),
        headings=tuple(found.headings),
    )


def _in_file(order: Mapping[str | None, int], problem: Problem) -> tuple[int, int, int, str]:
    """Where a problem stands: sheet, row, column; what is said of the whole file comes first."""
    column = problem.column or ""
    return order.get(problem.sheet, -1), problem.row or 0, len(column), column


def _read_sheet(whole: GridSheet, vocabulary: Vocabulary, found: Findings) -> int:
    """Read every table of a sheet; how many there were."""
    sheet = whole.without_covered()
    tables = find_tables(sheet, vocabulary) if sheet.cells else []
    if sheet.hidden and tables:
        _refuse_hidden_sheet(sheet, vocabulary, found)
        return len(tables)
    read = [read_table(table, vocabulary, found) for table in tables]
    after = 0
    for rows in read:
        check_measures(rows.table, rows.entries, vocabulary, found, after=after)
        titles = Titles(rows.entries, vocabulary, found)
        titles.check_table(rows, after=after)
        check_remarks(rows, titles, found)
        remember_table(rows.table, rows.entries, found)
        after = max(rows.figure_rows, default=rows.table.header.row)
    if not sheet.hidden and sheet.name not in _OWN_SHEETS:
        remember_words(sheet, {row for rows in read for row in rows.figure_rows}, found)
    if tables:
        check_comments(sheet, Titles(found.entries, vocabulary, found), vocabulary, found)
        account_for(sheet, read, vocabulary, found)
    elif sheet.cells and sheet.name is not None and sheet.name not in _OWN_SHEETS:
        _leave_sheet(sheet, vocabulary, found)
    return len(tables)


def _leave_sheet(sheet: GridSheet, vocabulary: Vocabulary, found: Findings) -> None:
    """A sheet without a table is left out, with a notice; unless figures are to be seen on it."""
    if not sheet.hidden and refuse_unread_sheet(sheet, vocabulary, found):
        return
    hidden = ("(隐藏)", " (hidden)") if sheet.hidden else ("", "")
    message = Message(
        f"工作表“{sheet.name}”{hidden[0]}中没有可识别的表,未读取。",
        f"The sheet {sheet.name!r}{hidden[1]} holds no table that we know; it was not read.",
    )
    found.notice(sheet.name, "sheet_skipped", message)


def _refuse_hidden_sheet(sheet: GridSheet, vocabulary: Vocabulary, found: Findings) -> None:
    """A hidden sheet with figures is refused as a whole; whose figures they are is remembered, for the rights."""
    within = Findings()
    for table in find_tables(sheet, vocabulary):
        read_table(table, vocabulary, within)
    for unit, place in within.named.items():
        found.name(unit, place)
    first = next(iter(next(iter(sheet.cells.values())).values()))
    message = Message(
        f"工作表“{sheet.name}”被隐藏但含有报表数据,不予读取。请取消隐藏并核对,或删除该表;"
        "“取消隐藏”里没有它的,请把要报送的工作表复制到新工作簿。",
        f"The sheet {sheet.name!r} is hidden but holds a table; it is not read. Show and check it, or delete it; "
        "where Unhide does not list it, copy the sheets to be sent to a new workbook.",
    )
    found.refuse(CellPlace(sheet.name, first.row, first.column), "sheet_hidden", message, given=first.text)


def _stamp(sheet: GridSheet, found: Findings) -> Stamp | None:
    """What the template's hidden sheet says; refused if it is damaged or of another version."""
    rows = {row[1].text: row[2].text for row in sheet.cells.values() if 1 in row and 2 in row}
    stamp = stamp_of(rows)
    if stamp is not None and stamp.template_version != template_names.TEMPLATE_VERSION:
        message = Message(
            "填报模板的版本已过时,请重新下载模板。", "The template is of another version; download it again."
        )
        found.refuse(CellPlace(sheet.name, 1, 2), "template_version", message, given=str(stamp.template_version))
        return None
    if stamp is None or not stamp.is_whole:
        message = Message(
            "填报模板的隐藏信息被改动或不完整,请重新下载模板。",
            "What the template carries on its hidden sheet was changed or is incomplete; download the template again.",
        )
        found.refuse(CellPlace(sheet.name, 1, 1), "template_damaged", message)
        return None
    return stamp


def _hold_against_stamp(stamp: Stamp, submissions: list[FileSubmission], found: Findings) -> None:
    """A template is filled in for the unit and period it was made for; one that was copied on is refused."""
    for sent in submissions:
        if (sent.unit, sent.period) != (stamp.unit, stamp.period):
            message = Message(
                f"该模板是为 {stamp.unit}、{stamp.period} 生成的,表中却是 {sent.unit}、{sent.period}。"
                "请下载对应单位和报告期的模板。",
                f"The template was made for {stamp.unit}, {stamp.period}, but says {sent.unit}, {sent.period}. "
                "Download the template of that unit and period.",
            )
            expected = Message(f"{stamp.unit} {stamp.period}", f"{stamp.unit} {stamp.period}")
            given = f"{sent.unit} {sent.period}"
            found.refuse(sent.cells[0].place, "template_mismatch", message, given=given, expected=expected)


def _nothing_to_post(
    grid: Grid, vocabulary: Vocabulary, tables: int, submissions: list[FileSubmission]
) -> list[Problem]:
    """The problem of a file without problems and without submissions, or with too many."""
    if not tables:
        return [no_table(grid, vocabulary)]
    if not submissions:
        message = Message(
            "文件中没有可报送的数据:表是空的。请填数后重新上传。",
            "There are no figures in the file: its tables are blank. Fill them in and upload it again.",
        )
        return [Problem("file_no_figures", message)]
    if len(submissions) > limits.MOST_SUBMISSIONS:
        message = Message(
            f"一个文件最多 {limits.MOST_SUBMISSIONS} 份月报,此文件有 {len(submissions)} 份。请分成几个文件;"
            "往年数据请批量导入(POST /observations/bulk,biaochi import --bulk)。",
            f"A file holds at most {limits.MOST_SUBMISSIONS} submissions, this one {len(submissions)}. Split it; load "
            "history in bulk (POST /observations/bulk, biaochi import --bulk).",
        )
        return [Problem("file_too_many_returns", message, given=str(len(submissions)))]
    return []
