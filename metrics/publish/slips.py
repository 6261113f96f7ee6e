"""The datasets `slips` and `slip_acts`: supervision slips as they stand, and everything that was done with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant, iso
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.slips import SlipActRow, SlipRow, day_of_view, slips
from metrics.queries.view import View
from metrics.supervision.slip_words import STATES_IN_WORDS, written_number
from metrics.supervision.slips import LATE, OPEN, Slip


@dataclass(frozen=True, slots=True)
class AgedSlip:
    """A slip with the day on which its age is counted."""

    row: SlipRow
    on: date

    @property
    def stands(self) -> Slip:
        return self.row.stands


_STATES = {OPEN: Text(zh="在办", en="open"), LATE: Text(zh="逾期", en="overdue")} | {
    state.value: Text(zh=words.zh, en=words.en) for state, words in STATES_IN_WORDS.items()
}


def _chosen(session: ReadSession, view: View, pull: Pull) -> list[SlipRow]:
    found = slips(session, view, units=pull.units, targets=pull.targets)
    on = pull.on or day_of_view(view)
    return [
        row
        for row in found
        if (not pull.tasks or row.task in pull.tasks)
        and (row.period is None or pull.wants(row.period))
        and (not pull.states or any(row.stands.is_among(state, on=on) for state in pull.states))
    ]


def _slips(session: ReadSession, view: View, pull: Pull) -> Iterator[AgedSlip]:
    on = pull.on or day_of_view(view)
    for row in _chosen(session, view, pull):
        if pull.after_seq is None or row.acts[-1].seq > pull.after_seq:
            yield AgedSlip(row, on)


def _acts(session: ReadSession, view: View, pull: Pull) -> Iterator[SlipActRow]:
    acts = [act for row in _chosen(session, view, pull) for act in row.acts]
    for act in sorted(acts, key=lambda act: act.seq):
        if pull.after_seq is None or act.seq > pull.after_seq:
            yield act


def _name(unit: str, words: Wording) -> str | None:
    return words.units.get(unit, "") if unit else None


SLIPS = Dataset[AgedSlip](
    name="slips",
    title=Text(zh="督办单", en="Supervision slips"),
    grain=Text(zh="一行为一份督办单,按交办先后", en="One row per slip as it stands, in the order of issue"),
    columns=(
        c.SEQ.of(lambda aged, _: aged.row.acts[0].seq),
        column("slip", Kind.CODE, "编号:年份-序号", "Slip: year and number within it", lambda aged, _: aged.row.number),
        column("written", Kind.TEXT, "文号", "Number as offices write it", lambda aged, _: aged.row.written),
        c.UNIT_CODE.of(lambda aged, _: aged.row.unit),
        c.UNIT_NAME.of(lambda aged, words: words.units.get(aged.row.unit, "")),
        column("title", Kind.TEXT, "事由", "Subject", lambda aged, _: aged.row.title),
        column("text", Kind.TEXT, "督办要求", "What is asked for", lambda aged, _: aged.row.text),
        column(
            "origin",
            Kind.CODE,
            "来源:by_hand 人工、red_light 红黄灯、late_submission 迟报、task 任务、finding 督查问题",
            "What it was issued for: by_hand, red_light, late_submission, task, finding",
            lambda aged, _: aged.row.origin.value,
        ),
        c.TARGET_CODE.of(lambda aged, _: aged.row.target or None),
        column("task_number", Kind.INTEGER, "任务序号", "Task that it is about", lambda aged, _: aged.row.task),
        column(
            "period",
            Kind.PERIOD,
            "所涉报告期",
            "Period that it is about",
            lambda aged, _: None if aged.row.period is None else format_period(aged.row.period),
        ),
        column(
            "finding", Kind.CODE, "所涉督查问题", "Finding that it is about", lambda aged, _: aged.row.finding or None
        ),
        column(
            "state",
            Kind.CODE,
            "状态:issued 待签收、in_hand 办理中、returned 退回重办、answered 待审核、reviewed 待销号、closed 已销号、"
            "withdrawn 已撤销",
            "State: issued, in_hand, returned, answered, reviewed, closed, withdrawn",
            lambda aged, _: aged.stands.state.value,
        ),
        column("issued_on", Kind.DATE, "交办日", "Issued on", lambda aged, _: iso(aged.stands.issued_on)),
        column(
            "due_on",
            Kind.DATE,
            "办理时限(含当日),含延期",
            "Due day, included, extensions counted",
            lambda aged, _: iso(aged.stands.due_on),
        ),
        column("received_on", Kind.DATE, "签收日", "Signed for on", lambda aged, _: iso(aged.stands.received_on)),
        column(
            "answered_on",
            Kind.DATE,
            "答复日,退回后为空",
            "Answered on; empty after it was sent back",
            lambda aged, _: iso(aged.stands.answered_on),
        ),
        column(
            "over_on", Kind.DATE, "销号或撤销日", "Closed or withdrawn on", lambda aged, _: iso(aged.stands.over_on)
        ),
        column("evaluated_on", Kind.DATE, "计龄日", "Day on which ages are counted", lambda aged, _: iso(aged.on)),
        column("age_days", Kind.INTEGER, "已历天数", "Days since issue", lambda aged, _: aged.stands.age(aged.on)),
        column(
            "days_left",
            Kind.INTEGER,
            "距时限天数,不须答复或已逾期为空",
            "Days until the answer is due; empty: none is owed, or it is late",
            lambda aged, _: aged.stands.days_left(aged.on),
        ),
        column("days_late", Kind.INTEGER, "逾期天数", "Days late", lambda aged, _: aged.stands.days_late(aged.on)),
        column(
            "asked_until",
            Kind.DATE,
            "申请延至,未申请或已批复为空",
            "Extension asked for until; empty: none that is not decided",
            lambda aged, _: iso(aged.stands.asked_until),
        ),
        column("extensions", Kind.INTEGER, "延期次数", "Extensions granted", lambda aged, _: aged.stands.extensions),
        column("returns", Kind.INTEGER, "退回次数", "Times sent back", lambda aged, _: aged.stands.returns),
        column("parts", Kind.INTEGER, "分解数", "Parts handed on", lambda aged, _: len(aged.stands.parts)),
        column(
            "parts_open",
            Kind.INTEGER,
            "未答复的分解数",
            "Parts without an answer",
            lambda aged, _: sum(part.answered_on is None for part in aged.stands.parts),
        ),
        column("issued_by", Kind.TEXT, "交办人", "Who issued it", lambda aged, _: aged.row.acts[0].actor),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "target", "task", "period", "period_from", "period_to", "state", "on", *AFTER},
    states=_STATES,
    records=_slips,
    own_units_only=True,
)

SLIP_ACTS = Dataset[SlipActRow](
    name="slip_acts",
    title=Text(zh="督办单办理记录", en="Acts on supervision slips"),
    grain=Text(zh="一行为一次办理", en="One row per act"),
    columns=(
        c.SEQ.of(lambda act, _: act.seq),
        column("slip", Kind.CODE, "编号:年份-序号", "Slip: year and number within it", lambda act, _: act.slip),
        column("written", Kind.TEXT, "文号", "Number as offices write it", lambda act, _: written_number(act.slip)),
        column(
            "act",
            Kind.CODE,
            "办理:issue 交办、receive 签收、delegate 分解、answer 答复、ask_extension 申请延期、"
            "grant_extension 同意延期、refuse_extension 不同意延期、review 审核通过、return 退回重办、"
            "close 销号、withdraw 撤销",
            "Act: issue, receive, delegate, answer, ask_extension, grant_extension, refuse_extension, review, return, "
            "close, withdraw",
            lambda act, _: act.act.value,
        ),
        c.UNIT_CODE.of(lambda act, _: act.unit),
        c.UNIT_NAME.of(lambda act, words: words.units.get(act.unit, "")),
        column("part", Kind.INTEGER, "分解序号,空为整份", "Part; empty: the whole", lambda act, _: act.part),
        column("to_unit", Kind.CODE, "分解至(单位代码)", "Handed to: unit's code", lambda act, _: act.to_unit or None),
        column(
            "to_name", Kind.TEXT, "分解至", "Handed to", lambda act, words: act.to_name or _name(act.to_unit, words)
        ),
        column("text", Kind.TEXT, "内容", "What was said", lambda act, _: act.text or None),
        column(
            "due_on",
            Kind.DATE,
            "所定或所请的时限",
            "Due day that is set or asked for",
            lambda act, _: iso(act.due_on),
        ),
        column("evidence", Kind.TEXT, "佐证网址", "Address of the evidence", lambda act, _: act.evidence or None),
        column(
            "attachments",
            Kind.TEXT,
            "附件编号",
            "Numbers of its attachments",
            lambda act, _: " ".join(map(str, act.attachments)) or None,
        ),
        column("actor", Kind.TEXT, "办理人", "By", lambda act, _: act.actor),
        c.RECORDED_AT.of(lambda act, _: instant(act.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "target", "task", "period", "period_from", "period_to", "state", *AFTER},
    states=_STATES,
    records=_acts,
    own_units_only=True,
)
