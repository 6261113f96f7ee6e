"""The results of one sample as a table: the share confirmed of each unit and of all together, with its interval."""

from __future__ import annotations

from fractions import Fraction

from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import Column, Dataset, Kind
from metrics.queries.samples import SampleRead, Share
from metrics.rounding import shown, shown_share


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else shown_share(value)


def _count(name: str, zh: str, en: str) -> Column[Share]:
    return column(name, Kind.INTEGER, zh, en, lambda row, _: getattr(row, name))


RESULT_COLUMNS: tuple[Column[Share], ...] = (
    column("unit_code", Kind.CODE, "单位代码,空为全部单位", "Unit's code; empty: all units", lambda row, _: row.unit),
    c.UNIT_NAME.of(lambda row, words: None if row.unit is None else words.units.get(row.unit, "")),
    _count("population", "总体项数", "Cells that were drawn from"),
    _count("drawn", "抽中项数", "Cells drawn"),
    _count("found", "已核查项数", "Cells checked"),
    _count("unchecked", "未核查项数(无回答)", "Cells drawn and not checked: non-response"),
    _count("confirmed", "一致项数", "Cells confirmed"),
    _count("no_evidence", "无佐证项数,计为不一致", "Cells without evidence, counted as not confirmed"),
    _count("covered", "有核查结果的单位数", "Units of which anything was checked"),
    column(
        "weight",
        Kind.NUMBER,
        "权数:每项代表的项数",
        "Weight: how many cells each one checked stands for; empty for all units",
        lambda row, _: None if row.weight is None else shown(row.weight),
    ),
    column("share", Kind.NUMBER, "一致率(%)", "Share confirmed, in percent", lambda row, _: _percent(row.percent)),
    column(
        "low",
        Kind.NUMBER,
        "95%区间下限(%)",
        "Lower end of the 95 % interval, in percent",
        lambda row, _: None if row.interval is None else shown_share(row.interval.low),
    ),
    column(
        "high",
        Kind.NUMBER,
        "95%区间上限(%)",
        "Upper end of the 95 % interval, in percent",
        lambda row, _: None if row.interval is None else shown_share(row.interval.high),
    ),
    column(
        "interval_method",
        Kind.CODE,
        "区间算法",
        "How the interval was come by",
        lambda row, _: None if row.interval is None else row.interval.method.value,
    ),
    column(
        "effective_size",
        Kind.NUMBER,
        "有效样本量",
        "Effective size of the sample; empty where the interval has no use for it",
        lambda row, _: None if row.effective_size is None else shown(Fraction(row.effective_size)),
    ),
    column(
        "worst",
        Kind.NUMBER,
        "未核查项全部不一致时的一致率(%)",
        "Share were all unchecked ones wrong, in percent",
        lambda row, _: _percent(row.worst),
    ),
    column(
        "best",
        Kind.NUMBER,
        "未核查项全部一致时的一致率(%)",
        "Share were all unchecked ones right, in percent",
        lambda row, _: _percent(row.best),
    ),
)


def sample_results_dataset(read: SampleRead) -> Dataset[Share]:
    """The results as a dataset that can be written once: one row a unit in the sample's order, then one for all."""
    return Dataset[Share](
        name="sample_results",
        title=Text(zh="抽样结果", en="Results of a sample"),
        grain=Text(zh="一行为一个单位,末行为全部单位", en="One row per unit, the last for all units together"),
        columns=RESULT_COLUMNS,
        order=("unit",),
        parameters=frozenset({"lang", "bom"}),
        records=lambda *_: read.shares,
    )
