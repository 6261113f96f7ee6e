"""The dataset `assessments`: what third parties measured, beside what was reported."""

from __future__ import annotations

from collections.abc import Generator

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Kind, Pull, Row
from metrics.publish.writing import instant, unit_names
from metrics.queries.assessments import Assessed, assessments
from metrics.queries.view import View
from metrics.shown import lines_of, shown


def _rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
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
            yield _row(view, assessed, names=names, language=pull.language)


def assessment_record(
    session: ReadSession, view: View, assessment_id: int, *, language: str
) -> tuple[dict[str, Cell], str] | None:
    """The row of one assessment as it stands, by column, and the ETag that a revision names; None: there is none."""
    for assessed in assessments(session, view, ids=[assessment_id]):
        row = _row(view, assessed, names=unit_names(session, view, language=language), language=language)
        return {column.name: cell for column, cell in zip(ASSESSMENTS.columns, row, strict=True)}, assessed.etag
    return None


def _row(view: View, assessed: Assessed, *, names: dict[str, str], language: str) -> Row:
    row, interval, reported = assessed.recorded, assessed.interval, assessed.reported
    indicator = view.plan.indicator_by_code[row.indicator_code]
    lines = lines_of(view.plan, indicator)
    return (
        row.seq,
        row.id,
        row.revision,
        row.unit_code,
        names.get(row.unit_code, ""),
        format_period(row.period),
        row.indicator_code,
        indicator.name.in_language(language),
        row.method,
        None if row.numerator is None else plain(row.numerator),
        None if row.denominator is None else plain(row.denominator),
        row.sample_size,
        shown(assessed.value, lines=lines),
        None if interval is None else shown(interval.low),
        None if interval is None else shown(interval.high),
        None if reported is None or reported.value is None else shown(reported.value, lines=lines),
        None if assessed.gap is None else shown(assessed.gap),
        indicator.unit_of_measure.in_language(language),
        row.blind,
        *(("", "", "", "") if view.own is not None else (row.evidence, row.note, row.reason, row.actor)),
        instant(row.recorded_at),
    )


ASSESSMENTS = Dataset(
    name="assessments",
    title=Text(zh="第三方评估", en="Assessments"),
    grain=Text(
        zh="一行为一项第三方评估的现行版本;history=true 时为其每个版本",
        en="One row per assessment as it stands; with history=true one per revision",
    ),
    columns=(
        c.SEQ,
        column("assessment_id", Kind.INTEGER, "评估编号", "Assessment"),
        c.REVISION,
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.PERIOD,
        c.INDICATOR_CODE,
        c.INDICATOR_NAME,
        column(
            "method",
            Kind.CODE,
            "方法:big_data 大数据分析、field_visit 现场调研、interview 采访访谈、questionnaire 问卷调查、"
            "platform_data 平台数据",
            "Method: big_data, field_visit, interview, questionnaire, platform_data",
        ),
        column("numerator", Kind.NUMBER, "分子,按值填写时为空", "Numerator; empty where a value was given"),
        column("denominator", Kind.NUMBER, "分母,按值填写时为空", "Denominator; empty where a value was given"),
        column("sample_size", Kind.INTEGER, "样本量,非抽样为空", "Size of the sample; empty: no sample"),
        column("value", Kind.NUMBER, "评估值", "Assessed value, 2 decimals, never across a line it has not crossed"),
        column(
            "low", Kind.NUMBER, "95 % 区间下限(Wilson)", "Low end of the Wilson 95 % interval; for shares of samples"
        ),
        column("high", Kind.NUMBER, "95 % 区间上限(Wilson)", "High end of the Wilson 95 % interval"),
        column(
            "reported_value",
            Kind.NUMBER,
            "填报值,未报或不可见为空",
            "Reported value of the same cell; empty: not reported, or not to be seen yet",
        ),
        column("gap", Kind.NUMBER, "评估值 − 填报值", "Assessed less reported, in points or the unit of measure"),
        c.UNIT_OF_MEASURE,
        flag("blind", "记录时看不到填报值", "Recorded without seeing the reported value"),
        column("evidence", Kind.TEXT, "佐证网址", "Address of the evidence"),
        column("note", Kind.TEXT, "说明", "Note"),
        c.REASON,
        column("assessor", Kind.TEXT, "评估人", "Assessor"),
        column("recorded_at", Kind.INSTANT, "入库时间", "Recorded at"),
    ),
    order=("seq",),
    parameters=EVERYWHERE
    | {"unit", "period", "period_from", "period_to", "indicator", "basis", "history", "after_seq"},
    rows=_rows,
    own_units_only=True,
)
