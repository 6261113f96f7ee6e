"""One unit: all its targets as rows, the courses of the core indicators, its tasks, and the history of its returns."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.assessed import assessed_until
from dashboard.grids.beside import assessed_section
from dashboard.grids.progress_rows import in_display_order, progress_rows
from dashboard.grids.unit_tasks import unit_tasks
from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.pages.content import Content
from dashboard.pages.not_found import not_found
from dashboard.pages.unit_returns import people_section, returns_section
from dashboard.pages.unit_trends import unit_trends
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.reading import Reading
from dashboard.task_standings import counted, standings_of
from dashboard.wording import unit_name
from metrics.periods import due_on, period_of
from metrics.plan.model import Unit, UnitKind
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Status
from metrics.task_reports import owing_units

Component = Any


def kind_of_unit(kind: UnitKind) -> str:
    return {
        UnitKind.CITY: _("City, added up from its units"),
        UnitKind.CITY_DEPARTMENTS: _("City departments"),
        UnitKind.DISTRICT: _("District"),
        UnitKind.COUNTY: _("County"),
        UnitKind.COUNTY_LEVEL_CITY: _("County-level city"),
        UnitKind.FUNCTIONAL_ZONE: _("Functional zone"),
    }[kind]


def unit_page(reading: Reading, code: str) -> Content:
    """The page at `/units/{code}`."""
    unit = reading.plan.unit_by_code.get(code)
    if unit is None:
        return not_found(reading, what=_("There is no unit {code}", code=code[:40]))
    judged = progress_by_unit(reading.session, reading.view, on=reading.on, units=[code], whole_courses=True)
    title = finding(reading, judged, unit)
    body = html.Div(
        [
            page_head(title, reading, html.P(f"{unit.code} · {kind_of_unit(unit.kind)}", className="note")),
            *(_figures(reading, judged, unit) if judged.period else [_owed(reading, unit)]),
            _tasks(reading, unit),
            *([] if unit.code in reading.plan.children or reading.view.public else _inner(reading, unit)),
        ]
    )
    return Content(title=title, body=body)


def finding(reading: Reading, judged: Judged, unit: Unit) -> str:
    """How many core targets the unit meets, and how many are overdue."""
    name = unit_name(unit)
    if judged.on is None:
        return name
    codes = {target.code for target in core_targets(reading.view, on=judged.on)}
    core = [p for p in judged.progress if p.target_code in codes and p.status is not Status.NOT_APPLICABLE]
    if not core:
        return name
    if all(progress.status is Status.NO_DATA for progress in core):
        return _(
            "{unit} has not reported for {month}", unit=name, month=month_text(judged.period or period_of(judged.on))
        )
    met = sum(1 for progress in core if progress.status is Status.MET)
    late = sum(1 for progress in core if progress.status is Status.OVERDUE)
    text = ngettext(
        "{unit}: {met} of {n} core target met", "{unit}: {met} of {n} core targets met", len(core), unit=name, met=met
    )
    return text + (_(", {late} overdue", late=late) if late else "")


def _figures(reading: Reading, judged: Judged, unit: Unit) -> list[Component]:
    plan, place = reading.plan, reading.place
    targets = {t.code: t for t in plan.targets_in_force(judged.on)} if judged.on else {}
    verdicts = {progress.target_code: progress for progress in judged.progress}
    shown = in_display_order(plan, [targets[code] for code in verdicts])
    rows = [
        (t, verdicts[t.code], judged.courses.get((unit.code, str(t.indicator)), []))
        for t in shown
        if verdicts[t.code].status is not Status.NOT_APPLICABLE or verdicts[t.code].value is None
    ]
    caption = _("All measured targets")
    on = {"on": judged.on.isoformat()} if judged.on else {}
    csv = csv_link(place.csv("progress", unit=unit.code, **on))
    found = assessed_until(reading, judged.period, units=[unit.code])
    now = {one.recorded.indicator_code: one for one in found if one.recorded.period == judged.period}
    table = progress_rows(plan, rows, assessed=now, place=place, palette=reading.palette, caption=caption)
    return [
        section(caption, table, aside=csv),
        assessed_section(reading, judged, found, unit=unit.code),
        unit_trends(reading, judged, unit, title=finding(reading, judged, unit)),
    ]


def _tasks(reading: Reading, unit: Unit) -> Component:
    """The tasks that the unit reports on, and what they have come to; nothing for a unit that owes none."""
    owed = [task for task in reading.plan.tasks if unit.code in owing_units(reading.plan, task)]
    standings = standings_of(reading, owed, units=[unit.code])
    if not standings:
        return None
    link = dcc.Link(_("All tasks"), href=reading.place.to("/tasks", unit=unit.code), className="quiet-link")
    said = counted(standing.status for standing in standings.values())
    listed = unit_tasks(standings.values(), unit=unit.code, place=reading.place)
    return section(_("Tasks"), html.P(said, className="note"), listed, aside=link)


def _owed(reading: Reading, unit: Unit) -> Component:
    """What would fill the page, and who owes it."""
    document = reading.plan.document
    first = document.first_period or period_of(document.issued_on)
    return empty(
        _("{unit} has not reported yet", unit=unit_name(unit)),
        _(
            "Its return for {month} is due by {date}; it draws the first point of every course here.",
            month=month_text(first),
            date=date_text(due_on(first, rule=reading.plan.due_rule)),
        ),
    )


def _inner(reading: Reading, unit: Unit) -> list[Component]:
    """What a unit that reports has besides its figures: its returns and its people."""
    return [returns_section(reading, unit), people_section(reading, unit)]
