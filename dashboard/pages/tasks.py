"""The plan's tasks along time, with their milestones, those who owe them, and what their dates have come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.grids.task_reports import newest_reports
from dashboard.grids.task_table import task_table
from dashboard.grids.task_timeline import TaskTimeline, task_timeline
from dashboard.locale import _, date_text, language, ngettext
from dashboard.pages.task_choice import CHOSEN, SILENT, UNCONFIRMED, asked, choice_menus
from dashboard.pages.task_filters import TaskFilters
from dashboard.pages.task_standings import checked_of, standings_of
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
from dashboard.words.section_findings import tasks_found
from dashboard.words.tasks import counted, twins_note
from metrics.plan.model import Milestone, Task
from metrics.plan.task_choice import chosen_milestones, chosen_tasks
from metrics.publish.task_standings import TASK_STANDINGS
from metrics.queries.blindness import is_blind
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.task_checks import CheckedReport
from metrics.queries.task_reports import TaskOfUnit, TaskStanding
from metrics.results import Progress
from metrics.supervision.task_checks import UNDECIDED
from metrics.supervision.twin_tasks import counted_once

Component = Any
Standings = Mapping[int, TaskStanding]
TABLE, REPORTS = "table", "reports"


def tasks_page(reading: Reading) -> Content:
    """The page at `/tasks`: all tasks, or those chosen; as a timeline or, with `show`, as text or by their reports."""
    plan, address = reading.plan, reading.address
    given, choice = asked(reading)
    filters = TaskFilters(reading, choice)
    asked_for = chosen_tasks(plan, choice)
    tasks = filters.chosen(asked_for)
    standings = standings_of(reading, tasks, units=choice.units)
    state = address.keeps("state")
    if state not in (SILENT, UNCONFIRMED) or is_blind(reading.principal):
        state = None
    checked = checked_of(reading, standings.values()) if _of_reports(address.keeps("show"), state) else {}
    wanted = _wanted(state, checked)
    if state is not None:
        units = {number: standing.units for number, standing in standings.items()}
        tasks = tuple(task for task in tasks if any(wanted(one) for one in units.get(task.number, ())))
    shown_numbers = {task.number for task in tasks}
    milestones = [m for m in chosen_milestones(plan, choice) if m.task in shown_numbers]
    title = finding(tasks, milestones, whole=len(plan.tasks), on=reading.on)
    under = [html.P(_undated(tasks, milestones), className="note")]
    show = address.keeps("show")
    head = page_head(title, reading, *under)
    legend = None if show in (TABLE, REPORTS) or not tasks else _legend()
    bar = html.Div(
        [
            choice_menus(reading, given, state=state, count=filters.count),
            html.Div(_links(reading, tasks, given, filters, named=state is not None), className="section-aside"),
        ],
        className="choice-bar",
    )
    if show == REPORTS and standings and tasks:
        shown = html.Div(
            [_reports_of(reading, standings[t.number], checked, wanted) for t in tasks if t.number in standings]
        )
    else:
        shown = _shown(reading, tasks, standings, unit=given.get("unit"))
    stand = _come_to(tasks, standings) if standings else None
    fold = html.Details(html.Summary(_("Filters and files")), className="fold phone-fold", open=bool(given))
    return Content(title=_("Tasks"), body=html.Div([head, fold, bar, filters.links(asked_for), stand, legend, shown]))


def _of_reports(show: str | None, state: str | None) -> bool:
    """Whether it matters how far reports are confirmed."""
    return show == REPORTS or state == UNCONFIRMED


def _wanted(state: str | None, checked: Mapping[int, CheckedReport]) -> Callable[[TaskOfUnit], bool]:
    """Which unit's standing the choice of reports asks for."""
    if state == SILENT:
        return lambda one: one.judged.silent
    if state == UNCONFIRMED:
        return lambda one: one.newest is not None and checked[one.newest.seq].state in UNDECIDED
    return lambda one: True


def _shown(reading: Reading, tasks: Sequence[Task], standings: Standings, *, unit: str | None) -> Component:
    plan, address = reading.plan, reading.address
    if not tasks:
        return empty(_("No task matches this choice"), dcc.Link(_("Show all tasks"), href=_unchosen(reading)))
    if address.keeps("show") == TABLE:
        shape = shape_at(reading, TASK_STANDINGS, names=())
        return task_table(plan, tasks, standings=standings, address=address, shape=shape)
    verdicts = _verdicts(reading, tasks, unit=unit)
    return task_timeline(
        TaskTimeline(plan=plan, tasks=tasks, on=reading.on, verdicts=verdicts, standings=standings, address=address)
    )


def _reports_of(
    reading: Reading,
    standing: TaskStanding,
    checked: Mapping[int, CheckedReport],
    wanted: Callable[[TaskOfUnit], bool],
) -> Component:
    task = standing.task
    link = dcc.Link(_("Reports on this task"), href=reading.address.to(f"/tasks/{task.number}"), className="quiet-link")
    title = _("Task {number}: {title}", number=task.number, title=task.title.in_language(language()))
    said = counted(one.judged.status for one in standing.units if wanted(one))
    return section(
        title + (f" · {said}" if said else ""),
        newest_reports(reading, standing, checked=checked, wanted=wanted),
        aside=link,
    )


def _links(
    reading: Reading, tasks: Sequence[Task], given: Mapping[str, str], filters: TaskFilters, *, named: bool
) -> list[Component]:
    """The other ways to look at the choice, and its files."""
    address, now = reading.address, reading.address.keeps("show")
    ways = {None: _("Timeline"), TABLE: _("Table view"), REPORTS: _("Reports of the units")}
    if is_blind(reading.principal):
        ways.pop(REPORTS)
    others = [
        dcc.Link(words, href=address.keeping(show=show), className="quiet-link")
        for show, words in ways.items()
        if show != (now if now in ways else None)
    ]
    return [*others, *_files(reading, tasks, given, filters, named=named)]


