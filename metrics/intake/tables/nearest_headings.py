"""A file without any table that we know: which heading was found, and which is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.intake.grid import Cell, CellKind, Grid, GridSheet
from metrics.intake.vocabulary import template_names
from metrics.intake.vocabulary.headings import HeadingRole, long_role
from metrics.intake.vocabulary.names import Vocabulary

HEADINGS_EXPECTED = Message(
    "标题行:填报单位、报告期、填报项、数值;或每个填报项一列;或使用填报模板",
    "headings: unit_code, period, element_code, value; or a column for each element; or the template",
)


@dataclass(frozen=True, slots=True)
class NearestHeadings:
    """The row that looks most like headings. `is_one`: at least one heading stands in it; `missing`: what does not."""

    sheet: str | None
    row: int
    cells: tuple[Cell, ...]
    is_one: bool
    missing: Message

    @property
    def text(self) -> str:
        """The row as it reads."""
        return " ".join(cell.text for cell in self.cells)


def nearest_headings(sheets: Iterable[GridSheet], vocabulary: Vocabulary) -> NearestHeadings | None:
    """The row of visible `sheets` that looks most like headings, None if all are empty."""
    rows = [(sheet, row, cells) for sheet in sheets if not sheet.hidden for row, cells in sheet.rows()]
    if not rows:
        return None
    sheet, row, cells = max(rows, key=lambda found: _likeness(found[2], vocabulary))
    roles = {role: cell for cell in cells.values() if (role := _role(cell)) is not None}
    named = [
        cell for cell in cells.values() if cell.kind is CellKind.TEXT and vocabulary.element(cell.text) is not None
    ]
    is_one = HeadingRole.ELEMENT in roles or HeadingRole.VALUE in roles
    return NearestHeadings(
        sheet.name, row, tuple(cells.values()), is_one, _missing(row, cells, roles, named, vocabulary)
    )


def no_table(grid: Grid, vocabulary: Vocabulary) -> Problem:
    """The problem of a file without a table, at the row that looks most like headings."""
    found = nearest_headings(grid.sheets, vocabulary)
    if found is None:
        message = Message("文件中没有内容可读。", "There is nothing to be read in the file.")
        return Problem("file_no_table", message, expected=HEADINGS_EXPECTED)
    return Problem(
        "file_no_table",
        found.missing,
        row=found.row,
        column=found.cells[0].letter,
        given=as_given(found.text),
        sheet=found.sheet,
        expected=HEADINGS_EXPECTED,
    )


def _likeness(cells: Mapping[int, Cell], vocabulary: Vocabulary) -> tuple[bool, int]:
    """How much a row looks like headings: 填报项, a figure's heading or an element's name, before any labels."""
    roles = {_role(cell) for cell in cells.values()}
    names = any(cell.kind is CellKind.TEXT and vocabulary.element(cell.text) is not None for cell in cells.values())
    return bool(roles & {HeadingRole.ELEMENT, HeadingRole.VALUE}) or names, _headings_in(cells, vocabulary)


def _headings_in(cells: Mapping[int, Cell], vocabulary: Vocabulary) -> int:
    return sum(
        cell.kind is CellKind.TEXT and (_role(cell) is not None or vocabulary.element(cell.text) is not None)
        for cell in cells.values()
    )


def _role(cell: Cell) -> HeadingRole | None:
    return long_role(cell.text) if cell.kind is CellKind.TEXT else None


def _missing(
    row: int, cells: Mapping[int, Cell], roles: Mapping[HeadingRole, Cell], named: list[Cell], vocabulary: Vocabulary
) -> Message:
    """What is missing beside the headings that were found."""
    known = {(cell.row, cell.column) for cell in (*roles.values(), *named)}
    odd = [cell.text[:20] for cell in cells.values() if (cell.row, cell.column) not in known and _role(cell) is None]
    missing = _missing_headings(row, cells, roles, named)
    if not odd or not roles:
        return missing
    like = vocabulary.like(odd[0])
    return Message(
        f"{missing.zh}不认识的标题:{'、'.join(f'“{text}”' for text in odd[:3])}。{like.zh}",
        f"{missing.en} Not known: {', '.join(map(repr, odd[:3]))}.{like.en}",
    )


def _missing_headings(
    row: int, cells: Mapping[int, Cell], roles: Mapping[HeadingRole, Cell], named: list[Cell]
) -> Message:
    found_zh = "、".join(f"“{cell.text[:20]}”" for cell in [*roles.values(), *named][:6])
    found_en = ", ".join(repr(cell.text[:20]) for cell in [*roles.values(), *named][:6])
    value, element = template_names.VALUE_HEADING, template_names.ELEMENT_HEADING
    if HeadingRole.ELEMENT in roles:
        return Message(
            f"第 {row} 行有标题{found_zh},但缺数所在列的标题(如“{value.zh}”)。请补上。",
            f"Row {row} has the headings {found_en}, but none for the column of figures (like {value.zh}). Add it.",
        )
    if HeadingRole.VALUE in roles:
        return Message(
            f"第 {row} 行有标题{found_zh},但缺“{element.zh}”列。请补上。",
            f"Row {row} has the headings {found_en}, but no column {element.zh} (element). Add it.",
        )
    if named:
        return Message(
            f"第 {row} 行有填报项{found_zh},但没有标题行:须有“{element.zh}”和“{value.zh}”两列,"
            "或“填报单位”“报告期”加每项一列。",
            f"Row {row} names {found_en}, but there is no row of headings: columns {element.zh} and {value.zh}, "
            "or 填报单位, 报告期 and a column for each element.",
        )
    if roles:
        return Message(
            f"第 {row} 行有标题{found_zh},但缺“{element.zh}”和“{value.zh}”两列(或每个填报项一列)。请补上。",
            f"Row {row} has the headings {found_en}, but no columns {element.zh} and {value.zh} "
            "(or one for each element).",
        )
    first = " ".join(cell.text for cell in cells.values())[:40]
    return Message(
        f"没有找到标题行:第 {row} 行是“{first}”,其中没有“{element.zh}”“{value.zh}”,也没有填报项的名称。",
        f"No row of headings was found: row {row} reads {first!r}, without {element.zh}, {value.zh} "
        "or an element's name.",
    )
