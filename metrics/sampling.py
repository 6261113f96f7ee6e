"""A seeded sample of cells, stratified by unit: anybody who has the seed draws the same. Pure.

A unit's cells are put in the order of the SHA-256 of ``seed|unit|period|element`` in UTF-8, as hexadecimal digits;
the first `per_unit` of them are the sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from metrics.errors import Problem
from metrics.period_states import expected_submissions
from metrics.periods import format_period
from metrics.plan.model import Plan


class Verdict(StrEnum):
    """What was found for a cell."""

    CONFIRMED = "confirmed"  # 一致
    DIFFERS = "differs"  # 不符
    NO_EVIDENCE = "no_evidence"  # 无佐证


@dataclass(frozen=True, slots=True)
class SampledCell:
    """One element of one unit's submission for one period, `YYYY-MM`."""

    unit: str
    period: str
    element: str

    def __str__(self) -> str:
        return f"{self.unit}/{self.period}/{self.element}"


@dataclass(frozen=True, slots=True)
class SentFinding:
    """What was sent for one cell. `value` is an unread JSON value; `at` is the pointer, or a cell of a file.

    `unread`: why a file's value could not be read; said beside what else is wrong, and nothing is recorded.
    """

    cell: SampledCell
    finding: str
    value: object
    note: str
    at: Problem
    unread: Problem | None = None


@dataclass(frozen=True, slots=True)
class ShownValue:
    """What a work sheet that came back says was reported for a cell: as it is written, and read as a count."""

    cell: SampledCell
    text: str
    value: Decimal | None
    at: Problem


@dataclass(frozen=True, slots=True)
class FilledWorkSheet:
    """A work sheet that came back. `unmarked`: the first place that should say that the data are synthetic."""

    findings: tuple[SentFinding, ...]
    shown: tuple[ShownValue, ...]
    unmarked: Problem | None


def cell_of(text: str) -> SampledCell:
    """The cell that `str` wrote."""
    return SampledCell(*text.split("/"))


def frame(plan: Plan, *, periods: Collection[date], elements: Collection[str]) -> Iterator[SampledCell]:
    """Every cell that is owed for `periods`, of `elements`, whether it was reported or not."""
    for period in periods:
        for owed in expected_submissions(plan, period):
            for element in plan.elements:
                if element.code in elements and element.block in owed.blocks:
                    yield SampledCell(owed.unit, format_period(period), element.code)


def drawn(cells: Collection[SampledCell], *, seed: str, per_unit: int) -> list[SampledCell]:
    """The sample: units in the order of `cells`, those of a unit in the order of their digests."""
    strata: dict[str, list[SampledCell]] = {}
    for cell in cells:
        strata.setdefault(cell.unit, []).append(cell)
    return [cell for stratum in strata.values() for cell in _ordered(stratum, seed=seed)[:per_unit]]


def _ordered(cells: Sequence[SampledCell], *, seed: str) -> list[SampledCell]:
    def place(cell: SampledCell) -> str:
        return hashlib.sha256(f"{seed}|{cell.unit}|{cell.period}|{cell.element}".encode()).hexdigest()

    return sorted(cells, key=place)
