"""What changed between two releases: one row for every rate and every verdict that is not the same in both.

Both sides are read from their own CSV files, so that what is compared is what was published. Rates are compared a
period at a time: memory does not grow with the history.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from typing import IO, Literal

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.catalogue import DATASETS
from metrics.publish.columns import column
from metrics.publish.dataset import Column, Dataset, Kind, Pull
from metrics.publish.release_files import releasable_view
from metrics.publish.rendering import render
from metrics.queries.releases import Published, file_bytes, newest_release
from metrics.queries.view import View
from metrics.results import Basis

_TABLES = ("rates", "progress")
_FIGURES = ("value", "numerator", "denominator")
Record = dict[str, str]
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseDifference:
    """A rate or a verdict that is not the same on both sides: as it was and as it is now, None where it is not."""

    kind: Literal["rate", "verdict"]
    was: Record | None
    now: Record | None

    @property
    def said(self) -> Record:
        """What names it: unit, period, indicator and, for a verdict, target."""
        return self.now or self.was or {}

    @property
    def target(self) -> str | None:
        return self.said["target_code"] if self.kind == "verdict" else None

    @property
    def before(self) -> str | None:
        return self._shown(self.was)

    @property
    def after(self) -> str | None:
        return self._shown(self.now)

    @property
    def change(self) -> str | None:
        """After less before, as shown; None unless both are values."""
        if self.kind == "verdict" or self.before is None or self.after is None:
            return None
        return format(Decimal(self.after) - Decimal(self.before), "f")

    def figure(self, record: Record | None, name: str) -> str | None:
        """A figure of one side; None for a verdict and for what is empty."""
        return None if record is None or self.kind == "verdict" else record[name] or None

    def _shown(self, record: Record | None) -> str | None:
        if self.kind == "rate":
            return self.figure(record, "value")
        return None if record is None else record["status"]


COLUMNS: tuple[Column[ReleaseDifference], ...] = (
    column(
        "kind",
        Kind.CODE,
        "类别:rate 指标值、verdict 目标判断",
        "rate: a value; verdict: a target's status",
        lambda row, _: row.kind,
    ),
    c.UNIT_CODE.of(lambda row, _: row.said["unit_code"]),
    c.UNIT_NAME.of(lambda row, _: row.said["unit_name"]),
    c.PERIOD.of(lambda row, _: row.said["period"] or None),
    c.INDICATOR_CODE.of(lambda row, _: row.said["indicator_code"]),
    column(
        "target_code",
        Kind.CODE,
        "目标代码,指标值为空",
        "Target's code, empty for a rate",
        lambda row, _: row.target,
    ),
    column(
        "before",
        Kind.CODE,
        "原值或原状态,空为未报或原无此行",
        "Value or status before; empty: not reported, no row",
        lambda row, _: row.before,
    ),
    column(
        "after",
        Kind.CODE,
        "现值或现状态,空为未报或现无此行",
        "Value or status after; empty: not reported, no row",
        lambda row, _: row.after,
    ),
    column(
        "change",
        Kind.NUMBER,
        "显示值之差(现 − 原)",
        "After less before, as shown; empty unless both are values",
        lambda row, _: row.change,
    ),
    column(
        "numerator_before",
        Kind.NUMBER,
        "原分子",
        "Numerator before",
        lambda row, _: row.figure(row.was, "numerator"),
    ),
    column(
        "denominator_before",
        Kind.NUMBER,
        "原分母",
        "Denominator before",
        lambda row, _: row.figure(row.was, "denominator"),
    ),
    column(
        "numerator_after",
        Kind.NUMBER,
        "现分子",
        "Numerator after",
        lambda row, _: row.figure(row.now, "numerator"),
    ),
    column(
        "denominator_after",
        Kind.NUMBER,
        "现分母",
        "Denominator after",
        lambda row, _: row.figure(row.now, "denominator"),
    ),
)


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its rates and its verdicts, as rows of their CSV files. Read once, rates first."""

    rates: Iterator[Record]
    progress: Iterator[Record]


@dataclass(frozen=True, slots=True)
class Preview:
    """`seq`: what the release would stand on; `since`: the release compared with, None if it would be the first.

    `rows`: the first of the `count` differences.
    """

    seq: int
    since: int | None
    count: int
    rows: tuple[ReleaseDifference, ...]


