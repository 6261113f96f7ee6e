"""A table's units of measure held against those of its elements, wherever they are said: beside a figure, in a heading,
in a corner, in a note below. None is converted: what is counted in another measure is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from metrics.errors import Message
from metrics.intake.file_reading import CellPlace
from metrics.intake.grid import Cell, CellKind
from metrics.intake.tables.findings import FigureEntry, Findings
from metrics.intake.tables.sheet_tables import Table
from metrics.intake.vocabulary.headings import HeadingRole
from metrics.intake.vocabulary.measures import Measures
from metrics.intake.vocabulary.months import months_named
from metrics.intake.vocabulary.names import Vocabulary

_NONE_SAID = frozenset(("-", "—", "–", "/", "——"))


def check_measures(
    table: Table, entries: Iterable[FigureEntry], vocabulary: Vocabulary, found: Findings, *, after: int
) -> None:
    """Refuse every measure that is not that of an element it is said of. What stands up to row `after` belongs
    to the table before.
    """
    filled = [entry for entry in entries if entry.cell is not None]
    for cell, said, of in _all_said(table, filled, vocabulary, after):
        for entry in of:
            if not any(vocabulary.is_own_measure(entry.element, part) for part in said):
                refuse_measure(found, vocabulary, entry.element, cell, sheet=table.sheet.name, said="、".join(said))
                break


def refuse_measure(
    found: Findings, vocabulary: Vocabulary, element: str, cell: Cell, *, sheet: str | None, said: str
) -> None:
    """Refuse `cell`, which says that the element is counted in `said`."""
    of = vocabulary.plan.element_by_code[element]
    own = of.unit_of_measure
    message = Message(
        f"“{of.name.zh}”的计量单位是“{own.zh}”,这里写的是“{said}”。请按“{own.zh}”填数,并改正计量单位。",
        f"{of.name.en} ({of.name.zh}) is counted in {own.en} ({own.zh}), but this says {said!r}. Write the figure in "
        f"{own.en} and correct the measure.",
    )
    place = CellPlace(sheet, cell.row, cell.column)
    found.refuse(place, "measure_differs", message, given=cell.text, expected=Message(own.zh, f"{own.zh} ({own.en})"))


def _all_said(
    table: Table, entries: list[FigureEntry], vocabulary: Vocabulary, after: int
) -> Iterator[tuple[Cell, list[str], list[FigureEntry]]]:
    """Every cell that says measures, what it says, and the entries that it says it of."""
    by_row: dict[int, list[FigureEntry]] = {}
    by_column: dict[int, list[FigureEntry]] = {}
    for entry in entries:
        by_row.setdefault(entry.place.row, []).append(entry)
        by_column.setdefault(entry.place.column, []).append(entry)
    for row, of in by_row.items():
        yield from _said_in_row(table, row, of, vocabulary)
    for column, of in by_column.items():
        heading = table.header.headings.get(column)
        for cell in (*([] if heading is None else [heading]), *table.header.groups.get(column, ())):
            yield from _said_by(cell, of, vocabulary)
        if heading is not None and not table.is_wide and months_named(heading.text) == []:
            bracketed = vocabulary.measures.bracketed(heading.text)
            is_measure = bracketed and all(vocabulary.measures.is_measure(part) for part in bracketed)
            yield from [(heading, bracketed, of)] if is_measure else []
    grouped = {cell for cells in table.header.groups.values() for cell in cells}
    name = Cell(table.header.row, 1, CellKind.TEXT, table.sheet.name or "")
    for cell in (name, *(cell for cells in table.over(after) for cell in cells)):
        if cell not in grouped:
            yield from _said_by(cell, entries, vocabulary)
    own = {entry.element for entry in entries}
    for cell in _below(table, by_row.keys(), vocabulary.measures):
        for _, said, of in _said_by(cell, entries, vocabulary):
            odd = [part for part in said if not any(vocabulary.is_own_measure(element, part) for element in own)]
            if odd:  # a note is about some of the elements only, but one measure of theirs is none of the table's
                yield cell, odd, _named_in(cell.text, of, vocabulary)


def _named_in(note: str, entries: list[FigureEntry], vocabulary: Vocabulary) -> list[FigureEntry]:
    """The entries whose element's name is most like the words of a note, so that the refusal names what it is about."""
    names = {entry.element: vocabulary.plan.element_by_code[entry.element].name.zh for entry in entries}
    shared = {code: sum(name[at : at + 2] in note for at in range(len(name) - 1)) for code, name in names.items()}
    return sorted(entries, key=lambda entry: -shared[entry.element])


def _said_in_row(
    table: Table, row: int, entries: list[FigureEntry], vocabulary: Vocabulary
) -> Iterator[tuple[Cell, list[str], list[FigureEntry]]]:
    """What a row says beside its figures: its measure, its element's name, a remark."""
    for column in table.columns(HeadingRole.MEASURE):
        cell = table.sheet.merged_at(row, column)
        if cell is not None and cell.text.strip() not in _NONE_SAID:
            yield cell, [cell.text], entries
    for column in table.columns(HeadingRole.ELEMENT, HeadingRole.REMARK):
        cell = table.sheet.merged_at(row, column)
        if cell is not None:
            yield from _said_by(cell, entries, vocabulary)


def _below(table: Table, figure_rows: Collection[int], measures: Measures) -> Iterator[Cell]:
    """The cells of rows below the headings that hold no figures: notes. A measure alone stands in its own column."""
    for row, cells in table.sheet.rows():
        if table.first_row <= row <= table.last_row and row not in figure_rows:
            yield from (cell for cell in cells.values() if not measures.is_measure(cell.text))


def _said_by(
    cell: Cell, entries: list[FigureEntry], vocabulary: Vocabulary
) -> Iterator[tuple[Cell, list[str], list[FigureEntry]]]:
    if cell.kind is CellKind.TEXT and entries:
        said = [part for part in vocabulary.measures.said(cell.text) if vocabulary.unit(part, period=None) is None]
        if said:
            yield cell, said, entries
