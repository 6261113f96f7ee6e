"""The plan's tasks along time, with their milestones, those who owe them, and what their dates have come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.grids.task_table import task_table
from dashboard.grids.task_timeline import TaskTimeline, task_timeline
from dashboard.locale import _, date_text, ngettext
from dashboard.pages.content import Content
from dashboard.parts import csv_link, empty, page_head
from dashboard.reading import Reading
from dashboard.task_choice import CHOSEN, asked, choice_menus
from metrics.plan.choosing import chosen_milestones, chosen_tasks
from metrics.plan.model import Milestone, Task
from metrics.queries.blindness import is_blind
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.results import Progress

Component = Any
TABLE = "table"


def tasks_page(reading: Reading) -> Content:
    """The page at `/tasks`: all tasks, or those chosen; as a timeline or, with `show=table`, as text."""
    plan, place = reading.plan, reading.place
    given, choice = asked(reading)
    tasks = chosen_tasks(plan, choice)
    as_table = place.keeps("show") == TABLE
    if not tasks:
        shown = empty(_("No task fits this choice"), dcc.Link(_("Show all tasks"), href=_unchosen(reading)))
    elif as_table:
        shown = task_table(plan, tasks)
    else:
        verdicts = _verdicts(reading, tasks, unit=given.get("unit"))
        shown = task_timeline(TaskTimeline(plan=plan, tasks=tasks, on=reading.on, verdicts=verdicts))
    title = finding(tasks, chosen_milestones(plan, choice), whole=len(plan.tasks), on=reading.on)
    under = html.P(_undated(tasks, chosen_milestones(plan, choice)), className="note")
    links = [
        dcc.Link(
            _("Timeline") if as_table else _("Table view"),
            href=place.keeping(show=None if as_table else TABLE),
            className="quiet-link",
        ),
        csv_link(place.csv("tasks", **given)),
        html.A(_("Milestones as CSV"), href=place.csv("milestones", **given), className="quiet-link", download=""),
    ]
    bar = html.Div([choice_menus(reading, given), html.Div(links, className="section-aside")], className="choice-bar")
    legend = None if as_table or not tasks else _legend()
    return Content(title=_("Tasks"), body=html.Div([page_head(title, reading, under), bar, legend, shown]))


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
        said = ngettext(
            "the date of its {n} milestone has come", "the dates of all {n} milestones have come", len(dates)
        )
    else:
        said = _(
            "the dates of {passed} of {all} milestones have come, the next is {date}",
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
        ngettext("{n} rolls on without a date", "{n} roll on without a date", rolling),
        ngettext("{n} is dated by the province", "{n} are dated by the province", province),
        ngettext(
            "{n} milestone was past when the plan was issued: to be confirmed",
            "{n} milestones were past when the plan was issued: to be confirmed",
            unsure,
        ),
    ]
    return " · ".join(part for part, n in zip(parts, (rolling, province, unsure), strict=True) if n)


def _unchosen(reading: Reading) -> str:
    return reading.place.keeping(**dict.fromkeys(CHOSEN))


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
        on=reading.on,
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
        "come": _("finish by, the date has come"),
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