def released_side(session: ReadSession, published: Published) -> Side:
    """A release as a side."""
    rates, progress = (
        _records(file_bytes(session, published.number, published.file(f"{name}.csv"))) for name in _TABLES
    )
    return Side(rates, progress)


def present_side(session: ReadSession, view: View) -> Side:
    """What a release made at `view` would hold, as a side."""
    pull = Pull(basis=view.basis)
    files = [render(DATASETS[name], session=session, view=view, pull=pull, form="csv").file for name in _TABLES]
    rates, progress = (_records(_chunks(file)) for file in files)
    return Side(rates, progress)


def differences(before: Side, after: Side) -> Iterator[ReleaseDifference]:
    """Rates by period, then verdicts; each in the order of `after`, what is gone last."""
    yield from _changed_rates(before.rates, after.rates)
    earlier = {_key(record, "unit_code", "target_code"): record for record in before.progress}
    yield from _verdicts(earlier, after.progress)


def differences_dataset(before: Side, after: Side) -> Dataset[ReleaseDifference]:
    """The comparison as a dataset that can be written once."""
    return Dataset[ReleaseDifference](
        name="differences",
        title=Text(zh="两次发布的差异", en="Differences between two releases"),
        grain=Text(zh="一行为一个有变化的指标值或目标判断", en="One row per value or verdict that changed"),
        columns=COLUMNS,
        order=("kind", "period", "unit", "indicator or target"),
        parameters=frozenset({"from", "bom"}),
        records=lambda *_: differences(before, after),
    )


def preview_release(session: ReadSession, *, basis: Basis, most: int) -> Preview:
    """What a release made now would change against the newest. Raises Conflict `nothing_to_release`."""
    view = releasable_view(session, basis=basis)
    newest = newest_release(session)
    if newest is None:
        return Preview(view.seq, None, 0, ())
    rows, count = first_rows(differences(released_side(session, newest), present_side(session, view)), most)
    return Preview(view.seq, newest.number, count, tuple(rows))


def _changed_rates(before: Iterator[Record], after: Iterator[Record]) -> Iterator[ReleaseDifference]:
    for earlier, later in _by_period(before, after):
        known = {_key(record, "unit_code", "indicator_code"): record for record in earlier}
        for record in later:
            was = known.pop(_key(record, "unit_code", "indicator_code"), None)
            if was is None or any(was[name] != record[name] for name in _FIGURES):
                yield ReleaseDifference("rate", was, record)
        for was in known.values():
            yield ReleaseDifference("rate", was, None)


def _by_period(before: Iterator[Record], after: Iterator[Record]) -> Iterator[tuple[list[Record], list[Record]]]:
    """The rows of each period in turn, oldest first; both sides are ordered by period."""
    sides = [groupby(side, key=lambda record: record["period"]) for side in (before, after)]
    heads = [next(side, None) for side in sides]
    while any(heads):
        period = min(head[0] for head in heads if head is not None)
        found: list[list[Record]] = [[], []]
        for place, head in enumerate(heads):
            if head is not None and head[0] == period:
                found[place] = list(head[1])
                heads[place] = next(sides[place], None)
        yield found[0], found[1]


def _verdicts(earlier: dict[_Key, Record], later: Iterable[Record]) -> Iterator[ReleaseDifference]:
    for record in later:
        was = earlier.pop(_key(record, "unit_code", "target_code"), None)
        if was is None or was["status"] != record["status"]:
            yield ReleaseDifference("verdict", was, record)
    for was in earlier.values():
        yield ReleaseDifference("verdict", was, None)


def _key(record: Record, *names: str) -> _Key:
    return tuple(record[name] for name in names)


def _records(chunks: Iterable[bytes]) -> Iterator[Record]:
    yield from csv.DictReader(_lines(chunks))


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends; a line that a quoted cell breaks comes in pieces, as the CSV reader wants it."""
    left = b""
    for chunk in chunks:
        *whole, left = (left + chunk).split(b"\n")
        for line in whole:
            yield line.decode() + "\n"
    if left:
        yield left.decode()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 18):
            yield chunk


def first_rows(rows: Iterator[ReleaseDifference], most: int) -> tuple[list[ReleaseDifference], int]:
    """The first `most` rows, and how many there are in all."""
    shown = list(islice(rows, most))
    return shown, len(shown) + sum(1 for _ in rows)
