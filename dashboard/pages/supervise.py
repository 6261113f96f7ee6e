"""The page at `/supervise`: what is owed besides figures, how much of it is open, and the way to each noun's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import dcc, html

from dashboard.grids.task_contradictions import contradictions_of, contradictions_section
from dashboard.locale import _, month_text, ngettext
from dashboard.pages.findings import open_findings
from dashboard.pages.freshness import finding, stopped_in
from dashboard.pages.materials import materials_finding, rows_of, shown_months
from dashboard.pages.slips import ISSUE, fits, may_issue, open_words
from dashboard.pages.task_choice import SILENT, UNCONFIRMED
from dashboard.pages.task_standings import checked_of, standings_of
from dashboard.pages.tasks import REPORTS
from dashboard.parts import page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.phases import phase_days, phase_name
from metrics.queries.bulletins import bulletin_months
from metrics.queries.score_sheets import period_scored
from metrics.queries.slips import day_of_view, slips
from metrics.queries.task_sanctions import task_sanctions
from metrics.supervision.gates import gated_phases
from metrics.supervision.rectification import rounds
from metrics.supervision.slips import LATE
from metrics.supervision.task_checks import UNDECIDED
from metrics.supervision.twin_tasks import how_many

Component = Any
Section = Callable[[Reading], Component]


def supervise_page(reading: Reading) -> Content:
    """A section for every noun, in the order of :data:`SECTIONS`."""
    title = _("Supervision")
    body = html.Div([page_head(title, reading), *[one(reading) for one in SECTIONS]])
    return Content(title=title, body=body)


def noun(title: str, said: str, href: str, *more: Component, aside: Component = None) -> Component:
    """A noun's section: its name and how it stands as the heading, which leads to its page; and what else there is."""
    return section([title, _(": "), dcc.Link(said, href=href, className="within-text")], *more, aside=aside)


def _months(reading: Reading) -> Component:
    """How many submissions of the month judged, and of those after it, are late."""
    counted = [*([reading.counts] if reading.counts else []), *reading.newer]
    late = [(month, n) for month in counted if (n := month.late(reading.plan, at=reading.moment))]
    said = _("; ").join(
        ngettext(
            "{month}: {n} submission has not been received",
            "{month}: {n} submissions have not been received",
            n,
            month=month_text(month.period),
        )
        for month, n in late
    )
    return noun(_("Monthly submissions"), said or _("No submission is late"), reading.address.to("/periods"))


def _tasks(reading: Reading) -> Component:
    """How many tasks some unit has said nothing of for two months, and how many newest reports nobody confirmed."""
    standings = standings_of(reading, reading.plan.tasks)
    silent = how_many(standing.task for standing in standings.values() if standing.silent)
    checked = checked_of(reading, standings.values())
    waiting = sum(each.state in UNDECIDED for each in checked.values())
    unconfirmed = ngettext("{n} report waits to be confirmed", "{n} reports wait to be confirmed", waiting)
    href = reading.address.to("/tasks", state=UNCONFIRMED, show=REPORTS)
    more = [html.P(dcc.Link(unconfirmed, href=href))] if waiting else []
    more += [_marked(reading), _contradictions(reading)]
    if not silent:
        return noun(_("Tasks"), _("Every unit has reported on its tasks"), reading.address.to("/tasks"), *more)
    said = ngettext("{n} task without an update for two months", "{n} tasks without an update for two months", silent)
    return noun(_("Tasks"), said, reading.address.to("/tasks", state=SILENT), *more)


def _contradictions(reading: Reading) -> Component:
    """How many figures contradict what units report on tasks; folded up in it, which."""
    found = contradictions_of(reading)
    if not found:
        return None
    said = ngettext("{n} figure contradicts a report on a task", "{n} figures contradict reports on tasks", len(found))
    return html.Details([html.Summary(said), contradictions_section(reading, found=found)], className="table-view")


