"""One unit: all its targets as rows, the courses of the core indicators, its tasks, and its submissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from dash import dcc, html

from dashboard.acts.follows import follow_button
from dashboard.grids.progress_rows import in_display_order, progress_rows
from dashboard.grids.reported_and_assessed import assessed_section, assessed_until
from dashboard.grids.task_contradictions import contradictions_section
from dashboard.grids.task_table import unit_tasks
from dashboard.levels import unit_breadcrumbs
from dashboard.locale import _, date_text, language, month_text, ngettext
from dashboard.pages.corrected import corrections_of
from dashboard.pages.peers import peers_section
from dashboard.pages.refusals import not_found
from dashboard.pages.revision_record import revision_section
from dashboard.pages.sanctions import sanctions_of_unit
from dashboard.pages.slip_links import unit_slips
from dashboard.pages.target_history import own_history
from dashboard.pages.task_standings import standings_of
from dashboard.pages.unit_counts import counts_section
from dashboard.pages.unit_submissions import people_section, submissions_section
from dashboard.pages.unit_trends import unit_trends
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.existence import existence_text
from dashboard.words.figures import unit_name
from dashboard.words.months import without_data
from dashboard.words.section_findings import tasks_found
from dashboard.words.tasks import counted, twins_note
from metrics.periods import due_on, newest_ended_period, period_of
from metrics.plan.model import Plan, Unit, UnitKind
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.task_reports import TaskStanding
from metrics.results import Light, Progress, Status
from metrics.supervision.twin_tasks import counted_once
from metrics.task_reports import LIGHTS

Component = Any


def kind_of_unit(plan: Plan, kind: UnitKind) -> str:
    """What the plan calls the kind, else our own word."""
    if kind in plan.kind_names:
        return plan.kind_names[kind].in_language(language())
    return {
        UnitKind.NATION: _("Nation, the sum of its units"),
        UnitKind.PROVINCE: _("Province, the sum of its units"),
        UnitKind.CITY: _("City, the sum of its units"),
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
    judged = progress_by_unit(reading.session, reading.view, month=reading.month, units=[code], whole_courses=True)
    title = finding(reading, judged, unit)
    core = {target.code for target in core_targets(reading.view, on=judged.on)} if judged.on else set()
    body = html.Div(
        [
            page_head(
                title,
                reading,
                unit_breadcrumbs(reading, unit),
                follow_button(reading, unit=unit.code, named=unit_name(unit)),
                html.P(
                    [f"{unit.code} · {kind_of_unit(reading.plan, unit.kind)}", *_ways(reading, unit)],
                    className="note",
                ),
                slides=any(one.target_code in core for one in judged.progress),
            ),
            *(_figures(reading, judged, unit, core=core) if judged.period else [_owed(reading, unit)]),
            peers_section(reading, unit) if judged.period else None,
            counts_section(reading, unit),
            *revision_section(reading, unit),
            own_history(reading, unit),
            _tasks(reading, unit),
            contradictions_section(reading, units=[unit.code]),
            sanctions_of_unit(reading, unit.code),
            *([] if unit.code in reading.plan.children or reading.view.public else _inner(reading, unit)),
        ]
    )
    return Content(title=title, body=body)


def _ways(reading: Reading, unit: Unit) -> list[Component]:
    """The ways to the unit beside others, and to its score sheet."""
    compare = dcc.Link(_("Compare"), href=reading.address.to("/compare", unit=unit.code))
    return [*_score_way(reading, unit), " · ", compare]


def _score_way(reading: Reading, unit: Unit) -> list[Component]:
    """The way to the unit's score sheet, for those who may see it."""
    principal = reading.principal
    if principal is None or unit.code in reading.plan.children or not principal.may_see_submissions_of(unit.code):
        return []
    return [" · ", dcc.Link(_("Performance assessment"), href=reading.address.to(f"/scores/{unit.code}"))]


def finding(reading: Reading, judged: JudgedProgress, unit: Unit) -> str:
    """How many core targets the unit meets, how many are overdue, and of how many nothing was reported."""
    name = unit_name(unit)
    if judged.on is None:
        return name
    if gone := existence_text(reading.plan, unit, judged.on):
        return name + _(": ") + gone
    codes = {target.code for target in core_targets(reading.view, on=judged.on)}
    core = [p for p in judged.progress if p.target_code in codes and p.status is not Status.NOT_APPLICABLE]
    if not core:
        return name
    if without_data(reading) or all(progress.status is Status.NO_DATA for progress in core):
        return _("{unit} has not reported for {month}", unit=name, month=month_text(newest_ended_period(judged.on)))
    met = sum(1 for progress in core if progress.status is Status.MET)
    late = sum(1 for progress in core if progress.status is Status.OVERDUE)
    missing = sum(1 for progress in core if progress.status is Status.NO_DATA)
    text = ngettext(
        "{unit}: {met} of {n} core target met", "{unit}: {met} of {n} core targets met", len(core), unit=name, met=met
    )
    text += _(", {late} overdue", late=late) if late else ""
    return text + (_(", {missing} not reported", missing=missing) if missing else "")


