"""The rows of a long table: one element each, its figure in the column of figures, or one for each unit or month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.errors import Message
from metrics.intake.file_reading import CellPlace, Choice, place_of
from metrics.intake.grid import Cell
from metrics.intake.tables.header_rows import FigureColumn
from metrics.intake.tables.misleading_looks import refuse_look
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.vocabulary.counts import WrittenCount, is_figure, written_count
from metrics.intake.vocabulary.headings import HeadingRole, is_code_heading, is_note, is_sum_of_elements
from metrics.intake.vocabulary.months import months_named

_OF_RATES = frozenset(("%", "％", "‰", "百分比", "百分点", "-", "—", "/"))


class LongRows(TableRows):
    """See :class:`TableRows`."""

    def figure_columns(self) -> Iterable[int]:
        return [figures.column for figures in self.table.header.figures]

    def read(self) -> bool:
        figures = self.table.header.figures
        if all(self.keys.is_of_another_month(at) for at in figures):
            for at in figures:
                message = Message(
                    f"数所在列的标题“{at.heading.text[:50]}”与表的报告期不是同一个月。请改正其中之一。",
                    f"The column of figures is headed {at.heading.text[:50]!r}, which is not the month that the sheet "
                    "names. Correct one of them.",
                )
                self.refuse(at.heading, "period_conflict", message, expected=self.vocabulary.expected_period)
        self._refuse_qualified_headings()
        others = self._other_half()
        if others:
            for heading in others:
                self._refuse_other_half(heading)
            return False
        return super().read()

    def _refuse_qualified_headings(self) -> None:
        """本期数(累计): what stands in brackets behind a heading of figures can only be their measure or month."""
        for at in self.table.header.figures:
            bracketed = self.vocabulary.measures.bracketed(at.heading.text)
            odd = [part for part in bracketed if not self.vocabulary.measures.is_measure(part)]
            if odd and at.unit is None and not months_named(at.heading.text):
                message = Message(
                    f"标题“{at.heading.text[:50]}”括号里的“{odd[0]}”看不出是不是本期数。是请写“本期数”,不是请删去。",
                    f"Whether {odd[0]!r} in {at.heading.text[:50]!r} still means this period is not clear. "
                    "Write 本期数 if it does; otherwise delete the column.",
                )
                self.refuse(at.heading, "heading_other", message, expected=Message("本期数", "本期数 (this period)"))

    def _other_half(self) -> list[Cell]:
        """The headings of another half of the table, 填报项 and 上月数, whose figures are none of this month's."""
        header = self.table.header
        last = max((at.column for at in header.figures), default=0)
        names = [column for column in self.table.columns(HeadingRole.ELEMENT) if column > last]
        beside = [column for column in self.table.columns(HeadingRole.OTHER) if names and column > min(names)]
        return [header.headings[column] for column in beside if not is_code_heading(header.headings[min(names)].text)]

    def _refuse_other_half(self, heading: Cell) -> None:
        message = Message(
            f"右半张表的数列标题是“{heading.text[:50]}”,不是本期数。请删去这半张表,或改正标题。",
            f"The other half of the table is headed {heading.text[:50]!r}, which is not this period. "
            "Delete that half, or correct the heading.",
        )
        self.refuse(heading, "heading_other", message, expected=Message("本期数", "本期数 (this period)"))

    def read_row(self, row: int, cells: Mapping[int, Cell]) -> None:
        columns = self.table.columns(HeadingRole.ELEMENT)
        texts = [cell for column in columns if (cell := self.sheet.merged_at(row, column)) is not None]
        if any(cell.row == self.table.header.row and not self.table.header.is_headless for cell in texts):
            self._refuse_second_headings(row, cells)
            return
        for cell in texts:
            refuse_look(self.sheet.name, cell, self.found)
        codes = {cell: self.vocabulary.element(cell.text) for cell in texts}
        named = {code for code in codes.values() if code is not None}
        figures = [(at, self.sheet.at(row, at.column)) for at in self.table.header.figures]
        if not named:
            self._unnamed_row(row, cells, texts, figures)
        elif len(named) > 1 or any(code is None and not cell.text.isdigit() for cell, code in codes.items()):
            self._refuse_names(texts)
        elif self.keys.is_total(row):
            filled = [cell for _, cell in figures if cell is not None]
            self.skip_total(row, {next(iter(named)): filled[0]} if len(filled) == 1 else {})
        else:
            self._named_row(row, next(iter(named)), figures)

    def _refuse_second_headings(self, row: int, cells: Mapping[int, Cell]) -> None:
        """A second row of headings: below 本期数 stand several."""
        words = "、".join(cell.text for cell in cells.values())[:60]
        at = next((cells[c] for c in self.figure_columns() if c in cells), next(iter(cells.values())))
        message = Message(
            f"“{self.table.header.figures[0].heading.text}”下面还有一行标题“{words}”,同一标题下有几列数。请只留一列本期数。",
            f"Below {self.table.header.figures[0].heading.text!r} stands another row of headings ({words}): several "
            "figures under one heading. Keep one column for this period.",
        )
        self.refuse(at, "heading_twice", message)

    def _named_row(self, row: int, element: str, figures: list[tuple[FigureColumn, Cell | None]]) -> None:
        for column in self.table.columns(HeadingRole.ELEMENT):
            merge = self.sheet.joined.get((row, column))
            if merge is not None and merge.first_row < row and any(cell is not None for _, cell in figures):
                name = self.vocabulary.plan.element_by_code[element].name
                message = Message(
                    f"“{name.zh}”一格跨几行,下面有几个数(第 {merge.first_row} 行至第 {merge.last_row} 行)。"
                    "如应相加,请合并成一个数。",
                    f"{name.en} ({name.zh}) is joined over several rows with a figure each (rows {merge.first_row} to "
                    f"{merge.last_row}). If they add up, write one figure.",
                )
                self.found.refuse(CellPlace(self.sheet.name, row, column), "name_spans", message, given=name.zh)
                return
        self._refuse_misplaced(row, any(cell is not None for _, cell in figures))
        for at, cell in figures:
            if self.keys.is_of_another_month(at):
                self._notice_other_month(at)
            elif at.unit is None and at.month is None:
                column, corrected = self._corrected(row, element, at.column, cell)
                self.enter(row, {element: (column, corrected)}, under=at)
            else:
                self.enter(row, {element: (at.column, cell)}, under=at)

    def _refuse_misplaced(self, row: int, is_filled: bool) -> None:
        """A figure in the column of measures; or alone in one of codes while the row's own figure is blank."""
        columns = list(self.table.columns(HeadingRole.MEASURE))
        if not is_filled:
            columns += [column for column in self.table.columns(HeadingRole.ELEMENT) if self._digits_in(column) == 1]
        for column in columns:
            beside = self.sheet.at(row, column)
            if beside is not None and is_figure(beside):
                message = Message(
                    f"“{beside.text[:50]}”没有填在数的一列。请移到数的一列,或删去。",
                    f"{beside.text[:50]!r} stands outside the column of figures. Move it there, or delete it.",
                )
                self.refuse(beside, "figure_unnamed", message, expected=self.vocabulary.expected_element)

    def _digits_in(self, column: int) -> int:
        """How many rows have digits in a column: codes of a form stand in all of them."""
        rows = (cells for at, cells in self.sheet.rows() if self.table.first_row <= at <= self.table.last_row)
        return sum(column in cells and cells[column].text.isdigit() for cells in rows)

    def _notice_other_month(self, at: FigureColumn) -> None:
        text = at.heading.text[:50]
        message = Message(
            f"“{text}”列是其他月份,未读取。", f"The column {text!r} is of another month; it was not read."
        )
        self.found.notice(self.sheet.name, "column_skipped", message, row=at.heading.row, column=at.column)

    def _corrected(self, row: int, element: str, column: int, cell: Cell | None) -> tuple[int, Cell | None]:
        """Which of a figure and what stands beside it as its correction is taken: the sender says it, once a column."""
        for beside in self.table.columns(HeadingRole.CORRECTION):
            other = self.sheet.at(row, beside)
            if other is None or (cell is not None and self._same(element, cell, other)):
                continue
            heading = self.table.header.headings[beside]
            value = self.table.header.headings.get(column)
            name = "本期数" if value is None else value.text
            here, there = ("" if cell is None else cell.text[:50]), other.text[:50]
            written = f"“{here}”" if here else "空"
            message = Message(
                f"“{heading.text[:50]}”列与“{name[:50]}”列不同(第 {row} 行:{written}、“{there}”)。以哪一列为准?",
                f"The column {heading.text[:50]!r} differs from {name[:50]!r} (row {row}: "
                f"{repr(here) if here else 'blank'} against {there!r}). Which of them counts?",
            )
            choices = (
                Choice(
                    "corrected",
                    Message(f"有“{heading.text}”的取“{heading.text}”", f"{heading.text} where there is one"),
                ),
                Choice("original", Message(f"取“{name}”", f"{name} everywhere")),
            )
            place = place_of(self.sheet.name, heading)
            if self.found.ask(place, "correction_column", message, given=heading.text, choices=choices) == "corrected":
                return beside, other
        return column, cell

    def _same(self, element: str, cell: Cell, other: Cell) -> bool:
        of = self.vocabulary.plan.element_by_code[element]
        one, two = written_count(of, cell), written_count(of, other)
        return isinstance(one, WrittenCount) and isinstance(two, WrittenCount) and one.recorded == two.recorded

    def _refuse_names(self, texts: list[Cell]) -> None:
        written = " / ".join(cell.text for cell in texts)
        zh, en = "、".join(f"“{cell.text[:50]}”" for cell in texts), ", ".join(repr(cell.text[:50]) for cell in texts)
        message = Message(
            f"同一行的填报项不一致:{zh}。请改成同一个填报项。",
            f"The row names different elements: {en}. Make them one.",
        )
        place = place_of(self.sheet.name, texts[-1])
        expected = self.vocabulary.expected_element
        self.found.refuse(place, "element_conflict", message, given=written, expected=expected)

    def _unnamed_row(
        self, row: int, cells: Mapping[int, Cell], texts: list[Cell], figures: list[tuple[FigureColumn, Cell | None]]
    ) -> None:
        """A row whose element nobody knows: a block's heading, a note, a sum, a rate, or a mistake."""
        first = texts[0] if texts else None
        value = next((cell for _, cell in figures if cell is not None), None)
        if first is not None and value is None and self.vocabulary.is_block(first.text):
            return
        if self.is_column_numbers(cells) and not self.figure_rows:
            self.notice_column_numbers(row)
        elif self.keys.is_total(row) or (first is not None and is_sum_of_elements(first.text)):
            self.skip_total(row, {})
        elif first is not None and self.figure_rows and self._is_rate(row, first, value):
            message = Message(
                f"第 {row} 行“{first.text[:50]}”是比率,由系统计算,未读取。",
                f"Row {row}, {first.text[:50]!r}, is a rate; rates are computed, so it was not read.",
            )
            self.found.notice(self.sheet.name, "row_rate", message, row=row)
        elif value is None and first is not None and is_figure(first):
            message = Message(
                f"“{first.text[:50]}”填在填报项一列,数的一列却是空的。请填到数的一列,或删去。",
                f"{first.text[:50]!r} stands in the column of names, and the column of figures is empty. "
                "Move or delete it.",
            )
            self.refuse(first, "figure_unnamed", message, expected=self.vocabulary.expected_element)
        elif value is None or row in self.table.label_rows or self.is_note(cells) or (first and is_note(first.text)):
            self.skip(row, cells)
        elif first is None:
            message = Message(
                f"该行有“{value.text[:50]}”,但没有填报项。请写明填报项,或删去。",
                f"The row holds {value.text[:50]!r} but names no element. Name it, or delete the row.",
            )
            place = CellPlace(self.sheet.name, row, self.table.columns(HeadingRole.ELEMENT)[0])
            expected = self.vocabulary.expected_element
            self.found.refuse(place, "element_blank", message, given="", expected=expected)
            self._name_unit(row, value)
        else:
            self.refuse(
                first, "element_unknown", self._no_such_element(first.text[:50]), expected=self._nearest(first.text)
            )
            self._name_unit(row, value)

    def _is_rate(self, row: int, name: Cell, value: Cell | None) -> bool:
        """True for a row of a rate; not if its measure or its size say that a count stands there under a wrong name."""
        beside = (self.sheet.at(row, column) for column in self.table.columns(HeadingRole.MEASURE))
        counted = any(cell is not None and cell.text.strip() not in _OF_RATES for cell in beside)
        is_large = value is not None and value.text.isdecimal() and int(value.text) > 100
        return self.vocabulary.is_indicator(name.text) and not counted and not is_large

    def _no_such_element(self, text: str) -> Message:
        near = self.vocabulary.nearest_element(text)
        if near is None:
            return Message(f"表中没有填报项“{text}”。", f"The form has no element {text!r}.")
        return Message(
            f"表中没有填报项“{text}”,是不是“{near.name.zh}”?",
            f"The form has no element {text!r}; is it {near.name.en} ({near.name.zh})?",
        )

    def _nearest(self, text: str) -> Message:
        near = self.vocabulary.nearest_element(text)
        return (
            self.vocabulary.expected_element if near is None else Message(near.name.zh, f"{near.name.zh} ({near.code})")
        )

    def _name_unit(self, row: int, value: Cell) -> None:
        """A refused row names its unit all the same: rights are asked for whatever is in the file."""
        unit = self.keys.unit(row, self.keys.period(row))
        if unit is not None:
            self.found.name(unit.code, place_of(self.sheet.name, value))
