"""Which unit and which period a row is about: from its own cells, else from what stands above the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from metrics.errors import Message
from metrics.intake.file_reading import Place, place_of
from metrics.intake.findings import Findings
from metrics.intake.grid import Cell, Kind
from metrics.intake.tables import Table
from metrics.intake.vocabulary import Role, Vocabulary, is_total
from metrics.intake.written_period import (
    EXPECTED_PERIOD,
    is_as_written,
    period_of_text,
    periods_in_title,
    written_period,
)
from metrics.periods import format_period
from metrics.plan.model import Unit

EXPECTED_UNIT = Message("填报单位的代码或名称,如 441202 或 端州区", "a unit's code or name, like 441202 or 端州区")


class RowKeys:
    """The units and periods of one table's rows."""

    def __init__(self, table: Table, vocabulary: Vocabulary, found: Findings) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._found = found

    def unit_cells(self, row: int) -> list[Cell]:
        """What the row's own columns say of its unit; joined cells count for every row that they span."""
        cells = (self._table.sheet.merged_at(row, column) for column in self._table.roles.get(Role.UNIT, ()))
        return [cell for cell in cells if cell is not None]

    def is_total(self, row: int) -> bool:
        """True if the row adds up others: 合计, 全市, or a unit that never reports itself."""
        for cell in self.unit_cells(row):
            found = self._vocabulary.unit(cell.text, period=None)
            if is_total(cell.text) or (found is not None and found.unit.code in self._vocabulary.plan.children):
                return True
        return False

    def period(self, row: int) -> date | None:
        """The row's period; None after saying why there is none."""
        columns = self._table.roles.get(Role.PERIOD, ())
        if not columns:
            return self._period_above
        cell = next((c for column in columns if (c := self._table.sheet.merged_at(row, column)) is not None), None)
        if cell is None:
            message = Message("该行没有报告期。", "The row has no period.")
            self._found.refuse(self._place(row, columns[0]), "period_blank", message, expected=EXPECTED_PERIOD)
            return None
        return self._read_period(cell)

    def unit(self, row: int, period: date | None) -> Unit | None:
        """The row's unit; None after saying why there is none."""
        columns = self._table.roles.get(Role.UNIT, ())
        if not columns:
            return self._unit_above(period)
        cells = self.unit_cells(row)
        if not cells:
            message = Message("该行没有填报单位。", "The row has no unit.")
            self._found.refuse(self._place(row, columns[0]), "unit_blank", message, expected=EXPECTED_UNIT)
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
        found = self._vocabulary.unit(cell.text, period=period)
        place = place_of(self._table.sheet.name, cell)
        if found is None or found.outdated:
            if found is None:
                message = Message(
                    f"没有填报单位“{cell.text[:50]}”。", f"There is no reporting unit {cell.text[:50]!r}."
                )
            else:
                name, when = found.unit.name, format_period(period) if period else ""
                message = Message(
                    f"“{cell.text}”在 {when} 已不是“{name.zh}”的名称或代码。",
                    f"In {when} {cell.text!r} was no name or code of {name.en} any more.",
                )
            self._found.refuse(place, "unit_unknown", message, given=cell.text, expected=EXPECTED_UNIT)
            return None
        unit = found.unit
        if cell.text.strip() not in (unit.code, unit.name.zh, unit.name.en):
            self._found.change("unit", place, read=cell.text, recorded=unit.code)
        return unit

    def _read_period(self, cell: Cell) -> date | None:
        period, place = written_period(cell), place_of(self._table.sheet.name, cell)
        if period is None:
            message = Message(
                f"看不出“{cell.text[:50]}”是哪个报告期。", f"{cell.text[:50]!r} does not clearly say a period."
            )
            self._found.refuse(place, "period_unknown", message, given=cell.text, expected=EXPECTED_PERIOD)
        elif not is_as_written(cell, period):
            self._found.change("period", place, read=cell.text, recorded=format_period(period))
        return period

    @cached_property
    def _period_above(self) -> date | None:
        labels = self._table.labels.get(Role.PERIOD, ())
        if labels:
            periods = [self._read_period(label.cell) for label in labels]
            if len(set(periods)) > 1:
                texts = [label.cell.text for label in labels]
                self._conflict("period_conflict", labels[-1].cell, "报告期", "periods", texts)
                return None
            return periods[0]
        titles = [(cell, periods_in_title(cell.text)) for cell in self._table.above if cell.kind is Kind.TEXT]
        named = {period for _, periods in titles for period in periods}
        cell = next((cell for cell, periods in titles if periods), None)
        if cell is None and (period := period_of_text(self._table.sheet.name or "")) is not None:
            named, cell = {period}, Cell(self._table.header_row, 1, Kind.TEXT, self._table.sheet.name or "")
        if cell is None or len(named) != 1:
            message = Message(
                "没有报告期:表中没有“报告期”列,表上方也没有“报告期:2019年9月”。",
                "There is no period: neither a column 报告期 / period nor a cell 报告期:2019年9月 above the table.",
            )
            self._found.refuse(
                self._place(self._table.header_row, 1), "period_missing", message, expected=EXPECTED_PERIOD
            )
            return None
        period = next(iter(named))
        self._found.change(
            "period", place_of(self._table.sheet.name, cell), read=cell.text, recorded=format_period(period)
        )
        return period

    def _unit_above(self, period: date | None) -> Unit | None:
        cells = [label.cell for label in self._table.labels.get(Role.UNIT, ())]
        name = self._table.sheet.name or ""
        if not cells and self._vocabulary.unit(name, period=period) is not None:
            cells = [Cell(self._table.header_row, 1, Kind.TEXT, name)]
        if cells:
            return self._agreed(cells, period)
        message = Message(
            "没有填报单位:表中没有“填报单位”列,表上方也没有“填报单位:端州区”。",
            "There is no unit: neither a column 填报单位 / unit_code nor a cell 填报单位:端州区 above the table.",
        )
        self._found.refuse(self._place(self._table.header_row, 1), "unit_missing", message, expected=EXPECTED_UNIT)
        return None

    def _conflict(self, code: str, cell: Cell, zh: str, en: str, texts: Sequence[str]) -> None:
        message = Message(f"{zh}前后不一致:{'、'.join(texts)}。", f"These {en} do not agree: {', '.join(texts)}.")
        self._found.refuse(place_of(self._table.sheet.name, cell), code, message, given=" / ".join(texts))

    def _place(self, row: int, column: int) -> Place:
        return Place(self._table.sheet.name, row, column)
