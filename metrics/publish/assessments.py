"""The dataset `assessments`: what third parties measured, beside what was reported."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Cell, Dataset, Kind, Pull, Wording
from metrics.queries.assessments import Assessed, assessments
from metrics.queries.view import View
from metrics.rounding import shown


def _assessments(session: ReadSession, view: View, pull: Pull) -> Iterator[Assessed]:
    for assessed in assessments(
        session,
        view,
        units=pull.units,
        indicators=pull.indicators,
        period_from=pull.first_period,
        period_to=pull.last_period,
        history=pull.history,
        after_seq=pull.after_seq,
    ):
        if pull.wants(assessed.recorded.period):
            yield assessed


def assessment_record(
    session: ReadSession, view: View, assessment_id: int, *, language: str
) -> tuple[dict[str, Cell], str] | None:
    """The row of one assessment as it stands, by column, and the ETag that a revision names; None: there is none."""
    for assessed in assessments(session, view, ids=[assessment_id]):
        return ASSESSMENTS.row(assessed, Wording(session, view, language=language)), assessed.etag
    return None


def _figure(value: Fraction | None, row: Assessed, words: Wording) -> str | None:
    """A value of the indicator as it is shown."""
    return None if value is None else shown(value, lines=words.lines[row.recorded.indicator_code])


def _told(text: str, words: Wording) -> str:
    """What a reader of some units only is not told."""
    return text if words.view.own is None else ""


ASSESSMENTS = Dataset[Assessed](
    name="assessments",
    title=Text(zh="第三方评估", en="Assessments"),
    grain=Text(
        zh="一行为一项第三方评估的现行版本;history=true 时为其每个版本",
        en="One row per assessment as it stands; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.recorded.seq),
        column("assessment_id", Kind.INTEGER, "评估编号", "Assessment", lambda row, _: row.recorded.id),
        c.REVISION.of(lambda row, _: row.recorded.revision),
        c.UNIT_CODE.of(lambda row, _: row.recorded.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.recorded.unit_code, "")),
        c.PERIOD.of(lambda row, _: format_period(row.recorded.period)),
        c.INDICATOR_CODE.of(lambda row, _: row.recorded.indicator_code),
        c.INDICATOR_NAME.of(lambda row, words: words.indicators[row.recorded.indicator_code][0]),
        column(
            "method",
            Kind.CODE,
            "方法:big_data 大数据分析、field_visit 现场调研、interview 采访访谈、questionnaire 问卷调查、"
            "platform_data 平台数据",
            "Method: big_data, field_visit, interview, questionnaire, platform_data",
            lambda row, _: row.recorded.method,
        ),
        column(
            "numerator",
            Kind.NUMBER,
            "分子,按值填写时为空",
            "Numerator; empty where a value was given",
            lambda row, _: None if row.recorded.numerator is None else plain(row.recorded.numerator),
        ),
        column(
            "denominator",
            Kind.NUMBER,
            "分母,按值填写时为空",
            "Denominator; empty where a value was given",
            lambda row, _: None if row.recorded.denominator is None else plain(row.recorded.denominator),
        ),
        column(
            "sample_size",
            Kind.INTEGER,
            "样本量,非抽样为空",
            "Size of the sample; empty: no sample",
            lambda row, _: row.recorded.sample_size,
        ),
        column(
            "value",
            Kind.NUMBER,
            "评估值",
            "Assessed value, 2 decimals, never across a line it has not crossed",
            lambda row, words: _figure(row.value, row, words),
        ),
        column(
            "low",
            Kind.NUMBER,
            "95 % 区间下限",
            "Low end of the 95 % interval; for samples",
            lambda row, _: None if row.interval is None else shown(row.interval.low),
        ),
        column(
            "high",
            Kind.NUMBER,
            "95 % 区间上限",
            "High end of the 95 % interval",
            lambda row, _: None if row.interval is None else shown(row.interval.high),
        ),
        column(
            "reported_value",
            Kind.NUMBER,
            "填报值,未报或不可见为空",
            "Reported value of the same cell; empty: not reported, or not to be seen yet",
            lambda row, words: None if row.reported is None else _figure(row.reported.value, row, words),
        ),
        column(
            "gap",
            Kind.NUMBER,
            "评估值 − 填报值",
            "Assessed less reported, in points or the unit of measure",
            lambda row, _: None if row.gap is None else shown(row.gap),
        ),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.indicators[row.recorded.indicator_code][1]),
        flag(
            "blind",
            "记录时看不到填报值",
            "Recorded without seeing the reported value",
            lambda row, _: row.recorded.blind,
        ),
        column(
            "evidence",
            Kind.TEXT,
            "佐证网址",
            "Address of the evidence",
            lambda row, words: _told(row.recorded.evidence, words),
        ),
        column("note", Kind.TEXT, "说明", "Note", lambda row, words: _told(row.recorded.note, words)),
        c.REASON.of(lambda row, words: _told(row.recorded.reason, words)),
        column("assessor", Kind.TEXT, "评估人", "Assessor", lambda row, words: _told(row.recorded.actor, words)),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded.recorded_at)),
        column(
            "interval_method",
            Kind.CODE,
            "区间算法:wilson、ratio 比率估计(按群)、clopper_pearson、census 全部核查;无区间为空",
            "How the interval was come by: wilson, ratio (over clusters), clopper_pearson, census; empty: none",
            lambda row, _: None if row.interval is None else row.interval.method.value,
        ),
        column(
            "clusters",
            Kind.INTEGER,
            "所查群数,非整群抽样为空",
            "How many clusters were looked at; empty: no sample of clusters",
            lambda row, _: None if row.recorded.clusters is None else len(row.recorded.clusters),
        ),
        column(
            "clusters_in_all",
            Kind.INTEGER,
            "总群数,未知为空",
            "How many clusters there are to draw from; empty: not known",
            lambda row, _: row.recorded.clusters_in_all,
        ),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "indicator", "basis", "history", *AFTER},
    records=_assessments,
    own_units_only=True,
)
