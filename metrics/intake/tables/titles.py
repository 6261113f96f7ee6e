"""What titles, covers and the sheets' names say beside the figures: another unit or month than theirs is asked about.

Such a sheet is last month's or a neighbour's, half edited, or its title is: only the sender knows which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from metrics.errors import Message
from metrics.intake.file_reading import place_of
from metrics.intake.grid import Cell, CellKind, GridSheet
from metrics.intake.tables.findings import AS_READ, FigureEntry, Findings
from metrics.intake.tables.labels import labels_of
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.vocabulary.headings import is_no_form, is_other_figures, is_other_title
from metrics.intake.vocabulary.months import Mention, month_of_sheet_name, months_named
from metrics.intake.vocabulary.names import Vocabulary
from metrics.periods import format_period

_LONGEST_ON_A_COVER = 40  # characters; longer texts on a sheet without a table explain
_YEARS_NEAR = 2
_DATED = re.compile(
    r"\s*(?:有效期[至到限]*|(?:填表|填报|报送|报出|制表|上报|填写|打印|审核|签发|发布)?(?:日期|时间)|(?:批准|备案)?文号|表号)"
    r"\s*(?:[:：].*|[0-9].*|)",
    re.DOTALL,
)
_OFFICE = re.compile(r"(?:局|委|镇|街道|(?<!城)乡|中心|办事处|科|股)$")
_SIGNED = re.compile(
    r"\s*(?:填[表报]人|制[表单]|审[核批]|复核|负责人|单位负责人|统计负责人|分管|主要领导"
    r"|联系|经办|电话|签[字发名]|盖章)"
)


class Titles:
    """Holds texts against the units and periods of `entries`."""

    def __init__(self, entries: Iterable[FigureEntry], vocabulary: Vocabulary, found: Findings) -> None:
        filled = [entry for entry in entries if entry.cell is not None]
        self._periods = list(dict.fromkeys(entry.period for entry in filled))
        self._units = list(dict.fromkeys(entry.unit for entry in filled))
        self._allowed = {*self._units, *_above(self._units, vocabulary)}
        self._vocabulary = vocabulary
        self._found = found

    def check_table(self, rows: TableRows, *, after: int) -> None:
        """Ask about what stands above a table, below row `after`; about its sheet's name; about headings of figures."""
        if not self._units:
            return
        table = rows.table
        sheet = table.sheet.name
        name = Cell(table.header.row, 1, CellKind.TEXT, sheet or "")
        self._check(sheet, name)
        self._ask_short_year(sheet, name)
        self._ask_form(sheet, name)
        for cells in table.over(after):
            for cell in undated(cells):
                self._check(sheet, cell)
                self._ask_part(sheet, cell)
                self._ask_title(sheet, cell, is_corner=len(cells) > 1 and table.stands_aside(cell))
            if len(cells) == 1:
                self._refuse_other(sheet, cells[0])
        columns = {entry.place.column for entry in rows.entries if entry.cell is not None}
        for column, heading in table.header.headings.items():
            if column in columns and column not in table.header.elements:
                self._check(sheet, heading)

    def check_cover(self, sheet: GridSheet) -> None:
        """Ask about the labels and short texts of a sheet that holds no table."""
        if not self._units:
            return
        for cells in sheet.cells.values():
            labels = [label.cell for found in labels_of(cells, self._vocabulary).values() for label in found]
            for cell in (*labels, *undated(cells.values())):
                if len(cell.text) <= _LONGEST_ON_A_COVER:
                    self._check(sheet.name, cell)

    def names_another_month(self, text: str) -> bool:
        """True if `text` names a month that is none of the figures'."""
        return not all(any(mention.agrees(period) for period in self._periods) for mention in months_named(text))

    def _check(self, sheet: str | None, cell: Cell) -> None:
        self._ask_months(sheet, cell)
        self._ask_units(sheet, cell)

    def _ask_months(self, sheet: str | None, cell: Cell) -> None:
        if not self.names_another_month(cell.text):
            return
        self._ask_of_month(sheet, cell, months_named(cell.text))

    def _ask_short_year(self, sheet: str | None, name: Cell) -> None:
        """A sheet called 21.01; a number that is a year long ago or ahead is another number."""
        month = month_of_sheet_name(name.text)
        if month is None or any(month.agrees(period) for period in self._periods):
            return
        if any(abs((month.year or 0) - period.year) <= _YEARS_NEAR for period in self._periods):
            self._ask_of_month(sheet, name, [month])

    def _ask_of_month(self, sheet: str | None, cell: Cell, named: Iterable[Mention]) -> None:
        read = "、".join(format_period(period) for period in self._periods[:3])
        self._ask(sheet, cell, "title_month", "、".join(_month(mention) for mention in named), read, read)

    def _ask_units(self, sheet: str | None, cell: Cell) -> None:
        by_code = self._vocabulary.unit(cell.text, period=None)
        named = self._vocabulary.units_named(cell.text) or ([] if by_code is None else [by_code.unit])
        others = [unit for unit in named if unit.code not in self._allowed]
        if others:
            units = [self._vocabulary.plan.unit_by_code[code].name for code in self._units[:3]]
            zh, en = "、".join(name.zh for name in units), ", ".join(name.en for name in units)
            self._ask(sheet, cell, "title_unit", "、".join(unit.name.zh for unit in others), zh, en)

    def _ask_form(self, sheet: str | None, name: Cell) -> None:
        if is_no_form(name.text) or _OFFICE.search(name.text):
            message = Message(
                f"工作表叫“{name.text}”。里面的数确实要报送吗?不报送请删去该表后重新上传。",
                f"The sheet is called {name.text!r}. Are its figures meant to be sent? If not, delete it.",
            )
            self._found.ask(place_of(sheet, name), "sheet_meant", message, given=name.text, choices=(AS_READ,))

    def _ask_title(self, sheet: str | None, cell: Cell, *, is_corner: bool) -> None:
        """A title, or a note in a corner beside other cells. A short title alone in its row is refused."""
        if cell.kind is CellKind.TEXT and is_other_title(cell.text) and (is_corner or not is_other_figures(cell.text)):
            message = Message(
                f"“{cell.text[:50]}”看来不是本期数的标题。表中确实是本期数吗?不是请改正后重新上传。",
                f"{cell.text[:50]!r} does not look like a title of this period's figures. Are they? "
                "If not, correct the file.",
            )
            self._found.ask(place_of(sheet, cell), "title_other", message, given=cell.text, choices=(AS_READ,))

    def _ask_part(self, sheet: str | None, cell: Cell) -> None:
        """A town's or an office's sheet is not its county's."""
        part = self._vocabulary.part_of_unit(cell.text) if cell.kind is CellKind.TEXT else None
        if part is not None:
            message = Message(
                f"“{cell.text[:50]}”写的是“{part}”。表中确实是全县(市、区)的数吗?不是请改正后重新上传。",
                f"{cell.text[:50]!r} names {part!r}. Are the figures the whole unit's? If not, correct the file.",
            )
            self._found.ask(place_of(sheet, cell), "title_part", message, given=cell.text, choices=(AS_READ,))

    def _ask(self, sheet: str | None, cell: Cell, code: str, other: str, zh: str, en: str) -> None:
        text = cell.text[:50]
        message = Message(
            f"“{text}”写的是{other},表中的数却是 {zh} 的。确实是 {zh} 的数吗?不是请改正后重新上传。",
            f"{text!r} names {other}, but the figures are of {en}. Are they? If not, correct the file.",
        )
        self._found.ask(place_of(sheet, cell), code, message, given=cell.text, choices=(AS_READ,))

    def _refuse_other(self, sheet: str | None, cell: Cell) -> None:
        """A title that says 上月数 or 上年同期数: the figures below it are none of this month."""
        if cell.kind is CellKind.TEXT and is_other_figures(cell.text):
            message = Message(
                f"标题“{cell.text[:50]}”下面的数不是本期数。请删去这张表,或改正标题。",
                f"Below {cell.text[:50]!r} stand figures that are not this period's. "
                "Delete the table, or correct the title.",
            )
            self._found.refuse(place_of(sheet, cell), "heading_other", message, given=cell.text)


def undated(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Cells of one row without those that say when, or under which number, it was written: 填表日期: 2019年10月."""
    dated = False
    for cell in cells:
        if not dated and not _DATED.fullmatch(cell.text):
            yield cell
        dated = _DATED.fullmatch(cell.text) is not None


def unsigned(cells: Iterable[Cell]) -> Iterator[Cell]:
    """As :func:`undated`, and without who filled the sheet in, checked and signed it: 填报人:陈, 负责人: | 李."""
    signed = False
    for cell in undated(cells):
        if not signed and not _SIGNED.match(cell.text):
            yield cell
        signed = _SIGNED.match(cell.text) is not None


def _above(units: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    """The units that these lie in: a city's name before a county's says nothing else."""
    found = set()
    for code in units:
        parent = vocabulary.plan.unit_by_code[code].parent
        while parent is not None:
            found.add(parent)
            parent = vocabulary.plan.unit_by_code[parent].parent
    return found


def _month(mention: Mention) -> str:
    year = f"{mention.year}年" if mention.year is not None else ""
    month = f"{mention.month}月" if mention.month is not None else ""
    return year + month
