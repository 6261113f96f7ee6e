"""Task reports as tables: the newest of every unit, and one unit's reports with every revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.evidence import evidence
from dashboard.locale import _, instant_text, month_text
from dashboard.parts import plain_table, scrolled
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.materials import body_label
from dashboard.words.tasks import check_state_mark, silence_text, task_state_word, task_status_mark
from metrics.plan.model import Task
from metrics.queries.task_checks import CheckedReport
from metrics.queries.task_reports import TaskOfUnit, TaskReportRow, TaskStanding
from metrics.supervision.bodies import bodies
from metrics.supervision.task_checks import CheckState, confirming_units
from metrics.supervision.task_silence import step_after
from metrics.task_reports import TaskStatus

Component = Any


def newest_reports(
    reading: Reading,
    standing: TaskStanding,
    *,
    checked: Mapping[int, CheckedReport],
    wanted: Callable[[TaskOfUnit], bool] = lambda one: True,
) -> Component:
    """One row for each unit that owes the task and is `wanted`: what it has come to, and the unit's newest report.

    `checked`: how far each report is confirmed, by its place in the ledger.
    """
    headings = [_("Unit"), _("Progress"), _("Month"), _("What was done"), _("Evidence"), _("Confirmation")]
    rows = [
        [
            _unit(reading, standing, one),
            _mark(reading, one, standing.task, led=bool(confirming_units(reading.plan, standing.task, one.unit))),
            *_said(reading, one),
            _confirmed(one.newest, checked),
        ]
        for one in standing.units
        if wanted(one)
    ]
    caption = _("Latest reports on task {number}", number=standing.task.number)
    return scrolled(plain_table(caption, headings, rows), name="texts task-reports")


def history_of_reports(
    reading: Reading, reports: Sequence[TaskReportRow], *, checked: Mapping[int, CheckedReport], caption: str
) -> Component:
    """Every revision, the newest month and revision first; who and why where the reader is told."""
    headings = [_("Month"), _("Revision"), _("Progress"), _("What was done"), _("Evidence"), _("Recorded")]
    headings.append(_("Confirmation"))
    by = {each.newest.actor for each in checked.values() if each.newest is not None}
    names = reading.names({report.actor for report in reports} | by)
    ordered = sorted(reports, key=lambda report: (report.period, report.revision), reverse=True)
    rows = [
        [
            month_text(report.period),
            _("revision {n}", n=report.revision),
            task_status_mark(TaskStatus(report.state.value)),
            [html.Span(report.text, lang="zh-CN"), *_revised(report)],
            evidence(reading, report.evidence, report.attachments),
            [instant_text(report.recorded_at, timezone=reading.timezone), _by(report, names[report.actor])],
            [_confirmed(report, checked), *_step(reading, checked.get(report.seq), names)],
        ]
        for report in ordered
    ]
    return scrolled(plain_table(caption, headings, rows), name="texts task-reports")


def _unit(reading: Reading, standing: TaskStanding, one: TaskOfUnit) -> Component:
    href = reading.address.to(f"/tasks/{standing.task.number}", unit=one.unit)
    return dcc.Link(unit_name(reading.plan.unit_by_code[one.unit]), href=href)


def _mark(reading: Reading, one: TaskOfUnit, task: Task, *, led: bool) -> Component:
    """What it has come to; beside it what the unit says, where that is another thing, which department says so, a
    twin's report, and silence.
    """
    status = one.judged.status
    beside = []
    if one.newest is not None and status.value != one.newest.state.value:
        beside.append(_("reported: {state}", state=task_state_word(one.newest.state)))
    if one.newest is not None and one.newest.unit != one.unit:
        beside.append(_("reported by {unit}", unit=body_label(bodies(reading.plan)[one.newest.unit])))
    if one.newest is not None and one.newest.task != task.number:
        beside.append(_("reported on task {number}, which counts for this one", number=one.newest.task))
    step = step_after(one.judged.months, led=led)
    if step is not None:
        beside.append(silence_text(one.judged.months, step))
    return [task_status_mark(status), *(html.Span(words, className="note beside-mark") for words in beside)]


def _said(reading: Reading, one: TaskOfUnit) -> list[Component]:
    if one.newest is None:
        return [NOTHING, NOTHING, NOTHING]
    text = html.Span(one.newest.text, lang="zh-CN", className="report-text")
    return [
        month_text(one.newest.period),
        text,
        evidence(reading, one.newest.evidence, one.newest.attachments),
    ]


def _confirmed(report: TaskReportRow | None, checked: Mapping[int, CheckedReport]) -> Component:
    found = None if report is None else checked.get(report.seq)
    return NOTHING if found is None else check_state_mark(found.state)


def _step(reading: Reading, checked: CheckedReport | None, names: Mapping[str, str]) -> list[Component]:
    """Which unit took the newest step, when, who and why as far as the reader is told."""
    step = None if checked is None else checked.newest
    if step is None or checked is None or checked.state is CheckState.SUPERSEDED:
        return []
    unit = reading.plan.unit_by_code.get(step.by_unit)
    said = [
        instant_text(step.recorded_at, timezone=reading.timezone),
        _("City bureau") if unit is None else unit_name(unit),
        names[step.actor],
        step.reason,
    ]
    return [html.Span(" · ".join(part for part in said if part), className="note beside-mark")]


def _revised(report: TaskReportRow) -> list[Component]:
    if report.revision == 1 or not report.reason:
        return []
    return [html.Span(_("Revised: {reason}", reason=report.reason), className="note beside-mark")]


def _by(report: TaskReportRow, name: str) -> Component:
    """Its place in the ledger, and who reported where the reader is told."""
    place = _("no. {seq}", seq=report.seq)
    return html.Span(f"{name} · {place}" if name else place, className="note beside-mark")
