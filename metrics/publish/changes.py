"""The dataset `changes`: what changed between two moments of knowing, or from one month to another."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, add_months, format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.queries.changes import changes_between, changes_since, in_units, view_since
from metrics.queries.judged_month import judged_month
from metrics.queries.turned_statuses import OneChange
from metrics.queries.view import View
from metrics.results import Progress
from metrics.rounding import shown


def _changes(session: ReadSession, view: View, pull: Pull) -> Iterator[OneChange]:
    month = month_asked_for(pull) or judged_month(session, view)
    if pull.since is not None:
        before = view_since(session, view, pull.since)
        earlier = None if month_asked_for(pull) else judged_month(session, before)
        found = changes_since(session, view, before, month, earlier=earlier)
    elif month is None:
        return
    else:
        earlier = JudgedMonth.of(pull.period_from or add_months(month.period, -1))
        found = changes_between(session, view, earlier, month)
    yield from in_units(found.changes, pull.units, pull.targets)


def _value(verdict: Progress | None, words: Wording) -> str | None:
    if verdict is None or verdict.value is None:
        return None
    return shown(verdict.value, lines=words.lines[verdict.indicator_code])


CHANGES = Dataset[OneChange](
    name="changes",
    title=Text(zh="变化", en="Changes"),
    grain=Text(
        zh="一行为一项变化:目标状态、更正的填报数、月报状态、目标修订、人工灯色或更正改变的判定;"
        "给出 since 则为两个知悉时点之间(同一报告期评两次),否则为两个报告期之间(均按现有数据)",
        en="One row per thing that changed: a status, a corrected count, a submission's state, a target, a light set, "
        "a verdict that a correction turned; "
        "with `since` between two moments of knowing (one month judged twice), else between two months",
    ),
    columns=(
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: None if row.unit is None else words.units.get(row.unit, "")),
        c.TARGET_CODE.of(lambda row, _: row.target),
        column(
            "period",
            Kind.PERIOD,
            "报告期;状态与灯色为所评的报告期,目标修订为空",
            "Period; of a status or a light the one judged, empty for a target",
            lambda row, _: None if row.period is None else format_period(row.period),
        ),
        column(
            "kind",
            Kind.CODE,
            "类别:status 目标状态、figure 更正的填报数、submission 月报状态、target 目标修订、light 人工灯色、"
            "flip 更正改变的判定(每次更正一行)",
            "What changed: status, figure (a count corrected), submission (its state), target, light (set by hand), "
            "flip (a verdict that a correction turned, one row each time)",
            lambda row, _: row.kind.value,
        ),
        column("before", Kind.CODE, "原为,空为原无", "Before; empty: there was none", lambda row, _: row.before),
        column("after", Kind.CODE, "现为,空为现无", "After; empty: there is none", lambda row, _: row.after),
        column(
            "seq",
            Kind.INTEGER,
            "使其变化的记录的序号,没有为空",
            "Sequence number of the entry that made it; empty: none did",
            lambda row, _: row.seq,
        ),
        column(
            "recorded_at",
            Kind.INSTANT,
            "该记录的入库时间",
            "When that was recorded",
            lambda row, _: None if row.recorded_at is None else instant(row.recorded_at),
        ),
        c.REASON.of(lambda row, _: row.reason or None),
        column(
            "element_code",
            Kind.CODE,
            "更正的填报项代码",
            "Element's code, of a corrected count",
            lambda row, _: row.element,
        ),
        column(
            "turned",
            Kind.CODE,
            "状态或判定的变化方向:worse 变差、better 变好;原或现为未报、不适用的为空",
            "Which way a status or verdict turned: worse, better; empty where one of the two is no judgement",
            lambda row, _: None if row.turned is None else row.turned.value,
        ),
        column(
            "cause",
            Kind.CODE,
            "状态变化的缘由:submission 报送、correction 更正、review 审核、target 目标修订、month 换了报告期",
            "What turned a status: submission, correction, review, target (revised), month (another one)",
            lambda row, _: None if row.cause is None else row.cause.value,
        ),
        column("value_before", Kind.NUMBER, "原指标值", "Value before", lambda row, words: _value(row.was, words)),
        column("value_after", Kind.NUMBER, "现指标值", "Value after", lambda row, words: _value(row.now, words)),
        column(
            "fields",
            Kind.CODE,
            "目标修订改动的各项(以分号分隔):threshold、due_on、trajectory、scope_units、exclusions、citations 等",
            "What a revised target changed, by `;`: threshold, due_on, trajectory, scope_units, exclusions, …",
            lambda row, _: "; ".join(change.field for change in row.fields) or None,
        ),
    ),
    order=("kind as declared", "unit in display order", "target in display order", "period", "element_code", "seq"),
    parameters=EVERYWHERE | {"unit", "target", "on", "period", "period_from", "basis", "since"},
    records=_changes,
    by_method=True,
    single=frozenset({"period"}),
)
