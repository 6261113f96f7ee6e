"""Which columns and rows of a dataset are asked for, and in which order, as it stands in an address.

One choice serves a page and its file: `columns=unit_name,value`, `sort=-gap,unit_code`, `where=status:behind,overdue`
and, of verdicts, `across=target`, by which a row is a unit and `TG-05A.value` a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS, SORT, WHERE, ACROSS = "columns", "sort", "where", "across"
SHAPE = (COLUMNS, SORT, WHERE, ACROSS)
WAYS = ("<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class CellCondition:
    """A column's cells that are wanted: any of `cells`, or those that compare by `way` with the one there is.

    No cells: none were named, which means nothing.
    """

    column: str
    cells: tuple[str, ...]
    way: str = ""

    @property
    def written(self) -> str:
        return f"{self.column}:{self.way}{','.join(self.cells)}"


@dataclass(frozen=True, slots=True)
class TableShape:
    """`columns`: in this order, empty for all; `sort`: columns, descending where True; `across`: what makes columns."""

    columns: tuple[str, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    where: tuple[CellCondition, ...] = ()
    across: str | None = None

    def __bool__(self) -> bool:
        return bool(self.columns or self.sort or self.where or self.across)

    @property
    def named(self) -> list[tuple[str, str]]:
        """Parameter and column of all that it names."""
        return [
            *((COLUMNS, name) for name in self.columns),
            *((SORT, name) for name, _down in self.sort),
            *((WHERE, condition.column) for condition in self.where),
        ]

    def written(self) -> dict[str, str]:
        """As parameters, the same for equal ones."""
        parts = {
            COLUMNS: ",".join(self.columns),
            SORT: ",".join("-" * down + name for name, down in self.sort),
            WHERE: ";".join(condition.written for condition in self.where),
            ACROSS: self.across or "",
        }
        return {name: part for name, part in parts.items() if part}


WHOLE = TableShape()


def read_shape(given: Mapping[str, str]) -> TableShape:
    """The shape that parameters ask for; whether a dataset has such columns is another question."""
    return TableShape(
        columns=tuple(_listed(given.get(COLUMNS, ""))),
        sort=tuple({name.removeprefix("-"): name.startswith("-") for name in _listed(given.get(SORT, ""))}.items()),
        where=tuple(_condition(part) for part in given.get(WHERE, "").split(";") if part),
        across=given.get(ACROSS) or None,
    )


def _listed(text: str) -> list[str]:
    return [name for name in dict.fromkeys(text.split(",")) if name]


def _condition(text: str) -> CellCondition:
    name, colon, cells = text.partition(":")
    way = next((way for way in WAYS if cells.startswith(way)), "")
    return CellCondition(name, tuple(cells.removeprefix(way).split(",")) if colon else (), way)
