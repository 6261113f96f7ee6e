"""One worksheet, read in one pass as events: its cells, what hides them, and which are joined.

Cells without content cost their few bytes of XML and are forgotten at once, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.intake import limits
from metrics.intake.grid import Cell, Merge
from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.cell_content import CellReader, RawCell
from metrics.intake.workbook.conditional_formatting import NAMES, WITHIN, ExtendedRules, Rule, compared_by
from metrics.intake.workbook.parts import is_true
from metrics.intake.workbook.references import LAST_COLUMN, LAST_ROW, Area, area_of, areas_of, column_number
from metrics.intake.workbook.rich_text import TextReader
from metrics.intake.workbook.sheet_looks import SheetLooks
from metrics.intake.workbook.xml_events import XmlReader

_LEAST_HEIGHT = 2.0  # points; nothing can be read in less


@dataclass(slots=True)
class Counted:
    """Rows and cells with content, over all sheets so far."""

    rows: int = 0
    cells: int = 0


@dataclass(slots=True)
class SheetContent:
    """What a worksheet says. `hidden_rows`: of the rows with content."""

    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)


class SheetReader(XmlReader):
    """Reads a worksheet into `content`.

    Raises FileRefused if rows or cells stand out of order: programs then disagree on which one counts.
    """

    names = frozenset(
        {"worksheet", "sheetView", "sheetFormatPr", "col", "mergeCell", "sheetData", "row", "c", "v", "f", "is"}
        | {"conditionalFormatting", "cfRule", "formula", "dataBar", "iconSet", "colorScale"}
        | {"tablePart", "picture"}
        | TextReader.names
        | WITHIN
    )
    foreign = NAMES

    def __init__(self, reader: CellReader, counted: Counted) -> None:
        super().__init__()
        self.content = SheetContent()
        self._reader = reader
        self._counted = counted
        self._columns: dict[str, int] = {}  # letters -> number
        self._zeros = True
        self._default_height = 10.0
        self._row, self._row_text, self._in_row = 0, "0", False
        self._row_hidden = self._row_filled = False
        self._column = 0
        self._cell: RawCell | None = None
        self._text: TextReader | None = None
        self._taken: list[str] | None = None
        self._results: list[Area] = []  # of formulas with several
        self._merges: list[Area] = []
        self._ruled: tuple[Area, ...] = ()  # where the rules hold that come next
        self._rule: Rule | None = None
        self._extended: ExtendedRules | None = None
        self._looks = SheetLooks()

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if self._text is not None:
            self._text.start(name, attributes, depth - 5)
        elif name == "c":
            if depth == 4 and self._in_row:
                self._start_cell(attributes)
        elif name == "row":
            if depth == 3:
                self._start_row(attributes)
        elif depth == 5 and self._cell is not None:
            self._start_in_cell(name, attributes, self._cell)
        elif depth in (2, 3):
            self._start_around(name, attributes)
        elif depth == 4 and self._rule is not None:
            if name == "formula":
                self._taken = []
            else:
                self._rule.within(name, attributes)
        elif self._extended is not None:
            self._extended.start(name, attributes)
        elif name == "x14:conditionalFormatting":
            self._extended = ExtendedRules()

    def characters(self, data: str) -> None:
        if self._taken is not None:
            self._taken.append(data)
        elif self._text is not None:
            self._text.characters(data)
        elif self._extended is not None:
            self._extended.characters(data)

    def end(self, name: str, depth: int) -> None:
        cell = self._cell
        if cell is not None and depth == 5:
            if name == "v":
                cell.value, self._taken = "".join(self._taken or ()), None
            elif name == "is" and self._text is not None:
                cell.inline, self._text = self._text.text(), None
        elif self._text is not None:
            self._text.end(name)
        elif name == "c" and depth == 4 and cell is not None:
            self._cell = None
            if cell.formula or cell.value is not None or cell.inline is not None:
                self._take(cell)
        elif name == "row" and depth == 3:
            self._in_row = False
        elif self._rule is not None and depth == 4 and name == "formula":
            self._rule.bounds.append("".join(self._taken or ()))
            self._taken = None
        elif self._rule is not None and depth == 3:
            self._looks.rules.append(self._rule)
            self._rule = None
        elif name == "x14:conditionalFormatting" and self._extended is not None:
            self._looks.rules += self._extended.rules
            self._extended = None
        elif self._extended is not None:
            self._extended.end(name)
        elif depth == 1:
            self._finish()

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        row = _whole(attributes.get("r"), self._row + 1)
        if not self._row < row <= LAST_ROW:
            raise FileRefused("file_broken")
        self._row, self._row_text, self._column = row, str(row), 0
        self._in_row, self._row_filled = True, False
        height = _size(attributes.get("ht"), self._default_height)
        # Not by the sheet's zeroHeight, which is about rows that are not written (decision 91).
        self._row_hidden = is_true(attributes.get("hidden")) or height < _LEAST_HEIGHT

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        column = self._column + 1 if place is None else self._column_of(place)
        if not self._column < column <= LAST_COLUMN:
            raise FileRefused("file_broken")
        self._column = column
        self._cell = RawCell(self._row, column, attributes.get("t", "n"), attributes.get("s"))

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if place[len(letters) :] != self._row_text:
            raise FileRefused("file_broken")
        if letters not in self._columns:
            self._columns[letters] = column_number(letters)
        return self._columns[letters]

    def _start_in_cell(self, name: str, attributes: Mapping[str, str], cell: RawCell) -> None:
        if name == "v":
            if cell.value is not None:
                raise FileRefused("file_broken")
            self._taken = []
        elif name == "is":
            self._text = TextReader()
        elif name == "f":
            cell.formula = True
            if attributes.get("t") in ("array", "dataTable"):
                self._results.append(area_of(attributes.get("ref", "")))

    def _start_around(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheetView":
            self._zeros = self._zeros and is_true(attributes.get("showZeros", "1"))
        elif name == "sheetFormatPr":
            self._default_height = _size(attributes.get("defaultRowHeight"), self._default_height)
            self._looks.default_width = _width(attributes.get("defaultColWidth"))
        elif name == "col":
            first, last = (_whole(attributes.get(side), 0) for side in ("min", "max"))
            columns = range(max(first, 1), min(last, limits.MOST_COLUMNS) + 1)
            self._looks.widen(columns, _width(attributes.get("width")))
            if is_true(attributes.get("hidden")):
                self.content.hidden_columns.update(columns)
        elif name == "conditionalFormatting":
            self._ruled = areas_of(attributes.get("sqref", ""))
        elif name == "cfRule":
            style = self._reader.styles.of_rule(attributes.get("dxfId"))
            self._rule = Rule(self._ruled, style, compared_by(attributes), attributes.get("type", ""))
        elif name in ("tablePart", "picture"):
            self._looks.papered = True
        elif name == "mergeCell":
            self._merges.append(area_of(attributes.get("ref", "")))

    def _take(self, raw: RawCell) -> None:
        if not self._reader.holds_something(raw):
            return
        self._counted.cells += 1
        self._counted.rows += not self._row_filled
        self._row_filled = True
        if self._counted.cells > limits.MOST_CELLS or self._counted.rows > limits.MOST_ROWS:
            return  # counted to the end, to say how many there are
        cell = self._reader.read(raw, zeros=self._zeros)
        if cell is None:
            return
        if cell.column > limits.MOST_COLUMNS:
            raise FileRefused("file_too_long", what="columns", row=cell.row, column=cell.column, given=cell.text)
        self.content.cells.setdefault(cell.row, {})[cell.column] = cell
        self._looks.add(cell, self._reader.styles.of_cell(raw.style), self._reader.colours(raw, cell))
        if self._row_hidden:
            self.content.hidden_rows.add(cell.row)

    def _finish(self) -> None:
        for what, found, most in (
            ("rows", self._counted.rows, limits.MOST_ROWS),
            ("cells", self._counted.cells, limits.MOST_CELLS),
        ):
            if found > most:
                raise FileRefused("file_too_long", what=what, found=found, most=most)
        self.content.hidden_columns |= self._looks.hidden_columns()
        for result in self._results:
            self._mark_results(*result)
        self._join()
        self._looks.apply(self.content.cells, self.content.merges)

    def _mark_results(self, top: int, left: int, bottom: int, right: int) -> None:
        """A formula may fill many cells, of which only the first one says so."""
        if (top, left) == (bottom, right):
            return
        for row, cells in self.content.cells.items():
            if top <= row <= bottom:
                for column, cell in cells.items():
                    if left <= column <= right and not cell.formula:
                        cells[column] = self._reader.calculated(cell)

    def _join(self) -> None:
        """Of what is joined, as much as lies among the cells with content, and one row and column beyond."""
        last_row = max(self.content.cells, default=0)
        last_column = max((max(cells) for cells in self.content.cells.values()), default=0)
        joined = 0
        for top, left, bottom, right in self._merges:
            if top > last_row or left > last_column:
                continue
            merge = Merge(top, left, min(bottom, max(last_row, top) + 1), min(right, max(last_column, left) + 1))
            joined += merge.area
            if joined > limits.MOST_JOINED:
                raise FileRefused(
                    "file_too_long", what="joined", found=joined, most=limits.MOST_JOINED, row=top, column=left
                )
            if merge.area > 1:
                self.content.merges.append(merge)


def _whole(written: str | None, default: int) -> int:
    if written is None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) < 9):
        raise FileRefused("file_broken")
    return int(written)


def _size(written: str | None, default: float) -> float:
    try:
        return default if written is None else float(written)
    except ValueError:
        return default


def _width(written: str | None) -> float | None:
    width = _size(written, -1.0)
    return width if width >= 0 else None
