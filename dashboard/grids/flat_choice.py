"""Which rows and columns of the flat table are shown, in which order: read from grid or address, applied. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

MOST_AT_ONCE = 300  # rows of one answer: what a grid or a printed page takes
_LONGEST = 200  # characters of what a filter looks for
_MOST_CONDITIONS = 40


@dataclass(frozen=True, slots=True)
class FlatCell:
    """What a cell says, and the number that stands behind it: None for a text or where there is none."""

    text: str
    number: Fraction | None = None


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """`group`: the heading over it and its neighbours; `numbers`: sorted and filtered as such."""

    name: str
    title: str
    group: str = ""
    numbers: bool = False
    wide: bool = False


FlatRow = Mapping[str, FlatCell]  # by column


@dataclass(frozen=True, slots=True)
class Condition:
    """One column's filter: what it does (`kind`, as the grid calls it) with one or two values, as they were written.

    `numbers`: it compares numbers, and a cell without one meets none but `blank`.
    """

    kind: str
    sought: str = ""
    until: str = ""
    numbers: bool = False

    def holds(self, cell: FlatCell) -> bool:
        if self.kind in ("blank", "notBlank"):
            return (not cell.text) == (self.kind == "blank")
        if not self.numbers:
            return _OF_TEXT[self.kind](cell.text.casefold(), self.sought.casefold())
        value, sought = cell.number, _number(self.sought)
        if value is None or sought is None:
            return False
        if self.kind == "inRange":
            most = _number(self.until)
            return most is not None and sought <= value <= most
        return _OF_NUMBERS[self.kind](value, sought)


_OF_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, sought: sought in text,
    "notContains": lambda text, sought: sought not in text,
    "equals": lambda text, sought: text == sought,
    "notEqual": lambda text, sought: text != sought,
    "startsWith": lambda text, sought: text.startswith(sought),
    "endsWith": lambda text, sought: text.endswith(sought),
}
_OF_NUMBERS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "equals": lambda value, sought: value == sought,
    "notEqual": lambda value, sought: value != sought,
    "lessThan": lambda value, sought: value < sought,
    "lessThanOrEqual": lambda value, sought: value <= sought,
    "greaterThan": lambda value, sought: value > sought,
    "greaterThanOrEqual": lambda value, sought: value >= sought,
}
_KINDS = {False: {*_OF_TEXT, "blank", "notBlank"}, True: {*_OF_NUMBERS, "inRange", "blank", "notBlank"}}


@dataclass(frozen=True, slots=True)
class RowChoice:
    """Rows that meet every condition, by column, ordered by the columns of `order` (descending where True).

    `shown`: the columns that are there, in their order; empty: all, as the table has them. `pinned`: those that stay in
    sight beside the first, which always does.
    """

    order: tuple[tuple[str, bool], ...] = ()
    where: Mapping[str, Condition] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()

    @classmethod
    def of_grid(cls, asked: object, columns: Collection[str] | None) -> RowChoice:
        """As the grid asks; what is not of its making or about none of `columns` (None: any) is left out."""
        given = asked if isinstance(asked, dict) else {}
        order, where = [], {}
        for one in _list(given.get("sortModel")):
            name = one.get("colId") if isinstance(one, dict) else None
            if isinstance(name, str):
                order.append((name, one.get("sort") == "desc"))
        filters = given.get("filterModel")
        for name, model in list(filters.items() if isinstance(filters, dict) else ())[:_MOST_CONDITIONS]:
            if (found := _condition(model)) is not None:
                where[name] = found
        whole = cls(tuple(dict(order).items()), where, _names(given.get("shown")), _names(given.get("pinned")))
        return whole if columns is None else whole.about(columns)

    @classmethod
    def of_address(cls, text: str | None) -> RowChoice | None:
        """As :meth:`written`; None if some of it means nothing, whatever columns there are."""
        if text is None:
            return cls()
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            return None
        found = cls.of_grid(told, None)
        return found if isinstance(told, dict) and found._says_all(told) else None

    def _says_all(self, told: Mapping[str, Any]) -> bool:
        """True if nothing that was told was left out."""
        parts = {"sortModel": self.order, "filterModel": self.where, "shown": self.shown, "pinned": self.pinned}
        return all(
            name in parts
            and isinstance(said, dict if name == "filterModel" else list)
            and len(said) == len(parts[name])
            for name, said in told.items()
        )

    def about(self, columns: Collection[str]) -> RowChoice:
        """What it says of `columns`."""
        return RowChoice(
            tuple((name, down) for name, down in self.order if name in columns),
            {name: one for name, one in self.where.items() if name in columns},
            tuple(name for name in self.shown if name in columns),
            tuple(name for name in self.pinned if name in columns),
        )

    @property
    def columns(self) -> set[str]:
        """The columns that it is about."""
        return {*dict(self.order), *self.where, *self.shown, *self.pinned}

    def written(self) -> str:
        """As it stands in an address, the same for equal choices; empty where everything is as the table has it."""
        parts = {
            "sortModel": [{"colId": name, "sort": "desc" if down else "asc"} for name, down in self.order],
            "filterModel": self.filters(),
            "shown": self.shown,
            "pinned": self.pinned,
        }
        there = {name: part for name, part in parts.items() if part}
        return json.dumps(there, ensure_ascii=False, separators=(",", ":")) if there else ""

    def filters(self) -> dict[str, dict[str, str]]:
        """The conditions as the grid holds them."""
        return {
            name: {"filterType": "number" if one.numbers else "text", "type": one.kind}
            | ({"filter": one.sought} if one.sought else {})
            | ({"filterTo": one.until} if one.until else {})
            for name, one in self.where.items()
        }

    def laid_out(self, columns: Sequence[str]) -> list[str]:
        """Those of `columns` that are shown: the first, the pinned ones, the others."""
        first, *others = self.shown_of(columns)
        return [first, *[name for name in others if name in self.pinned], *[n for n in others if n not in self.pinned]]

    def shown_of(self, columns: Sequence[str]) -> list[str]:
        """Those of `columns` that are shown, in the order chosen; the first always."""
        return list(columns if not self.shown else dict.fromkeys((columns[0], *self.shown)))

    def toggled(self, name: str, columns: Sequence[str]) -> RowChoice:
        """The column shown where it was hidden, in its place among `columns`, and the other way round."""
        shown = self.shown_of(columns)
        if name in shown:
            shown.remove(name)
        else:
            before = [other for other in columns[: columns.index(name)] if other in shown]
            shown.insert(shown.index(before[-1]) + 1, name)
        pinned = tuple(one for one in self.pinned if one in shown)
        return replace(self, shown=() if shown == list(columns) else tuple(shown), pinned=pinned)

    def pinned_too(self, name: str) -> RowChoice:
        """The column pinned, or not any more."""
        others = tuple(one for one in self.pinned if one != name)
        return replace(self, pinned=others if name in self.pinned else (*others, name))

    def rows(self, rows: Sequence[FlatRow]) -> list[FlatRow]:
        """The rows chosen, in order; cells without a number or a text come last, whichever way it goes."""
        found = [row for row in rows if all(one.holds(row[name]) for name, one in self.where.items())]
        for name, down in reversed(self.order):
            numbers = any(row[name].number is not None for row in found)
            empty = [row for row in found if _is_empty(row[name], numbers=numbers)]
            there = [row for row in found if not _is_empty(row[name], numbers=numbers)]
            places = {id(row): _place(row[name]) for row in there}
            found = sorted(there, key=lambda row: places[id(row)], reverse=down) + empty
        return found


def _condition(model: object) -> Condition | None:
    """A column's filter as the grid holds it; None if it is not of its making."""
    if not isinstance(model, dict):
        return None
    numbers, kind = model.get("filterType") == "number", model.get("type")
    if not isinstance(kind, str) or kind not in _KINDS[numbers]:
        return None
    return Condition(kind, _text(model.get("filter")), _text(model.get("filterTo")), numbers)


def _is_empty(cell: FlatCell, *, numbers: bool) -> bool:
    return cell.number is None if numbers else not cell.text


def _place(cell: FlatCell) -> tuple[Fraction, str]:
    return (Fraction(0), cell.text) if cell.number is None else (cell.number, "")


def _list(given: object) -> list[Any]:
    return given[:_MOST_CONDITIONS] if isinstance(given, list) else []


def _names(given: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in _list(given) if isinstance(name, str)))


def _text(given: object) -> str:
    return "" if given is None or isinstance(given, (dict, list)) else str(given)[:_LONGEST]


def _number(text: str) -> Fraction | None:
    """The number that a text writes, exactly."""
    try:
        written = Decimal(text)
    except InvalidOperation:
        return None
    return Fraction(written) if written.is_finite() and abs(written.adjusted()) < _LONGEST else None
