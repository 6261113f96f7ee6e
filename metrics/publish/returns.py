"""The dataset of returns: which came, when, and how they stand."""

from __future__ import annotations

from collections.abc import Generator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.writing import instant, unit_names
from metrics.queries.received_returns import received_returns
from metrics.queries.view import View
from metrics.timeliness import timeliness


def _submission_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    for row in received_returns(session, view, units=pull.units):
        if not pull.wants(row.period) or (pull.after_seq is not None and row.last_seq <= pull.after_seq):
            continue
        judged = timeliness(row.first_submitted_at, period=row.period, rule=view.plan.due_rule)
        yield (
            row.unit,
            names.get(row.unit, ""),
            format_period(row.period),
            row.submission_id,
            row.revision,
            row.state,
            instant(row.first_submitted_at),
            instant(row.last_revised_at),
            judged.on_time,
            judged.days_late,
            row.last_seq,
            row.seq,
            row.leaf_hash.hex(),
        )


SUBMISSIONS = Dataset(
    name="submissions",
    title=Text(zh="月报", en="Submissions"),
    grain=Text(zh="一行为一份月报(填报单位与报告期)", en="One row per return of a unit for a period"),
    columns=(
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.PERIOD,
        column("submission_id", Kind.INTEGER, "月报编号", "Submission"),
        c.REVISION,
        column(
            "state",
            Kind.CODE,
            "状态:submitted 暂未审核、verified 已审核、returned 已退回",
            "State: submitted, verified, returned",
        ),
        column("first_recorded_at", Kind.INSTANT, "首次报送时间", "First submitted"),
        column("recorded_at", Kind.INSTANT, "最近更正时间", "Last revised"),
        flag("on_time", "按时报送", "First submitted in time"),
        column("days_late", Kind.INTEGER, "迟报天数", "Days late, 0 if in time"),
        column(
            "seq", Kind.INTEGER, "最近一次变动的序号", "Sequence number of the newest event, a check or sign-off too"
        ),
        column("revision_seq", Kind.INTEGER, "现行版本的序号", "Sequence number of the newest revision"),
        column("leaf_hash", Kind.CODE, "现行版本的叶哈希", "Leaf hash of the newest revision in the ledger"),
    ),
    order=("period", "submission_id"),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "after_seq"},
    rows=_submission_rows,
    own_units_only=True,
)
