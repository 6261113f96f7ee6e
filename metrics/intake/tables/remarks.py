"""What notes, remarks and unread columns say of the figures: of another month, corrected, estimated, a part.

Nobody can tell from a sentence whether the figures beside it already follow it, so the sender is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from metrics.errors import Message
from metrics.intake.file_reading import CellPlace
from metrics.intake.grid import Cell, CellKind, GridSheet
from metrics.intake.tables.findings import AS_READ, Findings
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.tables.titles import Titles, undated
from metrics.intake.vocabulary.counts import is_figure
from metrics.intake.vocabulary.headings import HeadingRole
from metrics.intake.vocabulary.names import Vocabulary

OTHERWISE = re.compile(
    r"应为|应是|应该[是为]|更正|改为|改成|订正|有误|错误|为准|作废|无效|预[估计测]|估[计算]|暂[估定]|待定|待核|漏报|多报|少报"
    r"|累计数|起累计|全年|上年|去年|同期|上月数|沿用|同上[月期年]|仅[为含限]|只[为含限]|[未不]计入|重复[计统]|填错"
    r"|按\s*[0-9]+\s*[计填算报]|(?:另[加有]?|扣除?)[^,，。;；:：0-9]{0,6}[0-9]|(?<![增参追添附])加[^,，。;；:：0-9强快]{0,4}[0-9]"
    r"|^\s*[(（]?估[)）]?\s*$|should be|correct(?:ed|ion)|estimate|void|wrong",
    re.IGNORECASE,
)
PARTS = re.compile(r"(?:镇|(?<!城)乡|街道|村|社区|局|科|股|中心|大厅|窗口|分厅|办事处|办公室|站|所|队)$")


def check_comments(sheet: GridSheet, titles: Titles, vocabulary: Vocabulary, found: Findings) -> None:
    """Refuse measures that comments say, ask about those that speak of figures, give notice of the others."""
    for (row, column), text in sheet.comments.items():
        cell = Cell(row, column, CellKind.TEXT, text)
        said = [part for part in vocabulary.measures.said(text) if part not in vocabulary.own_measures]
        if said:
            message = Message(
                f"批注写着计量单位“{said[0]}”,不是表中填报项的计量单位。请按填报项的计量单位填数,并删去批注。",
                f"A comment says the measure {said[0]!r}, which is none of the form's. Write the figures in the "
                "elements' own measures and delete the comment.",
            )
            found.refuse(CellPlace(sheet.name, row, column), "measure_differs", message, given=text)
        elif titles.names_another_month(text) or OTHERWISE.search(text) or is_figure(cell):
            _ask(sheet.name, cell, "comment_meant", found)
        else:
            message = Message(f"批注未读取:“{text[:60]}”。", f"A comment was not read: {text[:60]!r}.")
            found.notice(sheet.name, "comment_skipped", message, row=row, column=column)


def check_remarks(rows: TableRows, titles: Titles, found: Findings) -> None:
    """Ask about remarks and notes of a table that say something of its figures."""
    sheet = rows.table.sheet.name
    for cell in _remarks(rows):
        if is_figure(cell) or OTHERWISE.search(cell.text) or rows.vocabulary.part_of_unit(cell.text) is not None:
            _ask(sheet, cell, "remark_meant", found)
    for cell in _notes(rows):
        if titles.names_another_month(cell.text) or OTHERWISE.search(cell.text):
            _ask(sheet, cell, "note_meant", found)
    for column in rows.table.header.unknown:
        cells = (rows.table.sheet.at(row, column) for row in sorted(rows.figure_rows))
        part = next((cell for cell in cells if cell is not None and PARTS.search(cell.text.strip())), None)
        if part is not None:
            _ask_about_part(rows, part, found)


def _remarks(rows: TableRows) -> Iterator[Cell]:
    """What stands under 备注 beside figures."""
    for row in sorted(rows.figure_rows):
        for column in rows.table.columns(HeadingRole.REMARK):
            cell = rows.table.sheet.at(row, column)
            if cell is not None:
                yield cell


def _notes(rows: TableRows) -> Iterator[Cell]:
    """The words of rows that were left out as no data, without the days on which they were written."""
    for cells in rows.skipped.values():
        yield from (cell for cell in undated(cells.values()) if cell.kind is CellKind.TEXT)


def _ask(sheet: str | None, cell: Cell, code: str, found: Findings) -> None:
    text = cell.text[:80]
    message = Message(
        f"这里写着“{text}”,系统不读取。表中的数已按此改好、确实要报送吗?没有请改正后重新上传。",
        f"Here stands {text!r}, which is not read. Do the figures follow it already, and are they meant to be sent? "
        "If not, correct the file.",
    )
    found.ask(CellPlace(sheet, cell.row, cell.column), code, message, given=cell.text, choices=(AS_READ,))


def _ask_about_part(rows: TableRows, cell: Cell, found: Findings) -> None:
    heading = rows.table.header.unknown[cell.column]
    message = Message(
        f"“{heading.text[:30]}”列(如“{cell.text[:30]}”)不读取。旁边的数确实是全单位的数吗?不是请合并后重新上传。",
        f"The column {heading.text[:30]!r} ({cell.text[:30]!r}) is not read. Are the figures beside it the whole "
        "unit's? If not, add them up and upload the file again.",
    )
    place = CellPlace(rows.table.sheet.name, heading.row, heading.column)
    found.ask(place, "column_meant", message, given=heading.text, choices=(AS_READ,))
