"""The template of a unit's monthly material as a DOCX, set as bulletins are: its tasks with what was reported on them,
the measures that are due, what was sent so far, and blanks for what is still to be written and signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from metrics.bulletin.as_docx import docx_file
from metrics.bulletin.document import (
    Block,
    BulletinDocument,
    DocumentHeading,
    DocumentTable,
    Paragraph,
    TableColumn,
)
from metrics.database import ReadSession
from metrics.periods import due_on, format_period, last_day
from metrics.plan.model import Text
from metrics.queries.materials import material_for
from metrics.queries.task_reports import TaskReportRow, task_reports
from metrics.queries.view import View
from metrics.queries.work_plans import work_plans
from metrics.supervision.bodies import Body
from metrics.supervision.materials import Material
from metrics.supervision.work_plans import Measure
from metrics.task_reports import TaskState

_BLANK = Text(zh="(填写)", en="(to be filled in)")
_STATES = {
    TaskState.NOT_STARTED: Text(zh="未开展", en="not started"),
    TaskState.IN_PROGRESS: Text(zh="推进中", en="in progress"),
    TaskState.DONE: Text(zh="已完成", en="done"),
    TaskState.BLOCKED: Text(zh="受阻", en="blocked"),
}
_NOT_REPORTED = Text(zh="未报告", en="not reported")
_TASKS = (Text(zh="任务", en="Task"), Text(zh="状态", en="State"), Text(zh="本月进展", en="Done this month"))
_MEASURES = (Text(zh="措施", en="Measure"), Text(zh="完成日期", en="By"), Text(zh="落实情况", en="How it stands"))
_SIGNED = Text(
    zh="主要负责人(签字):\n分管领导(签字):\n填报人:\n年   月   日",
    en="Head of the unit (signature):\nLeader in charge (signature):\nWritten by:\nDate:",
)


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What is known of a unit's material for a month before it is written. `sent`: what was sent so far."""

    body: Body
    period: date
    due: date
    titles: Sequence[tuple[int, Text]]
    reports: Sequence[TaskReportRow]
    measures: Sequence[Measure]
    sent: Material | None


def material_template(
    session: ReadSession, view: View, body: Body, period: date, *, language: str, made_at: datetime, synthetic: bool
) -> bytes:
    """The DOCX of the material of `body` for the month `period`."""
    plan = view.plan
    plans = work_plans(session, seq=view.seq, units=[body.code], year=period.year)
    facts = TemplateFacts(
        body=body,
        period=period,
        due=due_on(period, rule=plan.due_rule),
        titles=[(task.number, task.title) for task in plan.tasks if task.number in body.tasks],
        reports=task_reports(session, view, units=[body.code], period_from=period, period_to=period),
        measures=[one for each in plans for one in each.measures if one.due_on <= last_day(period)],
        sent=material_for(session, body.code, period),
    )
    return docx_file(template_document(facts, language=language, synthetic=synthetic), made_at=made_at)


def template_document(facts: TemplateFacts, *, language: str, synthetic: bool) -> BulletinDocument:
    """The template as a document. Pure."""
    name, period = facts.body.name, facts.period
    title = Text(
        zh=f"{name.zh}{period.year}年{period.month}月工作进展情况材料",
        en=f"Monthly material of {name.en}, {format_period(period)}",
    )
    return BulletinDocument(
        language=language,
        period=format_period(facts.period),
        version=1,
        title=title.in_language(language),
        blocks=tuple(_blocks(facts, language)),
        notes=(_how_to(facts).in_language(language),),
        synthetic=synthetic,
    )


def _blocks(facts: TemplateFacts, language: str) -> Iterable[Block]:
    sent = None if facts.sent is None else facts.sent.sent
    summary, problems, planned = ("", "", "") if sent is None else (sent.summary, sent.problems, sent.next_month)
    yield from _chapter(Text(zh="一、总体进展", en="I. Progress as a whole"), summary, language)
    yield DocumentHeading(1, Text(zh="二、各项任务进展", en="II. Progress by task").in_language(language))
    yield _of_tasks(facts, language)
    yield from _chapter(Text(zh="三、存在问题", en="III. Problems"), problems, language)
    yield from _chapter(Text(zh="四、下月计划", en="IV. Planned for the next month"), planned, language)
    if facts.measures:
        yield _of_measures(facts, language)
    yield Paragraph("signed", _SIGNED.in_language(language), style="signature")


def _chapter(title: Text, text: str, language: str) -> Iterable[Block]:
    """A heading, and what was sent under it, line by line; a blank where nothing was."""
    yield DocumentHeading(1, title.in_language(language))
    for line in (text or _BLANK.in_language(language)).split("\n"):
        yield Paragraph(title.en, "{said}", {"said": line})


def _of_tasks(facts: TemplateFacts, language: str) -> DocumentTable:
    said = {report.task: report for report in facts.reports}
    rows = [_task(number, title, said.get(number), language) for number, title in facts.titles]
    title = Text(zh="点名本单位的任务", en="Tasks that name the unit")
    return _table("tasks", title, _TASKS, rows, language)


def _task(number: int, title: Text, said: TaskReportRow | None, language: str) -> tuple[str, ...]:
    state = _NOT_REPORTED if said is None else _STATES[said.state]
    text = _BLANK.in_language(language) if said is None else said.text
    return f"{number} {title.in_language(language)}", state.in_language(language), text


def _of_measures(facts: TemplateFacts, language: str) -> DocumentTable:
    rows = [(one.text, one.due_on.isoformat(), _BLANK.in_language(language)) for one in facts.measures]
    title = Text(zh="工作计划中本月底前应完成的措施", en="Measures of the work plan due by the end of the month")
    return _table("measures", title, _MEASURES, rows, language)


def _table(
    key: str, title: Text, headings: Iterable[Text], rows: Sequence[tuple[str, ...]], language: str
) -> DocumentTable:
    columns = tuple(TableColumn(heading.in_language(language)) for heading in headings)
    return DocumentTable(key, title.in_language(language), columns, tuple(rows))


def _how_to(facts: TemplateFacts) -> Text:
    day = facts.due.isoformat()
    return Text(
        zh=f"本材料应于 {day} 前报送(含当日)。可在本文件中填写、传阅、签字后作为附件,随材料页面上的材料一并报送;"
        "任务进展须先在任务页面报告。",
        en=f"The material is due by {day}, that day included. Fill in this file, pass it round, have it signed, and "
        "attach it to the material on its page. Progress on tasks is reported on the tasks' pages first.",
    )
