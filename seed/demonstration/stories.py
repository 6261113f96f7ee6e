"""What happens to single units of the city's plan, apart from their courses. Listed in :mod:`…history`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Items are cancelled in one month while no further one goes online."""

    unit: str
    period: date
    thousandths: int


@dataclass(frozen=True, slots=True)
class OneShort:
    """From `period` on, all items but one need at most one trip."""

    unit: str
    period: date


@dataclass(frozen=True, slots=True)
class Regression:
    """By period, how many items need two trips again."""

    unit: str
    items: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Correction:
    """A first submission that was wrong: `element` held `numerator`/`denominator` of what it should have."""

    unit: str
    period: date
    element: str
    numerator: int
    denominator: int
    corrected_on: date
    reason: str
    sent_back_on: date | None = None  # None: the unit noticed it itself
    sent_back_reason: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A unit reports in `reported` only (None: always), and never in `missed`."""

    unit: str
    reported: frozenset[date] | None = None
    missed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit leaves a block of the form out up to and with `until`."""

    unit: str
    block: str
    until: date


# (unit, period) -> days after the due day
LATE: Mapping[tuple[str, date], int] = {
    ("441224", date(2019, 3, 1)): 6,
    ("441225", date(2019, 7, 1)): 2,
    ("441203", date(2020, 2, 1)): 1,
}

CANCELLATION = Cancellation("441225", date(2020, 4, 1), thousandths=48)
ONE_SHORT = OneShort("441204", date(2020, 6, 1))
REGRESSION = Regression("441226", {date(2020, 10, 1): 14, date(2020, 11, 1): 12, date(2020, 12, 1): 9})

CORRECTIONS = (
    Correction(
        "441284",
        date(2019, 9, 1),
        "items_one_window",
        numerator=104,
        denominator=100,
        corrected_on=date(2019, 10, 24),
        reason="分厅与主厅“一窗”事项重复计数,核减。",
    ),
    Correction(
        "441202",
        date(2020, 3, 1),
        "construction_days_now",
        numerator=7,
        denominator=5,
        corrected_on=date(2020, 4, 13),
        reason="现时限误按自然日填报,已换算为工作日。",
        sent_back_on=date(2020, 4, 9),
        sent_back_reason="工程建设许可现时限比上月明显变长,疑似按自然日填报,请核对。",
    ),
)

SILENCES = (
    Silence("ZQ-YUEGUI", reported=frozenset(date(2019, month, 1) for month in (3, 4, 5, 6, 8, 9, 10, 11))),
    Silence("441223", missed=frozenset({date(2020, 11, 1), date(2020, 12, 1)})),
)

LEFT_OUT = (LeftOut("ZQ-NEW", "network", until=date(2019, 5, 1)),)

# What clerks write to the checks that fire. Two units leave that to the reviewer's question.
USUAL_REASONS: Mapping[str, str] = {"stock_moved": "基数较小或按计划推进,变动已核对。"}
GIVE_NO_REASONS = frozenset({"441224", "ZQ-NEW"})
SECOND_APPROVAL = date(2020, 1, 1)  # from then on more items are exempt from being online
SECOND_APPROVAL_REASON = "本级政府批复第二批暂不可网办事项清单。"
EPIDEMIC = date(2020, 2, 1)  # few businesses are started in this month
EPIDEMIC_REASON = "疫情防控期间企业开办大幅减少,已核对。"
REASONS: Mapping[tuple[str, date], Mapping[str, str]] = {
    (CANCELLATION.unit, CANCELLATION.period): {"denominator_watch": "取消的事项均未网办,分母相应减少。"},
    (REGRESSION.unit, date(2020, 10, 1)): {"rate_fell": "新承接下放事项尚须两次到现场。"},
}

# (unit, period) -> what the clerk writes beside the figures
NOTES: Mapping[tuple[str, date], str] = {
    ("441224", date(2019, 3, 1)): "事项清单与省目录核对未完,迟报。",
    ("441225", date(2019, 7, 1)): "统计口径核对,迟报。",
    ("441203", date(2020, 2, 1)): "疫情防控期间人员值守,迟报一日。",
    (CANCELLATION.unit, CANCELLATION.period): "清理规范证照年检类事项,集中取消一批尚未网办的事项。",
    (REGRESSION.unit, date(2020, 10, 1)): "新承接的部分下放事项须两次到现场,正在优化流程。",
    ("ZQ-NEW", date(2018, 12, 1)): "政务外网节点尚未划定,暂不填报。",
}
