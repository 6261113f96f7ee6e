"""The headings that datasets share, each named and described once; columns; and how cells of figures are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from metrics.plan.model import Text
from metrics.publish.dataset import Cells, Column, Heading, Kind, Record, Wording
from metrics.results import Exact, Light, Status
from metrics.rounding import exact_decimal


def column(name: str, kind: Kind, zh: str, en: str, value: Callable[[Record, Wording], Cells]) -> Column[Record]:
    """A column: its name, how it is to be read, its title in both languages and the cell of a record."""
    return Column(name, kind, Text(zh=zh, en=en), value)


def flag(name: str, zh: str, en: str, value: Callable[[Record, Wording], Cells]) -> Column[Record]:
    """A column of yes or no."""
    return column(name, Kind.BOOLEAN, zh, en, value)


def exact(value: Exact | None) -> str | None:
    """A count or a sum of decimals as a cell, in full."""
    return None if value is None else exact_decimal(value)


def iso(day: date | None) -> str | None:
    """A day as a cell."""
    return None if day is None else day.isoformat()


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, microseconds always written, so that equal moments are equal texts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def heading(name: str, kind: Kind, zh: str, en: str, *, words: Iterable[str] = ()) -> Heading:
    """A column's name, how it is to be read, and its title in both languages; the value is the dataset's to say.

    `words`: all that stands in it, in the order in which it is sorted.
    """
    return Heading(name, kind, Text(zh=zh, en=en), words=tuple(words))


SEQ = heading("seq", Kind.INTEGER, "序号(按入库先后)", "Sequence number, in commit order")
UNIT_CODE = heading("unit_code", Kind.CODE, "填报单位代码", "Reporting unit's code")
UNIT_NAME = heading("unit_name", Kind.TEXT, "填报单位", "Reporting unit")
PERIOD = heading("period", Kind.PERIOD, "报告期", "Period, as of its last day")
ELEMENT_CODE = heading("element_code", Kind.CODE, "填报项代码", "Element's code")
ELEMENT_NAME = heading("element_name", Kind.TEXT, "填报项", "Element")
INDICATOR_CODE = heading("indicator_code", Kind.CODE, "指标代码", "Indicator's code")
INDICATOR_NAME = heading("indicator_name", Kind.TEXT, "指标", "Indicator")
TARGET_CODE = heading("target_code", Kind.CODE, "目标代码", "Target's code")
TARGET_NAME = heading("target_name", Kind.TEXT, "目标", "Target")
UNIT_OF_MEASURE = heading("unit_of_measure", Kind.TEXT, "计量单位", "Unit of measure")
COMPARATOR = heading("comparator", Kind.CODE, "比较符", "Comparator: >=, <= or ==")
THRESHOLD = heading("threshold", Kind.NUMBER, "目标值", "Threshold, in the indicator's unit of measure")
DUE_ON = heading("due_on", Kind.DATE, "完成时限", "Due date, included")
STATE = heading(
    "state",
    Kind.CODE,
    "状态:submitted 暂未审核、verified 已审核、returned 已退回、not_reported 未报",
    "State: submitted, verified, returned, not_reported; of a rolled-up row the least checked",
)
NUMERATOR = heading("numerator", Kind.NUMBER, "分子", "Numerator, exact")
DENOMINATOR = heading("denominator", Kind.NUMBER, "分母", "Denominator, exact; 0: not applicable")
VALUE = heading("value", Kind.NUMBER, "指标值", "Value, 2 decimals, never across a line it has not crossed")
UNITS_REPORTED = heading("units_reported", Kind.INTEGER, "本期已报单位数", "Units that reported this period")
UNITS_CARRIED = heading("units_carried", Kind.INTEGER, "沿用前期单位数", "Units carried from an earlier period")
UNITS_EXPECTED = heading("units_expected", Kind.INTEGER, "应报单位数", "Units expected")
REVISION = heading("revision", Kind.INTEGER, "版本", "Revision")
REASON = heading("reason", Kind.TEXT, "理由", "Reason")
LINE = heading("line", Kind.INTEGER, "原文行号", "Line of the source text")
RECORDED_AT = heading("recorded_at", Kind.INSTANT, "入库时间", "Recorded at")
SUBMISSION_ID = heading("submission_id", Kind.INTEGER, "月报编号", "Submission")
EVALUATED_ON = heading("evaluated_on", Kind.DATE, "评估日", "Judged on")
PERIOD_JUDGED = heading("period", Kind.PERIOD, "所据报告期", "Period whose figures were judged")
STATUS = heading(
    "status",
    Kind.CODE,
    "met 达标、on_track 按进度、behind 滞后、rectifying 整改中、overdue 逾期、no_data 未报、not_applicable 不适用",
    "Progress status: met, on_track, behind, rectifying, overdue, no_data, not_applicable",
    words=Status,
)
LIGHT = heading(
    "light", Kind.CODE, "现行的灯:green、amber、red、grey", "Light in force: green, amber, red, grey", words=Light
)
GAP = heading("gap", Kind.NUMBER, "与目标的距离,负数为未达", "Distance to the threshold; negative while short of it")
REQUIRED_PACE = heading(
    "required_pace", Kind.NUMBER, "到期前每月须变化", "Change needed per month left, counted from the value's month"
)
SHORTFALL = heading(
    "shortfall",
    Kind.NUMBER,
    "分子尚差的数量(按分子自身的计量单位与最小步长),越低越好的为尚须减少的数量",
    "By how much the numerator misses the threshold, in its own measure and steps; where lower is better, by how much "
    "it has to come down",
)
OVERRIDE = heading(
    "override", Kind.CODE, "人工灯色,空为未调整", "Light set by hand; empty: the rules' own", words=Light
)
