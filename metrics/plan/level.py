"""One level of the tree of units: a unit that adds up others, and what stands directly below it, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from metrics.plan.model import Plan, Unit

Row = TypeVar("Row")

MOST_SHOWN = 50  # rows on a page: more make nobody wiser, and 2,850 units may hang below one root


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """A list in pages of `most` rows; the page nearest to the one asked for is shown."""

    rows: Sequence[Row]
    asked: int = 1
    most: int = MOST_SHOWN

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // self.most))

    @property
    def page(self) -> int:
        """The page shown, counted from 1."""
        return min(max(1, self.asked), self.pages)

    @property
    def first(self) -> int:
        """The place of the first row shown, counted from 0."""
        return (self.page - 1) * self.most

    @property
    def shown(self) -> Sequence[Row]:
        return self.rows[self.first : self.first + self.most]


@dataclass(frozen=True, slots=True)
class Level:
    """What stands directly below `under`, in display order.

    `above`: the way from the root to `under`, the root first, without `under`.
    """

    under: Unit
    above: tuple[Unit, ...]
    units: tuple[Unit, ...]


def level_of(plan: Plan, under: str | None) -> Level:
    """The level below the unit `under`; the root's where that is None or adds nothing up."""
    code = under if under is not None and under in plan.children else plan.document.root_unit
    top = plan.unit_by_code[code]
    return Level(under=top, above=units_above(plan, top), units=plan.children.get(code, ()))


def units_above(plan: Plan, unit: Unit) -> tuple[Unit, ...]:
    """The way from the root to `unit`, the root first, without it."""
    found: list[Unit] = []
    while unit.parent is not None:
        unit = plan.unit_by_code[unit.parent]
        found.insert(0, unit)
    return tuple(found)
