"""What changed between two releases: one row for every rate and every verdict that is not the same in both.

Both sides are read from their own CSV files, so that what is compared is what was published. Rates are compared a
period at a time: memory does not grow with the history.
"""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from typing import IO

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.catalogue import DATASETS
from metrics.publish.columns import column
from metrics.publish.dataset import Dataset, Kind, Pull, Row
from metrics.publish.rendering import render
from metrics.queries.releases import Published, file_bytes
from metrics.queries.view import View

COLUMNS = (
    column("kind", Kind.CODE, "类别:rate 指标值、verdict 目标判断", "rate: a value; verdict: a target's status"),
    c.UNIT_CODE,
    c.UNIT_NAME,
    c.PERIOD,
    c.INDICATOR_CODE,
    column("target_code", Kind.CODE, "目标代码,指标值为空", "Target's code, empty for a rate"),
    column(
        "before", Kind.CODE, "原值或原状态,空为未报或原无此行", "Value or status before; empty: not reported, no row"
    ),
    column("after", Kind.CODE, "现值或现状态,空为未报或现无此行", "Value or status after; empty: not reported, no row"),
    column("change", Kind.NUMBER, "显示值之差(现 − 原)", "After less before, as shown; empty unless both are values"),
    column("numerator_before", Kind.NUMBER, "原分子", "Numerator before"),
    column("denominator_before", Kind.NUMBER, "原分母", "Denominator before"),
    column("numerator_after", Kind.NUMBER, "现分子", "Numerator after"),
    column("denominator_after", Kind.NUMBER, "现分母", "Denominator after"),
)
_TABLES = ("rates", "progress")
Record = dict[str, str]
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its rates and its verdicts, as rows of their CSV files. Read once, rates first."""

    rates: Iterator[Record]
    progress: Iterator[Record]


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


def differences(before: Side, after: Side) -> Iterator[Row]:
    """The rows of :data:`COLUMNS`: rates by period, then verdicts; each in the order of `after`, what is gone last."""
    yield from _changed_rates(before.rates, after.rates)
    earlier = {_key(record, "unit_code", "target_code"): record for record in before.progress}
    yield from _verdicts(earlier, after.progress)


def differences_dataset(before: Side, after: Side) -> Dataset:
    """The comparison as a dataset that can be written once."""

    def rows(_session: ReadSession, _view: View, _pull: Pull) -> Generator[Row, None, None]:
        yield from differences(before, after)

    return Dataset(
        name="differences",
        title=Text(zh="两次发布的差异", en="Differences between two releases"),
        grain=Text(zh="一行为一个有变化的指标值或目标判断", en="One row per value or verdict that changed"),
        columns=COLUMNS,
        order=("kind", "period", "unit", "indicator or target"),
        parameters=frozenset({"from", "bom"}),
        rows=rows,
    )


def _changed_rates(before: Iterator[Record], after: Iterator[Record]) -> Iterator[Row]:
    for earlier, later in _by_period(before, after):
        known = {_key(record, "unit_code", "indicator_code"): record for record in earlier}
        for record in later:
            was = known.pop(_key(record, "unit_code", "indicator_code"), None)
            if was is None or _figures(was) != _figures(record):
                yield _rate(was, record)
        for was in known.values():
            yield _rate(was, None)


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


def _verdicts(earlier: dict[_Key, Record], later: Iterable[Record]) -> Iterator[Row]:
    for record in later:
        was = earlier.pop(_key(record, "unit_code", "target_code"), None)
        if was is None or was["status"] != record["status"]:
            yield _verdict(was, record)
    for was in earlier.values():
        yield _verdict(was, None)


def _rate(was: Record | None, now: Record | None) -> Row:
    said = now or was or {}
    before, after = _figures(was), _figures(now)
    return (
        "rate",
        said["unit_code"],
        said["unit_name"],
        said["period"],
        said["indicator_code"],
        None,
        before[0],
        after[0],
        _change(before[0], after[0]),
        *before[1:],
        *after[1:],
    )


def _verdict(was: Record | None, now: Record | None) -> Row:
    said = now or was or {}
    return (
        "verdict",
        said["unit_code"],
        said["unit_name"],
        said["period"] or None,
        said["indicator_code"],
        said["target_code"],
        None if was is None else was["status"],
        None if now is None else now["status"],
        *(None,) * 5,
    )


def _figures(record: Record | None) -> tuple[str | None, str | None, str | None]:
    """Value, numerator and denominator; None for what is empty."""
    if record is None:
        return None, None, None
    return record["value"] or None, record["numerator"] or None, record["denominator"] or None


def _change(before: str | None, after: str | None) -> str | None:
    return None if before is None or after is None else format(Decimal(after) - Decimal(before), "f")


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


def first_rows(rows: Iterator[Row], most: int) -> tuple[list[Row], int]:
    """The first `most` rows, and how many there are in all."""
    shown = list(islice(rows, most))
    return shown, len(shown) + sum(1 for _ in rows)
