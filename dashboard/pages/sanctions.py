"""Sanctions that the plan prints for tasks, on the pages of tasks and units, with the reviewer's forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press, reason_field
from dashboard.locale import _, instant_text
from dashboard.parts import csv_link, empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from metrics.plan.model import Task
from metrics.principal import Scope
from metrics.queries.blindness import is_blind
from metrics.queries.task_sanctions import SanctionRow, task_sanctions
from metrics.supervision.task_sanctions import Sanction

Component = Any


def task_sanction(reading: Reading, task: Task) -> Component:
    """The clause, the marks and, for a reviewer, the forms; nothing for a task without one, or for strangers."""
    if not task.sanction or _kept_from(reading):
        return None
    return _marks(reading, tasks=[task], empty_words=_("No sanction has been marked"))


def sanctions_of_unit(reading: Reading, unit: str) -> Component:
    """The marks on a unit; nothing where there are none."""
    if _kept_from(reading) or not task_sanctions(reading.session, reading.view, units=[unit]):
        return None
    return _marks(reading, units=[unit])


def _kept_from(reading: Reading) -> bool:
    return reading.view.public or is_blind(reading.principal)


def _marks(
    reading: Reading, *, tasks: Collection[Task] = (), units: Collection[str] = (), empty_words: str = ""
) -> Component:
    numbers = [task.number for task in tasks]
    found = task_sanctions(reading.session, reading.view, tasks=numbers, units=units)
    acts = [act for each in found for act in (each.marked, each.lifted) if act is not None]
    names = reading.names({act.actor for act in acts})
    headings = [_("Task"), _("Unit"), _("Whose, or which system"), _("Marked"), _("Lifted")]
    may = reading.principal is not None and reading.principal.may(Scope.VERIFY) and reading.view.is_now
    table = plain_table(_("Sanctions"), headings, [_row(reading, each, names, may=may) for each in found])
    chosen = {"task": [str(number) for number in numbers], "unit": list(units)}
    csv = csv_link(reading.address.csv("task_sanctions", **{name: value for name, value in chosen.items() if value}))
    return section(
        _("Sanctions"),
        *(html.Blockquote(task.sanction, lang="zh-CN") for task in tasks),
        scrolled(table, name="texts") if found else empty(empty_words),
        *(_form(reading, task) for task in tasks if may),
        aside=csv,
    )


def _row(reading: Reading, each: Sanction[SanctionRow], names: Mapping[str, str], *, may: bool) -> list[Component]:
    marked = each.marked
    if each.lifted is not None:
        ended: Component = _act(reading, each.lifted, names)
    else:
        ended = [html.Span(_("In force")), *([_lift_form(marked)] if may else [])]
    return [
        dcc.Link(_("Task {number}", number=marked.task), href=reading.address.to(f"/tasks/{marked.task}")),
        unit_name(reading.plan.unit_by_code[marked.unit]),
        html.Span(marked.subject, lang="zh-CN"),
        _act(reading, marked, names),
        ended,
    ]


def _act(reading: Reading, act: SanctionRow, names: Mapping[str, str]) -> Component:
    said = [instant_text(act.recorded_at, timezone=reading.timezone), names[act.actor], act.reason]
    return " · ".join(part for part in said if part)


def _form(reading: Reading, task: Task) -> Component:
    options = [
        html.Option(unit_name(reading.plan.unit_by_code[code]), value=code)
        for code in reading.plan.owing_units[task.number]
    ]
    unit = html.Select(options, name="unit", id="sanction-unit", className="entry")
    subject = dcc.Input(
        id="sanction-subject", name="subject", type="text", className="entry", maxLength=200, autoComplete="off"
    )
    form = asking_form(
        "task.sanction",
        html.Div([html.Label(_("Unit"), htmlFor="sanction-unit"), unit], className="field"),
        html.Div([html.Label(_("Whose, or which system"), htmlFor="sanction-subject"), subject], className="field"),
        *reason_field("sanction-reason", _("Reason")),
        press(_("Set the mark")),
        fields={"task": str(task.number)},
    )
    return folded(_("Set the mark"), form)


def _lift_form(marked: SanctionRow) -> Component:
    form = asking_form(
        "task.lift_sanction",
        *reason_field(f"lift-{marked.seq}", _("Reason")),
        press(_("Lift the mark")),
        fields={"task": str(marked.task), "number": str(marked.seq)},
    )
    return folded(_("Lift the mark"), form)
