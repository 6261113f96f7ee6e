"""Datasets with the columns and rows that a pull asks for, in the order that it asks for: checked, and applied."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.periods import parse_day, parse_period
from metrics.plan.model import Plan, Text
from metrics.publish.dataset import AnyDataset, Cell, Heading, Kind, Pull, Wording
from metrics.publish.parameters import parameter_problem
from metrics.publish.shape import ACROSS, WAYS, WHERE, CellCondition, TableShape
from metrics.queries.view import View

EMPTY, ANYTHING = "", "*"  # in a condition: no cell, any cell
KEYS = ("unit_code", "unit_name")  # what a row of a wide table begins with
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
CELLS = ("value", "status")  # what it has of each target where nothing is said of columns
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = dict(
    zip(WAYS, (operator.le, operator.ge, operator.lt, operator.gt), strict=True)
)


def shape_problems(shape: TableShape, dataset: AnyDataset) -> list[Problem]:
    """What is wrong with the shape; whether the plan has the targets, :func:`target_problems` says."""
    problems = []
    if shape.across is not None and shape.across not in dataset.across:
        zh, en = f"须为 {'、'.join(dataset.across)}", f"is {' or '.join(dataset.across)}"
        return [parameter_problem(ACROSS, "parameter_invalid", zh, en, shape.across)]
    for parameter, name in shape.named:
        if heading_of(name, dataset, across=shape.across) is None:
            problems.append(_no_column(parameter, name))
    for condition in shape.where:
        heading = heading_of(condition.column, dataset, across=shape.across)
        if heading is not None and (odd := _odd(condition, heading)) is not None:
            problems.append(odd)
    return problems


def target_problems(shape: TableShape, known: Collection[str]) -> list[Problem]:
    """The columns of a wide table that are of none of the `known` targets: the plan's, or those asked for."""
    if shape.across is None:
        return []
    return [_no_column(by, name) for by, name in shape.named if name not in KEYS and _target_of(name) not in known]


def _target_of(column: str) -> str:
    return column.rpartition(".")[0]


def _no_column(parameter: str, name: str) -> Problem:
    zh, en = f"所列的列不存在:{name[:60]}", f"names a column that is not there: {name[:60]}"
    return parameter_problem(parameter, "column_unknown", zh, en, name)


def _odd(condition: CellCondition, heading: Heading) -> Problem | None:
    """What is wrong with a condition on a column."""
    words = ("true", "false") if heading.kind is Kind.BOOLEAN else heading.words
    if not condition.cells:
        zh, en = "须写作 列:值", "is written column:cell"
        return parameter_problem(WHERE, "parameter_invalid", zh, en, condition.column)
    if condition.way:
        (sought, *more) = condition.cells
        if more or _place(sought, heading) is None:
            zh, en = "须与一个数值或日期比较", "compares with one number or date"
            if heading.kind is Kind.INSTANT:
                zh, en = (
                    "须与一个带时区的时刻比较,如 2019-10-05T18:00:00+08:00",
                    "compares with one moment and its offset, such as 2019-10-05T18:00:00+08:00",
                )
            return parameter_problem(WHERE, "parameter_invalid", zh, en, condition.written)
    elif words:
        for cell in condition.cells:
            if cell not in (*words, EMPTY, ANYTHING):
                zh, en = (
                    f"中 {heading.name} 须为 {'、'.join(words)} 之一",
                    f"has {heading.name} one of {', '.join(words)}",
                )
                return parameter_problem(WHERE, "parameter_invalid", zh, en, condition.written)
    return None


def heading_of(name: str, dataset: AnyDataset, *, across: str | None) -> Heading | None:
    """The column of that name; of a wide table it is one of the unit's, or a target's."""
    headings = {column.name: column for column in dataset.columns}
    if across is None:
        return headings.get(name)
    if name in KEYS:
        return headings[name]
    code, dot, cell = name.rpartition(".")
    if not dot or cell not in headings or cell in KEYS:
        return None
    found = headings[cell]
    title = Text(zh=f"{code} {found.title.zh}", en=f"{code} {found.title.en}")
    return Heading(name, found.kind, title, words=found.words)


def wide(
    names: Sequence[str], rows: Iterable[Mapping[str, Cell]], wanted: Sequence[str]
) -> tuple[list[str], list[dict[str, Cell]]]:
    """The columns and the rows of a wide table: a row a unit out of long ones, in their order.

    `names`: the columns chosen, empty for the unit's and of every target CELLS; `wanted`: what else is needed.
    """
    units: dict[Cell, dict[str, Cell]] = {}
    codes: dict[Cell, list[tuple[str, str]]] = {}
    for row in rows:
        code = row["target_code"]
        unit = units.get(row["unit_code"]) or units.setdefault(row["unit_code"], {name: row[name] for name in KEYS})
        for name, column in codes.get(code) or codes.setdefault(code, [(name, f"{code}.{name}") for name in row]):
            unit[column] = row[name]
    columns = list(names) or [*KEYS, *(f"{code}.{cell}" for code in codes for cell in CELLS)]
    needed = dict.fromkeys((*KEYS, *columns, *wanted))
    return columns, [{name: unit.get(name) for name in needed} for unit in units.values()]


def arranged(
    rows: Sequence[Mapping[str, Cell]], shape: TableShape, headings: Mapping[str, Heading], *, fixed: int = 0
) -> list[Mapping[str, Cell]]:
    """The rows that meet every condition, sorted; equal ones stay in order, and empty cells come last either way.

    `fixed`: how many at the beginning stay there whatever is asked: a row that adds up the others.
    """
    found = [row for row in rows[fixed:] if all(_holds(one, row, headings[one.column]) for one in shape.where)]
    for name, down in reversed(shape.sort):
        places = [(_place(cell_text(row[name]), headings[name]), row) for row in found]
        there = sorted(((p, row) for p, row in places if p is not None), key=lambda pair: pair[0], reverse=down)
        found = [row for _p, row in there] + [row for p, row in places if p is None]
    return [*rows[:fixed], *found]


