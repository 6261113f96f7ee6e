"""Which unit and which period a row is about: from its own cells, else from what stands above the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from metrics.errors import Message
from metrics.intake.file_reading import CellPlace, place_of
from metrics.intake.grid import Cell, CellKind
from metrics.intake.tables.findings import Findings
from metrics.intake.tables.header_rows import FigureColumn
from metrics.intake.tables.misleading_looks import refuse_look
from metrics.intake.tables.sheet_tables import Table
from metrics.intake.vocabulary.headings import HeadingRole, is_note, is_total
from metrics.intake.vocabulary.months import (
    Mention,
    is_as_written,
    month_alone,
    months_named,
    period_of_text,
    periods_in_title,
    written_period,
)
from metrics.intake.vocabulary.names import Vocabulary
from metrics.periods import format_period
from metrics.plan.model import Unit


class RowKeys:
    """The units and periods of one table's rows."""

    def __init__(self, table: Table, vocabulary: Vocabulary, found: Findings) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._found = found

    def unit_cells(self, row: int) -> list[Cell]:
        """What the row's own columns say of its unit; joined cells count for every row that they span."""
        cells = (self._table.sheet.merged_at(row, column) for column in self._table.columns(HeadingRole.UNIT))
        return [cell for cell in cells if cell is not None]

    def is_total(self, row: int) -> bool:
        """True if the row adds up others: 合计, 全市, or a unit that never reports itself."""
        for cell in self.unit_cells(row):
            found = self._vocabulary.unit(cell.text, period=None)
            if is_total(cell.text) or (found is not None and found.unit.code in self._vocabulary.plan.children):
                return True
        return False

    def period(self, row: int, figures: FigureColumn | None = None) -> date | None:
        """The row's period, in that column of figures; None after saying why there is none."""
        columns = self._table.columns(HeadingRole.PERIOD)
        if not columns:
            month = None if figures is None else figures.month
            return (
                self._period_above if figures is None or month is None else self._month_heading(figures.heading, month)
            )
        cell = next((c for column in columns if (c := self._table.sheet.merged_at(row, column)) is not None), None)
        if cell is None:
            message = Message("该行没有报告期,请补上。", "The row has no period; write it.")
            self._refuse_blank(self._place(row, columns[0]), "period_blank", message, self._vocabulary.expected_period)
            return None
        return self._read_period(cell)

    def is_of_another_month(self, figures: FigureColumn) -> bool:
        """True for a column headed by a month that is not the one which the sheet is about."""
        return figures.month is not None and self._said_above is not None and not figures.month.agrees(self._said_above)

    def unit(self, row: int, period: date | None, figures: FigureColumn | None = None) -> Unit | None:
        """The row's unit, in that column of figures; None after saying why there is none."""
        if figures is not None and figures.unit is not None:
            return self._agreed([figures.heading], period)
        columns = self._table.columns(HeadingRole.UNIT)
        if not columns:
            return self._unit_above(period)
        cells = self.unit_cells(row)
        if not cells:
            message = Message("该行没有填报单位,请补上。", "The row has no unit; write it.")
            self._refuse_blank(self._place(row, columns[0]), "unit_blank", message, self._vocabulary.expected_unit)
            return None
        return self._agreed(cells, period)

    def _agreed(self, cells: Sequence[Cell], period: date | None) -> Unit | None:
        units = [self._read_unit(cell, period) for cell in cells]
        named = {unit.code: unit for unit in units if unit is not None}
        if None in units:
            return None
        if len(named) > 1:
            self._conflict("unit_conflict", cells[-1], "填报单位", "units", [cell.text for cell in cells])
            return None
        return next(iter(named.values()))

    def _read_unit(self, cell: Cell, period: date | None) -> Unit | None:
        refuse_look(self._table.sheet.name, cell, self._found)
        found = self._vocabulary.unit(cell.text, period=period)
        place = place_of(self._table.sheet.name, cell)
        if found is None or found.outdated:
            if found is None:
                message = self._no_such_unit(cell.text[:50])
            else:
                name, when = found.unit.name, format_period(period) if period else ""
                message = Message(
                    f"“{cell.text}”在 {when} 已不是“{name.zh}”的名称或代码。",
                    f"In {when} {cell.text!r} was no name or code of {name.en} any more.",
                )
            self._found.refuse(place, "unit_unknown", message, given=cell.text, expected=self._vocabulary.expected_unit)
            return None
        unit = found.unit
        if cell.text.strip() not in (unit.code, unit.name.zh, unit.name.en):
            self._found.change("unit", place, read=cell.text, recorded=unit.code)
        return unit

    def _no_such_unit(self, text: str) -> Message:
        part, several = self._vocabulary.part_of_unit(text), self._vocabulary.units_named(text)
        if len(several) > 1:
            return Message(f"“{text}”写了几个填报单位,请分开填报。", f"{text!r} names several units; write one.")
        if part is not None and several:
            unit = several[0].name
            return Message(
                f"“{text}”不是填报单位,看来是{unit.zh}的一部分。全{unit.zh}的数请写“{unit.zh}”。",
                f"{text!r} is no reporting unit; it looks like a part of {unit.en} ({unit.zh}). "
                f"Write {unit.zh} for the whole unit's figures.",
            )
        near = self._vocabulary.nearest_unit(text)
        if near is None:
            return Message(f"没有填报单位“{text}”。", f"There is no reporting unit {text!r}.")
        return Message(
            f"没有填报单位“{text}”,是不是“{near.name.zh}”({near.code})?",
            f"There is no reporting unit {text!r}; is it {near.name.en} ({near.name.zh}, {near.code})?",
        )

    def _month_heading(self, heading: Cell, month: Mention) -> date | None:
        """The month that heads a column of figures; its year may stand above the table."""
        above = self._said_above
        year = month.year or (above.year if above is not None else self._year_above)
        if year is None or month.month is None:
            message = Message(
                f"标题“{heading.text}”没有写明年份,请写成 {self._vocabulary.example_month} 这样的年月。",
                f"The heading {heading.text!r} names no year; write year and month.",
            )
            expected = self._vocabulary.expected_period
            place = place_of(self._table.sheet.name, heading)
            self._found.refuse(place, "period_unknown", message, given=heading.text, expected=expected)
            return None
        period = date(year, month.month, 1)
        if not is_as_written(heading, period):
            self._found.change(
                "period", place_of(self._table.sheet.name, heading), read=heading.text, recorded=format_period(period)
            )
        return period

    def _read_period(self, cell: Cell) -> date | None:
        refuse_look(self._table.sheet.name, cell, self._found)
        period, place = written_period(cell), place_of(self._table.sheet.name, cell)
        if period is None:
            message = Message(
                f"看不出“{cell.text[:50]}”是哪个报告期,请写成 {self._vocabulary.example_month} 这样的年月。",
                f"{cell.text[:50]!r} does not clearly say a period; write year and month, like "
                f"{self._vocabulary.example_month}.",
            )
            self._found.refuse(
                place, "period_unknown", message, given=cell.text, expected=self._vocabulary.expected_period
            )
        elif not is_as_written(cell, period):
            self._found.change("period", place, read=cell.text, recorded=format_period(period))
        return period

    @cached_property
    def _said_above(self) -> date | None:
        """The one period that labels or titles above name, without a word where there is none."""
        labels = self._table.labels.get(HeadingRole.PERIOD, ())
        if labels:
            said = {written_period(label.cell) for label in labels}
        else:
            said = {period for text in self._texts_above for period in periods_in_title(text)}
        return next(iter(said)) if len(said) == 1 else None

    @property
    def _texts_above(self) -> list[str]:
        return [cell.text for cell in self._table.above if cell.kind is CellKind.TEXT]

    @cached_property
    def _year_above(self) -> int | None:
        """The one year that titles above, or the sheet's name, name."""
        texts = [*self._texts_above, self._table.sheet.name or ""]
        years = {mention.year for text in texts for mention in months_named(text) if mention.year is not None}
        return next(iter(years)) if len(years) == 1 else None

    @cached_property
    def _period_above(self) -> date | None:
        labels = self._table.labels.get(HeadingRole.PERIOD, ())
        if labels:
            periods = [self._read_period(label.cell) for label in labels]
            if len(set(periods)) > 1:
                texts = [label.cell.text for label in labels]
                self._conflict("period_conflict", labels[-1].cell, "报告期", "periods", texts)
                return None
            return periods[0]
        above = self._table.own_titles or self._table.above
        titles = [(cell, periods_in_title(cell.text)) for cell in above if cell.kind is CellKind.TEXT]
        named = {period for _, periods in titles for period in periods}
        cell = next((cell for cell, periods in titles if periods), None)
        if cell is None and (period := self._period_of_sheet) is not None:
            named, cell = {period}, Cell(self._table.header.row, 1, CellKind.TEXT, self._table.sheet.name or "")
        if cell is None or len(named) != 1:
            if len(named) > 1:
                months = "、".join(sorted(format_period(period) for period in named))
                message = Message(
                    f"表上方写了几个月份({months}),看不出这张表是哪个月的。请写明“报告期”,或分开放在不同的工作表。",
                    f"Several months stand above the table ({months}); which is its own is not clear. Write 报告期, or "
                    "put them on sheets of their own.",
                )
                self._refuse_missing("period_missing", message, self._vocabulary.expected_period)
                return None
            example = self._vocabulary.example_month
            message = Message(
                f"没有报告期:表中没有“报告期”列,表上方也没有“报告期:{example}”。请补上。",
                f"There is no period: neither a column 报告期 / period nor a cell 报告期:{example} above the table. "
                "Add one.",
            )
            self._refuse_missing("period_missing", message, self._vocabulary.expected_period)
            return None
        period = next(iter(named))
        self._found.change(
            "period", place_of(self._table.sheet.name, cell), read=cell.text, recorded=format_period(period)
        )
        return period

    @property
    def _period_of_sheet(self) -> date | None:
        """The month that the sheet is called by; its year may stand in a title."""
        name = self._table.sheet.name or ""
        period, month = period_of_text(name), month_alone(name)
        if period is not None or month is None or month.month is None or self._year_above is None:
            return period
        return date(self._year_above, month.month, 1)

    def _unit_above(self, period: date | None) -> Unit | None:
        cells = [label.cell for label in self._table.labels.get(HeadingRole.UNIT, ())]
        name = self._table.sheet.name or ""
        if not cells and self._vocabulary.unit(name, period=period) is not None:
            cells = [Cell(self._table.header.row, 1, CellKind.TEXT, name)]
        titled = {} if cells else self._units_in_titles
        if len(titled) == 1:
            cell, unit = next(iter(titled.values()))
            self._found.change("unit", place_of(self._table.sheet.name, cell), read=cell.text, recorded=unit.code)
            return unit
        if cells:
            return self._agreed(cells, period)
        if len(titled) > 1:
            names = [unit.name for _, unit in titled.values()]
            zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
            message = Message(
                f"表上方写了几个单位({zh}),看不出这张表是哪个单位的。请分开放在不同的工作表。",
                f"Several units stand above the table ({en}); whose it is is not clear. "
                "Put them on sheets of their own.",
            )
            place = self._place(self._table.header.row, self._table.header.first_column)
            self._found.refuse(place, "unit_conflict", message, given=zh, expected=self._vocabulary.expected_unit)
            return None
        example = self._vocabulary.example_unit
        message = Message(
            f"没有填报单位:表中没有“填报单位”列,表上方也没有“填报单位:{example}”。请补上。",
            f"There is no unit: neither a column 填报单位 / unit_code nor a cell 填报单位:{example} above the table. "
            "Add one.",
        )
        self._refuse_missing("unit_missing", message, self._vocabulary.expected_unit)
        return None

    @cached_property
    def _units_in_titles(self) -> dict[str, tuple[Cell, Unit]]:
        """The reporting units that titles above name, by code: 封开县2021年2月报送表."""
        found: dict[str, tuple[Cell, Unit]] = {}
        for cell in self._table.above:
            if cell.kind is CellKind.TEXT and not is_note(cell.text):
                for unit in self._vocabulary.units_named(cell.text):
                    if unit.code not in self._vocabulary.plan.children:
                        found.setdefault(unit.code, (cell, unit))
        return found

    def _conflict(self, code: str, cell: Cell, zh: str, en: str, texts: Sequence[str]) -> None:
        message = Message(
            f"{zh}前后不一致:{'、'.join(texts)}。请改成一个。",
            f"These {en} do not agree: {', '.join(texts)}. Keep one.",
        )
        expected = self._vocabulary.expected_unit if code == "unit_conflict" else self._vocabulary.expected_period
        place = place_of(self._table.sheet.name, cell)
        self._found.refuse(place, code, message, given=" / ".join(texts), expected=expected)

    def _refuse_missing(self, code: str, message: Message, expected: Message) -> None:
        self._refuse_blank(self._place(self._table.header.row, 1), code, message, expected)

    def _refuse_blank(self, place: CellPlace, code: str, message: Message, expected: Message) -> None:
        self._found.refuse(place, code, message, given="", expected=expected)

    def _place(self, row: int, column: int) -> CellPlace:
        return CellPlace(self._table.sheet.name, row, column)
