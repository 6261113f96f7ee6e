"""What one cell of a worksheet holds and how it looks, from what is written of it and of its style.

Values are read as openpyxl reads them (a test holds the two against each other over the corpus), and as strictly: what
is no value of its type is no workbook.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from metrics.intake.grid import Cell, CellKind, kept_text
from metrics.intake.refusals import FileRefused
from metrics.intake.vocabulary.counts import is_figure
from metrics.intake.workbook.cell_styles import CellStyle, WorkbookStyles
from metrics.intake.workbook.colours import Colours, ink_by_format
from metrics.intake.workbook.number_format import date_look, number_look, text_look
from metrics.intake.workbook.parts import Outline
from metrics.intake.workbook.rich_text import CellText, decoded

_WHOLE = re.compile(r"[+-]?[0-9]{1,400}")
_FLOATING = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


@dataclass(slots=True)
class RawCell:
    """A cell as it is written: `kind` is the attribute `t`, `style` the attribute `s`, `value` the text of `v`."""

    row: int
    column: int
    kind: str
    style: str | None
    value: str | None = None
    inline: CellText | None = None
    formula: bool = False


class CellReader:
    """Reads the cells of one workbook."""

    def __init__(self, strings: Sequence[CellText], styles: WorkbookStyles, outline: Outline) -> None:
        self._strings = strings
        self.styles = styles
        self._epoch = MAC_EPOCH if outline.from_1904 else WINDOWS_EPOCH
        self._recalculate = outline.recalculate
        self._stale = outline.manual

    def read(self, raw: RawCell, *, zeros: bool) -> Cell | None:
        """The cell, None for a blank one. `zeros`: False where the sheet shows none. Raises FileRefused."""
        style = self.styles.of_cell(raw.style)
        written = self._text(raw)
        if written is not None:
            cell = _text_cell(raw, written, style)
        elif raw.value is not None and raw.value.strip():
            cell = self._value_cell(raw, raw.value.strip(), style, zeros=zeros)
        else:
            cell = Cell(raw.row, raw.column, CellKind.UNCALCULATED, "=") if raw.formula else None
        if cell is not None and style.repeats and cell.shown is None:
            cell = replace(cell, shown=f"{cell.text}{cell.text}…")
        if cell is not None and style.crossed and is_figure(cell):
            cell = replace(cell, struck=True)  # through a word it divides the corner of a table
        return self.calculated(cell) if raw.formula and cell is not None else cell

    def colours(self, raw: RawCell, cell: Cell) -> Colours:
        """The colours of what :meth:`read` has read."""
        style = self.styles.of_cell(raw.style)
        text = self._text(raw) if cell.kind is CellKind.TEXT else None
        coloured = "[" in style.number_format
        if not coloured and (text is None or not text.runs):
            return style.colours
        ink = style.colours.ink if text is None else text.ink(style)
        if coloured:
            number = Decimal(cell.text) if cell.kind is CellKind.NUMBER else None
            ink = ink_by_format(style.number_format, number) or ink
        return style.colours._replace(ink=ink)

    def holds_something(self, raw: RawCell) -> bool:
        """True if :meth:`read` would read a cell; it costs less, and refuses nothing but a text that is not there."""
        written = self._text(raw)
        if written is not None:
            return bool(written.text.strip())
        return raw.formula or bool(raw.value and raw.value.strip())

    def calculated(self, cell: Cell) -> Cell:
        """The cell as a formula's result."""
        return replace(cell, formula=True, recalculate=self._recalculate, stale=self._stale)

    def _text(self, raw: RawCell) -> CellText | None:
        """The text of a cell that holds one, None for all others."""
        if raw.kind == "inlineStr":
            return raw.inline or CellText("")
        if raw.kind == "str":
            return CellText(decoded(raw.value or ""))
        if raw.kind == "s" and raw.value is not None and raw.value.strip():
            try:
                return self._strings[_index(raw.value.strip())]
            except IndexError:
                raise _broken(raw, raw.value) from None
        return None

    def _value_cell(self, raw: RawCell, value: str, style: CellStyle, *, zeros: bool) -> Cell:
        if raw.kind == "n" and not style.is_date:
            return _number_cell(raw, value, style, zeros=zeros)
        kind, text = self._value(raw, value, style)
        shown = date_look(style.number_format).shown if kind is CellKind.DATE else None
        return Cell(raw.row, raw.column, kind, kept_text(text), shown=shown, struck=style.struck)

    def _value(self, raw: RawCell, value: str, style: CellStyle) -> tuple[CellKind, str]:
        if raw.kind == "e":
            return CellKind.ERROR, decoded(value)
        if raw.kind == "b" and value in _TRUTHS:
            return CellKind.TRUTH, _TRUTHS[value]
        try:
            if raw.kind == "d":
                return CellKind.DATE, _date_text(from_ISO8601(value))  # type: ignore[no-untyped-call]
            if raw.kind == "n":
                return self._date(float(_number_text(value)), style)
        except (ValueError, OverflowError):
            pass
        raise _broken(raw, value)

    def _date(self, number: float, style: CellStyle) -> tuple[CellKind, str]:
        try:
            # A leap day that 1900 never had, days counted from 1904: openpyxl still reads dates (decision 88).
            return CellKind.DATE, _date_text(from_excel(number, self._epoch, timedelta=style.is_duration))
        except (ValueError, OverflowError):
            return CellKind.ERROR, "#VALUE!"  # programs show ####


def _text_cell(raw: RawCell, written: CellText, style: CellStyle) -> Cell | None:
    if not written.text.strip():
        return None
    look = text_look(written.text, style.number_format)
    struck, partly = written.struck(style), written.partly(style)
    shown = look.shown if look.shown is not None else written.seen(style)
    return Cell(raw.row, raw.column, CellKind.TEXT, written.text, shown=shown, struck=struck, partly=partly)


def _number_cell(raw: RawCell, value: str, style: CellStyle, *, zeros: bool) -> Cell:
    try:
        text = _number_text(value)
    except ValueError:
        raise _broken(raw, value) from None
    number = Decimal(text)
    look = number_look(number, style.number_format)
    return Cell(
        row=raw.row,
        column=raw.column,
        kind=CellKind.NUMBER,
        text=kept_text(text),
        percent=look.percent,
        scaled=look.scaled,
        shown="" if style.tiny or (not number and not zeros) else look.shown,
        suffix=look.suffix,
        struck=style.struck,
    )


def _number_text(value: str) -> str:
    """The shortest decimal that is the number. Raises ValueError."""
    if _WHOLE.fullmatch(value):
        return str(int(value))
    if not _FLOATING.fullmatch(value) or math.isinf(number := float(value)):
        raise ValueError(value)
    return format(Decimal(repr(number)), "f")


def _date_text(value: date | time | timedelta | None) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _index(value: str) -> int:
    """A place in a list. Raises IndexError for what is none."""
    if not (value.isascii() and value.isdigit()):
        raise IndexError(value)
    return int(value)


def _broken(raw: RawCell, value: str) -> FileRefused:
    return FileRefused("file_broken", row=raw.row, column=raw.column, given=kept_text(value))