def _holds(condition: CellCondition, row: Mapping[str, Cell], heading: Heading) -> bool:
    cell = cell_text(row[condition.column])
    if not condition.way:
        return cell in condition.cells or (ANYTHING in condition.cells and bool(cell))
    place, sought = _place(cell, heading), _place(condition.cells[0], heading)
    return place is not None and sought is not None and _COMPARISONS[condition.way](place, sought)


def cell_text(cell: Cell) -> str:
    """A cell as CSV has it, before any apostrophe; nothing for a missing one."""
    if cell is None:
        return EMPTY
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _place(text: str, heading: Heading) -> Any:
    """Where a cell comes in the order of its column: by number, by the column's own words, by the time, by the text."""
    if text == EMPTY:
        return None
    if heading.kind in (Kind.NUMBER, Kind.INTEGER):
        return read_number(text)
    if heading.words:
        return heading.words.index(text) if text in heading.words else None
    if heading.kind in _TIMES:
        return _time(text, heading.kind)
    return text


def read_number(text: str) -> Decimal | None:
    """The number that a text writes in plain digits, None if it writes none. Not 7_0, which Python reads as seventy."""
    return Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else None


_TIMES: Mapping[Kind, Callable[[str], Any]] = {
    Kind.DATE: parse_day,
    Kind.PERIOD: parse_period,
    Kind.INSTANT: datetime.fromisoformat,
}


def _time(text: str, kind: Kind) -> Any:
    """A moment without its offset is none: cells have theirs, and the two cannot be compared."""
    try:
        found = _TIMES[kind](text)
    except ValueError:
        return None
    return None if isinstance(found, datetime) and found.tzinfo is None else found


def shaped(dataset: AnyDataset, session: ReadSession, view: View, pull: Pull) -> AnyDataset:
    """The dataset that has the columns and rows of the pull's shape, in their order; `dataset` where it asks for none.

    What is sorted or wide is read into memory; conditions and columns alone are applied as rows come.
    """
    shape = pull.shape
    if not shape:
        return dataset
    if shape.across is not None:
        names, rows = wide_rows(dataset, session, view, pull)
        headings = {name: found for name in names if (found := heading_of(name, dataset, across=shape.across))}
        return _made(dataset, headings, lambda *_: iter(rows))
    plain = {column.name: column for column in dataset.columns}
    chosen = {name: plain[name] for name in shape.columns} if shape.columns else plain

    def records(session: ReadSession, view: View, pull: Pull) -> Iterator[Mapping[str, Cell]]:
        rows = long_rows(dataset, session, view, pull, wanted={*chosen, *(name for _by, name in shape.named)})
        if shape.sort:
            yield from arranged(list(rows), shape, plain)
        else:
            yield from (row for row in rows if all(_holds(one, row, plain[one.column]) for one in shape.where))

    return _made(dataset, chosen, records)


def long_rows(
    dataset: AnyDataset, session: ReadSession, view: View, pull: Pull, *, wanted: Collection[str]
) -> Iterator[Mapping[str, Cell]]:
    """The rows asked for by column, of the columns `wanted` alone, as the dataset orders them."""
    there = {*wanted, *(("unit_code",) if dataset.in_parts else ())}  # by which a part says how many rows it is
    columns = tuple(column for column in dataset.columns if column.name in there)
    names = [column.name for column in columns]
    for row in replace(dataset, columns=columns).rows(session, view, pull):
        yield dict(zip(names, row, strict=True))


def wide_rows(
    dataset: AnyDataset, session: ReadSession, view: View, pull: Pull
) -> tuple[list[str], list[Mapping[str, Cell]]]:
    """The columns of the wide table asked for, and its rows, chosen and sorted."""
    shape = pull.shape
    named = {name for _by, name in shape.named}
    cells = {name.rpartition(".")[2] for name in named} | (set() if shape.columns else set(CELLS))
    rows = long_rows(dataset, session, view, pull, wanted={*KEYS, "target_code", *cells})
    columns, found = wide(shape.columns, rows, sorted(named))
    headings = {name: heading for name in named if (heading := heading_of(name, dataset, across=shape.across))}
    return columns, arranged(found, shape, headings, fixed=adding_up(view.plan, [row["unit_code"] for row in found]))


def adding_up(plan: Plan, units: Sequence[Cell]) -> int:
    """How many of `units`, from the first on, add up all that come after them."""
    parents = {unit.code: unit.parent for unit in plan.units}
    above: set[str] | None = None
    for unit in units[1:]:
        found, code = set(), parents.get(str(unit))
        while code is not None:
            found.add(code)
            code = parents.get(code)
        above = found if above is None else above & found
    return 1 if above and units[0] in above else 0


def _cell(name: str, row: Mapping[str, Cell], _words: Wording) -> Cell:
    return row[name]


def _made(
    dataset: AnyDataset,
    headings: Mapping[str, Heading],
    records: Callable[[ReadSession, View, Pull], Iterable[Mapping[str, Cell]]],
) -> AnyDataset:
    """A dataset of rows by column."""
    columns = tuple(heading.of(partial(_cell, name)) for name, heading in headings.items())
    return replace(dataset, columns=columns, records=records, in_parts=False, csv_lines=None, count=None, head=None)