def _files(
    reading: Reading, tasks: Sequence[Task], given: Mapping[str, str], filters: TaskFilters, *, named: bool
) -> list[Component]:
    """The choice as files, none of nothing; which reports are asked for no parameter says, so each task is named."""
    if not tasks:
        return []
    numbers = [str(task.number) for task in tasks] if named or filters.shape.where else []
    asked_for = {**given, "task": numbers}
    files = [("milestones", _("Milestones as CSV"), asked_for)]
    if not is_blind(reading.principal):
        state = reading.address.keeps("state")
        of_state = {"state": UNCONFIRMED} if state == UNCONFIRMED else {}
        files.append(("task_reports", _("Reports as CSV"), asked_for | of_state))
        files += [("task_silence", _("Missing updates as CSV"), asked_for)] if state == SILENT else []
    return [
        *filters.files({**given, "task": numbers if named else []}),
        csv_link(reading.address.csv("tasks", **asked_for), words=_("Tasks as CSV")),
        *(
            html.A(words, href=reading.address.csv(dataset, **parameters), className="quiet-link", download="")
            for dataset, words, parameters in files
        ),
    ]


def _come_to(tasks: Sequence[Task], standings: Standings) -> Component:
    """What the tasks have come to, each by the worst that is known of its units; twins are one, which is said."""
    there = [(task, standings[task.number].status) for task in tasks if task.number in standings]
    return html.Div([html.H2(tasks_found(counted_once(there))), twins_note([task for task, _status in there])])


def finding(tasks: Sequence[Task], milestones: Sequence[Milestone], *, whole: int, on: date | None) -> str:
    """How many dates have come, and which is the next; of how many tasks."""
    dates = [milestone.due_on for milestone in milestones if milestone.due_on]
    ahead = sorted(day for day in dates if on is None or day > on)
    head = (
        ngettext("{n} task", "{n} tasks", whole)
        if len(tasks) == whole
        else ngettext("{n} of {all} tasks", "{n} of {all} tasks", len(tasks), all=whole)
    )
    if not dates:
        return _("{head}, none with a date", head=head)
    if not ahead:
        said = ngettext("its {n} milestone has fallen due", "all {n} milestones have fallen due", len(dates))
    else:
        said = _(
            "{passed} of {all} milestones have fallen due, the next is on {date}",
            passed=len(dates) - len(ahead),
            all=len(dates),
            date=date_text(ahead[0]),
        )
    return head + _(": ") + said


def _undated(tasks: Sequence[Task], milestones: Sequence[Milestone]) -> str:
    """How many of the tasks wait for no date, and how many dates were past when the plan was issued."""
    dated = {milestone.task for milestone in milestones if milestone.due_on}
    without = [task for task in tasks if task.number not in dated]
    province = sum(1 for task in without if task.province_coordinated)
    rolling = len(without) - province
    unsure = sum(1 for milestone in milestones if milestone.past_at_issue)
    parts = [
        ngettext("{n} is ongoing, with no end date", "{n} are ongoing, with no end date", rolling),
        ngettext("{n} is dated by the province", "{n} are dated by the province", province),
        ngettext(
            "{n} milestone was past when the plan was issued: to be confirmed",
            "{n} milestones were past when the plan was issued: to be confirmed",
            unsure,
        ),
    ]
    return " · ".join(part for part, n in zip(parts, (rolling, province, unsure), strict=True) if n)


def _unchosen(reading: Reading) -> str:
    return reading.address.keeping(**dict.fromkeys((*CHOSEN, "state", "where")))


def _verdicts(reading: Reading, tasks: Sequence[Task], *, unit: str | None) -> dict[tuple[int, date], list[Progress]]:
    """(task, due day) → verdicts on the measured targets that the task promises for that day.

    They are the chosen unit's, else the city's. Nothing for those from whom reported figures are kept.
    """
    if reading.on is None or is_blind(reading.principal):
        return {}
    numbers = {task.number for task in tasks}
    owed = {
        target.code: target
        for target in reading.plan.targets_in_force(reading.on)
        if target.measured and target.due_on and numbers.intersection(target.tasks)
    }
    judged = progress_by_unit(
        reading.session,
        reading.view,
        month=reading.month,
        units=[unit or reading.plan.document.root_unit],
        targets=list(owed),
    )
    found: dict[tuple[int, date], list[Progress]] = {}
    for verdict in judged.progress:
        target = owed[verdict.target_code]
        for number in target.tasks:
            if target.due_on is not None:
                found.setdefault((number, target.due_on), []).append(verdict)
    return found


def _legend() -> Component:
    signs = {
        "come": _("finish by, now due"),
        "ahead": _("finish by, ahead"),
        "start": _("start"),
        "until": _("rolling until then"),
        "unsure": _("past when issued, to be confirmed"),
    }
    lines = {"dated": _("towards a date"), "rolling": _("rolling, no end"), "province": _("dated by the province")}
    parts = [
        html.Span([html.Span(className=f"milestone-sign milestone-{name}", **{"aria-hidden": "true"}), words])
        for name, words in signs.items()
    ]
    parts += [
        html.Span([html.Span(className=f"stretch stretch-{name}", **{"aria-hidden": "true"}), words])
        for name, words in lines.items()
    ]
    return html.P(parts, className="legend timeline-legend")
