"""The dataset of submissions: which came, when, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import Submission, SubmissionEvent
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, RowCount
from metrics.publish.first_rows import counted
from metrics.queries.received_submissions import ReceivedSubmission, received_submissions
from metrics.queries.view import View
from metrics.queries.wanted_rows import wanted_rows
from metrics.timeliness import Reception, reception


@dataclass(frozen=True, slots=True)
class _Judged:
    """A submission that came, and whether it came in time."""

    submission: ReceivedSubmission
    timeliness: Reception


def _received(session: ReadSession, view: View, pull: Pull) -> Iterator[_Judged]:
    for row in received_submissions(session, view, units=pull.units):
        if pull.wants(row.period) and (pull.after_seq is None or row.last_seq > pull.after_seq):
            yield _Judged(row, reception(row.first_submitted_at, period=row.period, rule=view.plan.due_rule))


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _count(session: ReadSession, view: View, pull: Pull) -> RowCount:
    """Of each submission its newest event known."""
    newest = (
        select(Submission.id)
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.seq <= view.seq)
        .group_by(Submission.id)
    )
    newest = wanted_rows(newest, pull, unit=Submission.unit_code, period=Submission.period)
    if pull.after_seq is not None:
        newest = newest.having(func.max(SubmissionEvent.seq) > pull.after_seq)
    return counted(session, newest)


SUBMISSIONS = Dataset[_Judged](
    name="submissions",
    title=Text(zh="月报", en="Submissions"),
    grain=Text(zh="一行为一份月报(填报单位与报告期)", en="One row per submission of a unit for a period"),
    columns=(
        c.UNIT_CODE.of(lambda row, _: row.submission.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.submission.unit, "")),
        c.PERIOD.of(lambda row, _: format_period(row.submission.period)),
        c.SUBMISSION_ID.of(lambda row, _: row.submission.submission_id),
        c.REVISION.of(lambda row, _: row.submission.revision),
        column(
            "state",
            Kind.CODE,
            "状态:submitted 暂未审核、verified 已审核、returned 已退回",
            "State: submitted, verified, returned",
            lambda row, _: row.submission.state,
        ),
        column(
            "first_recorded_at",
            Kind.INSTANT,
            "首次入账时间",
            "First recorded",
            lambda row, _: instant(row.submission.first_recorded_at),
        ),
        column(
            "recorded_at",
            Kind.INSTANT,
            "最近更正时间",
            "Last revised",
            lambda row, _: instant(row.submission.last_revised_at),
        ),
        flag(
            "on_time",
            "按时报送,历史导入未注明时间的为空",
            "First submitted in time; null where it is not known",
            lambda row, _: row.timeliness.on_time,
        ),
        column(
            "days_late",
            Kind.INTEGER,
            "迟报天数,历史导入未注明时间的为空",
            "Days late, 0 if in time; null where it is not known",
            lambda row, _: row.timeliness.days_late,
        ),
        column(
            "seq",
            Kind.INTEGER,
            "最近一次变动的序号",
            "Sequence number of the newest event, a check or sign-off too",
            lambda row, _: row.submission.last_seq,
        ),
        column(
            "revision_seq",
            Kind.INTEGER,
            "现行版本的序号",
            "Sequence number of the newest revision",
            lambda row, _: row.submission.seq,
        ),
        column(
            "leaf_hash",
            Kind.CODE,
            "现行版本的叶哈希",
            "Leaf hash of the newest revision in the ledger",
            lambda row, _: row.submission.leaf_hash.hex(),
        ),
        column(
            "first_received_at",
            Kind.INSTANT,
            "首次报送时间,历史导入未注明的为空",
            "First received; null where loaded history does not say",
            lambda row, _: _instant(row.submission.first_submitted_at),
        ),
        flag("loaded", "历史导入", "Loaded as history", lambda row, _: row.submission.is_loaded),
    ),
    order=("period", "submission_id"),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", *AFTER},
    records=_received,
    count=_count,
    own_units_only=True,
)
