"""The dataset `self_assessments`: what units say of themselves in a round, figure by figure as it was frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.publish.inspections import PHASE_CODE
from metrics.queries.self_assessments import SelfAssessmentRow, self_assessments
from metrics.queries.view import View


@dataclass(frozen=True, slots=True)
class AssessedFigure:
    """One figure of one revision of a sheet."""

    of: SelfAssessmentRow
    figure: dict[str, Any]


def _figures(session: ReadSession, view: View, pull: Pull) -> Iterator[AssessedFigure]:
    for row in self_assessments(session, view, phases=pull.phases, units=pull.units, history=pull.history):
        if pull.after_seq is not None and row.seq <= pull.after_seq:
            continue
        for figure in row.figures:
            if not pull.targets or figure["target"] in pull.targets:
                yield AssessedFigure(row, dict(figure))


def _target_name(row: AssessedFigure, words: Wording) -> str | None:
    revisions = words.view.plan.general_targets.get(row.figure["target"])
    return None if not revisions else words.say(revisions[-1].name)


SELF_ASSESSMENTS = Dataset[AssessedFigure](
    name="self_assessments",
    title=Text(zh="自查评估", en="Self-assessments"),
    grain=Text(
        zh="一行为一个单位在一轮自查中的一个目标,数据为报送时所冻结;history=true 时为每个版本",
        en="One row per unit, round and target, figures frozen as they were sent; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.of.seq),
        PHASE_CODE.of(lambda row, _: row.of.phase),
        c.UNIT_CODE.of(lambda row, _: row.of.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.of.unit, "")),
        c.REVISION.of(lambda row, _: row.of.revision),
        column(
            "stands_on",
            Kind.INTEGER,
            "数据所依据的序号",
            "Sequence number up to which the figures were known",
            lambda row, _: row.of.stands_on,
        ),
        c.PERIOD.of(lambda row, _: format_period(row.of.period)),
        c.TARGET_CODE.of(lambda row, _: row.figure["target"]),
        c.TARGET_NAME.of(_target_name),
        c.NUMERATOR.of(lambda row, _: row.figure["numerator"]),
        c.DENOMINATOR.of(lambda row, _: row.figure["denominator"]),
        c.VALUE.of(lambda row, _: row.figure["value"]),
        c.COMPARATOR.of(lambda row, _: row.figure["comparator"]),
        c.THRESHOLD.of(lambda row, _: row.figure["threshold"]),
        c.DUE_ON.of(lambda row, _: row.figure["due_on"]),
        c.STATUS.of(lambda row, _: row.figure["status"]),
        column(
            "verdict",
            Kind.CODE,
            "节点判定,同数据集 gates",
            "Verdict at the gate, as in the dataset `gates`",
            lambda row, _: row.figure["verdict"],
        ),
        column(
            "remark",
            Kind.TEXT,
            "单位说明",
            "What the unit says of it",
            lambda row, _: row.of.remarks.get(row.figure["target"]),
        ),
        column("summary", Kind.TEXT, "自查总体情况", "What the unit found on the whole", lambda row, _: row.of.summary),
        column("reason", Kind.TEXT, "修订理由", "Why it was revised", lambda row, _: row.of.reason or None),
        column("sent_by", Kind.TEXT, "报送人", "Who sent it", lambda row, _: row.of.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.of.recorded_at)),
        column(
            "signed_by",
            Kind.TEXT,
            "签发人,纸质签字为登记人",
            "Who signed this revision; on paper: who recorded it",
            lambda row, _: row.of.signed_by,
        ),
        column(
            "signed_at",
            Kind.INSTANT,
            "签发时间",
            "Signed at",
            lambda row, _: None if row.of.signed_at is None else instant(row.of.signed_at),
        ),
        column(
            "signed_how",
            Kind.CODE,
            "签发方式:account 账号、paper 纸质",
            "How it was signed: account, paper",
            lambda row, _: None if row.of.signed_how is None else row.of.signed_how.value,
        ),
        column(
            "leader",
            Kind.TEXT,
            "纸质签字的分管领导",
            "Leader who signed on paper",
            lambda row, _: row.of.leader or None,
        ),
        column(
            "scans",
            Kind.TEXT,
            "纸质签字扫描件的附件编号",
            "Numbers of the files with the signed paper",
            lambda row, _: " ".join(map(str, row.of.scans)) or None,
        ),
    ),
    order=("seq", "target in the sheet's order"),
    parameters=EVERYWHERE | {"unit", "phase", "target", "history", *AFTER},
    records=_figures,
    own_units_only=True,
)
