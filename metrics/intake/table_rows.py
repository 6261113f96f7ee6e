"""The rows of a table: each becomes entries, is skipped with a notice, or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.errors import Message
from metrics.forms import refuse_value
from metrics.intake.file_reading import Place, place_of
from metrics.intake.findings import Entry, Findings, Total
from metrics.intake.grid import Cell, Kind, column_letter
from metrics.intake.row_keys import RowKeys
from metrics.intake.tables import Table
from metrics.intake.totals import check_totals
from metrics.intake.vocabulary import Role, Vocabulary, is_note, is_sum_of_elements

EXPECTED_ELEMENT = Message(
    "填报项的名称或代码,如 事项总数 或 items_total", "an element's name or code, like items_total"
)


def read_table(table: Table, vocabulary: Vocabulary, found: Findings) -> None:
    """Read one table into `found`."""
    _TableRows(table, vocabulary, found).read()


class _TableRows:
    def __init__(self, table: Table, vocabulary: Vocabulary, found: Findings) -> None:
        self._table = table
        self._sheet = table.sheet
        self._vocabulary = vocabulary
        self._found = found
        self._keys = RowKeys(table, vocabulary, found)
        self._totals: list[Total] = []
        self._first_entry = len(found.entries)

    def read(self) -> None:
        for cell in self._table.twice:
            message = Message(f"列标题“{cell.text}”重复。", f"The heading {cell.text!r} comes twice.")
            self._found.refuse(place_of(self._sheet.name, cell), "heading_twice", message, given=cell.text)
        read_row = self._wide_row if self._table.is_wide else self._long_row
        for row, cells in self._sheet.rows():
            if self._table.first_row <= row <= self._table.last_row:
                self._refuse_overlong(row, cells)
                read_row(row, cells)
        self._report_unknown_columns()
        check_totals(self._totals, self._found.entries[self._first_entry :], self._vocabulary.plan, self._found)

    def _wide_row(self, row: int, cells: Mapping[int, Cell]) -> None:
        values = {column: cell for column in self._table.elements if (cell := self._sheet.at(row, column)) is not None}
        own = self._keys.unit_cells(row)
        if self._keys.is_total(row):
            self._skip_total(row, {self._table.elements[column]: cell for column, cell in values.items()})
            return
        nameless = Role.UNIT in self._table.roles and self._vocabulary_lacks(own)
        if nameless and (self._is_note(cells) or not _any_digit(values.values())):
            self._skip(row, cells)
            return
        if not values and (not own or row in self._table.label_rows):
            self._skip(row, cells)
            return
        self._enter(row, {element: (column, values.get(column)) for column, element in self._table.elements.items()})

    def _vocabulary_lacks(self, own: list[Cell]) -> bool:
        return not any(self._vocabulary.unit(cell.text, period=None) for cell in own)

    def _long_row(self, row: int, cells: Mapping[int, Cell]) -> None:
        column = self._table.roles[Role.VALUE][0]
        value = self._sheet.at(row, column)
        texts = [c for at in self._table.roles[Role.ELEMENT] if (c := self._sheet.merged_at(row, at)) is not None]
        codes = {cell: self._vocabulary.element(cell.text) for cell in texts}
        named = {code for code in codes.values() if code is not None}
        if not named:
            self._unnamed_row(row, cells, texts, value)
        elif len(named) > 1 or any(code is None and not cell.text.isdigit() for cell, code in codes.items()):
            written = " / ".join(cell.text for cell in texts)
            message = Message(
                f"填报项的名称与代码不一致:{written}。", f"The element's name and code do not agree: {written}."
            )
            self._found.refuse(
                place_of(self._sheet.name, texts[-1]),
                "element_conflict",
                message,
                given=written,
                expected=EXPECTED_ELEMENT,
            )
        elif self._keys.is_total(row):
            self._skip_total(row, {} if value is None else {next(iter(named)): value})
        else:
            self._enter(row, {next(iter(named)): (column, value)})

    def _unnamed_row(self, row: int, cells: Mapping[int, Cell], texts: list[Cell], value: Cell | None) -> None:
        """A row whose element nobody knows: a block's heading, a note, a sum, or a mistake."""
        first = texts[0] if texts else None
        if first is not None and value is None and self._vocabulary.is_block(first.text):
            return
        harmless = first is not None and (is_note(first.text) or is_sum_of_elements(first.text))
        if value is None or harmless or row in self._table.label_rows or self._is_note(cells):
            self._skip(row, cells)
        elif first is None:
            message = Message("该行有数值,但没有填报项。", "The row has a value but no element.")
            place = Place(self._sheet.name, row, self._table.roles[Role.ELEMENT][0])
            self._found.refuse(place, "element_blank", message, expected=EXPECTED_ELEMENT)
            self._name_unit(row, value)
        else:
            message = Message(f"表中没有填报项“{first.text[:50]}”。", f"The form has no element {first.text[:50]!r}.")
            place = place_of(self._sheet.name, first)
            self._found.refuse(place, "element_unknown", message, given=first.text, expected=EXPECTED_ELEMENT)
            self._name_unit(row, value)

    def _is_note(self, cells: Mapping[int, Cell]) -> bool:
        return is_note(next(iter(cells.values())).text)

    def _name_unit(self, row: int, value: Cell) -> None:
        """A refused row names its unit all the same: rights are asked for whatever is in the file."""
        unit = self._keys.unit(row, self._keys.period(row))
        if unit is not None:
            self._found.name(unit.code, place_of(self._sheet.name, value))

    def _enter(self, row: int, figures: Mapping[str, tuple[int, Cell | None]]) -> None:
        """Take a row's figures, element → column and cell, for the unit and period that the row is about."""
        filled = [cell for _, cell in figures.values() if cell is not None]
        if not filled and (self._sheet.hides(row, 0) or not self._has_keys(row)):
            return
        period = self._keys.period(row)
        unit = self._keys.unit(row, period)
        if unit is not None and filled:
            self._found.name(unit.code, place_of(self._sheet.name, filled[0]))
        if unit is None or period is None:
            return
        for label in self._table.labels.get(Role.REASON, ()):
            self._found.reasons[unit.code, period] = label.cell.text
        for element, (column, cell) in figures.items():
            place = Place(self._sheet.name, row, column)
            if cell is not None and self._sheet.hides(row, column):
                self._refuse_hidden(row, column, cell)
            elif self._is_joined(row, column):
                given = "" if cell is None else cell.text
                problem = refuse_value(self._vocabulary.plan.element_by_code[element], given, "value_merged")
                self._found.refuse(place, problem.code, problem.message, given=problem.given, expected=problem.expected)
            else:
                self._found.entries.append(Entry(unit.code, period, element, place, cell))

    def _has_keys(self, row: int) -> bool:
        return bool(self._keys.unit_cells(row)) or Role.UNIT not in self._table.roles

    def _is_joined(self, row: int, column: int) -> bool:
        return (row, column) in self._sheet.joined

    def _refuse_hidden(self, row: int, column: int, cell: Cell) -> None:
        """Once for a hidden row, once for a hidden column; hidden sheets are dealt with as a whole."""
        by_row = row in self._sheet.hidden_rows or self._sheet.hidden
        if not self._found.once(("hidden", self._sheet.name, row if by_row else 0, 0 if by_row else column)):
            return
        what_zh, what_en = (
            (f"第 {row} 行", f"Row {row}") if by_row else (f"{column_letter(column)} 列", f"Column {cell.letter}")
        )
        message = Message(
            f"{what_zh}被隐藏但填有数据,不予读取。请取消隐藏并核对,或删除。",
            f"{what_en} is hidden but holds figures; it is not read. Show and check it, or delete it.",
        )
        self._found.refuse(place_of(self._sheet.name, cell), "cell_hidden", message, given=cell.text)

    def _skip_total(self, row: int, figures: Mapping[str, Cell]) -> None:
        message = Message(f"第 {row} 行是合计行,未读取。", f"Row {row} adds up others; it was not read.")
        self._found.notice(self._sheet.name, "row_total", message, row=row)
        period = self._keys.period(row) if self._says_period(row) else None
        for element, cell in figures.items():
            self._totals.append(Total(period, element, cell, place_of(self._sheet.name, cell)))

    def _says_period(self, row: int) -> bool:
        columns = self._table.roles.get(Role.PERIOD, ())
        return bool(columns) and any(self._sheet.merged_at(row, column) is not None for column in columns)

    def _skip(self, row: int, cells: Mapping[int, Cell]) -> None:
        if row in self._table.label_rows:
            return  # read already, for the table below
        text = " ".join(cell.text for cell in cells.values())[:60]
        message = Message(f"第 {row} 行不是数据,未读取:{text}", f"Row {row} is no data and was not read: {text}")
        self._found.notice(self._sheet.name, "row_skipped", message, row=row)

    def _refuse_overlong(self, row: int, cells: Mapping[int, Cell]) -> None:
        """In CSV a row longer than its headings usually holds `1,234` without quotes: every cell would be another."""
        if self._sheet.name is None and max(cells) > max(self._sheet.cells[self._table.header_row]):
            cell = cells[max(cells)]
            message = Message(
                f"第 {row} 行比标题行多出单元格;带千位逗号的数须加引号,或去掉逗号。",
                f"Row {row} has more cells than the headings; a number with a thousands comma needs quotes.",
            )
            self._found.refuse(place_of(None, cell), "row_too_long", message, given=cell.text)

    def _report_unknown_columns(self) -> None:
        below: dict[int, list[Cell]] = {}
        for row, cells in self._sheet.rows():
            if self._table.first_row <= row <= self._table.last_row:
                for column in cells.keys() & self._table.unknown.keys():
                    below.setdefault(column, []).append(cells[column])
        for column, heading in self._table.unknown.items():
            filled = below.get(column, [])
            if self._table.is_wide and any(cell.kind is not Kind.TEXT or _any_digit([cell]) for cell in filled):
                message = Message(
                    f"不认识列标题“{heading.text[:50]}”,该列有数据。请改正标题,或删除该列。",
                    f"The heading {heading.text[:50]!r} is not known, and data stand below it. Correct or delete it.",
                )
                place = place_of(self._sheet.name, heading)
                self._found.refuse(place, "heading_unknown", message, given=heading.text, expected=EXPECTED_ELEMENT)
            elif filled:
                message = Message(f"未读取“{heading.text[:50]}”列。", f"The column {heading.text[:50]!r} was not read.")
                self._found.notice(self._sheet.name, "column_skipped", message, row=heading.row, column=column)


def _any_digit(cells: Iterable[Cell]) -> bool:
    return any(character.isdigit() for cell in cells for character in cell.text)
