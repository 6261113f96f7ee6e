"""One task: what the plan says, how every unit stands with it, one unit's reports, and the form to report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, press
from dashboard.grids.progress_rows import in_display_order
from dashboard.grids.task_contradictions import contradictions_section
from dashboard.grids.task_reports import history_of_reports, newest_reports
from dashboard.grids.task_timeline import names, when
from dashboard.locale import _, language, month_text
from dashboard.pages.refusals import not_found
from dashboard.pages.sanctions import task_sanction
from dashboard.pages.slip_links import issue_link
from dashboard.pages.task_check_forms import check_forms
from dashboard.pages.task_standings import checked_of, judged_month, standings_of
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.choices import Option, choice_menu
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import due_text, target_name, target_rule
from dashboard.words.materials import body_label
from dashboard.words.tasks import counted, task_state_word
from metrics.periods import format_period
from metrics.plan.model import Task
from metrics.plan.task_choice import milestones_of
from metrics.principal import Role
from metrics.queries.present_submission import open_periods
from metrics.queries.task_checks import checked
from metrics.queries.task_reports import TaskReportRow, TaskStanding, task_reports
from metrics.supervision.bodies import bodies, reporting_bodies
from metrics.supervision.twin_tasks import twins_of
from metrics.task_reports import LONGEST_TEXT, TaskState

Component = Any


def task_page(reading: Reading, number: str) -> Content:
    """The page at `/tasks/{number}`. `unit` in the address: whose reports are listed."""
    task = next((task for task in reading.plan.tasks if task.number == int(number)), None)
    if task is None:
        return not_found(reading, what=_("The plan has no task {number}", number=number))
    standing = standings_of(reading, [task]).get(task.number)
    title = _("Task {number}: {title}", number=number, title=task.title.in_language(language()))
    unit = _unit(reading, task)
    said = counted(one.judged.status for one in standing.units) if standing else ""
    desk = _is_desk(reading, task, unit)
    under = (html.P(said, className="note"), html.P(_all_tasks(reading), className="screen-only"))
    own = [] if unit is None else [task_form(reading, task, unit), _history(reading, task, unit)]
    newest = _newest(reading, task, standing)
    body = html.Div(
        [
            page_head(title, reading, *under, dated=not desk),
            _plan_says(reading, task),
            contradictions_section(reading, tasks=[task]),
            task_sanction(reading, task),
            *([*own, newest] if desk else [newest, *own]),
        ]
    )
    return Content(title=title, body=body, desk=desk)


def _is_desk(reading: Reading, task: Task, unit: str | None) -> bool:
    """True for a clerk who may report on the task: then the form is what the page is for."""
    clerk = reading.principal is not None and reading.principal.role is Role.CLERK
    return clerk and unit in reporting_bodies_of(reading, task)


def _unit(reading: Reading, task: Task) -> str | None:
    """Whose reports are listed: the chosen one's, else one of the reader's own, else the first that owes it."""
    reporting = reporting_bodies(reading.plan, task)
    chosen = reading.address.keeps("unit")
    own = reporting_bodies_of(reading, task)
    return chosen if chosen in reporting else next(iter([*own, *reporting]), None)


def _plan_says(reading: Reading, task: Task) -> Component:
    plan = reading.plan
    facts = [
        (_("Led by"), names(plan, task.leads)),
        (_("Responsible"), names(plan, task.responsible)),
        (_("Deadline as printed"), task.deadline_raw),
    ]
    milestones = [
        html.Li(when(m) + _(": ") + m.requirement.in_language(language())) for m in milestones_of(plan, task.number)
    ]
    return html.Div(
        [
            *(html.P([html.Span(label, className="note"), " ", words]) for label, words in facts if words),
            _twins(reading, task),
            _targets(reading, task),
            html.Ul(milestones) if milestones else None,
            html.Details(
                [html.Summary(_("The clause, verbatim")), html.Blockquote(task.text_zh, lang="zh-CN")],
                className="table-view",
            ),
        ],
        className="task-says",
    )


def _twins(reading: Reading, task: Task) -> Component:
    """The tasks that print the same work, each a link; nothing for most."""
    twins = twins_of(reading.plan, task)
    if not twins:
        return None
    links = [
        part
        for number in twins
        for part in (" ", dcc.Link(_("Task {number}", number=number), href=reading.address.to(f"/tasks/{number}")))
    ]
    hint = _("The same work; one report counts for all of them, and they are counted once:")
    return html.P([html.Span(hint, className="note"), *links])


def _targets(reading: Reading, task: Task) -> Component:
    """The targets in force that the task promises, each a link with what it demands and by when; nothing for none."""
    plan = reading.plan
    on = judged_month(reading).on
    targets = in_display_order(
        plan, [one for one in plan.targets_in_force(on) if task.number in one.tasks and one.measured]
    )
    if not targets:
        return None
    links = [
        html.Li(
            [
                dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")),
                " ",
                target_rule(target, plan.indicator_by_code[str(target.indicator)]),
                " ",
                html.Span(due_text(target), className="note"),
            ]
        )
        for target in targets
    ]
    return html.Div([html.Span(_("What measures it"), className="note"), html.Ul(links)], className="task-targets")


def _newest(reading: Reading, task: Task, standing: TaskStanding | None) -> Component:
    title = _("Each unit's latest report")
    if standing is None:
        return section(title, empty(_("No reporting unit owes this task")))
    csv = csv_link(reading.address.csv("task_reports", task=str(task.number)))
    unit = reading.address.keeps("unit")
    issue = issue_link(reading, task=str(task.number), **({"unit": unit} if unit else {}))
    table = newest_reports(reading, standing, checked=checked_of(reading, [standing]))
    return section(title, table, aside=[issue, csv])


def _history(reading: Reading, task: Task, unit: str) -> Component:
    until = judged_month(reading).period
    found = task_reports(
        reading.session, reading.view, tasks=[task.number], units=[unit], period_to=until, history=True
    )
    name = body_label(bodies(reading.plan)[unit])
    title = _("All reports of {unit}", unit=name)
    asked_for = {"task": str(task.number), "unit": unit, "period_to": format_period(until), "history": "true"}
    csv = csv_link(reading.address.csv("task_reports", **asked_for), title)
    states = checked(reading.session, reading.view, found)
    newest = max(found, key=lambda report: (report.period, report.revision), default=None)
    table = (
        history_of_reports(reading, found, checked=states, caption=title)
        if found
        else empty(_("{unit} has not reported on this task up to {month}", unit=name, month=month_text(until)))
    )
    forms = [] if newest is None else check_forms(reading, task, newest, states[newest.seq].state)
    return section(title, _unit_menu(reading, task, unit), table, *forms, aside=csv)


def _unit_menu(reading: Reading, task: Task, unit: str) -> Component:
    known = bodies(reading.plan)
    options = [
        Option(body_label(known[code]), reading.address.keeping(unit=code), chosen=code == unit)
        for code in reporting_bodies(reading.plan, task)
    ]
    return html.Div(choice_menu(_("Unit"), options), className="choice-menus") if len(options) > 1 else None


def _all_tasks(reading: Reading) -> Component:
    """The way back to the tasks."""
    return dcc.Link(_("All tasks"), href=reading.address.to("/tasks"), className="quiet-link")


def reporting_bodies_of(reading: Reading, task: Task) -> list[str]:
    """Units and departments for which the reader may report on the task now, in display order: a clerk's own, for a
    reviewer all.
    """
    principal = reading.principal
    if principal is None or not reading.view.is_now:
        return []
    return [code for code in reporting_bodies(reading.plan, task) if principal.may_post_for(code)]


def task_form(reading: Reading, task: Task, unit: str) -> Component:
    """The form for `unit` and the month judged, with a menu of months; nothing for those who may not report for it.

    What stands for that month is in it already, to be revised.
    """
    if unit not in reporting_bodies_of(reading, task):
        return None
    month = judged_month(reading).period
    stands = _standing(reading, task, unit, month)
    fields = {
        "task": str(task.number),
        "unit": unit,
        "period": format_period(month),
        "seen": "" if stands is None else stands.etag.strip('"'),
    }
    form = asking_form(
        "task.report",
        _state_choice(stands),
        _entry(
            "evidence", _("Address of the evidence"), value=stands.evidence if stands else "", placeholder="https://"
        ),
        _text(stands),
        attach_field(reading, unit, carried=stands.attachments if stands else ()),
        *([_entry("reason", _("Why it is revised"), required=True)] if stands else []),
        press(_("Revise") if stands else _("Report"), main=True),
        fields=fields,
        name="assess-form task-form",
    )
    said = {"unit": body_label(bodies(reading.plan)[unit]), "month": month_text(month)}
    title = _("Revise the report of {unit} for {month}", **said) if stands else _("Report: {unit}, {month}", **said)
    hint = _("What is reported here is published with the next release; why it was revised, and by whom, is not.")
    return section(title, html.P(hint, className="note"), _month_menu(reading, month), form, name="screen-only")


def _standing(reading: Reading, task: Task, unit: str, month: date) -> TaskReportRow | None:
    found = task_reports(
        reading.session, reading.view, tasks=[task.number], units=[unit], period_from=month, period_to=month
    )
    return found[0] if found else None


def _month_menu(reading: Reading, month: date) -> Component:
    """The months for which a report can be sent, newest first; each shows what stands for it already."""
    months = {month, *open_periods(reading.plan, now=datetime.now(UTC))}
    options = [
        Option(month_text(each), reading.address.in_month(each), chosen=each == month)
        for each in sorted(months, reverse=True)
    ]
    return html.Div(choice_menu(_("Month"), options), className="choice-menus")


def _state_choice(stands: TaskReportRow | None) -> Component:
    """A list to choose from; what stands comes first."""
    now = TaskState.IN_PROGRESS if stands is None else stands.state
    ordered = sorted(TaskState, key=lambda state: state is not now)
    options = [html.Option(task_state_word(state), value=state.value) for state in ordered]
    entry = html.Select(options, name="state", id="task-report-state", className="entry")
    return html.Div([html.Label(_("Progress"), htmlFor="task-report-state"), entry], className="field")


def _text(stands: TaskReportRow | None) -> Component:
    entry = html.Textarea(
        "" if stands is None else stands.text,
        name="text",
        id="task-report-text",
        required=True,
        maxLength=LONGEST_TEXT,
        rows=3,
        className="entry",
    )
    label = html.Label(_("What was done in that month"), htmlFor="task-report-text")
    return html.Div([label, entry], className="field field-wide")


def _entry(name: str, label: str, **properties: Any) -> Component:
    identity = f"task-report-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", maxLength=2000, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")
