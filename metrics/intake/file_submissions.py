"""Entries put together to submissions: figures read, duplicates held against each other, blanks judged by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest

from metrics.errors import Message
from metrics.forms import refuse_value
from metrics.intake.file_reading import CellPlace, Change, FileSubmission, ReadCell
from metrics.intake.grid import column_letter
from metrics.intake.tables.findings import AS_READ, FigureEntry, Findings
from metrics.intake.vocabulary.counts import WrittenCount, seen_otherwise, written_count
from metrics.periods import format_period
from metrics.plan.model import Plan


def assemble(plan: Plan, found: Findings) -> list[FileSubmission]:
    """The submissions that `found.entries` make up, in the file's order; what is wrong with them goes into `found`."""
    by_submission: dict[tuple[str, date], dict[str, list[FigureEntry]]] = {}
    for entry in found.entries:
        by_submission.setdefault((entry.unit, entry.period), {}).setdefault(entry.element, []).append(entry)
    submissions = []
    for (unit, period), entries in by_submission.items():
        chosen = {element: _chosen(plan, element, several, found) for element, several in entries.items()}
        if any(entry.cell is not None for entry in chosen.values()):
            cells = _cells(plan, chosen, found)
            submissions.append(
                FileSubmission(unit, format_period(period), tuple(cells), found.reasons.get((unit, period), ""))
            )
        else:
            first = next(iter(chosen.values())).place
            name = plan.unit_by_code[unit].name
            message = Message(
                f"“{name.zh}”{format_period(period)} 一格未填,不报送。",
                f"Nothing is filled in for {name.en}, {format_period(period)}; nothing will be sent.",
            )
            found.notice(first.sheet, "return_blank", message, row=first.row)
    return submissions


def _chosen(plan: Plan, element: str, entries: Sequence[FigureEntry], found: Findings) -> FigureEntry:
    """The entry that counts where a figure stands more than once; differing ones are refused, naming both places."""
    filled = [entry for entry in entries if entry.cell is not None]
    if len(entries) == 1 or not filled:
        return entries[0]
    first, name = filled[0], plan.element_by_code[element].name
    for other in filled[1:]:
        if _meaning(plan, first) == _meaning(plan, other):
            if not _is_one(first, other, name.zh, found):
                continue
            message = Message(
                f"“{name.zh}”与 {first.place} 重复,数值相同,只取一次。",
                f"{name.en} stands at {first.place} too, with the same value; it is taken once.",
            )
            found.notice(other.place.sheet, "cell_repeated", message, row=other.place.row, column=other.place.column)
            continue
        here, there = (entry.cell.text if entry.cell else "" for entry in (other, first))
        message = Message(
            f"“{name.zh}”重复且数值不同:{first.place} 为 {there},{other.place} 为 {here}。",
            f"{name.en} stands twice with different values: {there} at {first.place}, {here} at {other.place}.",
        )
        found.refuse(other.place, "cell_conflict", message, given=here, expected=Message(there, there))
    return first


def _is_one(first: FigureEntry, other: FigureEntry, name: str, found: Findings) -> bool:
    """True if the same figure stands twice; not if something that is not read tells the two places apart."""
    if first.table != other.table:
        message = Message(
            f"“{name}”等数在 {first.place} 和 {other.place} 两张表里都有,数值相同。"
            "是同一个数吗(只取一次)?如应相加,请合并后重新上传。",
            f"{name} and others stand in two tables, at {first.place} and {other.place}, with the same values. "
            "Are they the same figures (taken once)? If they add up, put them together and upload again.",
        )
        place = CellPlace(other.place.sheet, other.place.row, other.place.column)
        if found.once(("two tables", first.table, other.table)):
            found.ask(
                place, "figures_repeated", message, given=other.cell.text if other.cell else "", choices=(AS_READ,)
            )
        return False
    apart = next((theirs for ours, theirs in zip_longest(first.unread, other.unread) if ours != theirs), None)
    if first.unread == other.unread:
        return True
    column, text = apart or first.unread[0]
    letter, rows = column_letter(column), (first.place.row, other.place.row)
    message = Message(
        f"“{name}”在第 {rows[0]} 行和第 {rows[1]} 行各有一个数,只有不读取的 {letter} 列不同(“{text[:50]}”)。"
        "如应相加,请合并成一行;如重复,请删去一行。",
        f"{name} stands in rows {rows[0]} and {rows[1]}, which differ only in column {letter} ({text[:50]!r}), "
        "which is not read. If they add up, write one row; if one is a repetition, delete it.",
    )
    place = CellPlace(other.place.sheet, other.place.row, column)
    found.refuse(place, "rows_differ_unread", message, given=text)
    return False


def _meaning(plan: Plan, entry: FigureEntry) -> str:
    assert entry.cell is not None  # noqa: S101  only filled entries are compared
    written = written_count(plan.element_by_code[entry.element], entry.cell)
    return written.recorded if isinstance(written, WrittenCount) else f"{written} {entry.cell.text}"


def _cells(plan: Plan, entries: Mapping[str, FigureEntry], found: Findings) -> list[ReadCell]:
    """The figures of one submission, in the form's order. A block without any figure is left out of it."""
    cells = []
    for block in plan.blocks:
        codes = [e.code for e in plan.elements if e.block == block.code and e.code in entries]
        if any(entries[code].cell is not None for code in codes):
            cells += [_read(plan, entries[code], found) for code in codes]
        elif codes:
            place = entries[codes[0]].place
            message = Message(
                f"“{block.name.zh}”整块未填,不报送。",
                f"{block.name.en} was left blank as a whole; it will not be sent.",
            )
            found.notice(place.sheet, "block_blank", message, row=place.row, column=place.column)
    order = {element.code: place for place, element in enumerate(plan.elements)}
    return sorted(cells, key=lambda cell: order[cell.element])


def _read(plan: Plan, entry: FigureEntry, found: Findings) -> ReadCell:
    element = plan.element_by_code[entry.element]
    written = "value_blank" if entry.cell is None else written_count(element, entry.cell)
    if isinstance(written, WrittenCount):
        if written.changed:
            found.changes.append(Change("value", entry.place, written.read, written.recorded))
        return ReadCell(element.code, entry.place, written.read, written.recorded)
    given = "" if entry.cell is None else entry.cell.text
    seen = "" if entry.cell is None else seen_otherwise(entry.cell, written)
    problem = refuse_value(element, given, written, seen=seen)
    found.refuse(entry.place, problem.code, problem.message, given=given, expected=problem.expected)
    return ReadCell(element.code, entry.place, given, None)
