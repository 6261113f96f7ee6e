"""The rows of a table: each becomes entries, is skipped with a notice, or is refused.

What long and wide tables share; `long_rows` and `wide_rows` say what a row of each is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from metrics.errors import Message
from metrics.forms import refuse_value
from metrics.intake.file_reading import CellPlace, place_of
from metrics.intake.grid import Cell, CellKind, column_letter
from metrics.intake.tables.findings import FigureEntry, Findings, Total
from metrics.intake.tables.header_rows import FigureColumn
from metrics.intake.tables.misleading_looks import ask_about_stale, refuse_look
from metrics.intake.tables.row_keys import RowKeys
from metrics.intake.tables.sheet_tables import Table
from metrics.intake.vocabulary.counts import is_figure
from metrics.intake.vocabulary.headings import (
    HeadingRole,
    is_contact_label,
    is_no_form,
    is_note,
    is_other_figures,
    long_role,
    role_of,
)
from metrics.intake.vocabulary.months import months_named
from metrics.intake.vocabulary.names import Vocabulary

_KEYS = (HeadingRole.UNIT, HeadingRole.PERIOD, HeadingRole.ELEMENT, HeadingRole.MEASURE, HeadingRole.NUMBER)
_LONGEST_GROUP = 8  # characters of a heading above others; longer ones are titles
_COLUMN_LETTERS = frozenset("甲乙丙丁戊") | {"栏次", "行次"}


class TableRows(ABC):
    """Reads one table into `found`. `figure_rows`: the rows that figures were taken from; `skipped`: row → cells of
    what was left out as no data; `totals`: the figures of rows that add up others.
    """

    def __init__(self, table: Table, vocabulary: Vocabulary, found: Findings, *, number: int) -> None:
        self.table = table
        self.sheet = table.sheet
        self.vocabulary = vocabulary
        self.found = found
        self.number = number
        self.keys = RowKeys(table, vocabulary, found)
        self.figure_rows: set[int] = set()
        self.skipped: dict[int, Mapping[int, Cell]] = {}
        self.totals: list[Total] = []
        self._first_entry = len(found.entries)
        self._last_entry: int | None = None  # while it is being read

    @property
    def entries(self) -> list[FigureEntry]:
        """What was entered of this table."""
        return self.found.entries[self._first_entry : self._last_entry]

    def read(self) -> bool:
        """Read every row. False if the table is refused as a whole and none was read."""
        for cell in self.table.header.twice:
            message = Message(
                f"列标题“{cell.text}”重复,同一标题下有两列数。请只留一列,或改正标题。",
                f"The heading {cell.text!r} comes twice: two columns of figures under one heading. "
                "Keep one, or correct it.",
            )
            self.refuse(cell, "heading_twice", message)
        self._refuse_other_groups()
        self._refuse_hidden_headings()
        for row, cells in self.sheet.rows():
            if self.table.first_row <= row <= self.table.last_row:
                own = self.table.within(cells)
                if own:
                    self._refuse_overlong(row, own)
                    self.read_row(row, own)
        self._refuse_words_between()
        self._last_entry = len(self.found.entries)
        return True

    @abstractmethod
    def read_row(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Enter, skip or refuse one row."""

    @abstractmethod
    def figure_columns(self) -> Iterable[int]:
        """The columns whose cells are figures."""

    def enter(
        self, row: int, figures: Mapping[str, tuple[int, Cell | None]], *, under: FigureColumn | None = None
    ) -> None:
        """Take a row's figures, element → column and cell, for the unit and period that the row is about."""
        filled = [cell for _, cell in figures.values() if cell is not None]
        if not filled and (self.sheet.hides(row, 0) or not self._has_keys(row)):
            return
        period = self.keys.period(row, under)
        unit = self.keys.unit(row, period, under)
        if unit is not None and filled:
            self.found.name(unit.code, place_of(self.sheet.name, filled[0]))
        if unit is None or period is None:
            return
        if filled:
            self.figure_rows.add(row)
        for label in self.table.labels.get(HeadingRole.REASON, ()):
            self.found.reasons[unit.code, period] = label.cell.text
        unread = self._unread(row, figures)
        self._refuse_other_kind(row, unread)
        for element, (column, cell) in figures.items():
            place = CellPlace(self.sheet.name, row, column)
            if cell is not None and self.sheet.hides(row, column):
                self._refuse_hidden(row, column, cell)
            elif (row, column) in self.sheet.joined:
                self._refuse_joined(element, place, cell)
            else:
                if cell is not None and cell.stale:
                    ask_about_stale(self.sheet.name, cell, self.found)
                entry = FigureEntry(unit.code, period, element, place, cell, self.number, unread)
                self.found.entries.append(entry)

    def refuse(self, cell: Cell, code: str, message: Message, *, expected: Message | None = None) -> None:
        self.found.refuse(place_of(self.sheet.name, cell), code, message, given=cell.text, expected=expected)

    def skip(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Leave a row out that is no data: with a notice, unless a figure stands in it."""
        if row in self.table.label_rows:
            return  # read already, for the table below
        named = (*self.figure_columns(), *self.table.columns(HeadingRole.CORRECTION))
        lost = next((cells[c] for c in named if c in cells and self._is_lost(cells, c)), None)
        if lost is not None:
            message = Message(
                f"第 {row} 行有数“{lost.text}”,但看不出是哪个填报项、哪个单位的。请写明,或删去。",
                f"Row {row} holds {lost.text!r}, but nothing says of which element or unit. Name it, or delete it.",
            )
            self.refuse(lost, "figure_unnamed", message, expected=self.vocabulary.expected_element)
            return
        self.skipped[row] = cells
        text = " ".join(cell.text for cell in cells.values())[:60]
        message = Message(f"第 {row} 行不是数据,未读取:“{text}”。", f"Row {row} is no data and was not read: {text!r}.")
        self.found.notice(self.sheet.name, "row_skipped", message, row=row)

    def skip_total(self, row: int, figures: Mapping[str, Cell]) -> None:
        message = Message(f"第 {row} 行是合计行,未读取。", f"Row {row} adds up others; it was not read.")
        self.found.notice(self.sheet.name, "row_total", message, row=row)
        period = self.keys.period(row) if self._says_period(row) else None
        for element, cell in figures.items():
            self.totals.append(Total(period, element, cell, place_of(self.sheet.name, cell)))

    def is_column_numbers(self, cells: Mapping[int, Cell]) -> bool:
        """True for the row of 甲, 乙, 1, 2, 3 that official forms have below their headings."""
        texts = [cell.text.strip().strip("()（）") for cell in cells.values()]
        numbers = [int(text) for text in texts if text.isdecimal()]
        lettered = [text for text in texts if text in _COLUMN_LETTERS]
        counted = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
        return bool(lettered) and counted and numbers[0] <= 2 and len(numbers) + len(lettered) == len(texts)

    def notice_column_numbers(self, row: int) -> None:
        message = Message(f"第 {row} 行是栏次,未读取。", f"Row {row} numbers the columns; it was not read.")
        self.found.notice(self.sheet.name, "row_skipped", message, row=row)

    def is_note(self, cells: Mapping[int, Cell]) -> bool:
        return is_note(next(iter(cells.values())).text)

    def _is_lost(self, cells: Mapping[int, Cell], column: int) -> bool:
        left = [cells[c] for c in cells if c < column]
        return is_figure(cells[column]) and not (
            left and left[-1].kind is CellKind.TEXT and is_contact_label(left[-1].text)
        )

    def _unread(self, row: int, figures: Mapping[str, tuple[int, Cell | None]]) -> tuple[tuple[int, str], ...]:
        """What tells this row from others although nobody reads it."""
        read = {column for column, _ in figures.values()} | set(self.table.columns(*_KEYS)) | set(self.figure_columns())
        cells = self.table.within(self.sheet.cells.get(row, {}))
        return tuple((column, cell.text) for column, cell in cells.items() if column not in read)

    def _refuse_other_kind(self, row: int, unread: Iterable[tuple[int, str]]) -> None:
        """A word beside the figures that says they are none of this month's: 累计, 上年同期, 计划."""
        remarks = self.table.columns(HeadingRole.REMARK)
        for column, text in unread:
            is_other = role_of(text) is HeadingRole.OTHER if column in remarks else is_no_form(text)
            is_other = is_other and self.vocabulary.element(text) is None
            if is_other and column not in self.table.columns(HeadingRole.OTHER, HeadingRole.CORRECTION):
                message = Message(
                    f"第 {row} 行写有“{text[:50]}”,看来不是本期数。请删去这一行,或改正。",
                    f"Row {row} says {text[:50]!r}, so its figures are not this period's. Delete or correct the row.",
                )
                self.found.refuse(CellPlace(self.sheet.name, row, column), "row_other", message, given=text)

    def _has_keys(self, row: int) -> bool:
        return bool(self.keys.unit_cells(row)) or not self.table.columns(HeadingRole.UNIT)

    def _refuse_joined(self, element: str, place: CellPlace, cell: Cell | None) -> None:
        given = "" if cell is None else cell.text
        problem = refuse_value(self.vocabulary.plan.element_by_code[element], given, "value_merged")
        self.found.refuse(place, problem.code, problem.message, given=problem.given, expected=problem.expected)

    def _refuse_hidden(self, row: int, column: int, cell: Cell) -> None:
        """Once for a hidden row, once for a hidden column; hidden sheets are dealt with as a whole."""
        by_row = row in self.sheet.hidden_rows or self.sheet.hidden
        if not self.found.once(("hidden", self.sheet.name, row if by_row else 0, 0 if by_row else column)):
            return
        what_zh, what_en = (
            (f"第 {row} 行", f"Row {row}") if by_row else (f"{column_letter(column)} 列", f"Column {cell.letter}")
        )
        message = Message(
            f"{what_zh}被隐藏但填有数据,不予读取。请取消隐藏并核对,或删除。",
            f"{what_en} is hidden but holds figures; it is not read. Show and check it, or delete it.",
        )
        self.refuse(cell, "cell_hidden", message)

    def _refuse_hidden_headings(self) -> None:
        """Nobody reads a figure by a heading, a unit or a month that is not to be seen."""
        header, sheet = self.table.header, self.sheet
        labels = [
            label.cell for role in (HeadingRole.UNIT, HeadingRole.PERIOD) for label in self.table.labels.get(role, ())
        ]
        keys, figures = self.table.columns(HeadingRole.UNIT, HeadingRole.PERIOD), set(self.figure_columns())
        heads = [cell for column, cell in header.headings.items() if column in keys]
        seen = [cell for column, cell in header.headings.items() if column in figures]
        heads += [cell for cell in seen if cell.row in sheet.hidden_rows]
        for cell in seen:
            refuse_look(sheet.name, cell, self.found)
        if len(self.table.columns(HeadingRole.ELEMENT)) == 1:
            heads += [header.headings[c] for c in self.table.columns(HeadingRole.ELEMENT) if c in header.headings]
        for cell in (*labels, *heads):
            refuse_look(sheet.name, cell, self.found)
            if sheet.hides(cell.row, cell.column) and not sheet.hidden:
                self._refuse_hidden(cell.row, cell.column, cell)

    def _refuse_words_between(self) -> None:
        """A row of words before further figures may say that those are others: 上月数, 附:2019年8月数, 单位:百项."""
        last = max(self.figure_rows, default=0)
        for row, cells in self.skipped.items():
            told = next((cell for cell in cells.values() if row < last and self._changes_meaning(cell.text)), None)
            if told is not None:
                message = Message(
                    f"第 {row} 行“{told.text[:50]}”之后还有数,看不出这些数是不是本期的。"
                    "请删去这一行,或把后面的数放到另一个文件。",
                    f"Figures follow row {row}, {told.text[:50]!r}; whether they are this period's is not clear. "
                    "Delete the row, or put the figures below it in another file.",
                )
                self.refuse(told, "row_between", message)

    def _changes_meaning(self, text: str) -> bool:
        says_other = is_other_figures(text) or bool(months_named(text)) or bool(self.vocabulary.units_named(text))
        return says_other or bool(self.vocabulary.measures.said(text))

    def _refuse_other_groups(self) -> None:
        """A heading above others that says 上月 or 累计: the figures below it are none of this month."""
        for groups in self.table.header.groups.values():
            for cell in groups:
                if len(cell.text) <= _LONGEST_GROUP and long_role(cell.text) in (
                    HeadingRole.OTHER,
                    HeadingRole.CORRECTION,
                ):
                    message = Message(
                        f"“{cell.text}”下面的列不是本期数。请只留本期的列,或改正标题。",
                        f"What stands below {cell.text!r} is not this period's. Keep this period's columns alone, "
                        "or correct the heading.",
                    )
                    self.refuse(cell, "heading_other", message)

    def _says_period(self, row: int) -> bool:
        columns = self.table.columns(HeadingRole.PERIOD)
        return bool(columns) and any(self.sheet.merged_at(row, column) is not None for column in columns)

    def _refuse_overlong(self, row: int, cells: Mapping[int, Cell]) -> None:
        """In CSV a row longer than its headings usually holds `1,234` without quotes: every cell would be another."""
        if row in self.table.label_rows:
            return
        if self.sheet.name is None and max(cells) > max(self.sheet.cells[self.table.header.row]):
            cell = cells[max(cells)]
            message = Message(
                f"第 {row} 行比标题行多出单元格“{cell.text[:50]}”;"
                "带千位逗号的数须加引号或去掉逗号,其他的请删去或加标题。",
                f"Row {row} has more cells than the headings ({cell.text[:50]!r}); a number with a thousands comma "
                "needs quotes; delete what is not needed, or give it a heading.",
            )
            self.refuse(cell, "row_too_long", message)
