"""The columns that datasets share, each named and described once."""

from __future__ import annotations

from metrics.plan.model import Text
from metrics.publish.dataset import Column, Kind


def column(name: str, kind: Kind, zh: str, en: str) -> Column:
    """A column with its title in both languages."""
    return Column(name=name, kind=kind, title=Text(zh=zh, en=en))


def flag(name: str, zh: str, en: str) -> Column:
    """A column of yes or no."""
    return column(name, Kind.BOOLEAN, zh, en)


SEQ = column("seq", Kind.INTEGER, "序号(按入库先后)", "Sequence number, in commit order")
UNIT_CODE = column("unit_code", Kind.CODE, "填报单位代码", "Reporting unit's code")
UNIT_NAME = column("unit_name", Kind.TEXT, "填报单位", "Reporting unit")
PERIOD = column("period", Kind.PERIOD, "报告期", "Period, as of its last day")
ELEMENT_CODE = column("element_code", Kind.CODE, "填报项代码", "Element's code")
ELEMENT_NAME = column("element_name", Kind.TEXT, "填报项", "Element")
INDICATOR_CODE = column("indicator_code", Kind.CODE, "指标代码", "Indicator's code")
INDICATOR_NAME = column("indicator_name", Kind.TEXT, "指标", "Indicator")
TARGET_CODE = column("target_code", Kind.CODE, "目标代码", "Target's code")
TARGET_NAME = column("target_name", Kind.TEXT, "目标", "Target")
UNIT_OF_MEASURE = column("unit_of_measure", Kind.TEXT, "计量单位", "Unit of measure")
COMPARATOR = column("comparator", Kind.CODE, "比较符", "Comparator: >=, <= or ==")
THRESHOLD = column("threshold", Kind.NUMBER, "目标值", "Threshold, in the indicator's unit of measure")
DUE_ON = column("due_on", Kind.DATE, "完成时限", "Due date, included")
STATE = column(
    "state",
    Kind.CODE,
    "状态:submitted 暂未审核、verified 已审核、returned 已退回、not_reported 未报",
    "State: submitted, verified, returned, not_reported; of a rolled-up row the least checked",
)
NUMERATOR = column("numerator", Kind.NUMBER, "分子", "Numerator, exact")
DENOMINATOR = column("denominator", Kind.NUMBER, "分母", "Denominator, exact; 0: not applicable")
VALUE = column("value", Kind.NUMBER, "指标值", "Value, 2 decimals, never across a line it has not crossed")
UNITS_REPORTED = column("units_reported", Kind.INTEGER, "本期已报单位数", "Units that reported this period")
UNITS_CARRIED = column("units_carried", Kind.INTEGER, "沿用前期单位数", "Units carried from an earlier period")
UNITS_EXPECTED = column("units_expected", Kind.INTEGER, "应报单位数", "Units expected")
REVISION = column("revision", Kind.INTEGER, "版本", "Revision")
REASON = column("reason", Kind.TEXT, "理由", "Reason")
LINE = column("line", Kind.INTEGER, "原文行号", "Line of the source text")
