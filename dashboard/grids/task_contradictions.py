"""Reports on tasks that the figures which measure these contradict: a table for pages of tasks, targets and units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, month_text, ngettext
from dashboard.parts import csv_link, plain_table, scrolled, section, verdict_mark
from dashboard.window.reading import Reading
from dashboard.words.figures import measure, target_name, target_rule, unit_name, value_text, with_measure
from dashboard.words.tasks import task_state_word
from metrics.periods import format_period
from metrics.plan.model import Task
from metrics.queries.blindness import is_blind
from metrics.queries.task_contradictions import TaskContradiction, task_contradictions

Component = Any
_MOST = 50  # rows on a page; the CSV has all


def contradictions_section(
    reading: Reading,
    *,
    tasks: Sequence[Task] | None = None,
    units: Collection[str] = (),
    targets: Collection[str] = (),
    found: Sequence[TaskContradiction] | None = None,
) -> Component:
    """The section; nothing where reports and figures go together, or the reader is kept from them.

    `found`: what contradicts, where it is known already.
    """
    found = contradictions_of(reading, tasks=tasks, units=units, targets=targets) if found is None else found
    if not found or reading.month is None:
        return None
    headings = [_("Task"), _("Unit"), _("The unit reported"), _("Target"), _("The figure")]
    title = _("Reports that the figures contradict")
    asked_for = {
        "task": [str(task.number) for task in tasks or ()],
        "unit": list(units),
        "target": list(targets),
        "period": format_period(reading.month.period),
    }
    asked_for = {name: value for name, value in asked_for.items() if value}
    csv = None if reading.view.public else csv_link(reading.address.csv("task_contradictions", **asked_for))
    hint = _("What a unit says and what its figures say are set side by side; neither is changed.")
    table = scrolled(plain_table(title, headings, [_row(reading, each) for each in found[:_MOST]]), name="texts")
    more = len(found) - _MOST
    rest = ngettext("{n} more is in the CSV", "{n} more are in the CSV", more) if more > 0 else ""
    said = ngettext("{n} task report contradicts its figure", "{n} task reports contradict their figures", len(found))
    return section(
        said, html.P(hint, className="note"), table, html.P(rest, className="note") if rest else None, aside=csv
    )


def contradictions_of(
    reading: Reading,
    *,
    tasks: Sequence[Task] | None = None,
    units: Collection[str] = (),
    targets: Collection[str] = (),
) -> list[TaskContradiction]:
    """What contradicts in the month judged; nothing for those from whom reported figures are kept."""
    if reading.month is None or is_blind(reading.principal):
        return []
    return task_contradictions(
        reading.session, reading.view, month=reading.month, tasks=tasks, units=units, targets=targets
    )


def _row(reading: Reading, found: TaskContradiction) -> list[Component]:
    report, verdict, plan = found.report, found.verdict, reading.plan
    target = plan.target_revision(verdict.target_code, verdict.target_revision)
    indicator = plan.indicator_by_code[verdict.indicator_code]
    value = with_measure(value_text(plan, indicator, verdict.value), measure(indicator))
    href = reading.address.to(f"/tasks/{report.task}", unit=verdict.unit_code)
    return [
        dcc.Link(_("Task {number}", number=report.task), href=href),
        unit_name(plan.unit_by_code[verdict.unit_code]),
        [task_state_word(report.state), html.Span(month_text(report.period), className="note beside-mark")],
        dcc.Link(
            f"{target_name(target)} {target_rule(target, indicator)}",
            href=reading.address.to(f"/targets/{target.code}", unit=verdict.unit_code),
        ),
        [verdict_mark(verdict), html.Span(value, className="note beside-mark")],
    ]
