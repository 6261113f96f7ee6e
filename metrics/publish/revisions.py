"""The dataset `revisions`: how often and how far first figures of each unit's indicators were revised."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.revision_records import revision_records
from metrics.queries.view import View
from metrics.revisions import RevisionRecord
from metrics.rounding import shown


def _records(session: ReadSession, view: View, pull: Pull) -> Iterator[RevisionRecord]:
    yield from revision_records(
        session,
        view,
        units=pull.units,
        indicators=pull.indicators,
        period_from=pull.first_period,
        period_to=pull.last_period,
    )


def _value(value: Fraction | None, row: RevisionRecord, words: Wording) -> str | None:
    return None if value is None else shown(value, lines=words.lines[row.indicator_code])


def _amount(value: Fraction | None, *, decimals: int = 2) -> str | None:
    return None if value is None else shown(value, decimals=decimals)


REVISIONS = Dataset[RevisionRecord](
    name="revisions",
    title=Text(zh="修订记录", en="Revision record"),
    grain=Text(
        zh="一行为一个填报单位的一个指标:首报值被修订过多少次、改动多大",
        en="One row per reporting unit and indicator: how often and how far first figures were revised",
    ),
    columns=(
        c.UNIT_CODE.of(lambda row, _: row.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units[row.unit_code]),
        c.INDICATOR_CODE.of(lambda row, _: row.indicator_code),
        c.INDICATOR_NAME.of(lambda row, words: words.indicators[row.indicator_code][0]),
        column("months", Kind.INTEGER, "有值的月数", "Months that have a value", lambda row, _: row.months),
        column(
            "months_revised",
            Kind.INTEGER,
            "其中修订过的月数",
            "Months of them that were revised",
            lambda row, _: len(row.revised),
        ),
        column("revisions", Kind.INTEGER, "修订次数", "Revisions", lambda row, _: row.revisions),
        column(
            "mean_change",
            Kind.NUMBER,
            "平均改动:最新值 − 首报值,仅计修订过的月份",
            "Mean of newest less first value, over the revised months",
            lambda row, _: _amount(row.mean_change),
        ),
        column(
            "mean_absolute_change",
            Kind.NUMBER,
            "平均改动幅度(绝对值)",
            "Mean size of the change",
            lambda row, _: _amount(row.mean_absolute_change),
        ),
        column(
            "relative_change",
            Kind.NUMBER,
            "相对改动(%):Σ|最新值 − 首报值| ÷ Σ|最新值|",
            "Relative change in percent: sum of sizes ÷ sum of newest values",
            lambda row, _: _amount(row.relative_change),
        ),
        column(
            "furthest_period",
            Kind.PERIOD,
            "改动最大的报告期",
            "Period whose value moved furthest",
            lambda row, _: None if row.furthest is None else format_period(row.furthest.period),
        ),
        column(
            "first_value",
            Kind.NUMBER,
            "该期首报值",
            "First value of that period",
            lambda row, words: None if row.furthest is None else _value(row.furthest.first, row, words),
        ),
        column(
            "newest_value",
            Kind.NUMBER,
            "该期最新值",
            "Newest value of that period",
            lambda row, words: None if row.furthest is None else _value(row.furthest.newest, row, words),
        ),
        column(
            "median_days",
            Kind.NUMBER,
            "首报到修订的天数(中位数)",
            "Median of the days from first report to revision",
            lambda row, _: _amount(row.median_days, decimals=1),
        ),
        column(
            "late_percent",
            Kind.NUMBER,
            "报送时限后修订的占比(%)",
            "Share of revisions that came after the month's deadline, in percent",
            lambda row, _: _amount(row.late_percent),
        ),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.indicators[row.indicator_code][1]),
    ),
    order=("unit in display order", "indicator in display order"),
    parameters=EVERYWHERE | {"unit", "indicator", "period_from", "period_to", "basis"},
    records=_records,
)
