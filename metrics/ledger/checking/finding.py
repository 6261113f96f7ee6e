"""What a check finds: one row, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metrics.errors import Message

ENTRIES = "ledger_entries"


@dataclass(frozen=True, slots=True)
class Finding:
    """One bad row: its table, its key as `column=value …`, and what is wrong."""

    table: str
    key: str
    message: Message


def entry_key(seq: int) -> str:
    return f"seq={seq}"


def differing(table: str, key: str, *, expected: Mapping[str, Any], found: Mapping[Any, Any]) -> Iterator[Finding]:
    """A finding that names every column of `expected` in which the row has something else."""
    columns = [name for name, value in expected.items() if found[name] != value]
    if columns:
        named = ", ".join(columns)
        yield Finding(
            table,
            key,
            Message(f"与账本条目不符的列:{named}", f"Not what its entry in the ledger says, in {named}."),
        )


def missing(table: str, key: str) -> Finding:
    return Finding(table, key, Message("账本有记载,表中没有。", "The ledger tells of it; it is not there."))


def unaccounted(table: str, key: str) -> Finding:
    return Finding(table, key, Message("账本中没有对应的记载。", "No entry of the ledger tells of it."))


class InStep:
    """Rows ordered by `seq`, taken in step with the ledger's entries. Rows that no entry asks for end up as strays."""

    def __init__(self, rows: Iterable[Mapping[Any, Any]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self.strays: list[Mapping[Any, Any]] = []

    def at(self, seq: int) -> list[Mapping[Any, Any]]:
        """The rows of entry `seq`; entries are asked for in order."""
        found: list[Mapping[Any, Any]] = []
        while self._next is not None and self._next["seq"] <= seq:
            (found if self._next["seq"] == seq else self.strays).append(self._next)
            self._next = next(self._rows, None)
        return found

    def end(self) -> list[Mapping[Any, Any]]:
        """Every row that no entry asked for."""
        while self._next is not None:
            self.strays.append(self._next)
            self._next = next(self._rows, None)
        return self.strays
