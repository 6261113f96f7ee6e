"""The datasets `findings` and `rectifications`: what inspections found, and how it is put right."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant, iso
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull
from metrics.queries.findings import FindingRow, RectificationRow, findings
from metrics.queries.slips import day_of_view
from metrics.queries.view import View
from metrics.supervision.rectification import OVERDUE, STATE_WORDS

_PARAMETERS = EVERYWHERE | {"unit", "phase", "state", *AFTER}
_STATES = {OVERDUE: Text(zh="逾期", en="overdue")} | {
    state.value: Text(zh=words.zh, en=words.en) for state, words in STATE_WORDS.items()
}
PHASE_CODE = c.heading("phase_code", Kind.CODE, "阶段代码", "Phase's code")
_NUMBER = c.heading("finding", Kind.INTEGER, "问题编号", "Number of the finding")


def _chosen(session: ReadSession, view: View, pull: Pull) -> list[FindingRow]:
    found, on = findings(session, view, phases=pull.phases, units=pull.units), day_of_view(view)
    return [
        row for row in found if not pull.states or any(row.standing.is_among(state, on=on) for state in pull.states)
    ]


def _findings(session: ReadSession, view: View, pull: Pull) -> Iterator[FindingRow]:
    for row in _chosen(session, view, pull):
        if pull.after_seq is None or row.newest_seq > pull.after_seq:
            yield row


def _acts(session: ReadSession, view: View, pull: Pull) -> list[RectificationRow]:
    found = _chosen(session, view, pull)
    acts = [act for row in found for act in row.acts if pull.after_seq is None or act.seq > pull.after_seq]
    return sorted(acts, key=lambda act: act.seq)


FINDINGS = Dataset[FindingRow](
    name="findings",
    title=Text(zh="督导检查发现的问题", en="Findings of inspections"),
    grain=Text(
        zh="一行为督导检查发现的一个问题及其现状;状态由各次办理得出",
        en="One row per finding as it stands; what it has come to follows from the acts in `rectifications`",
    ),
    columns=(
        _NUMBER.of(lambda row, _: row.number),
        PHASE_CODE.of(lambda row, _: row.phase),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit, "")),
        column(
            "target_code",
            Kind.CODE,
            "所涉目标,没有为空",
            "Target it is about; empty: a task",
            lambda row, _: row.target,
        ),
        column(
            "task_number",
            Kind.INTEGER,
            "所涉任务,没有为空",
            "Task it is about; empty: a target",
            lambda row, _: row.task,
        ),
        column(
            "severity",
            Kind.CODE,
            "程度:minor 一般、major 较重、grave 严重",
            "How grave it is: minor, major, grave",
            lambda row, _: row.severity.value,
        ),
        column("text", Kind.TEXT, "问题", "What was found", lambda row, _: row.text),
        column(
            "state",
            Kind.CODE,
            "状态:open 待整改、answered 待审核、closed 已销号、withdrawn 已撤回",
            "What it has come to: open, answered, closed, withdrawn",
            lambda row, _: row.standing.state.value,
        ),
        column("raised_on", Kind.DATE, "提出日", "Raised on", lambda row, _: iso(row.raised_on)),
        column("first_due_on", Kind.DATE, "原定期限", "Due day as it was raised", lambda row, _: iso(row.first_due_on)),
        column("due_on", Kind.DATE, "现行期限", "Due day in force", lambda row, _: iso(row.standing.due_on)),
        column("answered_on", Kind.DATE, "最近答复日", "Newest answer", lambda row, _: iso(row.standing.answered_on)),
        column(
            "ended_on",
            Kind.DATE,
            "销号或撤回日,未了结为空",
            "Closed or withdrawn on; empty: neither",
            lambda row, _: iso(row.standing.ended_on),
        ),
        column(
            "times_returned",
            Kind.INTEGER,
            "退回整改次数",
            "How often an answer was sent back",
            lambda row, _: row.standing.times_sent_back,
        ),
        column("raised_by", Kind.TEXT, "提出人", "Who raised it", lambda row, _: row.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
        column(
            "seq",
            Kind.INTEGER,
            "最近一次办理的序号",
            "Sequence number of its newest act",
            lambda row, _: row.newest_seq,
        ),
    ),
    order=("finding",),
    parameters=_PARAMETERS,
    states=_STATES,
    records=_findings,
    own_units_only=True,
)

RECTIFICATIONS = Dataset[RectificationRow](
    name="rectifications",
    title=Text(zh="整改办理", en="Rectification"),
    grain=Text(
        zh="一行为对一个问题的一次办理:答复、销号、退回整改或撤回",
        en="One row per act on a finding: an answer, its closure, a sending back, a withdrawal",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        _NUMBER.of(lambda row, _: row.finding),
        PHASE_CODE.of(lambda row, _: row.phase),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit, "")),
        column(
            "action",
            Kind.CODE,
            "办理:answer 答复、close 销号、return 退回整改、withdraw 撤回",
            "What was done: answer, close, return, withdraw",
            lambda row, _: row.action.value,
        ),
        column("text", Kind.TEXT, "整改情况或理由", "How it was put right, or why", lambda row, _: row.text or None),
        column("evidence", Kind.TEXT, "佐证网址", "Address of the evidence", lambda row, _: row.evidence or None),
        column(
            "attachments",
            Kind.TEXT,
            "附件编号",
            "Numbers of the files attached",
            lambda row, _: " ".join(map(str, row.attachments)) or None,
        ),
        column("due_on", Kind.DATE, "新定期限", "New due day", lambda row, _: iso(row.due_on)),
        column("actor", Kind.TEXT, "办理人", "Who did it", lambda row, _: row.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
    ),
    order=("seq",),
    parameters=_PARAMETERS,
    states=_STATES,
    records=_acts,
    own_units_only=True,
)
