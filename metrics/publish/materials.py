"""The dataset `materials`: what units send each month besides figures, with who has seen and who has signed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.attachments import attachments_of
from metrics.queries.materials import material_acts
from metrics.queries.view import View
from metrics.supervision.materials import (
    Material,
    MaterialAct,
    MaterialAction,
    MaterialStanding,
    materials_of,
    standing_of,
)


@dataclass(frozen=True, slots=True)
class _SentRow:
    """One revision. `whole`: the material as it stands, None for a revision that another one followed."""

    sent: MaterialAct
    whole: Material | None
    standing: MaterialStanding
    files: tuple[str, ...]

    def said(self, part: str, name: str) -> str | None:
        """What was noted when it was seen or signed."""
        act: MaterialAct | None = None if self.whole is None else getattr(self.whole, part)
        return None if act is None else act.detail[name]


def _rows(session: ReadSession, view: View, pull: Pull) -> Iterator[_SentRow]:
    acts = material_acts(
        session, seq=view.seq, units=pull.units, period_from=pull.first_period, period_to=pull.last_period
    )
    found = materials_of(acts)
    for act in acts:
        whole = found[act.unit, act.period]
        newest = act.seq == whole.sent.seq
        if act.action is not MaterialAction.SEND or not (newest or pull.history) or not pull.wants(act.period):
            continue
        if pull.after_seq is not None and (whole.seq if newest else act.seq) <= pull.after_seq:
            continue
        standing = standing_of(whole, period=act.period, rule=view.plan.due_rule, now=act.recorded_at)
        files = tuple(file.name for file in attachments_of(session, act.attachments))
        yield _SentRow(act, whole if newest else None, standing, files)


def body_name(code: str, words: Wording) -> str:
    """The name of a reporting unit or a department, as exports of figures write them."""
    department = words.view.plan.department_by_code.get(code)
    return words.units.get(code, "") if department is None else words.say(department.name)


MATERIALS = Dataset[_SentRow](
    name="materials",
    title=Text(zh="工作进展情况材料", en="Monthly material"),
    grain=Text(
        zh="一行为一个单位一个月的材料;history=true 时为其每个版本",
        en="One row per unit and month of which material came; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.sent.seq),
        column("material_id", Kind.INTEGER, "材料编号", "Number of the material", lambda row, _: row.sent.id),
        c.UNIT_CODE.of(lambda row, _: row.sent.unit),
        c.UNIT_NAME.of(lambda row, words: body_name(row.sent.unit, words)),
        c.PERIOD.of(lambda row, _: format_period(row.sent.period)),
        c.REVISION.of(lambda row, _: row.sent.revision),
        column("summary", Kind.TEXT, "总体进展", "Progress as a whole", lambda row, _: row.sent.summary or None),
        column("problems", Kind.TEXT, "存在问题", "Problems", lambda row, _: row.sent.problems),
        column("next_month", Kind.TEXT, "下月计划", "Planned for the next month", lambda row, _: row.sent.next_month),
        column(
            "task_reports",
            Kind.INTEGER,
            "所载任务月报数",
            "Task reports that it carries",
            lambda row, _: len(row.sent.reports),
        ),
        column(
            "attachments",
            Kind.TEXT,
            "附件名,以 | 分隔",
            "Names of attached files, separated by |",
            lambda row, _: "|".join(row.files) or None,
        ),
        column(
            "first_sent_at",
            Kind.INSTANT,
            "首次报送时间",
            "When it first came",
            lambda row, _: None if row.whole is None else instant(row.whole.first_sent_at),
        ),
        flag("on_time", "按时报送", "First came in time", lambda row, _: row.standing.on_time),
        column("days_late", Kind.INTEGER, "逾期天数", "Days late", lambda row, _: row.standing.days_late),
        column(
            "seen_by", Kind.TEXT, "已阅的主要负责人", "Head who has seen it", lambda row, _: row.said("seen", "head")
        ),
        column(
            "seen_on", Kind.DATE, "阅示日期", "Day on which the head saw it", lambda row, _: row.said("seen", "seen_on")
        ),
        column(
            "signed_by",
            Kind.TEXT,
            "签发的分管领导",
            "Leader who signed it",
            lambda row, _: row.said("signed", "leader"),
        ),
        column(
            "signed_how",
            Kind.CODE,
            "签发方式:link 链接、account 账号、paper 纸质",
            "How it was signed: link, account, paper",
            lambda row, _: row.said("signed", "how"),
        ),
        c.REASON.of(lambda row, _: row.sent.reason or None),
        column("sent_by", Kind.TEXT, "报送人", "Who sent it", lambda row, _: row.sent.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.sent.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "history", *AFTER},
    records=_rows,
    own_units_only=True,
)
