"""What stopped coming: datasets and units of which something was owed again and has not come. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.periods import DueRule, due_on
from metrics.plan.model import Plan, Text


class Stream(StrEnum):
    """What comes again and again."""

    SUBMISSIONS = "submissions"  # 月报
    BLOCK = "block"  # one block of the form, while the unit may still send others
    TASK_REPORTS = "task_reports"  # 任务月报
    RELEASES = "releases"  # 数据发布, of months of which there are figures


@dataclass(frozen=True, slots=True)
class Stopped:
    """One stream that stopped on a day: everybody's (`unit` None: the dataset as a whole) or one unit's.

    `part`: the code of the block, else empty. `newest`: the newest period that came, None if none ever did. `since`:
    the first period that was owed after it and has not come, due by `due_on`; `periods`: how many have not; `days`:
    since the due day. `owing`: how many units owe it, or of one unit's task reports how many tasks.
    """

    stream: Stream
    unit: str | None
    part: str
    newest: date | None
    since: date
    due_on: date
    periods: int
    days: int
    owing: int


@dataclass(frozen=True, slots=True)
class OwedSeries:
    """What is owed: for `periods`, oldest first; `newest`: the newest period that came, None if none ever did."""

    stream: Stream
    periods: Sequence[date]
    newest: date | None
    unit: str | None = None
    part: str = ""
    owing: int = 1


def stopped(owed: OwedSeries, *, on: date, rule: DueRule) -> Stopped | None:
    """How `owed` stands at the end of the day `on`; None while nothing of it is late.

    What was left out before something newer came is a gap and no stop.
    """
    begin = 0 if owed.newest is None else bisect_right(owed.periods, owed.newest)
    end = bisect_left(owed.periods, True, key=lambda period: due_on(period, rule=rule) >= on)
    if begin >= end:
        return None
    since = owed.periods[begin]
    due = due_on(since, rule=rule)
    return Stopped(
        stream=owed.stream,
        unit=owed.unit,
        part=owed.part,
        newest=owed.newest,
        since=since,
        due_on=due,
        periods=end - begin,
        days=(on - due).days,
        owing=owed.owing,
    )


STREAM_TEXTS: Mapping[Stream, Text] = {
    Stream.SUBMISSIONS: Text(zh="月报", en="Monthly submission"),
    Stream.BLOCK: Text(zh="月报中的一块", en="One block of the form"),
    Stream.TASK_REPORTS: Text(zh="任务月报", en="Task reports"),
    Stream.RELEASES: Text(zh="数据发布", en="Release"),
}


def what_was_owed(plan: Plan, row: Stopped) -> Text:
    """What was owed, in a few words: by how many units, which block, on how many tasks."""
    n, s = row.owing, "" if row.owing == 1 else "s"
    if row.stream is Stream.BLOCK:
        name = next(block.name for block in plan.blocks if block.code == row.part)
        return Text(zh=f"月报的“{name.zh}”一块", en=f"The block “{name.en}” of the monthly submission")
    if row.stream is Stream.RELEASES:
        return Text(zh="已有数据的月份", en="The months of which there are figures")
    if row.unit is None:
        what = STREAM_TEXTS[row.stream]
        return Text(zh=f"{n} 个单位的{what.zh}", en=f"{what.en} of {n} unit{s}")
    if row.stream is Stream.TASK_REPORTS:
        return Text(zh=f"{n} 项未完成任务的月报", en=f"Reports on {n} unfinished task{s}")
    return Text(zh="每月月报", en="Monthly submission")
