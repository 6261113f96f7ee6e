"""The datasets `work_plans` and `fundings`: what units mean to do in a year, and the money for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull
from metrics.publish.materials import body_name
from metrics.queries.view import View
from metrics.queries.work_plans import FundingRow, WorkPlanRow, fundings, work_plans
from metrics.supervision.work_plans import Measure


@dataclass(frozen=True, slots=True)
class _PlannedMeasure:
    """One measure of one revision of a plan, with its place in it from 1."""

    plan: WorkPlanRow
    place: int
    measure: Measure


def _measures(session: ReadSession, view: View, pull: Pull) -> Iterator[_PlannedMeasure]:
    for plan in work_plans(session, seq=view.seq, units=pull.units, history=pull.history):
        if pull.wants_year(plan.year) and (pull.after_seq is None or plan.seq > pull.after_seq):
            for place, measure in enumerate(plan.measures, start=1):
                if not pull.tasks or measure.task in pull.tasks:
                    yield _PlannedMeasure(plan, place, measure)


def _money(session: ReadSession, view: View, pull: Pull) -> Iterator[FundingRow]:
    for row in fundings(session, seq=view.seq, units=pull.units, history=pull.history):
        if pull.wants_year(row.year) and (pull.after_seq is None or row.seq > pull.after_seq):
            yield row


WORK_PLANS = Dataset[_PlannedMeasure](
    name="work_plans",
    title=Text(zh="工作计划", en="Work plans"),
    grain=Text(
        zh="一行为一个单位一年工作计划中的一条措施;history=true 时为其每个版本",
        en="One row per measure of a unit's work plan for a year; with history=true of every revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.plan.seq),
        c.UNIT_CODE.of(lambda row, _: row.plan.unit),
        c.UNIT_NAME.of(lambda row, words: body_name(row.plan.unit, words)),
        column("year", Kind.INTEGER, "年份", "Year", lambda row, _: row.plan.year),
        c.REVISION.of(lambda row, _: row.plan.revision),
        column("place", Kind.INTEGER, "第几条", "Place in the plan", lambda row, _: row.place),
        column("task_number", Kind.INTEGER, "任务序号,无为空", "Task; empty for none", lambda row, _: row.measure.task),
        column("measure", Kind.TEXT, "措施", "Measure", lambda row, _: row.measure.text),
        column("due_on", Kind.DATE, "完成日期", "Day by which", lambda row, _: row.measure.due_on.isoformat()),
        column("who", Kind.TEXT, "责任人", "Who does it", lambda row, _: row.measure.who or None),
        c.REASON.of(lambda row, _: row.plan.reason or None),
        column("filed_by", Kind.TEXT, "报送人", "Who filed it", lambda row, _: row.plan.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.plan.recorded_at)),
    ),
    order=("seq", "place"),
    parameters=EVERYWHERE | {"unit", "task", "period", "period_from", "period_to", "history", *AFTER},
    records=_measures,
    own_units_only=True,
)

FUNDINGS = Dataset[FundingRow](
    name="fundings",
    title=Text(zh="资金保障", en="Funding"),
    grain=Text(
        zh="一行为一个单位一年一个来源的资金;history=true 时为其每个版本",
        en="One row per unit, year and source of money; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: body_name(row.unit, words)),
        column("year", Kind.INTEGER, "年份", "Year", lambda row, _: row.year),
        column(
            "source",
            Kind.CODE,
            "来源:superior 上级专项补助、city 市级统筹、own_budget 本级财政、other 其他",
            "Source: superior, city, own_budget, other",
            lambda row, _: row.source.value,
        ),
        column("arranged", Kind.NUMBER, "安排金额(万元)", "Arranged, 10,000 yuan", lambda row, _: plain(row.arranged)),
        column("paid", Kind.NUMBER, "支付金额(万元)", "Paid, 10,000 yuan", lambda row, _: plain(row.paid)),
        column("note", Kind.TEXT, "说明", "Note", lambda row, _: row.note or None),
        c.REVISION.of(lambda row, _: row.revision),
        c.REASON.of(lambda row, _: row.reason or None),
        column("told_by", Kind.TEXT, "报送人", "Who told it", lambda row, _: row.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "history", *AFTER},
    records=_money,
    own_units_only=True,
)
