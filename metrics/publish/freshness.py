"""The dataset `freshness`: datasets and units that stopped, what was owed, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, iso
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.freshness import freshness, freshness_day
from metrics.queries.view import View
from metrics.supervision.freshness import STREAM_TEXTS, Stopped, what_was_owed


def _stopped(session: ReadSession, view: View, pull: Pull) -> Iterator[Stopped]:
    on = pull.on or freshness_day(view, as_of=pull.as_of, released=pull.release is not None)
    yield from freshness(session, view, on=on, units=pull.units or None)


def _owed(row: Stopped, words: Wording) -> str:
    return words.say(what_was_owed(words.view.plan, row))


FRESHNESS = Dataset[Stopped](
    name="freshness",
    title=Text(zh="停报情况", en="Freshness"),
    grain=Text(
        zh="一行为一个停报的数据集或单位:应报而未到的,自何时起、已多久",
        en="One row per dataset or unit that stopped: what was owed and has not come, since when and for how long",
    ),
    columns=(
        column(
            "stream",
            Kind.CODE,
            "停报的内容:submissions 月报、block 月报中的一块、task_reports 任务月报、releases 数据发布",
            "What stopped: submissions, block (one block of the form), task_reports, releases",
            lambda row, _: row.stream.value,
        ),
        column(
            "stream_text",
            Kind.TEXT,
            "停报的内容(文字)",
            "What stopped, in words",
            lambda row, words: words.say(STREAM_TEXTS[row.stream]),
        ),
        column(
            "unit_code",
            Kind.CODE,
            "填报单位代码,空为整个数据集",
            "Reporting unit's code; empty: the dataset as a whole",
            lambda row, _: row.unit,
        ),
        c.UNIT_NAME.of(lambda row, words: None if row.unit is None else words.units[row.unit]),
        column("block_code", Kind.CODE, "填报块代码", "Block's code", lambda row, _: row.part or None),
        column("owed", Kind.TEXT, "应报的内容", "What was owed", _owed),
        column(
            "newest",
            Kind.PERIOD,
            "最近一次已报的月份,空为从未报送",
            "Newest month that came; empty: none ever did",
            lambda row, _: None if row.newest is None else format_period(row.newest),
        ),
        column(
            "since",
            Kind.PERIOD,
            "自何月起未报",
            "First month that has not come",
            lambda row, _: format_period(row.since),
        ),
        column("due_on", Kind.DATE, "该月报送期限", "Due day of that month", lambda row, _: iso(row.due_on)),
        column(
            "months",
            Kind.INTEGER,
            "应报而未报的月数",
            "How many months that were owed and due have not come",
            lambda row, _: row.periods,
        ),
        column("days", Kind.INTEGER, "距该期限的天数", "Days since that due day", lambda row, _: row.days),
    ),
    order=("datasets as a whole, then units", "days, most first", "unit in display order"),
    parameters=EVERYWHERE | {"unit", "on"},
    records=_stopped,
)
