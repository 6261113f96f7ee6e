"""The rules of calculation as numbered methods: what a verdict means, since when, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.plan.model import Text


@dataclass(frozen=True, slots=True)
class CalculationMethod:
    """`since`: the day of its adoption; `changes`: what it does otherwise than the one before.

    When a database met it is in the ledger (:mod:`metrics.queries.method_change`).
    """

    number: int
    since: date
    changes: Text


METHODS = (
    CalculationMethod(1, date(2026, 11, 24), Text(zh="首个方法。", en="The first method.")),
    CalculationMethod(
        2,
        date(2026, 11, 30),
        Text(
            zh="期限之前未达到应达进度线的,最新值按目前进度到期可达标才为按进度(原为趋势线到期可达标);沿用的月份不再计入进度,"
            "剩余月数按天折算,推算给出范围、不再称区间;按期达标以期限前最后一个月末的值为准(原为此前任何一月);"
            "默认评估月份为半数以上单位已报的最新月份(原为有数的最新月份);单位可有单列目标,目标可有议定路径。",
            en="Before the due date a unit below its line is on track only if its newest value, carried on at the "
            "present pace, reaches the target in time (before: if the trend line did). Carried months no longer count "
            "towards a pace, months left are counted in fractions, and a projection has a range, no longer called an "
            "interval. What counts as met on time is the value of the last month that ended by the due date (before: "
            "of any month until then). The month judged by default is the newest for which at least half of the units "
            "sent theirs (before: the newest with any). Units may have targets of their own, and targets agreed "
            "trajectories.",
        ),
    ),
    CalculationMethod(
        3,
        date(2026, 12, 2),
        Text(
            zh="计分时,达到目标值的按满分计;目标值为 0 或负数而未达到的计 0(原按两数之比,未达到的也可能得满分)。"
            "每月所需的变动四舍五入后不写成 0.00,除非正好为 0(原可能把仍差一点写成 0.00)。",
            en="In scores whoever is at the threshold or better has attained all of it, and whoever misses a threshold "
            "of 0 or below none of it (before: the ratio of the two numbers, by which a miss could count in full). A "
            "change needed a month is never written 0.00 unless it is exactly 0 (before: a small one was).",
        ),
    ),
)
PRESENT = METHODS[-1]


def method_described() -> dict[str, Any]:
    """The present method as a document names it."""
    changes = {"zh": PRESENT.changes.zh, "en": PRESENT.changes.en}
    return {"number": PRESENT.number, "since": PRESENT.since.isoformat(), "changes": changes}


def method_numbered(number: int) -> CalculationMethod:
    return METHODS[number - 1]
