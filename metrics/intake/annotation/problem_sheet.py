"""The sheet 问题清单: every problem of a file in both languages, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from metrics.errors import Problem
from metrics.intake.annotation.package import Package
from metrics.intake.annotation.xml_edits import Edit, edited, into
from metrics.intake.workbook.references import quoted_sheet

PROBLEMS_SHEET = "问题清单"
PROBLEM_HEADINGS = ("序号 No.", "位置 Cell", "问题", "Problem", "填写内容 Given", "应填 Expected")
PROBLEM_WIDTHS = (10, 18, 52, 60, 22, 34)
MOST_LISTED = 5000  # rows; the last one says how many more there are
_LONGEST = 2000  # characters of a text


def problem_rows(problems: Sequence[Problem]) -> list[tuple[str, str, str, str, str, str]]:
    """The rows under the headings."""
    rows = [
        (
            str(number),
            problem.cell,
            problem.message.zh,
            problem.message.en,
            problem.given or "",
            "" if problem.expected is None else f"{problem.expected.zh} {problem.expected.en}",
        )
        for number, problem in enumerate(problems[:MOST_LISTED], start=1)
    ]
    more = len(problems) - MOST_LISTED
    if more > 0:
        rows.append(("…", "", f"另有 {more} 处未列出。", f"{more} more are not listed.", "", ""))
    return rows


def add_problem_sheet(package: Package, problems: Sequence[Problem], *, wrapped: int) -> None:
    """Put the list behind the other sheets, in the place of an earlier one. `wrapped`: the number of its format.

    It stands last because a workbook's names point to sheets by number.
    """
    root = package.outline(package.workbook, depth=2)
    part = package.sheets().get(PROBLEMS_SHEET)
    if part is None:
        part = package.unused("xl/worksheets/biaochiProblems{}.xml")
        listed = root.child("sheets")
        taken = [int(sheet.attributes["sheetId"]) for sheet in listed.children] if listed else []
        namespace = package.relationships_namespace(root)
        identity = package.relate(package.workbook, "worksheet", part)
        package.declare(part, "worksheet")
        sheet = (
            f'<sheet xmlns="{root.namespace}" xmlns:r="{namespace}" name="{PROBLEMS_SHEET}" '
            f'sheetId="{max(taken, default=0) + 1}" r:id="{identity}"/>'
        )
        edits: list[Edit] = into(package.parts[package.workbook], listed, sheet.encode()) if listed else []
        package.parts[package.workbook] = edited(package.parts[package.workbook], edits)
    package.parts[part] = _sheet(problems, sorted(package.sheets()), namespace=root.namespace, wrapped=wrapped)


def _sheet(problems: Sequence[Problem], sheets: Sequence[str], *, namespace: str, wrapped: int) -> bytes:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(PROBLEM_WIDTHS, 1)
    )
    table = [PROBLEM_HEADINGS, *problem_rows(problems)]
    rows = "".join(
        f'<row r="{number}">' + "".join(_cell(number, n, text, wrapped) for n, text in enumerate(row)) + "</row>"
        for number, row in enumerate(table, 1)
    )
    links = "".join(
        f'<hyperlink ref="B{number}" location={quoteattr(link)} display={quoteattr(problem.cell)}/>'
        for number, problem in enumerate(problems[:MOST_LISTED], 2)
        if problem.sheet in sheets and (link := link_to(problem))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="FFB3261E"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{rows}</sheetData>"
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def link_to(problem: Problem) -> str:
    """The place of a problem as a link within its workbook, empty if it has none."""
    if problem.sheet is None or problem.row is None:
        return ""
    return f"{quoted_sheet(problem.sheet)}!{problem.column or 'A'}{problem.row}"


def _cell(row: int, column: int, text: str, wrapped: int) -> str:
    """A text, never a formula."""
    return (
        f'<c r="{"ABCDEF"[column]}{row}" s="{wrapped}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(readable(text))}</t></is></c>"
    )


def readable(text: str) -> str:
    """`text` without characters that no XML may hold, shortened."""
    kept = "".join(c if c >= " " or c in "\t\n" else "�" for c in text[:_LONGEST])
    return kept.encode("utf-8", "replace").decode().translate({0xFFFE: "�", 0xFFFF: "�"})
