"""The filters of the tasks page: what tasks have come to, when they are due, who leads them; and the same as files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from dash import dcc, html

from dashboard.grids.chosen_table import Filter, Row, file_links, filter_links
from dashboard.locale import _, count_text, date_text
from dashboard.pages.task_choice import offered_codes
from dashboard.pages.task_standings import judged_month, standings_of
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
from dashboard.words.tasks import task_status_mark
from metrics.plan.model import Task
from metrics.plan.task_choice import TaskChoice, chosen_tasks
from metrics.publish.dataset import Wording
from metrics.publish.shape import CellCondition, TableShape
from metrics.publish.shaped import arranged
from metrics.publish.task_standings import TASK_STANDINGS, StandingOnDay
from metrics.queries.task_reports import TaskStanding
from metrics.task_reports import WORST_FIRST

Component = Any
SORTED = ("task_number", "status", "due_on")  # what headings sort by
SOON = timedelta(days=92)
_MOST_LEADS = 6
TABLE_COLUMNS = (
    "task_number",
    "task_title",
    "status",
    "group_code",
    "kind",
    "lead_units",
    "responsible_units",
    "milestones",
    "due_on",
    "deadline",
)
_HEADINGS = {column.name: column for column in TASK_STANDINGS.columns}


@dataclass(frozen=True)
class TaskFilters:
    """`choice`: the tasks that the menus choose; of these the address asks for some by what they have come to."""

    reading: Reading
    choice: TaskChoice

    @cached_property
    def shape(self) -> TableShape:
        return shape_at(self.reading, TASK_STANDINGS, names=())

    @cached_property
    def _standings(self) -> Mapping[int, TaskStanding]:
        """All tasks with every unit that owes them; nothing for those from whom reported figures are kept."""
        return standings_of(self.reading, self.reading.plan.tasks)

    @cached_property
    def _words(self) -> Wording:
        return Wording(self.reading.session, self.reading.view, language=self.reading.address.language)

    def rows(self, tasks: Sequence[Task], units: Collection[str]) -> list[Row]:
        """What the dataset says of the tasks, as `units` stand with them; empty: all that owe them."""
        on, plan = judged_month(self.reading).on, self.reading.plan
        found: list[Row] = []
        for task in tasks:
            known = self._standings.get(task.number, TaskStanding(task, ()))
            stand = tuple(one for one in known.units if not units or one.unit in units)
            row = StandingOnDay(TaskStanding(task, stand), on, plan)
            found.append(TASK_STANDINGS.row(row, self._words))
        return found

    def chosen(self, tasks: Sequence[Task]) -> tuple[Task, ...]:
        """Those of `tasks` that the address asks for, in its order."""
        if not self._standings or not self.shape:
            return tuple(tasks)
        by_number = {task.number: task for task in tasks}
        rows = arranged(self.rows(tasks, self.choice.units), self.shape, _HEADINGS)
        return tuple(by_number[int(str(row["task_number"]))] for row in rows)

    def count(self, name: str, code: str | None) -> int:
        """How many tasks there are with that choice in one menu and everything else as it is."""
        changed: dict[str, Any] = {f"{name}s": () if code is None else (code,)}
        asked = replace(self.choice, **changed)
        tasks = chosen_tasks(self.reading.plan, asked)
        if not self.shape.where or not self._standings:
            return len(tasks)
        return len(arranged(self.rows(tasks, asked.units), self.shape, _HEADINGS))

    def links(self, tasks: Sequence[Task]) -> Component:
        """The links by what tasks have come to and by when they are due; `tasks`: those that the menus choose."""
        if not self._standings:
            return None
        rows = self.rows(tasks, self.choice.units)
        words: dict[str, Component] = {status.value: task_status_mark(status) for status in WORST_FIRST}
        by_status = Filter("status", _("Progress"), words)
        address = self.reading.address
        return html.Div(
            [filter_links(address, self.shape, by_status, rows, _HEADINGS), self._by_date(rows), self._by_lead()],
            className="table-acts",
        )

    def _by_date(self, rows: Sequence[Row]) -> Component:
        on, column = judged_month(self.reading).on, "due_on"
        soon = (on + SOON).isoformat()
        day = on.isoformat()
        options = {
            _("All"): (),
            _("Past due"): (CellCondition(column, (day,), "<="),),
            _("Up to {date}", date=date_text(on + SOON)): (
                CellCondition(column, (day,), ">"),
                CellCondition(column, (soon,), "<="),
            ),
            _("Due later"): (CellCondition(column, (soon,), ">"),),
            _("No date"): (CellCondition(column, ("",)),),
        }
        others = tuple(one for one in self.shape.where if one.column != column)
        now = tuple(one for one in self.shape.where if one.column == column)
        links = []
        for words, asked in options.items():
            where = (*others, *asked)
            count = len(arranged(rows, TableShape(where=where), _HEADINGS))
            if count or asked == now:
                href = self.reading.address.keeping(where=";".join(one.written for one in where) or None)
                links.append(_counted_link(href, words, count, chosen=asked == now))
        inside = [html.Span(_("Due"), className="filter-title"), *links]
        return html.Nav(inside, className="counted-links", **{"aria-label": _("Due")})

    def _by_lead(self) -> Component:
        """Who leads most of the tasks that progress or dates leave; the menu has everybody, and is enough for all."""
        if not self.shape.where:
            return None
        address, chosen = self.reading.address, self.choice.leads
        names = offered_codes(self.reading.plan, "lead")
        counts = {code: count for code in names if (count := self.count("lead", code))}
        shown = chosen or sorted(counts, key=lambda code: -counts[code])[:_MOST_LEADS]
        links = [_counted_link(address.keeping(lead=None), _("All"), self.count("lead", None), chosen=not chosen)]
        for code in shown:
            href = address.keeping(lead=code)
            links.append(_counted_link(href, names[code], counts.get(code, 0), chosen=code in chosen))
        inside = [html.Span(_("Led by"), className="filter-title"), *links]
        return html.Nav(inside, className="counted-links", **{"aria-label": _("Led by")})

    def files(self, given: Mapping[str, str | Sequence[str]]) -> list[Component]:
        """What is shown, as files; `given`: the parameters of the menus. Nothing for strangers."""
        if not self._standings or self.reading.principal is None:
            return []
        shape = replace(self.shape, columns=TABLE_COLUMNS)
        on = judged_month(self.reading).on.isoformat()
        return file_links(self.reading.address, "task_standings", shape, on=on, **given)


def _counted_link(href: str, words: str, count: int, *, chosen: bool) -> Component:
    link = dcc.Link(
        [words, html.Span(count_text(count), className="count")], href=href, className="chosen" if chosen else ""
    )
    return html.Span(link, **({"aria-current": "true"} if chosen else {}))