def _marked(reading: Reading) -> Component:
    """How many marks of a sanction stand, with the way to each task that has one."""
    tasks = [each.marked.task for each in task_sanctions(reading.session, reading.view) if each.stands]
    if not tasks:
        return None
    said = ngettext("{n} sanction in force", "{n} sanctions in force", len(tasks))
    links = [
        part
        for number in sorted(set(tasks))
        for part in (" ", dcc.Link(_("Task {number}", number=number), href=reading.address.to(f"/tasks/{number}")))
    ]
    return html.P([said + _(": "), *links])


def _freshness(reading: Reading) -> Component:
    """How many datasets and units stopped."""
    return noun(_("Freshness"), finding(stopped_in(reading)), reading.address.to("/freshness"))


def _phases(reading: Reading) -> Component:
    """The phase that the day judged is in, and the ways to all."""
    phases = gated_phases(reading.plan)
    if not phases:
        return None
    now = next((phase for phase in phases if reading.on is not None and phase.end >= reading.on), phases[-1])
    said = phase_name(now) + _(": ") + phase_days(now)
    others = [
        html.Li(dcc.Link(phase_name(phase), href=reading.address.to(f"/phases/{phase.code}")))
        for phase in phases
        if phase is not now
    ]
    href = reading.address.to(f"/phases/{now.code}")
    return noun(_("Phases and gates"), said, href, html.Ul(others))


def _findings(reading: Reading) -> Component:
    """How many findings of inspections are open and overdue, by round; nothing where the plan has no round."""
    found = rounds(reading.plan)
    if not found:
        return None
    links = open_findings(reading, found)
    if not links:
        return section(_("Findings of inspections") + _(": ") + _("No finding is open"))
    first, *others = links
    return section([_("Findings of inspections"), _(": "), first], html.Ul([html.Li(link) for link in others]))


def _materials(reading: Reading) -> Component:
    """How much of the newest month's material came, and how much is missing."""
    month = shown_months(reading)[0]
    said = materials_finding(rows_of(reading, month), month)
    return noun(_("Monthly material"), said, reading.address.to("/materials"))


def _slips(reading: Reading) -> Component:
    """How many slips are open and overdue; for a reviewer the way to issue one."""
    on, found = day_of_view(reading.view), slips(reading.session, reading.view)
    late = sum(fits(row, LATE, on=on) for row in found)
    issue = dcc.Link(_("Issue a slip"), href=reading.address.to(ISSUE), className="quiet-link")
    aside = issue if may_issue(reading) else None
    said = ngettext("{n} slip overdue", "{n} slips overdue", late)
    more = [html.P(dcc.Link(said, href=reading.address.to("/supervise/slips", state=LATE)))] if late else []
    href = reading.address.to("/supervise/slips")
    return noun(_("Supervision slips"), open_words(found, on=on), href, *more, aside=aside)


def _bulletins(reading: Reading) -> Component:
    """The newest bulletin, and how many are drafts that the reader may see."""
    found = bulletin_months(reading.session, until=reading.view.seq)
    newest = next((month for month in found if month.issued), None)
    said = (
        _("No bulletin has been issued yet")
        if newest is None
        else _("The newest bulletin is for {month}", month=month_text(newest.period))
    )
    drafts = sum(month.draft is not None for month in found)
    more = ngettext("; {n} draft is open", "; {n} drafts are open", drafts) if drafts else ""
    return noun(_("Bulletins"), said + more, reading.address.to("/bulletins"))


def _scores(reading: Reading) -> Component:
    """The way to the scores of the month judged: who is first takes every unit's sheet, which is for that page."""
    month = month_text(period_scored(reading.view, reading.month))
    return noun(_("Performance assessment"), _("Scores for {month}", month=month), reading.address.to("/scores"))


SECTIONS: tuple[Section, ...] = (
    _months,
    _tasks,
    _materials,
    _slips,
    _phases,
    _findings,
    _scores,
    _bulletins,
    _freshness,
)
"""The section of each noun, in display order; None from one stands for nothing."""
