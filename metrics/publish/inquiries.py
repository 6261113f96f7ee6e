"""The dataset `inquiries`: what inquiries that tasks of the plan ask for came to, by unit, round and form."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant, iso
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.inquiry_scores import InquiryRow, inquiry_scores
from metrics.queries.view import View


def _inquiries(session: ReadSession, view: View, pull: Pull) -> Iterator[InquiryRow]:
    for row in inquiry_scores(session, view, tasks=pull.tasks, units=pull.units, history=pull.history):
        if pull.after_seq is None or row.seq > pull.after_seq:
            yield row


def _form(row: InquiryRow, words: Wording) -> str | None:
    """The form's name, as the plan has it."""
    forms = [form for task in words.view.plan.tasks if task.number == row.task for form in task.inquiry]
    return next((words.say(form.name) for form in forms if form.code == row.form), None)


INQUIRIES = Dataset[InquiryRow](
    name="inquiries",
    title=Text(zh="测评得分", en="Scores of inquiries"),
    grain=Text(
        zh="一行为一个单位一轮测评中一种形式的得分;history=true 时为每个版本",
        en="One row per unit, round and form of inquiry; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        column("task_number", Kind.INTEGER, "任务序号", "Task that asks for it", lambda row, _: row.task),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit, "")),
        column(
            "round", Kind.CODE, "轮次:年度,一年多次的加序号", "Round: year, with a number", lambda row, _: row.round
        ),
        column("form", Kind.CODE, "测评形式代码", "Form of inquiry: code", lambda row, _: row.form),
        column("form_name", Kind.TEXT, "测评形式", "Form of inquiry", _form),
        c.REVISION.of(lambda row, _: row.revision),
        column("score", Kind.NUMBER, "得分", "Score", lambda row, _: plain(row.score)),
        column("full_marks", Kind.NUMBER, "满分", "Full marks", lambda row, _: plain(row.full_marks)),
        column("measured_on", Kind.DATE, "测评日期", "Measured on", lambda row, _: iso(row.measured_on)),
        column("evidence", Kind.TEXT, "佐证网址", "Address of the evidence", lambda row, _: row.evidence or None),
        column(
            "attachments",
            Kind.TEXT,
            "附件编号",
            "Numbers of its attachments",
            lambda row, _: " ".join(map(str, row.attachments)) or None,
        ),
        column("note", Kind.TEXT, "附注", "Note", lambda row, _: row.note or None),
        column("reason", Kind.TEXT, "更正理由", "Why it was corrected", lambda row, _: row.reason or None),
        column("actor", Kind.TEXT, "登记人", "By", lambda row, _: row.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "task", "history", *AFTER},
    records=_inquiries,
    own_units_only=True,
)