def _figures(reading: Reading, judged: JudgedProgress, unit: Unit, *, core: Collection[str]) -> list[Component]:
    plan, address = reading.plan, reading.address
    targets = {t.code: t for t in plan.targets_in_force(judged.on, unit=unit.code)} if judged.on else {}
    verdicts = {progress.target_code: progress for progress in judged.progress}
    shown = in_display_order(plan, [targets[code] for code in verdicts])
    rows = [
        (t, verdicts[t.code], judged.courses.get((unit.code, str(t.indicator)), []))
        for t in shown
        if verdicts[t.code].status is not Status.NOT_APPLICABLE or verdicts[t.code].value is None
    ]
    caption = _("All measured targets")
    on = {"on": judged.on.isoformat()} if judged.on else {}
    csv = csv_link(address.csv("progress", unit=unit.code, **on))
    found = assessed_until(reading, judged.period, units=[unit.code])
    now = {one.recorded.indicator_code: one for one in found if one.recorded.period == judged.period}
    months = {rate.period for _target, _verdict, rates in rows for rate in rates}
    corrected: Sequence[CorrectedRate] = ()
    if months:
        indicators = {str(target.indicator) for target, _verdict, _rates in rows}
        corrected = corrections_of(reading, unit.code, indicators=indicators, first=min(months), last=max(months))
    revised = {(one.indicator_code, one.period) for one in corrected}
    table = progress_rows(
        plan, rows, assessed=now, revised=revised, address=address, palette=reading.palette, caption=caption, core=core
    )
    standing = section(_standing([verdict for _target, verdict, _rates in rows]), table, aside=csv)
    return [
        standing if judged.progress else None,  # of a month in which the unit does not exist nothing is judged
        assessed_section(reading, judged, found, unit=unit.code),
        *unit_trends(reading, judged, unit, title=finding(reading, judged, unit), corrected=corrected),
    ]


def _standing(verdicts: Sequence[Progress]) -> str:
    """How many of all measured targets that apply are met, are overdue and were not reported."""
    counts = Counter(verdict.status for verdict in verdicts)
    of = counts.total() - counts[Status.NOT_APPLICABLE]
    said = ngettext("{met} of {n} measured target met", "{met} of {n} measured targets met", of, met=counts[Status.MET])
    overdue, silent = counts[Status.OVERDUE], counts[Status.NO_DATA]
    said += ngettext("; {n} overdue", "; {n} overdue", overdue) if overdue else ""
    return said + (ngettext("; {n} not reported", "; {n} not reported", silent) if silent else "")


def _tasks(reading: Reading, unit: Unit) -> Component:
    """The tasks that the unit reports on, and what they have come to; nothing for a unit that owes none."""
    owed = [task for task in reading.plan.tasks if unit.code in reading.plan.owing_units[task.number]]
    standings = standings_of(reading, owed, units=[unit.code])
    if not standings:
        return None
    link = dcc.Link(_("All tasks"), href=reading.address.to("/tasks", unit=unit.code), className="quiet-link")
    statuses = counted_once((standing.task, standing.status) for standing in standings.values())
    said = html.P(counted(statuses), className="note")
    twins = twins_note([one.task for one in standings.values()])
    return section(tasks_found(statuses), said, twins, *_listed(reading, unit, list(standings.values())), aside=link)


def _listed(reading: Reading, unit: Unit, standings: Sequence[TaskStanding]) -> list[Component]:
    """The tasks that somebody has to look at in sight, those that are done or go on folded."""
    folded = [one for one in standings if LIGHTS[one.status] is Light.GREEN]
    seen = [one for one in standings if one not in folded]
    lists = [unit_tasks(ones, unit=unit.code, address=reading.address) for ones in (seen, folded)]
    summary = html.Summary(ngettext("{n} task done or in progress", "{n} tasks done or in progress", len(folded)))
    fold = html.Details([summary, lists[1]], className="fold")
    return [*lists[: bool(seen)], *([fold] if folded else [])]


def _owed(reading: Reading, unit: Unit) -> Component:
    """What would fill the page, and who owes it; of a month of which nothing is known, that."""
    if said := without_data(reading):
        return empty(said)
    document = reading.plan.document
    first = document.first_period or period_of(document.issued_on)
    return empty(
        _("{unit} has not reported yet", unit=unit_name(unit)),
        _(
            "Its submission for {month} is due by {date}; it adds the first point to every chart here.",
            month=month_text(first),
            date=date_text(due_on(first, rule=reading.plan.due_rule)),
        ),
    )


def _inner(reading: Reading, unit: Unit) -> list[Component]:
    """What a unit that reports has besides its figures: its submissions and its people."""
    return [unit_slips(reading, unit), submissions_section(reading, unit), people_section(reading, unit)]
