"""The rows of a wide table: one unit and month each, or, of one unit alone, what the row's own label says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.errors import Message
from metrics.intake.grid import Cell, CellKind
from metrics.intake.tables.header_rows import FigureColumn
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.tables.units_of_measure import refuse_measure
from metrics.intake.vocabulary.counts import any_digit
from metrics.intake.vocabulary.headings import HeadingRole, column_role
from metrics.intake.vocabulary.months import month_alone


class WideRows(TableRows):
    """See :class:`TableRows`."""

    def figure_columns(self) -> Iterable[int]:
        return self.table.header.elements

    def read_row(self, row: int, cells: Mapping[int, Cell]) -> None:
        elements = self.table.header.elements
        values = {column: cell for column in elements if (cell := self.sheet.at(row, column)) is not None}
        own = self.keys.unit_cells(row)
        if self.keys.is_total(row):
            self.skip_total(row, {elements[column]: cell for column, cell in values.items()})
        elif not self.figure_rows and self.is_column_numbers(cells):
            self.notice_column_numbers(row)
        elif values and all(self._is_measure(cell) for cell in values.values()):
            self._check_measures(values)
        elif self.table.columns(HeadingRole.ELEMENT):
            self._labelled_row(row, cells, values)
        elif (
            self.table.columns(HeadingRole.UNIT)
            and self._names_none(own)
            and (self.is_note(cells) or not any_digit(values.values()))
        ):
            self._skip_or_refuse(row, cells, values)
        elif not values and (not own or row in self.table.label_rows):
            self.skip(row, cells)
        else:
            self.enter(row, self._figures(values))

    def _figures(self, values: Mapping[int, Cell]) -> dict[str, tuple[int, Cell | None]]:
        return {element: (column, values.get(column)) for column, element in self.table.header.elements.items()}

    def _names_none(self, own: list[Cell]) -> bool:
        return not any(self.vocabulary.unit(cell.text, period=None) for cell in own)

    def _is_measure(self, cell: Cell) -> bool:
        return cell.kind is CellKind.TEXT and self.vocabulary.measures.is_measure(cell.text)

    def _check_measures(self, values: Mapping[int, Cell]) -> None:
        for column, cell in values.items():
            element = self.table.header.elements[column]
            if not self.vocabulary.is_own_measure(element, cell.text):
                refuse_measure(self.found, self.vocabulary, element, cell, sheet=self.sheet.name, said=cell.text)

    def _skip_or_refuse(self, row: int, cells: Mapping[int, Cell], values: Mapping[int, Cell]) -> None:
        """Words below the headings: before the first figures they may say that two figures stand under one heading."""
        if not values or self.figure_rows or not any(cell.kind is CellKind.TEXT for cell in values.values()):
            self.skip(row, cells)
            return
        column, cell = next(iter(values.items()))
        heading = self.table.header.headings[column].text
        words = "、".join(dict.fromkeys(found.text for found in cells.values()))[:60]
        message = Message(
            f"“{heading}”等标题与数之间还有一行文字“{words}”,同一标题下可能有几列数。请只留本期一列,并删去这一行。",
            f"Between headings like {heading!r} and the figures stands a row of words ({words}): there may be several "
            "figures under one heading. Keep this period's column alone and delete the row.",
        )
        self.refuse(cell, "row_between", message)

    def _labelled_row(self, row: int, cells: Mapping[int, Cell], values: Mapping[int, Cell]) -> None:
        """A row of the one unit that the sheet is about, by the label in front: 本月数, 2019年9月, 上月数, 代码."""
        column = self.table.columns(HeadingRole.ELEMENT)[0]
        label = self.sheet.merged_at(row, column)
        role = None if label is None else column_role(label.text)
        if not values:
            self.skip(row, cells)
        elif label is None or role is HeadingRole.VALUE:
            self.enter(row, self._figures(values), under=None if label is None else FigureColumn(column, label))
        elif role is HeadingRole.ELEMENT:
            self._check_names(values)
        elif role in (HeadingRole.OTHER, HeadingRole.REMARK, HeadingRole.NUMBER):
            message = Message(f"未读取“{label.text[:50]}”行。", f"The row {label.text[:50]!r} was not read.")
            self.found.notice(self.sheet.name, "row_skipped", message, row=row)
        else:
            self._named_row(row, cells, values, label)

    def _named_row(self, row: int, cells: Mapping[int, Cell], values: Mapping[int, Cell], label: Cell) -> None:
        """A row whose label is a unit or a month; any other is refused."""
        month, unit = month_alone(label.text), self.vocabulary.unit(label.text, period=None)
        under = FigureColumn(label.column, label, unit=None if unit is None else unit.unit, month=month)
        if unit is None and month is None:
            if not any_digit(values.values()):
                self._skip_or_refuse(row, cells, values)
                return
            message = Message(
                f"不认识行标题“{label.text[:50]}”,该行有数。请写“本月数”,或删去这一行。",
                f"The row's label {label.text[:50]!r} is not known, and figures stand beside it. "
                "Write 本月数, or delete it.",
            )
            self.refuse(label, "heading_unknown", message, expected=Message("本月数", "本月数 (this period)"))
        elif self.keys.is_of_another_month(under):
            message = Message(
                f"第 {row} 行是其他月份({label.text[:50]}),未读取。",
                f"Row {row} is of another month ({label.text[:50]}); it was not read.",
            )
            self.found.notice(self.sheet.name, "row_skipped", message, row=row)
        else:
            self.enter(row, self._figures(values), under=under)

    def _check_names(self, values: Mapping[int, Cell]) -> None:
        """A row of codes below the names: both must name the same elements."""
        for column, cell in values.items():
            name = self.table.header.headings[column]
            if self.vocabulary.element(cell.text) != self.table.header.elements[column]:
                message = Message(
                    f"填报项的名称与代码不一致:“{name.text[:50]}”、“{cell.text[:50]}”。",
                    f"An element's name and code do not agree: {name.text[:50]!r}, {cell.text[:50]!r}.",
                )
                self.refuse(cell, "element_conflict", message, expected=self.vocabulary.expected_element)
