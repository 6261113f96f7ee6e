"""A refused file handed back as a workbook: the bad cells coloured, each with a comment, and a list of all problems.

A workbook stays the clerk's own: every part that needs no addition keeps its bytes, and the cells keep theirs in any
case. A CSV file becomes a workbook of texts. Run where files are taken apart, within the same limits: a workbook is
held once packed and once unpacked (:data:`metrics.intake.limits.LARGEST_UNPACKED`), at most `MOST_COMMENTS` cells are
marked, and the list holds at most :data:`metrics.intake.annotation.problem_sheet.MOST_LISTED`.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter import Workbook

from metrics.errors import Problem
from metrics.intake.annotation.cell_marks import Comments, mark_cells
from metrics.intake.annotation.package import Package
from metrics.intake.annotation.problem_sheet import (
    PROBLEM_HEADINGS,
    PROBLEM_WIDTHS,
    PROBLEMS_SHEET,
    add_problem_sheet,
    problem_rows,
    readable,
)
from metrics.intake.annotation.xml_edits import NotXml, edited, into
from metrics.intake.csv_grid import read_csv
from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.archive import open_archive
from metrics.intake.workbook.comments import AUTHOR
from metrics.intake.workbook.parts import MAIN

MOST_COMMENTS = 2000
CSV_SHEET = "上传数据"
_STYLE = re.compile(rb'<c [^<>]*\bs="([0-9]{1,4})"')  # that a cell names
_FAILED, _TINT = "FFB3261E", "FFF6D5D2"


def annotate(content: bytes, problems: Sequence[Problem]) -> bytes:
    """The workbook (XLSX) that shows `problems` on `content`, a file that was read and refused.

    Raises FileRefused for what cannot be opened.
    """
    if not content.startswith(b"PK"):
        return _annotated_csv(content, problems)
    try:
        return _annotated_workbook(content, problems)
    except NotXml:
        raise FileRefused("file_broken") from None


def _annotated_workbook(content: bytes, problems: Sequence[Problem]) -> bytes:
    open_archive(content).close()  # refuses what may not be opened
    package = Package(content)
    comments = _comments(problems)
    look, wrapped = _looks(package)
    for name, part in package.sheets().items():
        if name != PROBLEMS_SHEET:
            mark_cells(package, part, comments.get(name, {}), look=look)
    add_problem_sheet(package, problems, wrapped=wrapped)
    return package.written()


def _comments(problems: Sequence[Problem]) -> dict[str | None, Comments]:
    """Sheet → cell → what is said of it; a problem with a whole row stands at its first cell."""
    said: dict[str | None, dict[tuple[int, int], list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems[:MOST_COMMENTS]:
        if problem.row is not None:
            said[problem.sheet][problem.row, _column_number(problem.column or "A")].append(problem)
    return {
        sheet: {place: readable("\n\n".join(_words(problem) for problem in found)) for place, found in cells.items()}
        for sheet, cells in said.items()
    }


def _words(problem: Problem) -> str:
    lines = [problem.message.zh, problem.message.en]
    if problem.expected is not None:
        lines += [f"应填:{problem.expected.zh}", f"Expected: {problem.expected.en}"]
    return "\n".join(lines)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _looks(package: Package) -> tuple[int, int]:
    """The numbers of two formats added to the workbook's: how a bad cell is coloured, and text over several lines."""
    part = _styles(package)
    root, xml = package.outline(part, depth=2), package.parts[part]
    ours = f'<dxf xmlns="{root.namespace}"><font><color rgb="{_FAILED}"/></font><fill><patternFill patternType="solid">'
    ours += f'<fgColor rgb="{_TINT}"/><bgColor rgb="{_TINT}"/></patternFill></fill></dxf>'
    text = f'<xf xmlns="{root.namespace}" numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    text += '<alignment vertical="top" wrapText="1"/></xf>'
    cell_formats, looks = root.child("cellXfs"), root.child("dxfs")
    if cell_formats is None:
        raise NotXml("no cell formats")
    edits = into(xml, cell_formats, text.encode(), added=1)
    if looks is not None:
        edits += into(xml, looks, ours.encode(), added=1)
    else:
        later = ("tableStyles", "colors", "extLst")
        place = next((child.start for child in root.children if child.name in later), root.end)
        edits.append((place, place, f'<dxfs xmlns="{root.namespace}" count="1">{ours}</dxfs>'.encode()))
    package.parts[part] = edited(xml, edits)
    return len(looks.children) if looks else 0, len(cell_formats.children)


def _styles(package: Package) -> str:
    """The part with the styles. Where none can be read, plain ones take its place: programs do without it too."""
    part = package.related(package.workbook, "styles")
    if part is not None and part in package.parts:
        try:
            if package.outline(part, depth=1).child("cellXfs") is not None:
                return part
        except NotXml:
            pass  # put right below
    else:
        part = package.unused("xl/biaochiStyles{}.xml")
        package.relate(package.workbook, "styles", part)
        package.declare(part, "styles")
    named = {int(number) for sheet in package.sheets().values() for number in _STYLE.findall(package.parts[sheet])}
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    package.parts[part] = (
        f'<styleSheet xmlns="{MAIN[0]}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        f'<borders count="1"><border/></borders><cellStyleXfs count="1">{plain}</cellStyleXfs>'
        f'<cellXfs count="{max(named, default=0) + 1}">{plain * (max(named, default=0) + 1)}</cellXfs></styleSheet>'
    ).encode()
    return part


def _annotated_csv(content: bytes, problems: Sequence[Problem]) -> bytes:
    """A workbook of the file's rows, all of it text, so that codes keep their zeros and nothing is calculated."""
    (sheet,) = read_csv(content).sheets
    comments = _comments(problems).get(None, {})
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  a constant
        plain, bad = (
            workbook.add_format({"num_format": "@"}),
            workbook.add_format({"num_format": "@", "font_color": f"#{_FAILED[2:]}", "bg_color": f"#{_TINT[2:]}"}),
        )
        data = workbook.add_worksheet(CSV_SHEET)
        for row, cells in sheet.cells.items():
            for column, cell in cells.items():
                data.write_string(row - 1, column - 1, cell.text, bad if (row, column) in comments else plain)
        for (row, column), text in comments.items():
            if sheet.at(row, column) is None:
                data.write_blank(row - 1, column - 1, None, bad)
            data.write_comment(row - 1, column - 1, text, {"author": AUTHOR, "x_scale": 2.6, "y_scale": 1.8})
        listed = workbook.add_worksheet(PROBLEMS_SHEET)
        listed.set_tab_color(f"#{_FAILED[2:]}")
        listed.freeze_panes(1, 0)
        wrapped = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, width in enumerate(PROBLEM_WIDTHS):
            listed.set_column(column, column, width)
        for row, texts in enumerate([PROBLEM_HEADINGS, *problem_rows(problems)]):
            for column, text in enumerate(texts):
                place = texts[1] if row and column == 1 else ""
                if place and place[0].isalpha():
                    listed.write_url(row, column, f"internal:'{CSV_SHEET}'!{place}", wrapped, place)
                else:
                    listed.write_string(row, column, readable(text), wrapped)
    return written.getvalue()
