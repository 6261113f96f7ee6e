"""What titles and the sheet's name say beside the figures: another unit or month than theirs is asked about.

Such a sheet is last month's or a neighbour's, half edited, or its title is: only the sender knows which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from metrics.errors import Message
from metrics.intake.file_reading import place_of
from metrics.intake.findings import AS_READ, Entry, Findings
from metrics.intake.grid import Cell, Kind
from metrics.intake.headings import Role, is_note, is_note_label, role_of
from metrics.intake.mentions import Mention, months_named
from metrics.intake.tables import Table
from metrics.intake.vocabulary import Vocabulary
from metrics.periods import format_period


def check_titles(table: Table, entries: Iterable[Entry], vocabulary: Vocabulary, found: Findings) -> None:
    """Ask about every title, label and name of `table` that names another unit or month than its entries."""
    filled = [entry for entry in entries if entry.cell is not None]
    periods = list(dict.fromkeys(entry.period for entry in filled))
    units = list(dict.fromkeys(entry.unit for entry in filled))
    if not filled:
        return
    for cell in _titles(table, filled):
        _ask_months(table, cell, periods, found)
        _ask_units(table, cell, units, vocabulary, found)


def _titles(table: Table, entries: list[Entry]) -> Iterator[Cell]:
    """The sheet's name, what stands above the table, and the headings of its figures; notes and their contents not."""
    yield Cell(table.header.row, 1, Kind.TEXT, table.sheet.name or "")
    last = None
    for cell in table.above:
        beside = last is not None and last.row == cell.row and _names_other(last)
        if not is_note(cell.text) and not beside:
            yield cell
        last = cell
    columns = {entry.place.column for entry in entries}
    for column, heading in table.header.headings.items():
        if column in columns and column not in table.header.elements:
            yield heading


def _names_other(label: Cell) -> bool:
    """True for a label whose content is no title: 填表日期:, 联系电话:."""
    return is_note_label(label.text) and role_of(label.text.strip().rstrip(":：")) not in (Role.UNIT, Role.PERIOD)


def _ask_months(table: Table, cell: Cell, periods: list[date], found: Findings) -> None:
    named = months_named(cell.text)
    if all(any(mention.agrees(period) for period in periods) for mention in named):
        return
    other = "、".join(_month(mention) for mention in named)
    read = "、".join(format_period(period) for period in periods[:3])
    message = Message(
        f"“{cell.text[:50]}”写的是{other},表中的数却是 {read} 的。确实是 {read} 的数吗?不是请改正后重新上传。",
        f"{cell.text[:50]!r} names {other}, but the figures are of {read}. Are they? If not, correct the file.",
    )
    found.ask(place_of(table.sheet.name, cell), "title_month", message, given=cell.text, choices=(AS_READ,))


def _ask_units(table: Table, cell: Cell, units: list[str], vocabulary: Vocabulary, found: Findings) -> None:
    allowed = {*units, *_above(units, vocabulary)}
    by_code = vocabulary.unit(cell.text, period=None)
    named = vocabulary.units_named(cell.text) or ([] if by_code is None else [by_code.unit])
    others = [unit for unit in named if unit.code not in allowed]
    if not others:
        return
    other = "、".join(unit.name.zh for unit in others)
    read = "、".join(vocabulary.plan.unit_by_code[code].name.zh for code in units[:3])
    message = Message(
        f"“{cell.text[:50]}”写的是{other},表中的数却是{read}的。确实是{read}的数吗?不是请改正后重新上传。",
        f"{cell.text[:50]!r} names {other}, but the figures are of {read}. Are they? If not, correct the file.",
    )
    found.ask(place_of(table.sheet.name, cell), "title_unit", message, given=cell.text, choices=(AS_READ,))


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
